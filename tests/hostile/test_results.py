"""The archive that comes back is made by the attacker: it is read, or refused, and nothing else."""

import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indict_review.errors import ToolError
from indict_review.sandbox.box import MOST_LEFT, left


def block(name, kind=tarfile.REGTYPE, size=0, content=b"", link=""):
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size or len(content), link
    return info.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512)


def sparse(name, claimed):
    """A file of nothing that says how large it is."""
    made = bytearray(block(name, tarfile.GNUTYPE_SPARSE))
    made[483:495] = b"%011o\0" % claimed
    made[148:156] = b" " * 8
    made[148:156] = b"%06o\0 " % sum(made)
    return bytes(made)


def pax(name, **headers):
    info = tarfile.TarInfo(name)
    info.pax_headers = headers
    return info.tobuf(tarfile.PAX_FORMAT)


def read(archive):
    """What it is taken for; None if it is refused."""
    try:
        return left(archive + bytes(1024))
    except ToolError:
        return None


def test_an_honest_archive_is_read():
    assert read(block("out", tarfile.DIRTYPE) + block("out/a/b", content=b"x")) == {"a/b": b"x"}


@pytest.mark.parametrize(
    "name",
    ["../x", "out/../../x", "/out/x", "/etc/passwd", "out", "outer/x", "./../out/x", "out/.."],
)
def test_names_that_lead_elsewhere_are_passed_over(name):
    assert read(block(name, content=b"x")) in ({}, None)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE]
)
def test_only_files_are_taken(kind):
    assert read(block("out/x", kind, link="/etc/passwd")) in ({}, None)


CLAIMED = str(2**28)


@pytest.mark.parametrize(
    "archive",
    [
        sparse("out/hole", int(CLAIMED)),
        pax(
            "out/x",
            **{"GNU.sparse.major": "0", "GNU.sparse.map": "0,0", "GNU.sparse.size": CLAIMED},
        ),
    ],
    ids=["old", "pax"],
)
def test_a_hole_is_not_filled(archive):
    """What a few bytes claim to be would be taken from the machine's own memory."""
    found = read(archive)

    assert sum(map(len, (found or {}).values())) <= MOST_LEFT


@pytest.mark.parametrize("size", [2**33, 2**62, 2**63, 2**64, 2**70, 2**87])
def test_a_size_that_cannot_be_is_no_crash(size):
    read(block("out/x", size=size))


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, b"x", b"g"])
def test_headers_of_headers_are_no_crash(kind):
    read(block("x", kind, content=b"9 path=a\n") * 5000)


NONSENSE = [
    {"path": "out/\0x"}, {"path": ""}, {"path": "out/\udcff"}, {"path": "../x"}, {"size": "-5"},
    {"path": "out/" + "d/" * 5000}, {"size": "9" * 5000}, {"size": "x"}, {"mtime": "nan"},
]  # fmt: skip


@pytest.mark.parametrize("headers", NONSENSE, ids=range(len(NONSENSE)))
def test_headers_that_say_nonsense_are_no_crash(headers):
    files = read(pax("out/x", **headers))

    assert all(not name.startswith("/") and ".." not in name.split("/") for name in files or {})


HONEST = (
    block("out", tarfile.DIRTYPE) + block("out/a", content=b"x" * 700) + pax("out/b", path="out/c")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), max_size=12))
def test_an_archive_with_anything_in_it_is_read_or_refused(changes):
    archive = bytearray(HONEST)
    for at, value in changes:
        archive[at] = value
    for start in range(0, len(archive), 512):  # let some changes get past the checksum
        header = archive[start : start + 512]
        if header[257:262] == b"ustar":
            header[148:156] = b" " * 8
            archive[start + 148 : start + 156] = b"%06o\0 " % (sum(header) & 0o777777)

    files = read(bytes(archive))

    assert sum(map(len, (files or {}).values())) <= MOST_LEFT


def test_very_many_names_are_read_in_one_go():
    assert len(read(b"".join(block(f"out/{n}") for n in range(2000))) or {}) == 2000


def test_the_archive_may_end_anywhere():
    whole = block("out/a", content=b"x" * 2000)
    for length in range(0, len(whole), 97):
        try:
            left(io.BytesIO(whole[:length]).getvalue())
        except ToolError:
            continue
