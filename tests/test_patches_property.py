"""Whatever the file and the edit: what comes out is what was meant, or a refusal."""

from dataclasses import replace

from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import place
from indict_review.patches.interface import FilePatch, Hunk, Numbered, Quote, Whole, split_lines
from indict_review.patches.target import with_ends
from tests.patching import attempt

INDENT = st.integers(0, 3)
WORDS = st.sampled_from(["a", "b", "c", "}", "x y", ""])
NEW = st.sampled_from(["a", "n", "}", "m n", ""])


def apply(before, *pieces):
    """The text, or the `PatchError`."""
    patch = FilePatch("t.txt", "t.txt", Status.MODIFIED, pieces=pieces, sure=True)
    return attempt(lambda: place.apply(patch, before.encode()).content.decode())


@st.composite
def edited(draw):
    """Lines of a file, and stretches of it with what replaces each; none touches the next."""
    unit, end = draw(st.sampled_from(["\t", "  ", "    "])), draw(st.sampled_from(["\n", "\r\n"]))

    def line(words, tail=""):
        text = draw(words)
        return (
            (unit * draw(INDENT) if text else "") + text + draw(st.sampled_from(["", tail])) + end
        )

    before = [line(WORDS, "  ") for _ in range(draw(st.integers(1, 12)))]
    if draw(st.booleans()) and before[-1].strip():
        before[-1] = before[-1].removesuffix(end)
    edits, at = [], 0
    while at < len(before) and len(edits) < 3:
        start = draw(st.integers(at, len(before)))
        stop = min(start + draw(st.integers(0, 2)), len(before))
        after = [line(NEW) for _ in range(draw(st.integers(0, 2)))]
        if stop == len(before) and not before[-1].endswith(end):
            if start == stop:
                break  # nothing is put in after the last line
            after = [*after[:-1], *(one.removesuffix(end) for one in after[-1:])]
            after = after if after and after[-1] else ["z"]
        edits.append((start, stop, after))
        at = stop + 1
    return before, edits, unit, end


def expected(before, edits):
    out, at = [], 0
    for start, stop, after in edits:
        out += [*before[at:start], *after]
        at = stop
    return "".join([*out, *before[at:]])


def as_hunk(before, start, stop, after, around):
    above, below = before[max(start - around, 0) : start], before[stop : stop + around]
    return Hunk((*above, *before[start:stop], *below), (*above, *after, *below))


def as_quote(*written):
    one = as_hunk(*written)
    return Quote("".join(one.before), "".join(one.after))


ALIKE = (
    split_lines("a\n\n\na\na\na\na\na\n\n"),
    [(1, 1, ["\n", "\n"]), (2, 2, ["a\n"]), (3, 3, [])],
    "\t",
    "\n",
)
"""The first edit puts blank lines in beside others; the second parts these."""


@settings(max_examples=300, deadline=None)
@given(edited(), st.integers(1, 4), st.permutations(range(3)))
@example(ALIKE, 2, [0, 1, 2])
def test_edits_of_each_kind_make_what_was_meant_or_are_refused(made, around, order):
    before, edits, _, _ = made
    assume(edits)
    text, wanted = "".join(before), expected(before, edits)
    kinds = {
        "hunk": [as_hunk(before, *edit, around) for edit in edits],
        "hunk with its line": [
            replace(as_hunk(before, *edit, around), hint=max(edit[0] - around, 0)) for edit in edits
        ],
        "quote": [as_quote(before, *edit, around) for edit in edits],
        "numbered": [Numbered(a + 1, b, tuple(new), tuple(before[a:b])) for a, b, new in edits],
        "without before": [Numbered(a + 1, b, tuple(new)) for a, b, new in edits],
    }
    for kind, pieces in kinds.items():
        came = apply(text, *(pieces[n] for n in order if n < len(pieces)))
        event(f"{kind}: {'refused' if isinstance(came, PatchError) else 'applied'}")
        assert isinstance(came, PatchError) or came == wanted, kind
    assert apply(text, *kinds["numbered"]) == wanted


@settings(max_examples=200, deadline=None)
@given(edited())
def test_a_whole_file_is_that_file(made):
    before, edits, _, _ = made
    wanted = expected(before, edits)
    came = apply("".join(before), Whole(wanted))

    # A text cannot say that a file is to have a newline at its end that it never had.
    assert came in {wanted, wanted.removesuffix("\n").removesuffix("\r")}


def written_otherwise(how, lines, unit):
    """The lines of an edit as a model would write them; what white space there is, is lost."""
    if how == "line ends":
        return [line.replace("\r\n", "\n") for line in lines]
    if how == "ends of lines":
        return [line.rstrip() + "\n" for line in lines]
    if how == "deeper":
        return [unit * 2 + line if line.strip() else line for line in lines]
    if how == "less deep":
        depth = min(
            (len(line) - len(line.lstrip(unit)) for line in lines if line.strip()), default=0
        )
        return [line[depth:] if line.strip() else line for line in lines]
    if unit == "\t":
        return [line.replace("\t", "    ") for line in lines]
    return [line.replace(unit, "\t") for line in lines]


def fits_elsewhere(lines, hunk, start):
    """Whether the edit, as it is written, would be right at another place."""
    wanted, there = [one.rstrip() for one in hunk.before], [one.rstrip() for one in lines]
    return any(there[at : at + len(wanted)] == wanted for at in range(len(lines)) if at != start)


@settings(max_examples=600, deadline=None)
@given(
    edited(),
    st.integers(1, 4),
    st.sampled_from(["line ends", "ends of lines", "deeper", "less deep", "tabs"]),
    st.booleans(),
)
def test_what_is_written_with_other_white_space_is_right_or_refused(made, around, how, quoted):
    before, edits, unit, end = made
    assume(edits)
    start, stop, after = edits[0]
    exact = as_hunk(before, start, stop, after, around)
    # What the edit keeps or takes away has to show how it is written.
    assume(end in before[0] or end == "\n")
    assume(any(one.strip() and (how != "tabs" or one[0] in " \t") for one in exact.before))
    # Written without it, an edit that is of nothing but white space cannot be seen any more.
    assume(all(a == b for a in after for b in exact.before if a.strip() == b.strip()))
    both = written_otherwise(how, [*exact.before, *exact.after], unit)
    cut = len(exact.before)
    written = Hunk(*(tuple(split_lines("".join(part))) for part in (both[:cut], both[cut:])))
    assume(not fits_elsewhere(before, written, max(start - around, 0)))
    piece = Quote("".join(written.before), "".join(written.after)) if quoted else written
    # A quote may begin amid a line; then it is taken at its word.
    literal = with_ends("".join(written.before), end)
    assume(not quoted or how == "line ends" or literal not in "".join(before))

    came = apply("".join(before), piece)

    event(f"{how}: {'refused' if isinstance(came, PatchError) else 'applied'}")
    assert isinstance(came, PatchError) or came == expected(before, edits[:1])
