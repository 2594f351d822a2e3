"""What holds for every format, and the snapshots of each."""

import io
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indict_review.change import File, Tree
from indict_review.evidence import Severity
from indict_review.formats import FORMATS
from indict_review.formats.interface import Look, is_live, look_at
from indict_review.review import Review
from tests.samples import SAMPLES, USERS_AFTER, blocking, fixed_users

SNAPSHOTS = Path(__file__).parent / "snapshots"
SUFFIXES = {
    "text": "txt",
    "json": "json",
    "markdown": "md",
    "sarif": "sarif",
    "annotations": "annotations",
    "rdjson": "rdjson",
    "gitlab": "gitlab.json",
}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", FORMATS)
def test_the_whole_output_is_as_it_was(name, sample):
    shown = FORMATS[name](SAMPLES[sample](), Look(width=100))

    kept = SNAPSHOTS / f"{sample}.{SUFFIXES[name]}"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        kept.write_bytes(shown.encode())
    assert shown == kept.read_bytes().decode()


def poisoned(value, text):
    """The same review with `text` in every string and every file of it."""
    if isinstance(value, Enum) or value is None:
        return value
    if isinstance(value, str):
        return f"{value}{text}" if len(text) % 2 else f"{text}{value}"
    if isinstance(value, tuple):
        return tuple(poisoned(item, text) for item in value)
    if isinstance(value, dict):
        return {key: poisoned(item, text) for key, item in value.items()}
    if isinstance(value, Tree):
        lines = text.encode("utf-8", "surrogatepass") + b"\xff\x9b"
        return Tree({p: replace(f, content=f.content.replace(b"(", lines)) for p, f in
                     value.files.items()})  # fmt: skip
    if is_dataclass(value):
        named = {f.name: poisoned(getattr(value, f.name), text) for f in fields(value)}
        return type(value)(**named)
    return value


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x1b\x9b\r\n\t\0\x7f\u202e\u2066\u200b\u2028\ufeff\ud800\udcff[]/"),
    )
)


@settings(max_examples=60, deadline=None)
@given(HOSTILE, st.sampled_from(list(SAMPLES)), st.booleans())
@example("\ud800\udcff\x1b]8;;\x07\u202e\n\r\x9b", "blocking", True)
@example("\ud800\udcff\x1b]8;;\x07\u202e\n\r\x9b", "revised", False)
def test_nothing_of_a_review_reaches_the_terminal_raw(text, sample, unicode):
    review = poisoned(SAMPLES[sample](), text)
    assert text in review.change.patch

    for name in FORMATS:
        shown = FORMATS[name](review, Look(width=80, unicode=unicode))
        lines = shown.encode("utf-8" if unicode else "ascii").decode().split("\n")
        bad = [c for line in lines for c in line if not (c.isprintable() or is_space(c))]
        assert not bad


def is_space(char):
    return char in "\u00a0\u1680\u202f\u205f\u3000" or "\u2000" <= char <= "\u200a"


@given(HOSTILE)
@settings(max_examples=30, deadline=None)
def test_with_colour_only_our_own_colours_escape(text):
    shown = FORMATS["text"](poisoned(blocking(), text), Look(width=80, colour=True))

    stripped = io.StringIO()
    rest = shown
    while "\x1b" in rest:
        before, _, rest = rest.partition("\x1b[")
        codes, _, rest = rest.partition("m")
        assert set(codes) <= set("0123456789;")
        stripped.write(before)
    assert all(c.isprintable() or is_space(c) or c == "\n" for c in stripped.getvalue() + rest)


def test_the_samples_revision_is_a_patch_that_git_applies(tmp_path):
    (tmp_path / "app").mkdir()
    target = tmp_path / "app" / "users.py"
    target.write_text(USERS_AFTER)
    review = blocking()

    subprocess.run(
        ["git", "apply", "-"], input=review.revision.patch, text=True, cwd=tmp_path, check=True
    )

    assert target.read_text() == fixed_users()


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_loads_none_of_the_others(name):
    others = {"terminal", "json", "markdown", "sarif", "annotations", "rdjson", "gitlab"}
    module = {"text": "terminal"}.get(name, name)
    script = (
        "import sys; from indict_review.formats import FORMATS, Look; "
        "from tests.samples import clean; "
        f"FORMATS[{name!r}](clean(), Look()); "
        "print(*(m[22:] for m in sys.modules if m.startswith('indict_review.formats.')))"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert set(ran.stdout.split()) & others == {module}


class Stream(io.StringIO):
    def __init__(self, tty, encoding="utf-8"):
        super().__init__()
        self.tty, self.named = tty, encoding

    def isatty(self):
        return self.tty

    @property
    def encoding(self):
        return self.named


@pytest.mark.parametrize(
    ("tty", "environ", "colour"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(tty, environ, colour):
    assert look_at(Stream(tty), environ, Severity.HIGH).colour is colour


def test_a_stream_that_is_no_utf8_gets_ascii():
    assert not look_at(Stream(True, "latin-1"), {}, Severity.HIGH).unicode
    assert look_at(Stream(True, "UTF-8"), {}, Severity.HIGH).unicode


def test_a_line_is_drawn_over_only_on_a_terminal_outside_ci():
    assert is_live(Stream(True), {})
    assert not is_live(Stream(True), {"CI": "true"})
    assert not is_live(Stream(True), {"TERM": "dumb"})
    assert not is_live(Stream(False), {})


def test_a_review_of_nothing_can_be_shown():
    review = Review(replace(blocking().change, files=(), before=Tree(), after=Tree()), "indict")

    for show in FORMATS.values():
        assert show(review, Look())


def test_ten_megabytes_on_one_line_are_cut_and_it_is_said():
    review = blocking()
    content = ("\n" * 10 + "x" * 10_000_000 + "\n\x1b[2J\n").encode() + b"\n" * 8
    review = replace(
        review,
        change=replace(review.change, after=Tree({"app/users.py": File(content)})),
    )

    shown = FORMATS["text"](review, Look(width=100))

    assert "characters more" in shown
    assert "… 9,999,600 characters more" in " ".join(shown.replace("│", "").split())
    assert len(shown) < 20_000
