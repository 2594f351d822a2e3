"""SARIF that the user's own analyzers wrote: what of it is the change's, and what it cannot say."""

import json
import subprocess
from urllib.parse import quote

import pytest

from indict_review.change import Tree
from indict_review.checks.candidate import Candidate
from indict_review.checks.findings import blind_spot
from indict_review.cli import run
from indict_review.critics.findings import gather
from indict_review.errors import ConfigError, ToolError
from indict_review.evidence import Concern, Confidence, Severity
from indict_review.patches.render import unified_diff
from indict_review.tools.sarif import Sarif
from tests.changing import tree

BEFORE = "import db\n\n\ndef f(name):\n    return db.run('q' + name)\n"
AFTER = BEFORE + "\n\ndef g(name):\n    return db.run('r' + name)\n"
RULE = {
    "id": "py/sql-injection",
    "defaultConfiguration": {"level": "error"},
    "messageStrings": {"default": {"text": "{0} goes into [a query](1)."}},
    "properties": {
        "tags": ["security", "external/cwe/cwe-089"],
        "security-severity": "8.8",
        "precision": "high",
    },
}


def result(line=9, path="shop/a.py", **more):
    place = {"artifactLocation": {"uri": path}, "region": {"startLine": line}}
    said = {"id": "default", "arguments": ["name"]}
    located = [{"physicalLocation": place}]
    return {"ruleId": RULE["id"], "ruleIndex": 0, "message": said, "locations": located, **more}


def document(*results, tool="CodeQL", rules=(RULE,), **run):
    driver = {"name": tool, "version": "2.20", "rules": list(rules)}
    made = {"tool": {"driver": driver}, "results": list(results), **run}
    return {"version": "2.1.0", "runs": [made]}


@pytest.fixture
def look(tmp_path):
    """Examine a change by a file of these results, and by one of the base, if there is one."""

    def look(found, base=None, before=BEFORE, after=AFTER, at=None):
        return list(analyzer(found, base, after).examine(shop(before), shop(at or after)))

    def analyzer(found, base=None, after=AFTER):
        names = []
        for name, each in (("head", found), ("base", base)):
            (tmp_path / name).write_text(json.dumps(each))
            names.append([str(tmp_path / name)] if each else [])
        return Sarif.of(*names, shop(after), tmp_path)

    look.analyzer = analyzer
    return look


def shop(text):
    return Tree() if text is None else tree({"shop/a.py": text, "b.py": "x = 1\n"})


def test_a_result_on_a_line_that_the_change_added_is_told_in_its_tools_words(look):
    (seen,) = look(document(result()))

    assert (seen.tool, seen.weakness.ident) == ("CodeQL (SARIF)", "py/sql-injection")
    assert seen.weakness.message == "name goes into a query."
    assert (seen.weakness.cwe, seen.weakness.severity) == ("CWE-89", Severity.CRITICAL)
    assert seen.weakness.precision is Confidence.HIGH
    assert seen.location.start_line == 9
    assert seen.location.quote == "    return db.run('r' + name)"


def test_what_is_not_of_the_change_is_not_told(look):
    elsewhere = [result(line=5), result(path="b.py", line=1), result(path="../../etc/passwd")]

    assert look(document(*elsewhere, result(locations=[]))) == []


def test_a_base_run_tells_what_was_there(look):
    both = document(result(line=5), result())

    assert [o.location.start_line for o in look(both, base=document(result(line=5)))] == [9]
    assert [o.location.start_line for o in look(both, base=document(result(line=1)))] == [5, 9]


def test_a_fingerprint_says_that_it_is_the_same_though_its_line_changed(look):
    print_of = {"partialFingerprints": {"primaryLocationLineHash": "ab12:1"}}
    after = BEFORE.replace("'q' + name", "'q' + name + ''")

    old = document(result(line=5, **print_of))
    assert look(document(result(line=5, **print_of)), base=old, after=after) == []
    assert len(look(document(result(line=5)), base=document(result(line=1)), after=after)) == 1


LINE = {"partialFingerprints": {"primaryLocationLineHash": "ab12:1"}}
OTHER = {"partialFingerprints": {"primaryLocationLineHash": "ab12:2"}}
ONLY_COLUMN = {"partialFingerprints": {"primaryLocationStartColumnFingerprint": "4"}}
EDITED = BEFORE.replace("'q' + name", "'q' + name + ''")


def column(more):
    both = more["partialFingerprints"] | ONLY_COLUMN["partialFingerprints"]
    return {"partialFingerprints": both}


def ruled(rule, line=5, **more):
    return {**result(line, **more), "ruleId": rule, "ruleIndex": -1}


@pytest.mark.parametrize(
    ("base", "tool"),
    [
        (ruled("py/style", **LINE), "CodeQL"),
        (result(line=5, **LINE), "Semgrep"),
        (result(line=1, path="b.py", **LINE), "CodeQL"),
        (result(line=5, **column(OTHER)), "CodeQL"),
        (result(line=5), "CodeQL"),
    ],
    ids=["of another rule", "of another tool", "in another file", "of another line", "none"],
)
def test_a_fingerprint_hides_only_the_same_thing_in_the_same_file(look, base, tool):
    found = document(result(line=5, **column(LINE)))

    assert len(look(found, base=document(base, tool=tool), after=EDITED)) == 1
    assert look(found, base=document(result(line=5, **LINE)), after=EDITED) == []


def test_a_copy_of_a_vulnerable_line_is_told_where_it_was_put(look):
    """CodeQL counts equal lines from the top: the copy has the old one's fingerprint."""
    line = BEFORE.split("\n")[4]
    after = BEFORE.replace("def f(name):\n", f"def f(name):\n{line}\n")
    found = document(result(line=5, **LINE), result(line=6, **OTHER))
    old = result(line=5, **LINE)

    for base in (document(old), document(old, old)):
        assert len(look(found, base=base, after=after)) == 1


def test_each_result_of_the_base_pairs_with_one(look):
    same = {"partialFingerprints": {"stable": "1"}}
    after = EDITED + "\ndef g(name):\n    db.run(name)\n"
    found = document(result(line=5, **same), result(line=8, **same))

    assert len(look(found, base=document(result(line=5, **same)), after=after)) == 1


def test_of_equal_lines_the_edited_one_is_known_by_its_own_fingerprint(look):
    before = "f(x)\nf(x)\n"
    prints = [{"partialFingerprints": {"stable": n}} for n in "12"]
    old = document(*(result(line=n + 1, **prints[n]) for n in (0, 1)))

    assert look(old, base=old, before=before, after="f(x)\nf(x, y)\n") == []
    assert look(old, base=old, before=before, after="f(x, y)\nf(x)\n") == []


@pytest.mark.parametrize(
    "more",
    [
        {"suppressions": [{"kind": "external"}]},
        {"baselineState": "unchanged"},
        {"baselineState": "absent"},
        {"kind": "pass"},
    ],
)
def test_what_the_tool_itself_holds_for_settled_is_not_told(look, more):
    assert look(document(result(**more))) == []


def test_what_only_the_code_excuses_is_told(look):
    assert len(look(document(result(suppressions=[{"kind": "inSource"}])))) == 1


@pytest.mark.parametrize(
    ("uri", "bases"),
    [
        ("shop/a.py", None),
        ("./shop/../shop/a.py", None),
        ("shop%2Fa.py", None),
        ("shop\\a.py", None),
        ("ROOT/shop/a.py", None),
        ("file://ROOT/shop/a.py", None),
        ("a.py", {"BASE": {"uri": "shop/", "uriBaseId": "TOP"}, "TOP": {"uri": "file:///ci/x/"}}),
        ("shop/a.py", {"BASE": {"uri": "file:///ci/checkout/"}}),
        ("a.py", {"BASE": {"uri": "file://ROOT/shop/"}}),
    ],
)
def test_every_way_of_naming_a_file_leads_to_it(look, tmp_path, uri, bases):
    found = result(path=uri)
    if bases:
        found["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"] = "BASE"
    made = json.dumps(document(found, originalUriBaseIds=bases or {}))
    made = made.replace("ROOT", str(tmp_path))

    assert len(look(json.loads(made))) == 1


NAMES = ["x:y.py", "a#b.py", "c%41.py", "a?b.py", "a\\b.py", "[a.py", " a.py", "d/n\u00e9.py"]


def one(tmp_path, name, uri):
    """What is said of a new file of that name, by a result for that URI."""
    file = tmp_path / "found.sarif"
    file.write_text(json.dumps(document(result(line=1, path=uri))))
    head = tree({name: "db.run('r' + name)\n"})
    return [
        o.location.path for o in Sarif.of([str(file)], (), head, tmp_path).examine(Tree(), head)
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["{}", "./{}", "{root}/{}", "file://{root}/{}"])
def test_a_file_is_found_by_its_name_encoded_and_as_it_stands(tmp_path, name, form):
    for uri in (name, quote(name)):
        assert one(tmp_path, name, form.format(uri, root=tmp_path)) == [name]


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("shop/a.py", "file:///ci/checkout/shop/a.py"),
        ("shop/a.py", "https://host.example/blob/main/shop/a.py"),
        ("shop/a.py", "../other/shop/a.py"),
        ("shop/a.py", "a.py"),
        ("a.py", "//[x/a.py"),
        ("a\udcff.py", "a\ufffd.py"),
    ],
)
def test_what_may_be_of_the_change_and_cannot_be_placed_is_said(tmp_path, name, uri):
    with pytest.raises(ToolError, match="1 results of CodeQL name a file that may be one"):
        one(tmp_path, name, uri)


@pytest.mark.parametrize("uri", ["//[x", "http://[x/b.py", "b.py", "vendor/a.py", "/usr/a.h"])
def test_what_is_of_another_file_is_passed_over(tmp_path, uri):
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "a.py").touch()

    assert one(tmp_path, "a.py", uri) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"properties": {"tags": ["CWE-79: XSS"]}},
        {"properties": {"cwe": ["CWE-079"]}},
        {"relationships": [{"target": {"id": "79", "toolComponent": {"name": "CWE"}}}]},
        {"relationships": [{"target": {"id": "CWE-79", "toolComponent": {"name": "CWE"}}}]},
    ],
)
def test_the_weakness_is_read_wherever_a_tool_writes_it(look, rule):
    found = document({**result(), "message": {"text": "x"}}, rules=[{"id": RULE["id"], **rule}])

    assert look(found)[0].weakness.cwe == "CWE-79"


def test_a_rule_of_style_is_no_matter_of_safety(look):
    found = {**result(level="note"), "ruleId": "semi", "message": {"text": "no semicolon"}}
    (seen,) = look(document(found, tool="ESLint", rules=[{"id": "semi"}]))

    assert (seen.weakness.concern, seen.weakness.severity) == (Concern.HELPFULNESS, Severity.LOW)


def test_a_tool_that_failed_is_a_skip_after_what_it_did_see(look):
    failed = document(result(), invocations=[{"executionSuccessful": False}])
    found = []

    with pytest.raises(ToolError, match="CodeQL says that it failed"):
        found.extend(look.analyzer(failed).examine(shop(BEFORE), shop(AFTER)))
    assert len(found) == 1


def test_a_file_of_another_state_is_a_skip(look):
    far = result(line=900)
    other = result(line=9)
    other["locations"][0]["physicalLocation"]["region"]["snippet"] = {"text": "exec(x)"}

    for stale in (far, other):
        with pytest.raises(ToolError, match="make the file anew"):
            look(document(stale))
        assert look(document(stale), at=AFTER + "\n# a revision\n") == []


BAD = {
    "not there": None,
    "no JSON": "{",
    "no SARIF": "[]",
    "another version": '{"version": "1.0.0", "runs": []}',
    "no tool": '{"version": "2.1.0", "runs": [{}]}',
    "a wrong type": json.dumps(document(3)),
    "too deep": '{"version": "2.1.0", "runs": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "a wrong number": json.dumps(document(result(line="x"))),
    "no number": json.dumps(document(result(line=float("nan")))),
    "a number without end": json.dumps(document(result(line=99))).replace("99", "1e999"),
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_file_is_said_in_one_line_and_what_to_do_in_another(tmp_path, content):
    file = tmp_path / "x.sarif"
    if content is not None:
        file.write_text(content)

    with pytest.raises(ConfigError, match=r"x\.sarif") as caught:
        Sarif.of([str(file)], (), Tree(), tmp_path)
    assert "\n" not in str(caught.value)
    assert caught.value.hint


def test_its_texts_are_short_and_have_no_control_characters(look):
    hostile = {"text": "\x1b[31mred\n::error::x\u202e" + "y" * 9_000}
    found = {**result(), "message": hostile, "ruleId": "a b\x07\n" * 90}
    (seen,) = look(document(found, tool="tests\n" * 40, rules=[]))

    told = (seen.tool, seen.summary, seen.weakness.message, seen.weakness.ident, seen.detail)
    assert all(text.isprintable() and len(text) < 1_500 for text in told)
    assert seen.tool.endswith(" (SARIF)")


def test_of_a_revision_it_says_only_that_the_lines_are_still_there(look):
    above = "# one\n# more\n" + AFTER
    mended = AFTER.replace("'r' + name", "'r', name")

    (moved,) = look(document(result()), at=above)
    assert (moved.location.start_line, moved.location.quote) == (
        11,
        "    return db.run('r' + name)",
    )
    assert look(document(result()), at=mended) == []


def test_its_silence_verifies_no_fix(look):
    analyzer = look.analyzer(document(result()))
    head = shop(AFTER)
    findings = gather(analyzer.examine(shop(BEFORE), head), head)
    mended = shop(AFTER.replace("'r' + name", "'r', name"))

    assert "did not look" in blind_spot(Candidate(head, mended, findings), [analyzer])


@pytest.fixture
def patch(tmp_path):
    """A repository, and the change as a patch for it."""
    repo = tmp_path / "repo"
    for path, file in shop(BEFORE).files.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_bytes(file.content)
    git = ["git", "-C", str(repo), "-c", "user.name=n", "-c", "user.email=n@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *arguments], check=True)
    change = repo / "change.diff"
    change.write_text(unified_diff(shop(BEFORE), shop(AFTER)))
    return ["patch", str(change), "--repo", str(repo), "--model", "none", "--sandbox", "none"]


def test_the_command_line_takes_the_users_files(patch, tmp_path, capsys):
    file = tmp_path / "found.sarif"
    file.write_text(json.dumps(document(result())))

    code = run([*patch, "--sarif", str(file), "--format", "json"])

    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert code == 1
    assert [e["tool"] for e in finding["evidence"]] == ["CodeQL (SARIF)"]


def test_a_bad_file_is_a_wrong_use_of_the_command_line(patch, tmp_path, capsys):
    (tmp_path / "bad.sarif").write_text("{")

    assert run([*patch, "--sarif", str(tmp_path / "bad.sarif")]) == 2
    assert "Name a SARIF 2.1.0 file" in capsys.readouterr().err
