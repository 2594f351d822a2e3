"""Some 1,700 replies of AIs: what is applied is right, or nothing is."""

from collections import Counter

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from indict_review.change import File, Tree
from indict_review.errors import PatchError
from indict_review.patches import reading, trees
from tests.patching import git, repository, snapshot
from tests.replies import changes
from tests.replies.changes import Change
from tests.replies.corpus import corpus
from tests.replies.forms import FORMS, Kind
from tests.replies.judging import Court, Outcome
from tests.replies.parts import Unsayable
from tests.replies.sloppiness import SLOPPINESS, Expect, plain
from tests.replies.told import body, lines_of, places, spoken, told

REPLIES = list(corpus())

NEVER = {
    "no fence": {"apply-patch by shell", "whole-file", "whole-file, path in the fence",
                 "suggestion", "mixed with numbers"},
    "cut off, no fence": {"apply-patch by shell", "whole-file", "whole-file, path in the fence",
                          "suggestion", "mixed with numbers"},
    "a fence too narrow": {name for name in FORMS if name.startswith(("json", "mixed"))},
    "LF throughout": {name for name in FORMS if name.startswith("json")},
    "trailing whitespace lost": {"mixed"},
}  # fmt: skip
"""Forms that a sloppiness cannot happen to, beside those of another kind."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """Every reply with its outcome; some are told their form, as with `--patch-format`."""
    court = Court(tmp_path_factory.mktemp("replies"))
    outcomes = []
    for number, reply in enumerate(REPLIES):
        outcomes.append((reply, *court.judge(reply)))
        if reply.sloppiness == "none" and number % 4 == 0:
            outcomes.append((reply, *court.judge(reply, form=reply.form.option)))
    assert list(court.changed()) == []
    return outcomes


def told_of(judged, *outcomes):
    return [f"{r.name}: {said}" for r, outcome, said in judged if outcome in outcomes]


def test_the_corpus_is_large_and_has_every_form_with_every_sloppiness():
    found = Counter((reply.form.name, reply.sloppiness) for reply in REPLIES)

    assert len(REPLIES) > 1_000
    for form in FORMS.values():
        assert found[form.name, "none"] >= 6
        for sloppiness in SLOPPINESS:
            possible = form.kind in sloppiness.kinds
            possible &= form.name not in NEVER.get(sloppiness.name, set())
            assert bool(found[form.name, sloppiness.name]) is possible, (form.name, sloppiness.name)


def test_every_trap_is_set_for_more_than_one_form():
    found = Counter(reply.sloppiness for reply in REPLIES if reply.change == "trap")

    assert len(found) == 12
    assert min(found.values()) >= 2


def test_the_corpus_is_the_same_at_each_call():
    assert [reply.text for reply in corpus()] == [reply.text for reply in REPLIES]


@pytest.mark.parametrize("change", changes.changes(), ids=lambda change: change.name)
def test_git_makes_of_its_form_what_the_corpus_expects(change, tmp_path):
    """So that the corpus is not judged by what it tests."""
    root = repository(tmp_path / "r", {p: f.content for p, f in change.before.files.items()})
    (root / "bin/serve.sh").chmod(0o755)
    (part,) = FORMS["git"].write(told(change))

    git(root, "apply", "--whitespace=nowarn", "-", stdin=part.body.encode())

    made = {path: File(content, mode) for path, (content, mode) in snapshot(root).items()}
    assert Tree(made) == change.after


@pytest.mark.parametrize("change", changes.changes(), ids=lambda change: change.name)
def test_what_is_told_makes_the_change(change):
    for one in told(change):
        if one.new is not None:
            assert spoken(one, one) == one.new


def test_nothing_is_applied_wrongly(judged):
    assert told_of(judged, Outcome.WRONG) == []


def test_what_can_be_applied_is(judged):
    assert told_of(judged, Outcome.TOO_STRICT) == []


def test_what_has_to_be_refused_is_refused_in_two_lines(judged):
    refused = [said for reply, outcome, said in judged if outcome is Outcome.REFUSED]

    assert len(refused) > 300
    for said in refused:
        what, hint = said.split("\n")
        assert len(what) > 15
        assert len(hint) > 10


def test_what_may_go_either_way_goes_both(judged):
    outcomes = {o for reply, o, _ in judged if reply.expect is Expect.EITHER}

    assert outcomes == {Outcome.RIGHT, Outcome.REFUSED}


PLAIN = st.sampled_from(
    ["", "    ", "a = 1", "b = 2", "  b = 2", "def f(x):", "    return x", "\tx", "é", "}", "x  "]
)
HOSTILE = PLAIN | st.sampled_from(
    [
        "```", "````", "```diff", "=======", "<<<<<<< SEARCH", ">>>>>>> REPLACE", "-------",
        "--- a", "+++ b", "@@", "@@ -1 +1 @@", "*** End Patch", "*** Update File: t.py", "...",
        "\\ No newline at end of file", "diff --git a/x b/x", "t.py", '{"path": "t.py"}',
        "\\", "EOF", "\f", "\x85", "\u2028", "a\rb", "- ", "+ ", "~~~",
    ]
)  # fmt: skip


SPACER = [f"# {n}" for n in range(10)]


@st.composite
def edited(draw, form, line):
    """A text, and the same with some lines changed: in two places, if the form is a mixture."""
    before, after = draw(section(line))
    if form.option is None or draw(st.booleans()):
        others = draw(section(line))
        before, after = ([*a, *SPACER, *b] for a, b in zip((before, after), others, strict=True))
    assume(before != after and len(before) > 1 and any(before))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    # Nobody sees whether a blank line is the last one.
    seen = all(text and text[-1].strip() for text in (before, after))
    last = draw(st.sampled_from([end, ""])) if seen else end
    return tuple(end.join(text) + (last if text else "") for text in (before, after))


@st.composite
def section(draw, line):
    before = draw(st.lists(line, max_size=6))
    after = list(before)
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(after)))
        after[at : at + draw(st.integers(0, 2))] = draw(st.lists(line, max_size=3))
    return before, after


def round_trip(form, texts):
    """The change, there and back: the file as it is to be, and as it came to be."""
    before, after = (Tree({"t.py": File(text.encode())}) for text in texts)
    files = told(Change("", before, after))
    clear = all(places(lines_of(t.old), p, body) == 1 for t in files for p in t.passages)
    assume(clear or (form.kind is not Kind.QUOTE and form.option))
    try:
        parts = form.write(files)
    except Unsayable:
        reject()
    read = reading.read(plain(parts, None), form.option)
    made = trees.apply(read.patches, before).after.files["t.py"].content
    if form.kind is Kind.WHOLE:  # whether its last line has an end, is the file's to say
        return texts[1].rstrip("\r\n"), made.decode().rstrip("\r\n")
    return texts[1], made.decode()


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_written_is_read_back(form, data):
    meant, made = round_trip(form, data.draw(edited(form, PLAIN)))

    assert made == meant


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_looks_like_marks_is_read_back_or_refused(form, data):
    try:
        meant, made = round_trip(form, data.draw(edited(form, HOSTILE)))
    except PatchError:
        return
    assert made == meant
