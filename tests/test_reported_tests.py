"""Results that a fork's own workflow reports: read within limits, shown, never believed."""

import os

import pytest

from indict_review import reported_tests
from indict_review.errors import ToolError
from indict_review.reported_tests import Reported

MIXED = """\
<?xml version="1.0"?>
<testsuites><testsuite name="pytest">
<testcase classname="test_a" name="test_one"/>
<testcase classname="test_a" name="test_two"><failure message="assert 1 == 2">…</failure></testcase>
<testcase classname="test_a" name="test_three"><skipped/></testcase>
<testcase classname="test_a" name="test_four"><error/></testcase>
</testsuite></testsuites>
"""


def read(tmp_path, content: str | bytes) -> Reported:
    file = tmp_path / "junit.xml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return reported_tests.read(file)


def suite(*names: str) -> str:
    cases = "".join(f'<testcase name="{name}"><failure/></testcase>' for name in names)
    return f"<testsuite>{cases}</testsuite>"


def test_results_are_counted_and_the_failing_ones_named(tmp_path):
    assert read(tmp_path, MIXED) == Reported(1, 2, 1, ("test_a.test_two", "test_a.test_four"))


def test_it_says_whose_word_it_is(tmp_path):
    said = read(tmp_path, MIXED).lines()

    assert said == (
        "1 passed, 2 failed, 1 skipped, as the pull request's own workflow reports: not "
        "authenticated, and no reason for success",
        "failed: test_a.test_two",
        "failed: test_a.test_four",
    )


def test_many_names_are_counted(tmp_path):
    reported = read(tmp_path, suite(*(f"test_{n}" for n in range(1234))))

    assert len(reported.failing) == reported_tests.MOST_NAMES
    assert reported.lines()[-1] == "failed: 1,214 more"


def test_a_name_is_one_short_line_without_what_nobody_can_see(tmp_path):
    hostile = "a&#10;::error::b &lt;img src=x&gt; \u202e \u200b" + "x" * 9000
    (name,) = read(tmp_path, suite(hostile)).failing

    assert name.isprintable()
    assert len(name) <= 202
    assert "<img src=x>" in name  # text: whoever shows it as Markdown makes it fit for that


@pytest.mark.parametrize(
    "content",
    [
        "", "no XML", "<testsuite>", "<testsuite/>", "<html><body>404</body></html>", b"\xff\xfe\0",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><testsuite><testcase name='&a;'/></testsuite>",
        "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><testsuite><testcase name='a'/></testsuite>",
        "<a>" * 500, "<?xml version='1.0' encoding='nobody-knows'?><testsuite/>",
    ],
)  # fmt: skip
def test_what_is_no_report_is_told_in_one_line(tmp_path, content):
    with pytest.raises(ToolError, match="the reported test results were not read: ") as raised:
        read(tmp_path, content)
    assert len(str(raised.value).splitlines()) == 1


def test_a_report_that_is_too_large_is_not_read(tmp_path):
    with (tmp_path / "junit.xml").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(ToolError, match="more than 10 MiB"):
        reported_tests.read(tmp_path / "junit.xml")


def test_only_a_plain_file_is_opened(tmp_path):
    (tmp_path / "real.xml").write_text(MIXED)
    (tmp_path / "link.xml").symlink_to("real.xml")
    os.mkfifo(tmp_path / "pipe.xml")
    (tmp_path / "folder.xml").mkdir()
    for name in ("link", "pipe", "folder", "none"):
        with pytest.raises(ToolError, match="were not read"):
            reported_tests.read(tmp_path / f"{name}.xml")
    assert reported_tests.read(tmp_path / "real.xml").passed == 1
