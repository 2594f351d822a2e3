"""The cache: a miss at worst, whoever has been at it."""

import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from indict_review import cache
from indict_review.cache import Cache, key_of


@pytest.fixture
def kept(tmp_path):
    return Cache(tmp_path / "user" / "cache")


def entry_of(kept, key):
    (path,) = kept.folder.rglob(key)
    return path


def test_what_was_put_is_there(kept):
    one, two = key_of("one"), key_of("two")
    kept.put({one: b"1\n\0"})

    assert kept.get([one, two]) == {one: b"1\n\0"}
    assert kept.folder.stat().st_mode & 0o777 == 0o700


def test_parts_of_a_key_do_not_run_into_each_other():
    assert key_of("ab", "c") != key_of("a", "bc") != key_of("abc")


@pytest.mark.parametrize("torn", [b"", b"x", b"{}", b"0" * 64 + b"\nlies"])
def test_a_torn_or_changed_entry_is_a_miss(kept, torn):
    key = key_of("k")
    kept.put({key: b"body"})
    entry_of(kept, key).write_bytes(torn)

    assert kept.get([key]) == {}


def test_an_entry_under_another_name_is_a_miss(kept):
    one, two = key_of("one"), key_of("two")
    kept.put({one: b"clean", two: b"dirty"})
    os.replace(entry_of(kept, one), entry_of(kept, two))

    assert kept.get([two]) == {}


def test_a_folder_that_others_may_write_to_is_not_used(kept):
    key = key_of("k")
    kept.put({key: b"body"})
    kept.folder.chmod(0o777)

    assert kept.get([key]) == {}
    kept.put({key_of("l"): b"body"})
    assert not list(kept.folder.rglob(key_of("l")))


def test_a_folder_that_is_a_link_is_not_used(kept, tmp_path):
    key = key_of("k")
    kept.put({key: b"body"})
    linked = Cache(tmp_path / "link")
    linked.folder.symlink_to(kept.folder)

    assert linked.get([key]) == {}


def test_where_nothing_can_be_kept_nothing_fails(tmp_path):
    (tmp_path / "file").write_text("")
    nowhere = Cache(tmp_path / "file" / "cache")
    nowhere.put({key_of("k"): b"body"})

    assert nowhere.get([key_of("k")]) == {}


def test_it_is_bounded_and_the_oldest_go_first(kept, monkeypatch):
    monkeypatch.setattr(cache, "SHARDS", 1)
    monkeypatch.setattr(cache, "MOST_ENTRIES", 20)
    keys = [sha256(bytes([n])).hexdigest() for n in range(60)]
    for age, key in enumerate(keys):
        kept.put({key: b"x"})
        if list(kept.folder.rglob(key)):
            os.utime(entry_of(kept, key), (age, age))

    left = set(kept.get(keys))
    assert 10 <= len(left) <= 21
    assert keys[-1] in left
    assert keys[0] not in left


def test_what_is_too_large_is_not_kept(kept):
    key = key_of("k")
    kept.put({key: bytes(cache.LARGEST + 1)})

    assert kept.get([key]) == {}


def test_many_at_once_see_whole_entries_or_none(kept):
    keys = [key_of(str(n)) for n in range(8)]

    def work(n):
        key = keys[n % 8]
        kept.put({key: key.encode() * 500})
        return all(body == name.encode() * 500 for name, body in kept.get(keys).items())

    with ThreadPoolExecutor(8) as workers:
        assert all(workers.map(work, range(200)))
    assert len(kept.get(keys)) == 8
    assert not list(kept.folder.rglob(".*"))
