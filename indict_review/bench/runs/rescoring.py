"""A run whose scorers were mended: its answers are scored again, and nobody is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from indict_review.bench.interface import Sample, Suite, key_of
from indict_review.bench.record import Manifest, parse
from indict_review.bench.runs import journal, running
from indict_review.bench.runs.answering import players
from indict_review.bench.runs.manifest import asked, rescored
from indict_review.bench.runs.progress import Progress, Watch
from indict_review.bench.runs.session import Wanted, config_of, scorers, settings_of
from indict_review.bench.suites import table as suites
from indict_review.errors import ConfigError


def conduct(wanted: Wanted, environ: Mapping[str, str], watch: Watch) -> Progress:
    """Score the run in `wanted.out`: its own samples and strategies, whatever else is wanted.

    What it has not answered yet stays so. Unless all is scored, its old records stay.

    Raises `ConfigError` if there is no run, or if the data are not those that it answered.
    """
    suite = suites.named(wanted.suite)
    there = journal.manifest_in(wanted.out)
    samples, strategies = _answered(suite, wanted, there)
    config = config_of(wanted.flags, environ)
    cast = players(config, wanted.judge, wanted.jobs, asks=False)
    manifest = rescored(there, samples, settings_of(config, cast))
    plan = running.Plan(suite, samples, strategies, str(there.told.get("model")))
    with (
        journal.reopened(wanted.out, manifest) as kept,
        scorers(config, cast.judge, wanted) as scoring,
    ):
        _check_answers(kept)
        return running.rescore(plan, kept, scoring, watch)


def _check_answers(kept: journal.Journal) -> None:
    """What was scored once has to be scored again: no record is lost for want of its answer."""
    with (kept.folder / journal.RECORDS).open(encoding="ascii", errors="replace") as file:
        # A line without its end is what a kill left.
        there = parse((line for line in file if line.endswith("\n")), str(kept.folder)).records
    lost = sum(kept.kept(record.key) is None for record in there)
    if lost:
        raise ConfigError(
            f"{lost} of the {len(there)} answers that were scored are gone, or cannot be read",
            "Nothing was replaced. Put them back, or begin anew with another --out.",
        )


def _answered(suite: Suite, wanted: Wanted, there: Manifest) -> tuple[list[Sample], list[str]]:
    strategies = [str(name) for name in _listed(there.told.get("strategies"))]
    planned = set(there.planned)
    samples = [
        sample
        for sample in suite.samples(wanted.data)
        if any(key_of(sample, name) in planned for name in strategies)
    ]
    found = {key_of(sample, name) for sample in samples for name in strategies}
    # Of the first runs nobody knows: what strategies saw had no digest of its own.
    others = "scorers" in there.told and there.told.get("data") != asked(samples)
    if found != planned or others:
        raise ConfigError(
            f"{wanted.out} is a run of other data, or of another suite",
            "Call it with the suite and the --data that it was made with.",
        )
    return samples, strategies


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()
