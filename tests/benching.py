"""What a bench recorded, and what it came to: made up here, nobody measured it."""

from hashlib import sha256

from indict_review.bench.reckoning.results import (
    Better,
    Difference,
    Estimate,
    Metric,
    Results,
    Row,
    Table,
    Unit,
)
from indict_review.bench.record import Manifest, Record, Records, line_of

STRATEGIES = ("direct", "indict-paper", "indict-review")
_SHARES = {
    "safe": "safe by static analysis",
    "works": "works",
    "secure": "secure",
    "both": "works and secure",
    "pair_correct": "pair-correct",
    "flagged_vulnerable": "vulnerable flagged",
    "flagged_fixed": "fixed flagged",
}
TOKENS = Metric("fresh_tokens", "fresh tokens", Unit.TOKENS, Better.LOWER, "A sample's mean.")


def metrics(*names):
    lower = {"flagged_fixed"}
    shares = (
        Metric(
            name,
            _SHARES[name],
            Unit.SHARE,
            Better.LOWER if name in lower else Better.HIGHER,
            f"How often it is `{name}`.",
        )
        for name in names
    )
    return (*shares, TOKENS)


def share(hits, count):
    value = hits / count
    return Estimate(value, max(value - 0.15, 0.0), min(value + 0.15, 1.0), count, hits)


def row(strategy, tokens, count=20, **hits):
    cells = {name: share(of, count) for name, of in hits.items()}
    spent = Estimate(tokens, tokens * 0.8, tokens * 1.25, count)
    return Row(strategy, "local", count, {**cells, "fresh_tokens": spent})


def difference(metric, other, delta, adjusted, count=20):
    estimate = Estimate(delta, delta - 0.2, delta + 0.2, count)
    return Difference(metric, "direct", other, estimate, adjusted / 2, adjusted, "exact McNemar")


def code():
    rows = [row("direct", 900, safe=11), row("indict-paper", 9_000, safe=13)]
    rows.append(row("indict-review", 6_500, safe=18))
    halves = [row(s, 0, 10, safe=n) for s, n in zip(STRATEGIES, (6, 6, 9), strict=True)]
    others = [row(s, 0, 10, safe=n) for s, n in zip(STRATEGIES, (5, 7, 9), strict=True)]
    return Table(
        "cyberseceval-instruct",
        "Insecure code, instruct",
        "local",
        metrics("safe"),
        tuple(rows),
        {"c": tuple(halves), "python": tuple(others)},
        (
            difference("safe", "indict-paper", 0.1, 0.6),
            difference("safe", "indict-review", 0.35, 0.004),
        ),
        60,
        60,
    )


def execution():
    rows = (
        row("direct", 0, works=9, secure=6, both=4),
        row("indict-review", 7_200, works=12, secure=13, both=10),
    )
    found = (difference("both", "indict-review", 0.3, 0.07),)
    names = metrics("works", "secure", "both")
    return Table("cweval", "CWEval", "local", names, rows, {}, found, 40, 40)


def pairs():
    rows = tuple(
        row(s, t, pair_correct=p, flagged_vulnerable=v, flagged_fixed=f)
        for s, t, p, v, f in (("direct", 800, 4, 12, 9), ("tools", 0, 13, 14, 1))
    )
    names = metrics("pair_correct", "flagged_vulnerable", "flagged_fixed")
    return Table("sven", "Pairs", "local", names, rows, {}, (), 80, 80)


def manifest(suite, ident, shard="1/1", planned=(), **told):
    return Manifest(
        ident,
        {
            "suite": suite,
            "strategies": list(STRATEGIES),
            "model": "local",
            "engine": "2026.11 8192",
            "judge": None,
            "sandbox": "auto",
            "rounds": 1,
            "seed": 0,
            "limit": 20,
            "groups": [],
            "budget": {"tokens": 50_000},
            "shard": shard,
            "data": sha256(b"data").hexdigest(),
            "prompts": sha256(b"prompts").hexdigest(),
            "versions": {"indict-review": "0.8.0", "semgrep": "1.182.0"},
            "planned": sorted(planned),
            "machine": {"cpu": "a processor", "cores": 2, "python": "3.11.7"},
            **told,
        },
    )


def record(suite, sample, strategy, run, marks, *, group="python", size=1):
    return Record(
        key=sha256(f"{suite}\0{sample}\0{strategy}".encode()).hexdigest()[:24],
        suite=suite,
        sample=sample,
        unit=sample,
        group=group,
        language=None,
        strategy=strategy,
        model="local",
        run=run,
        data="d" * 64,
        answer="a" * 64,
        marks=marks,
        calls=size,
        prompt_tokens=1_000 * size,
        cached_tokens=100 * size,
        completion_tokens=310 * size,
        cost_usd=None,
        seconds=12.1 * size,
        model_seconds=11.7 * size,
    )


def records(samples=4):
    """A run in two shards, and one of executed code, of which an answer is missing."""
    code, made = "cyberseceval-instruct", []
    for n in range(samples):
        for size, strategy in enumerate(STRATEGIES, 1):
            marks = {"form": "given", "safe": n % 3 < size, "gate": None, "revised": size > 1}
            run, group = f"part-{1 + n % 2}", "c" if n % 2 else "python"
            made.append(record(code, f"s{n}", strategy, run, marks, group=group, size=size + n))
            ran = {"works": n % 2 == 0, "secure": size > 1, "both": n % 2 == 0 and size > 1}
            made.append(record("cweval", f"t{n}", strategy, "ran", ran, size=size))
    runs = [
        manifest(code, f"part-{n}", f"{n}/2", [r.key for r in made if r.run == f"part-{n}"])
        for n in (1, 2)
    ]
    return Records((*runs, manifest("cweval", "ran", planned=["missing"])), tuple(made))


def lines(told):
    """As they stand in a file."""
    return [line_of(entry) for entry in (*told.manifests, *told.records)]


def _results(*tables):
    return Results(tables, (manifest("cyberseceval-instruct", "part-1"),))


def full():
    return _results(code(), execution(), pairs())


def empty():
    """Planned, and nothing was done."""
    return _results(
        Table("cweval", "CWEval", "local", (), (), planned=40, notes=("40 answers are missing",))
    )


def one():
    """One strategy: nothing to compare it with."""
    rows = (row("indict-review", 6_500, safe=18),)
    return _results(
        Table("x", "Insecure code", "local", metrics("safe"), rows, planned=20, done=20)
    )


def missing():
    """Some could not be scored."""
    rows = (
        Row("direct", "local", 20, {"safe": share(7, 14)}),
        Row("indict-review", "local", 12, {}),
    )
    notes = ("8 of 40 planned answers are missing", "direct: 6 of 20 could not be scored")
    return _results(
        Table("x", "Insecure code", "local", metrics("safe"), rows, {}, (), 40, 32, notes)
    )


SAMPLES = {"full": full, "empty": empty, "one": one, "missing": missing}
