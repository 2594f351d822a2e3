"""rdjson for reviewdog, and GitLab's code quality report."""

import json
from dataclasses import replace

from indict_review.change import Tree
from indict_review.evidence import Severity, Skipped
from indict_review.finding import Suggestion
from indict_review.formats import FORMATS, Look
from tests.samples import (
    QUERY,
    blocking,
    clean,
    dismissed,
    harmful,
    incomplete,
    stricter,
)


def shown(name, review, **look):
    return json.loads(FORMATS[name](review, Look(**look)))


def test_rdjson_has_what_reviewdog_reads():
    read = shown("rdjson", blocking())

    assert read["source"] == {"name": "indict-review"}
    assert read["severity"] == "ERROR"
    sql = read["diagnostics"][1]
    assert sql["message"].startswith("SQL injection (CWE-89): The query is put together")
    assert sql["location"] == {
        "path": "app/users.py",
        "range": {"start": {"line": 11, "column": 5}, "end": {"line": 12, "column": 40}},
    }
    assert sql["code"] == {
        "value": "python.sql.built-from-input",
        "url": "https://cwe.mitre.org/data/definitions/89.html",
    }
    assert sql["suggestions"] == [
        {"range": {"start": {"line": 11}, "end": {"line": 12}}, "text": QUERY}
    ]


def test_columns_are_bytes_of_utf8():
    review = blocking()
    text = review.change.after.text("app/users.py").replace("fetchone", "\u00e9\U00010400")
    review = replace(
        review, change=replace(review.change, after=Tree({}).with_text("app/users.py", text))
    )

    end = shown("rdjson", review)["diagnostics"][1]["location"]["range"]["end"]

    line = text.split("\n")[11]
    assert end["column"] == len(line.encode()) + 1 == len(line) + 1 + 1 + 3


def test_rdjson_calls_an_error_what_blocks():
    def severities(review, **look):
        return [d["severity"] for d in shown("rdjson", review, **look)["diagnostics"]]

    assert severities(incomplete()) == ["WARNING", "WARNING", "WARNING"]
    assert severities(incomplete(), fail_on=Severity.LOW)[-1] == "ERROR"
    assert severities(stricter()) == ["ERROR"]
    assert severities(harmful()) == ["ERROR"]
    assert severities(dismissed()) == ["INFO", "INFO"]
    assert severities(clean()) == []


def test_code_that_json_cannot_hold_is_not_suggested():
    finding = blocking().findings[0]
    fix = Suggestion(11, 12, "caf\udce9", finding.suggestion.receipt)
    review = replace(blocking(), findings=(replace(finding, suggestion=fix),))

    assert shown("rdjson", review)["diagnostics"][0]["suggestions"] == []


def test_no_code_is_suggested_for_a_harmful_task():
    review = replace(blocking(), task_assessment=harmful().task_assessment)

    assert [d.get("suggestions", []) for d in shown("rdjson", review)["diagnostics"]] == [[]] * 3


def test_gitlab_has_what_its_report_needs():
    shell, sql = shown("gitlab", blocking())

    assert [shell["severity"], sql["severity"]] == ["blocker", "critical"]
    assert sql == {
        "description": sql["description"],
        "check_name": "python.sql.built-from-input",
        "fingerprint": "3f1c0a92e7d45b68",
        "severity": "critical",
        "location": {"path": "app/users.py", "lines": {"begin": 11, "end": 12}},
    }
    assert sql["description"].startswith("SQL injection (CWE-89): The query is put together")


def test_gitlab_is_empty_only_when_all_was_looked_at_and_nothing_found():
    assert shown("gitlab", clean()) == []
    assert [i["severity"] for i in shown("gitlab", dismissed())] == ["info", "info"]
    skipped = shown("gitlab", replace(clean(), skipped=(Skipped("semgrep", "not here"),)))
    assert [(i["check_name"], i["severity"]) for i in skipped] == [("skipped", "major")]
    assert [i["severity"] for i in shown("gitlab", harmful())] == ["blocker"]


def test_gitlab_fingerprints_differ():
    skips = (Skipped("semgrep", "not here"), Skipped("bandit", "not here"))
    issues = shown("gitlab", replace(blocking(), skipped=skips))

    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 4
