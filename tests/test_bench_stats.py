"""Intervals and tests: known values, what always holds, and how often an interval is right."""

import itertools
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indict_review.bench.reckoning import stats

PARTS = st.lists(
    st.tuples(st.floats(0, 1e6), st.integers(1, 3).map(float)), min_size=1, max_size=12
)
PAIRS = st.lists(
    st.tuples(*[st.integers(0, 50).map(float), st.just(1.0)] * 2), min_size=1, max_size=8
)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [  # scipy 1.17.1: binomtest(hits, count).proportion_ci(method="wilson")
        (14, 20, 0.4810271816464766, 0.8545227551323957),
        (0, 10, 0.0, 0.27753279986288926),
        (10, 10, 0.7224672001371109, 1.0),
        (1, 3, 0.06149194472039626, 0.7923403991979523),
        (57, 119, 0.3913052015348085, 0.5679919278871217),
    ],
)
def test_wilson_s_interval_is_the_known_one(hits, count, low, high):
    assert stats.wilson(hits, count) == pytest.approx((low, high), abs=1e-12)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_s_interval_has_its_rate_and_stays_a_share(of):
    hits, count = of
    low, high = stats.wilson(hits, count)

    assert 0 <= low <= hits / count <= high <= 1
    assert low < high


def binomial(count, share):
    """How likely each number of hits is."""
    return [math.comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(count + 1)]


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
@pytest.mark.parametrize("count", [21, 60])
def test_wilson_s_interval_holds_the_truth_about_as_often_as_it_says(count, share):
    holds = [
        low <= share <= high for low, high in (stats.wilson(k, count) for k in range(count + 1))
    ]
    covered = sum(p for p, held in zip(binomial(count, share), holds, strict=True) if held)

    assert 0.92 <= covered <= 0.99  # all outcomes are counted: nothing is left to chance


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [  # scipy 1.17.1: binomtest(min(one, other), one + other).pvalue
        (0, 0, 1.0),
        (0, 5, 0.0625),
        (0, 6, 0.03125),
        (1, 9, 0.021484375),
        (3, 12, 0.03515625),
        (10, 25, 0.016673847800120715),
    ],
)
def test_mcnemar_s_test_is_the_exact_one(one, other, p):
    assert stats.sign_test(one, other) == pytest.approx(p, rel=1e-12)
    assert stats.sign_test(other, one) == stats.sign_test(one, other)


def test_thousands_of_discordant_pairs_are_counted_exactly_too():
    assert stats.sign_test(1500, 1500) == 1.0
    assert 0 < stats.sign_test(1000, 2000) < 1e-70


def test_few_pairs_can_show_nothing_and_six_can():
    assert stats.fewest(1) == 6
    assert stats.sign_test(5, 0) > stats.LEVEL > stats.sign_test(6, 0)
    assert stats.fewest(10) == 9  # 2 / 2**9 * 10 = 0.039


@pytest.mark.parametrize(
    ("values", "adjusted"),
    [  # by hand: sorted, times 3, 2, 1, never less than the one before
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        ([0.5, 0.01, 0.02], [0.5, 0.03, 0.04]),
        ([0.9, 0.6], [1.0, 1.0]),
        ([], []),
    ],
)
def test_holm_s_steps_are_those_of_the_paper(values, adjusted):
    assert stats.holm(values) == pytest.approx(adjusted)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_never_lowers_a_p_nor_changes_their_order(values):
    adjusted = stats.holm(values)

    assert all(p <= a <= 1 for p, a in zip(values, adjusted, strict=True))
    by_p = [a for _, a in sorted(zip(values, adjusted, strict=True))]
    assert by_p == sorted(by_p)
    assert all(a <= min(1, p * len(values)) + 1e-12 for p, a in zip(values, adjusted, strict=True))


def test_the_bootstrap_of_a_mean_is_near_the_known_one():
    rows = [(float(x), 1.0) for x in (3, 7, 1, 12, 5, 9, 2, 40, 6, 8, 11, 4)]
    low, high = stats.bootstrap(rows, stats.ratio)

    # scipy 1.17.1: bootstrap(method="percentile", n_resamples=200000): 4.75 to 15.417
    assert low == pytest.approx(4.75, abs=0.35)
    assert high == pytest.approx(15.417, abs=1.0)


@settings(deadline=None, max_examples=25)
@given(PARTS)
def test_a_bootstrap_s_interval_has_its_estimate_whatever_the_order(rows):
    low, high = stats.bootstrap(rows, stats.ratio)

    assert low <= stats.ratio(stats.totals(rows)) <= high
    assert stats.bootstrap(rows[::-1], stats.ratio) == (low, high)


def test_the_bootstrap_holds_the_truth_about_as_often_as_it_says():
    draw = random.Random(7)
    held = 0
    for _ in range(150):
        rows = [(draw.gauss(10, 3), 1.0) for _ in range(40)]
        low, high = stats.bootstrap(rows, stats.ratio)
        held += low <= 10 <= high

    assert 0.89 <= held / 150 <= 0.99


def test_samples_that_hang_together_are_drawn_together():
    apart = [(float(n % 2), 1.0) for n in range(40)]
    together = [(10.0 * (n % 2), 10.0) for n in range(4)]  # the same forty, ten in each unit
    wide, narrow = (
        high - low for low, high in (stats.bootstrap(r, stats.ratio) for r in (together, apart))
    )

    assert wide > 2 * narrow


def every_exchange(rows):
    """The same test the slow way: all of its 2**n ways."""
    seen = abs(stats.gap(stats.totals(rows)))
    told = []
    for way in itertools.product((False, True), repeat=len(rows)):
        moved = [r[2:] + r[:2] if swap else r for r, swap in zip(rows, way, strict=True)]
        told.append(abs(stats.gap(stats.totals(moved))) >= seen - 1e-9)
    return sum(told) / len(told)


def test_the_exchange_test_of_seven_pairs_is_the_known_one():
    one, other = (12, 15, 9, 22, 31, 8, 17), (14, 21, 9, 25, 40, 7, 30)
    rows = [(float(a), 1.0, float(b), 1.0) for a, b in zip(one, other, strict=True)]

    # scipy 1.17.1: permutation_test(permutation_type="samples", n_resamples=inf): 0.0625
    assert stats.exchange_test(rows) == 0.0625


@settings(deadline=None, max_examples=40)
@given(PAIRS)
def test_the_exchange_test_of_few_pairs_tries_every_exchange(rows):
    assert stats.exchange_test(rows) == pytest.approx(every_exchange(rows))


def test_the_exchange_test_of_many_pairs_is_near_the_exact_one(monkeypatch):
    draw = random.Random(3)
    rows = [(float(draw.randrange(9)), 1.0, float(draw.randrange(11)), 1.0) for _ in range(12)]
    exact = stats.exchange_test(rows)
    monkeypatch.setattr(stats, "EXACT", 0)
    drawn = stats.exchange_test(rows)

    assert drawn == pytest.approx(exact, abs=0.03)
    assert drawn != exact


def test_a_drawn_p_is_never_zero():
    rows = [(0.0, 1.0, 100.0, 1.0)] * 200

    assert stats.exchange_test(rows) == 1 / (1 + stats.SHUFFLES)


def test_two_that_are_the_same_do_not_differ():
    assert stats.exchange_test([(3.0, 1.0, 3.0, 1.0)] * 5) == 1.0


def test_chance_alone_is_called_a_difference_about_once_in_twenty():
    draw = random.Random(11)
    called = 0
    for _ in range(200):
        rows = [(draw.expovariate(1), 1.0, draw.expovariate(1), 1.0) for _ in range(10)]
        called += stats.exchange_test(rows) < stats.LEVEL

    assert 1 <= called <= 20  # of 200; 10 are expected, at most


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(*[st.integers(0, n)] * 2, st.just(n))))
def test_the_interval_of_a_paired_difference_has_it_and_doubts_it(of):
    gained, lost, more = of
    count = gained + lost + more
    low, high = stats.paired_rates(gained, lost, count)

    assert -1 <= low <= (gained - lost) / count <= high <= 1
    assert low < high


def test_the_interval_of_a_paired_difference_is_that_of_the_paper():
    # By hand: (8 + 1 - 1 - 1) / 32 and its standard error, sqrt((11 - 49 / 32) / 32 / 32).
    half = stats.Z * math.sqrt((11 / 32 - (7 / 32) ** 2) / 32)

    assert stats.paired_rates(8, 1, 30) == pytest.approx((7 / 32 - half, 7 / 32 + half))


def test_every_version_of_python_comes_to_the_same_to_the_last_bit():
    rows = [(n * 0.1, 1.0, n * 0.1 + (n % 7) / 3 - 1, 1.0) for n in range(60)]

    # As Python 3.10, 3.11, 3.12 and 3.13 have it.
    assert stats.bootstrap([r[:2] for r in rows], stats.ratio) == (
        2.533333333333333,
        3.408333333333333,
    )
    assert stats.exchange_test(rows) == 0.7475
    assert stats.bootstrap(rows, stats.gap) == (-0.2111111111111108, 0.1333333333333333)


@pytest.mark.parametrize(
    ("freedom", "known"),  # scipy 1.17.1: t.ppf(0.975, freedom)
    [(1, 12.706), (5, 2.571), (10, 2.228), (11, 2.201), (20, 2.086), (120, 1.980)],
)
def test_student_s_percentile_is_the_known_one(freedom, known):
    assert stats.student(freedom) == pytest.approx(known, abs=0.003)


@pytest.mark.parametrize("units", [5, 10, 15, 40])
def test_a_rate_of_clustered_tries_holds_the_truth_about_as_often_as_it_says(units):
    """Faults of one commit are found together, or missed together."""
    draw, held = random.Random(units), 0
    for _ in range(500):
        rows = []
        for _ in range(units):
            share, tries = draw.betavariate(1.4, 0.6), draw.randint(1, 8)
            rows.append((float(sum(draw.random() < share for _ in range(tries))), float(tries)))
        count = stats.independent(rows)
        hits = stats.ratio(stats.totals(rows)) * count
        low, high = stats.wilson(hits, count)
        held += low <= 0.7 <= high
    assert held / 500 > 0.92
    assert 1 <= count <= stats.totals(rows)[1]


@pytest.mark.parametrize("units", [4, 10, 30])
def test_a_difference_of_clustered_rates_holds_the_truth_about_as_often_as_it_says(units):
    draw, held = random.Random(units), 0
    for _ in range(500):
        rows = []
        for _ in range(units):
            share, tries = draw.betavariate(1, 1), draw.randint(1, 8)
            one, other = (sum(draw.random() < share for _ in range(tries)) for _ in range(2))
            rows.append((float(one), float(tries), float(other), float(tries)))
        low, high = stats.paired_ratios(rows)
        held += low <= 0 <= high
    assert held / 500 > 0.92
