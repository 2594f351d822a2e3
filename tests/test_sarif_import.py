"""SARIF that the user's own analyzers wrote: what of it is the change's, and what it cannot say."""

import json
import subprocess

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
