"""SARIF: valid against the official schema, and within what GitHub takes."""

import gzip
import hashlib
import json
import random
from dataclasses import replace
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import example, given, settings
from jsonschema import Draft4Validator

from indict_review.change import Coverage
from indict_review.evidence import Concern, Severity, Side, Skipped
from indict_review.finding import Suggestion
from indict_review.formats import FORMATS, Look
from tests.official import sarif_schema
from tests.samples import (
    QUERY,
    SAMPLES,
    USERS_AFTER,
    blocking,
    clean,
    dismissed,
    fixed_users,
    harmful,
    incomplete,
    location,
    stricter,
)
from tests.test_formats import HOSTILE, poisoned

SCHEMA = json.loads(sarif_schema())
OFFICIAL = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""SHA-256 of OASIS's sarif-schema-2.1.0.json (errata 01)."""


def problems(log):
    return [f"{e.json_path}: {e.message}" for e in Draft4Validator(SCHEMA).iter_errors(log)]


def log(review, **look):
    return json.loads(FORMATS["sarif"](review, Look(**look)))


def run(review, **look):
    [only] = log(review, **look)["runs"]
    return only


def with_finding(**kwargs):
    return replace(blocking(), findings=(replace(blocking().findings[0], **kwargs),))


def test_the_schema_is_the_official_one():
    assert hashlib.sha256(sarif_schema()).hexdigest() == OFFICIAL
    assert problems({"version": "2.1.0"})
    assert problems({"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]})


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_sample_is_valid(sample):
    assert problems(log(SAMPLES[sample]())) == []


@settings(max_examples=25, deadline=None)
@given(HOSTILE)
@example("\ud800\udcff\x1b]8;;\x07\u202e\n\r\x9b")
@example("](http://x) {0} %SRCROOT%")
def test_whatever_a_review_says_it_is_valid_ascii(text):
    for sample in ("blocking", "incomplete", "dismissed", "harmful"):
        shown = FORMATS["sarif"](poisoned(SAMPLES[sample](), text), Look())

        assert shown.isascii()
        assert problems(json.loads(shown)) == []
        for result in json.loads(shown)["runs"][0]["results"]:
            assert "](" not in result["message"]["text"]


def test_a_result_points_at_its_rule():
    only = run(blocking())
    rules = only["tool"]["driver"]["rules"]

    assert [rules[r["ruleIndex"]]["id"] for r in only["results"]] == [
        r["ruleId"] for r in only["results"]
    ]
    assert [r["ruleId"] for r in only["results"]] == [
        "python.subprocess.shell-true", "python.sql.built-from-input",
    ]  # fmt: skip


def test_a_rule_has_what_github_shows():
    rule = run(blocking())["tool"]["driver"]["rules"][1]

    assert rule["shortDescription"]["text"] == "SQL injection"
    assert rule["help"]["text"].startswith("Pass values as parameters")
    assert rule["helpUri"] == "https://cwe.mitre.org/data/definitions/89.html"
    assert rule["properties"] == {
        "precision": "high", "tags": ["security", "external/cwe/cwe-089"],
        "security-severity": "8.0",
    }  # fmt: skip
    assert rule["relationships"][0]["target"]["id"] == "89"
    [taxonomy] = run(blocking())["taxonomies"]
    assert [taxon["id"] for taxon in taxonomy["taxa"]] == ["78", "89"]


def test_a_finding_that_is_no_weakness_has_no_security_severity():
    [rule] = run(with_finding(concern=Concern.HELPFULNESS, cwe=None))["tool"]["driver"]["rules"]

    assert rule["properties"] == {
        "precision": "high", "tags": ["correctness"], "problem.severity": "error",
    }  # fmt: skip


def test_a_fingerprint_and_a_place():
    [result] = run(with_finding())["results"]

    assert result["partialFingerprints"] == {"indictReview/v1": "3f1c0a92e7d45b68"}
    [where] = result["locations"]
    assert where["physicalLocation"]["artifactLocation"] == {
        "uri": "app/users.py", "uriBaseId": "%SRCROOT%",
    }  # fmt: skip
    region = where["physicalLocation"]["region"]
    assert (region["startLine"], region["endLine"]) == (11, 12)
    assert region["snippet"]["text"] == "\n".join(USERS_AFTER.splitlines()[10:12])


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/ü#?.py", "a%20b/%C3%BC%23%3F.py"),
        ("http://x", "http%3A//x"),
        ("-x\n%.py", "-x%0A%25.py"),
        ("caf\udce9.py", "caf%E9.py"),
    ],
)
def test_a_path_is_percent_encoded(path, uri):
    where = replace(blocking().findings[0].location, path=path)
    [result] = run(with_finding(location=where, suggestion=None))["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
    assert unquote_to_bytes(uri) == path.encode("utf-8", "surrogateescape")


def applied(text, result):
    """The fix, as the specification says a viewer applies it."""
    [fix] = result["fixes"]
    [change] = fix["artifactChanges"]
    [made] = change["replacements"]
    region, lines = made["deletedRegion"], text.splitlines(keepends=True)
    start = sum(map(len, lines[: region["startLine"] - 1])) + region.get("startColumn", 1) - 1
    last = lines[region["endLine"] - 1] if region["endLine"] <= len(lines) else ""
    column = region.get("endColumn", len(last.rstrip("\r\n")) + 1)
    end = sum(map(len, lines[: region["endLine"] - 1])) + column - 1
    return text[:start] + made["insertedContent"]["text"] + text[end:]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_fixes_make_the_revision(end):
    review = blocking()
    head = USERS_AFTER.replace("\n", end)
    tree = review.change.after.with_text("app/users.py", head)
    review = replace(review, change=replace(review.change, after=tree))

    text = head
    for result in run(review)["results"]:  # the later lines come first
        text = applied(text, result)

    assert text == fixed_users().replace("\n", end)
    assert QUERY.replace("\n", end) in text


def test_a_fix_that_takes_lines_away_leaves_no_empty_one():
    fix = Suggestion(11, 12, "", blocking().findings[0].suggestion.receipt)
    [result] = run(with_finding(suggestion=fix))["results"]

    lines = USERS_AFTER.splitlines(keepends=True)
    assert applied(USERS_AFTER, result) == "".join(lines[:10] + lines[12:])


@pytest.mark.parametrize("replacement", ["caf\udce9", "x" * 100_000])
def test_code_that_cannot_be_given_whole_is_not_given(replacement):
    fix = Suggestion(11, 12, replacement, blocking().findings[0].suggestion.receipt)
    [result] = run(with_finding(suggestion=fix))["results"]

    assert "fixes" not in result


def test_a_harmful_task_is_a_result_and_gets_no_fixes():
    [result] = run(harmful())["results"]
    assert (result["ruleId"], result["level"]) == ("harmful-task", "error")

    review = replace(blocking(), task_assessment=harmful().task_assessment)
    results = run(review)["results"]
    assert len(results) == 3
    assert not any("fixes" in result for result in results)


def test_dismissed_findings_are_suppressed_and_say_by_whom():
    shell, sql = run(dismissed())["results"]

    assert shell["suppressions"] == [
        {
            "kind": "inSource",
            "status": "accepted",
            "justification": "inline, nosec B602: the path comes from our own settings",
        }
    ]
    assert sql["suppressions"][0]["kind"] == "external"
    assert "ada, until 2027-01-31" in sql["suppressions"][0]["justification"]
    assert not shell["properties"]["blocks"]
    # All or none: an empty list says that a result stands.
    assert [r["suppressions"] for r in run(blocking())["results"]] == [[], []]


def test_what_was_skipped_is_told_and_the_run_was_no_success():
    [invocation] = run(incomplete())["invocations"]

    assert invocation["executionSuccessful"] is False
    told = invocation["toolExecutionNotifications"]
    assert [(n["descriptor"]["id"], n["level"]) for n in told] == [("skipped", "error")] * 2
    assert "it read 0 of the 1 file" in told[0]["message"]["text"]
    assert run(clean())["invocations"][0]["executionSuccessful"] is True


def test_notifications_point_at_their_descriptors():
    review = replace(
        blocking(),
        skipped=(Skipped("semgrep", "not here"),),
        coverage={"app/logo.png": Coverage.NOT_APPLICABLE},
    )
    only = run(review)
    known = only["tool"]["driver"]["notifications"]

    told = only["invocations"][0]["toolExecutionNotifications"]
    assert [n["descriptor"]["id"] for n in told] == ["skipped", "not-covered", "note"]
    assert all(known[n["descriptor"]["index"]]["id"] == n["descriptor"]["id"] for n in told)


def test_what_blocks_is_an_error():
    assert [r["level"] for r in run(stricter())["results"]] == ["error"]
    assert [r["level"] for r in run(incomplete())["results"]] == ["warning"]
    assert [r["level"] for r in run(incomplete(), fail_on=Severity.LOW)["results"]] == ["error"]


def test_a_finding_in_the_base_is_placed_in_the_head():
    where = replace(location("import sqlite3\n", "app/users.py", 5, 5), side=Side.LEFT)
    [result] = run(with_finding(location=where, suggestion=None))["results"]

    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 6, "endLine": 6}
    assert "It stands before the change, line 5." in result["message"]["text"]


def test_too_many_results_are_left_out_worst_first_and_it_is_said():
    finding = replace(blocking().findings[0], suggestion=None)
    many = tuple(replace(finding, fingerprint=f"{n:x}", severity=Severity.LOW) for n in range(5100))
    worst = replace(finding, severity=Severity.CRITICAL)
    hidden = tuple(replace(d, finding=finding) for d in dismissed().dismissed)

    only = run(replace(blocking(), findings=(*many, worst), dismissed=hidden))

    assert len(only["results"]) == 5000
    assert only["results"][0]["level"] == "error"
    told = only["invocations"][0]["toolExecutionNotifications"]
    [left] = [n for n in told if n["descriptor"]["id"] == "left-out"]
    assert left["message"]["text"].startswith("103 results ")


def test_ten_megabytes_are_never_reached_when_zipped():
    noise = random.Random(4)
    finding = blocking().findings[0]
    findings = []
    for number in range(1500):
        code = "".join(map(chr, noise.choices(range(0x4E00, 0x9000), k=9000)))
        fix = replace(finding.suggestion, replacement=code)
        findings.append(replace(finding, fingerprint=f"{number:x}", suggestion=fix))

    shown = FORMATS["sarif"](replace(blocking(), findings=tuple(findings)), Look())

    assert len(gzip.compress(shown.encode(), 1)) < 10_000_000
    assert 100 < len(json.loads(shown)["runs"][0]["results"]) < 1500
    assert "found no room here" in shown
