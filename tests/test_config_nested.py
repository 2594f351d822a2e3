"""A settings file below the top of the repository may only be stricter."""

import pytest

from indict_review.config import Flags, load, nested
from indict_review.errors import ConfigError
from indict_review.evidence import Severity
from tests.keeping import Kept

NOWHERE = {"XDG_CONFIG_HOME": "/nowhere"}


def loaded(files, *touched, flags=None):
    base = Kept({name: text.encode() for name, text in files.items()})
    return nested(load(flags or Flags(), base, NOWHERE), base, touched)


def test_a_folder_blocks_from_a_lower_severity_on():
    files = {
        "pay/.indict-review.yaml": "fail_on: medium",
        "pay/core/.indict-review.yaml": "fail_on: low",
        "other/.indict-review.yaml": "fail_on: info",
    }
    config = loaded(files, "pay/core/card.py", "pay/list.py", "main.py")

    assert config.fail_on is Severity.HIGH
    assert config.stricter == (("pay/", Severity.MEDIUM), ("pay/core/", Severity.LOW))


def test_only_folders_above_touched_files_are_asked_for_and_all_at_once():
    base = Kept()
    config = load(Flags(), base, NOWHERE)
    base.asked.clear()

    assert nested(config, base, ["a/b/c.py", "a/d.py", "e.py"]) is config
    assert base.asked == [["a/.indict-review.yaml", "a/b/.indict-review.yaml"]]
    assert nested(config, base, ["e.py"]) is config
    assert len(base.asked) == 1


def test_rules_and_the_need_for_tests_are_added():
    files = {
        ".indict-review.yaml": "semgrep_config: rules.yaml",
        "rules.yaml": "top",
        "pay/.indict-review.yaml": "semgrep_config: [rules, ../more.yaml]\nrequire_tests: true",
        "pay/rules/a.yaml": "inner",
        "more.yaml": "shared",
    }
    config = loaded(files, "pay/x.py")

    assert config.require_tests
    assert config.local_rules == (
        ("rules.yaml", b"top"), ("pay/rules/a.yaml", b"inner"), ("more.yaml", b"shared"),
    )  # fmt: skip
    assert config.stricter == ()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a": "fail_on: critical"}, "a/.indict-review.yaml: fail_on is critical"),
        ({"": "fail_on: low", "a": "fail_on: medium"}, "a/.indict-review.yaml: fail_on is medium"),
        ({"a": "fail_on: low", "a/b": "fail_on: medium"}, "a/b/.indict-review.yaml: fail_on is"),
        ({"a": "require_tests: false"}, "a/.indict-review.yaml: require_tests is false"),
        ({"a": "paths: {exclude: [b]}"}, "a/.indict-review.yaml sets paths, which a file below"),
        ({"a": "test_command: 'true'"}, "sets test_command, which a file below the top may not"),
        ({"a": "model: x"}, "a/.indict-review.yaml sets model, which a repository may not"),
        ({"a": "fail_onn: low"}, "did you mean fail_on?"),
        ({"a": "semgrep_config: ../../etc"}, "no file of the repository"),
        ({"a": "[" * 5000}, "nested deeper"),
    ],
)
def test_what_is_laxer_or_something_else_is_refused_by_file_and_key(files, said):
    named = {f"{folder}/.indict-review.yaml".lstrip("/"): text for folder, text in files.items()}
    with pytest.raises(ConfigError) as caught:
        loaded(named, "a/b/c.py")

    assert said in str(caught.value)


def test_a_user_who_is_stricter_makes_no_folder_wrong():
    files = {"a/.indict-review.yaml": "fail_on: medium"}

    assert loaded(files, "a/b.py", flags=Flags(fail_on="info")).stricter
