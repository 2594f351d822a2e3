"""Which samples are done: few or many, in one piece or in shards, always the same."""

import subprocess
import sys
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from indict_review.bench.interface import Look, Sample
from indict_review.bench.runs.choosing import Choice, chosen


@st.composite
def suites(draw):
    """Samples in groups; some units have several."""
    sizes = draw(st.lists(st.integers(1, 12), min_size=1, max_size=8))
    return [
        sample(f"{group}-{unit}", f"language {group}", side)
        for group, size in enumerate(sizes)
        for unit in range(size)
        for side in range(draw(st.integers(1, 3)))
    ]


def sample(unit, group, side=0):
    return Sample("made-up", f"{unit}/{side}", "", Look(b""), group, unit)


def units(samples):
    """Each once, in order. Fails if one is torn apart."""
    together = [s.together for s, before in zip(samples, [None, *samples], strict=False)
                if before is None or s.together != before.together]  # fmt: skip
    assert len(together) == len(set(together))
    return together


limits, shards, seeds = st.integers(1, 60), st.integers(1, 12), st.integers(0, 3)


@given(suites(), limits, shards, seeds)
def test_shards_have_nothing_in_common_and_are_everything_together(suite, limit, count, seed):
    whole = chosen(suite, Choice(limit, seed=seed))
    parts = [chosen(suite, Choice(limit, n, count, seed)) for n in range(1, count + 1)]

    assert Counter(s.ident for part in parts for s in part) == Counter(s.ident for s in whole)


@given(suites(), shards, seeds)
def test_shards_are_of_one_size_but_for_one_unit(suite, count, seed):
    sizes = [len(units(chosen(suite, Choice(None, n, count, seed)))) for n in range(1, count + 1)]

    assert max(sizes) - min(sizes) <= 1


@given(suites(), limits, seeds)
def test_a_limit_is_the_beginning_of_every_larger_one(suite, limit, seed):
    few, more = (chosen(suite, Choice(n, seed=seed)) for n in (limit, limit + 5))

    assert len(units(few)) == min(limit, len({s.together for s in suite}))
    assert more[: len(few)] == few


@given(suites(), limits, shards, seeds)
def test_what_belongs_together_stays_together(suite, limit, count, seed):
    taken = chosen(suite, Choice(limit, 1, count, seed))
    sizes = Counter(s.together for s in suite)

    assert Counter(s.together for s in taken) == {u: sizes[u] for u in units(taken)}


@given(suites(), limits, seeds, st.randoms())
def test_the_order_of_the_data_does_not_matter(suite, limit, seed, chance):
    shuffled = sorted(suite, key=lambda s: s.together)
    chance.shuffle(shuffled)

    assert {s.ident for s in chosen(shuffled, Choice(limit, seed=seed))} == {
        s.ident for s in chosen(suite, Choice(limit, seed=seed))
    }


@given(suites(), seeds)
def test_a_few_are_already_of_every_group(suite, seed):
    groups = {s.group for s in suite}

    assert {s.group for s in chosen(suite, Choice(len(groups), seed=seed))} == groups


def test_each_shard_has_every_language_however_many_shards_there_are():
    suite = [sample(f"{g}-{n}", f"language {g}") for g in range(8) for n in range(64)]
    for count in (2, 3, 4, 6, 8, 12, 16):
        for shard in range(1, count + 1):
            languages = Counter(s.group for s in chosen(suite, Choice(None, shard, count)))
            assert len(languages) == 8, (count, shard)
            assert max(languages.values()) - min(languages.values()) <= 2


def test_only_the_groups_that_were_named_are_taken():
    suite = [sample(f"{g}-{n}", f"language {g}") for g in range(3) for n in range(4)]
    taken = chosen(suite, Choice(3, groups=("language 1", "language 2")))

    assert [s.group for s in taken] == ["language 1", "language 2", "language 1"]


def test_every_process_chooses_the_same():
    program = (
        "from tests.test_bench_choosing import *\n"
        "suite = [sample(f'{g}-{n}', f'{g}') for g in range(5) for n in range(9)]\n"
        "print([s.ident for s in chosen(suite, Choice(7, 1, 2, 8))])\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip

    assert told == {"['0-3/0', '2-1/0', '4-5/0', '1-4/0']\n"}


def test_another_seed_chooses_others():
    suite = [sample(f"{n}", "all") for n in range(100)]

    assert chosen(suite, Choice(10, seed=1)) != chosen(suite, Choice(10, seed=2))
