"""The ledger's text: read strictly, changed without moving anything else."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import indict_review
from indict_review.errors import ConfigError
from indict_review.ledger.entries import KEYS, LEDGER, Entry, parse
from indict_review.ledger.writing import appended, without

ONE = "0123456789abcdef"
TWO = "fedcba9876543210"
BOOK = f"""\
# Ours. Ask Ada before you add one.
decisions:
  # the importer
  - fingerprint: "{ONE}"   # by hand
    by: Ada
    on: 2026-11-22
    reason: >
      it reads files
      that we made
  # the exporter
  - {{fingerprint: "{TWO}", by: Bo, on: "2026-11-01", reason: not reachable, until: 2026-12-01}}

# the end
""".encode()
NEW = Entry("00000000000000ff", "Ada <a@b.example>", date(2026, 11, 22), 'says "no"', "CWE-78")


def test_decisions_are_read_in_both_spellings():
    one, two = parse(BOOK)

    assert one == Entry(ONE, "Ada", date(2026, 11, 22), "it reads files that we made")
    assert two.until == date(2026, 12, 1)
    assert two.on == date(2026, 11, 1)
    assert two.in_force(date(2026, 12, 1))
    assert not two.in_force(date(2026, 12, 2))


@pytest.mark.parametrize("empty", ["", "# none yet\n", "decisions:\n", "decisions: []\n"])
def test_a_ledger_may_be_empty(empty):
    assert parse(empty.encode()) == ()


ENTRY = f'decisions:\n- fingerprint: "{ONE}"\n  by: Ada\n  on: 2026-11-22\n  reason: it is fine\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("decisions: 3\n", "no list"),
        ("- a\n", "something else"),
        (ENTRY + "other: 1\n", "something else"),
        (ENTRY + "- 3\n", "decision 2 is no mapping"),
        (ENTRY + "  resaon: typo\n", "unknown key: resaon"),
        (ENTRY + "  [1]: 2\n", "cannot be used"),
        (ENTRY + "  3: 2\n", "no text"),
        (ENTRY.replace("it is fine", '"- ?"'), "gives no reason"),
        (ENTRY.replace("  reason: it is fine\n", ""), "no `reason`"),
        (ENTRY.replace("it is fine", "[a, b]"), "`reason` is no text"),
        (ENTRY.replace("2026-11-22", "2026-13-01"), "cannot be used"),
        (ENTRY.replace("2026-11-22", "yesterday"), "`on` is no day"),
        (ENTRY.replace("2026-11-22", "2026-11-22 10:00:00"), "`on` is no day"),
        (ENTRY + "  until: 7\n", "`until` is no day"),
        (ENTRY.replace(ONE, "xyz"), "no fingerprint, but xyz"),
        (ENTRY.replace(f'"{ONE}"', "1234567890123456"), "`fingerprint` is no text"),
        (ENTRY + ENTRY.removeprefix("decisions:\n"), f"two decisions are on {ONE}"),
        (ENTRY.replace("it is fine", "!!python/object:os.system x"), "cannot be used"),
        ("decisions: [\n", "cannot be used"),
        (ENTRY.replace("Ada", "\x00"), "cannot be used"),
    ],
)
def test_what_is_not_a_ledger_is_an_error_and_never_no_decisions(text, said):
    with pytest.raises(ConfigError, match="cannot be used") as caught:
        parse(text.encode())

    assert said in str(caught.value)
    assert "\n" not in str(caught.value) + caught.value.hint


def test_a_misspelt_key_is_named_with_the_right_one():
    with pytest.raises(ConfigError) as caught:
        parse((ENTRY + "  untill: 2026-12-01\n").encode())

    assert caught.value.hint == "Did you mean `until`?"


def test_a_bomb_is_refused_before_it_goes_off():
    levels = "".join(f"  - &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20))
    with pytest.raises(ConfigError, match="cannot be used"):
        parse(f"decisions:\n  - &a0 [x]\n{levels}".encode())
    with pytest.raises(ConfigError, match="cannot be used"):
        parse(b"decisions:\n" + b"# long\n" * 2**18)


@given(st.one_of(st.text(), st.binary()))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    except ConfigError:
        pass


def test_an_entry_is_added_at_the_end_and_the_rest_stays_byte_for_byte():
    made = appended(BOOK, NEW)

    assert made.startswith(BOOK)
    assert made[len(BOOK) :].decode() == (
        '  - fingerprint: "00000000000000ff"\n'
        '    ident: "CWE-78"\n'
        '    by: "Ada <a@b.example>"\n'
        "    on: 2026-11-22\n"
        '    reason: "says \\"no\\""\n'
    )
    assert parse(made) == (*parse(BOOK), NEW)


@pytest.mark.parametrize("text", ["", "# ours", "decisions: []  # none", "decisions:\n", "# a\r\n"])
def test_the_first_entry_finds_its_place(text):
    made = appended(text.encode(), NEW).decode()

    assert parse(made.encode()) == (NEW,)
    assert all(comment in made for comment in ("# ours", "# none", "# a") if comment in text)
    assert made.count("\r\n") == (made.count("\n") if "\r" in text else 0)


def test_an_entry_is_taken_out_and_the_rest_stays_byte_for_byte():
    gone = without(BOOK, ONE)
    end = BOOK.index(b"  # the exporter")

    assert gone == BOOK[: BOOK.index(b"  - finger")] + BOOK[end:]
    assert without(appended(BOOK, NEW), NEW.fingerprint) == BOOK
    assert parse(without(without(BOOK, ONE), TWO)) == ()


@pytest.mark.parametrize(
    "text", [f'decisions: [{{fingerprint: "{ONE}", by: A, on: 2026-11-22, reason: fine}}]\n']
)
def test_what_cannot_be_changed_without_rewriting_it_is_left_alone(text):
    for attempt in (lambda c: appended(c, NEW), lambda c: without(c, ONE)):
        with pytest.raises(ConfigError, match="cannot be changed"):
            attempt(text.encode())


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=3, max_size=40).map(
    lambda text: f"why {text}"
)


@given(words, words, st.none() | st.dates(date(2000, 1, 1)))
def test_whatever_is_written_is_read_again(reason, by, until):
    entry = Entry(TWO, by, date(2026, 11, 22), reason, until=until)
    start = BOOK.split(b"  # the exporter")[0]

    assert parse(appended(start, entry))[-1] == entry


def test_the_schema_for_editors_speaks_of_the_same_keys():
    path = Path(indict_review.__file__).parent / "schema" / "decisions-1.json"
    schema = json.loads(path.read_text())
    Draft202012Validator.check_schema(schema)
    decision = {"fingerprint": ONE, "by": "Ada", "on": "2026-11-22", "reason": "it is fine"}

    assert set(schema["$defs"]["decision"]["properties"]) == set(KEYS)
    assert Draft202012Validator(schema).is_valid({"decisions": [decision]})
    assert not Draft202012Validator(schema).is_valid({"decisions": [{**decision, "who": "x"}]})
    assert LEDGER == ".indict-review/decisions.yaml"
