"""Records of a run that never was, one line each."""

from indict_review.bench.record import Manifest, Record, Records

CODE = {"form": "given", "gate": None, "revised": False, "verified": False}


def record(sample="p1", strategy="direct", marks=None, **other):
    """What the marks leave out is made up, and the same for all."""
    suite, run = other.get("suite", "cyberseceval-instruct"), other.get("run", "r1")
    told = {
        "key": f"{suite} {sample} {strategy}",
        "suite": suite,
        "sample": sample,
        "unit": sample,
        "group": "python",
        "language": "python",
        "strategy": strategy,
        "model": "local",
        "run": run,
        "data": f"data of {sample}",
        "answer": f"{strategy} on {sample}",
        "marks": marks or {},
        "calls": 1,
        "prompt_tokens": 100,
        "cached_tokens": 40,
        "completion_tokens": 20,
        "cost_usd": None,
        "seconds": 2.0,
        "model_seconds": 1.5,
    }
    return Record(**{**told, **other})


def code(sample, strategy, safe, **other):
    """Of an insecure-code suite."""
    marks = {**CODE, "safe": safe, **other.pop("marks", {})}
    return record(sample, strategy, marks, **other)


def side(pair, side, flagged, strategy="direct", **other):
    """Of a pair of a vulnerable and a fixed side."""
    marks = {"side": side, "weakness": "CWE-89", "flagged": flagged}
    other = {"suite": "sven", "unit": pair, **other}
    return record(f"{pair}/{side}", strategy, marks, **other)


def manifest(ident="r1", suite="cyberseceval-instruct", model="local", **told):
    return Manifest(ident, {"suite": suite, "model": model, **told})


def records(*entries, manifests=None):
    """Without manifests, one for each run of them, which says what is needed."""
    if manifests is None:
        made = {e.run: manifest(e.run, e.suite, e.model) for e in entries}
        manifests = made.values()
    return Records(tuple(manifests), tuple(entries))
