"""The JSON, version 1: what the schema holds it to."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from jsonschema import Draft202012Validator

from indict_review.change import Coverage, FileChange, Status
from indict_review.evidence import Severity
from indict_review.formats import json as review_json
from indict_review.revision import EditGroup, Verification, VerificationStatus
from tests.samples import (
    SAMPLES,
    USERS_AFTER,
    blocking,
    clean,
    dismissed,
    harmful,
    sql_injection,
    stricter,
)

SCHEMA = json.loads(review_json.schema())


def closed(schema):
    """The schema as we hold ourselves to it: nothing goes out that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items() if key not in {"if", "then"}}
    if schema.get("type") == "object" and "properties" in schema:
        inner["additionalProperties"] = False
    return inner


def document(review, fail_on=Severity.HIGH):
    return json.loads(review_json.render(review, fail_on))


def problems(value, schema=SCHEMA):
    return [error.json_path for error in Draft202012Validator(schema).iter_errors(value)]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_sample_is_valid_and_has_nothing_that_is_not_described(sample):
    shown = document(SAMPLES[sample]())

    assert problems(shown) == []
    assert problems(shown, closed(SCHEMA)) == []


def paths(schema, value, at=()):
    """Each field that a sample has and the schema requires."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*at, key)
            yield from paths(schema, item, (*at, key))
    elif isinstance(value, list) and value:
        yield from paths(schema, value[0], (*at, 0))


FREE = {("usage", "models"), ("usage", "phases"), ("usage", "spent")}
"""Objects by role and by phase: their keys are nobody's to require."""


@pytest.mark.parametrize(
    "path", [p for p in paths(SCHEMA, document(blocking())) if p[:-1] not in FREE], ids=str
)
def test_no_field_can_be_missing_or_of_another_type(path):
    for breaking in (lambda d, k: d.pop(k), lambda d, k: d.update({k: {"not": "this"}})):
        shown = document(blocking())
        inner = shown
        for key in path[:-1]:
            inner = inner[key]
        breaking(inner, path[-1])
        assert problems(shown) or path in FREE


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "indict-review/2"),
        (("verdict",), "passed"),
        (("gate",), "maybe"),
        (("findings", 0, "severity"), "HIGH"),
        (("findings", 0, "evidence"), []),
        (("findings", 1, "evidence", 0, "kind"), "background"),
        (("findings", 0, "start_line"), 0),
        (("findings", 0, "suggestion", "verified"), False),
        (("findings", 0, "suggestion", "receipt", "patch_sha256"), "abc"),
        (("claims", 0, "status"), "true"),
        (("claims", 0, "path"), ""),
        (("revision", "verification", "status"), "withheld"),
        (("dialogue", 0, "phase"), "later"),
        (("usage", "calls"), -1),
        (("usage", "phases", "static"), "fast"),
    ],
    ids=str,
)
def test_a_broken_document_is_refused(path, value):
    shown = document(blocking())
    inner = shown
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value

    assert problems(shown)


def test_readers_may_meet_fields_of_a_later_day():
    shown = document(blocking())
    shown["later"] = 1
    shown["findings"][0]["later"] = 1

    assert problems(shown) == []


def test_the_order_of_the_fields_is_that_of_the_contract():
    assert list(document(clean())) == list(document(blocking())) == SCHEMA["required"]


def test_it_ends_in_a_newline_and_is_ascii():
    text = review_json.render(blocking(), Severity.HIGH)

    assert text.endswith("}\n")
    assert text.isascii()


def test_a_patch_in_utf8_is_kept_to_the_byte():
    review = clean()
    patch = "--- a/ü\n+++ b/ü\n@@ -1 +1 @@\n-\u202e\x1b[0m\U0001f600\r\n+\t\x7f\u2028\n"
    review = replace(review, change=replace(review.change, patch=patch))

    shown = document(review)

    assert shown["change"]["patch"] == patch
    assert shown["notes"] == []


def test_bytes_that_are_no_utf8_are_replaced_and_it_is_said():
    patch = b"-caf\xe9\n+caf\xc3\xa9\n".decode("utf-8", "surrogateescape")
    review = replace(clean(), change=replace(clean().change, patch=patch))

    shown = document(review)

    assert shown["change"]["patch"] == "-caf\ufffd\n+café\n"
    assert shown["notes"] == [
        "1 byte of this document's text was not UTF-8 and stands here as U+FFFD: "
        "a patch that has such a byte cannot be applied from here"
    ]
    assert problems(shown) == []


def test_a_file_that_nobody_accounts_for_was_not_reviewed():
    review = replace(blocking(), coverage={"app/users.py": Coverage.REVIEWED})

    files = {f["path"]: f["coverage"] for f in document(review)["change"]["files"]}

    assert files == {"app/users.py": "reviewed", "app/logo.png": "skipped"}


def test_no_code_goes_out_for_a_harmful_task():
    review = replace(blocking(), task_assessment=harmful().task_assessment)

    shown = document(review)

    assert shown["verdict"] == "fail"
    assert [f["suggestion"] for f in shown["findings"]] == [None, None]
    assert shown["revision"]["patch"] == ""
    assert shown["revision"]["verification"]["status"] == "withheld"
    assert problems(shown) == []


def test_a_withheld_revision_has_no_patch():
    review = blocking()
    withheld = replace(review.revision, verification=Verification(VerificationStatus.WITHHELD))

    assert document(replace(review, revision=withheld))["revision"]["patch"] == ""


def test_dismissed_findings_are_told_with_the_decision_and_never_count():
    shown = document(dismissed())

    assert shown["verdict"] == "pass"
    assert shown["findings"] == []
    assert shown["dismissed"][0] == {
        "fingerprint": "3f1c0a92e7d45b68",
        "by": "ada",
        "reason": "only the nightly job calls it",
        "where": "ledger",
        "on": "2026-11-02",
        "until": "2027-01-31",
        "ident": "python.sql.built-from-input",
        "severity": "high",
        "path": "app/users.py",
        "start_line": 11,
        "end_line": 12,
        "title": "SQL injection",
        "message": sql_injection().message,
        "cwe": "CWE-89",
    }
    assert (shown["dismissed"][1]["where"], shown["dismissed"][1]["on"]) == ("inline", None)


def test_a_stricter_folder_makes_it_fail():
    assert document(stricter())["verdict"] == "fail"
    assert document(replace(stricter(), stricter=()))["verdict"] == "pass"


def test_a_file_is_known_by_the_hash_of_its_head():
    review = blocking()
    gone = FileChange("gone.py", None, Status.DELETED, "python", 0, 3)
    change = replace(review.change, files=(*review.change.files, gone))

    hashes = {
        f["path"]: f["sha256"] for f in document(replace(review, change=change))["change"]["files"]
    }

    assert hashes["app/users.py"] == sha256(USERS_AFTER.encode()).hexdigest()
    assert hashes["gone.py"] is None


def test_the_revision_says_what_it_fixes():
    made = stricter().revision
    twice = replace(made, groups=(*made.groups, EditGroup((), ("a", "91d7c04be62a8f35"))))

    shown = document(replace(stricter(), revision=twice))

    assert shown["revision"]["fixes"] == ["91d7c04be62a8f35", "a"]


def test_a_note_of_the_change_is_told_once():
    review = replace(blocking(), notes=(*blocking().change.notes, "another"))

    assert document(review)["notes"] == [*blocking().change.notes, "another"]


def test_the_verdict_follows_the_threshold():
    assert document(blocking(), Severity.CRITICAL)["verdict"] == "fail"
    low = replace(blocking(), findings=blocking().findings[:1])
    assert document(low, Severity.CRITICAL)["verdict"] == "pass"
    assert document(low, Severity.HIGH)["verdict"] == "fail"
