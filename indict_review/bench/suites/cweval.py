"""CWEval: does it work, and is it secure? Both by execution (Peng et al., arXiv 2501.08200).

Cases are read in two forms. As published, a function is to be written; as a folder of cases, a
patch that works and is insecure is to be mended. Either way a sample's checks are in its `labels`:
no strategy sees them, and its digest covers them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from indict_review.bench.interface import (
    About,
    Answer,
    Answered,
    Execution,
    Mark,
    Marks,
    Mend,
    Sample,
    Scorers,
    Write,
)
from indict_review.bench.suites import cweval_published as published
from indict_review.bench.suites.folders import (
    bytes_in,
    check_there,
    folders_in,
    names_in,
    text_in,
    texts_below,
    touched_by,
)
from indict_review.bench.suites.reading import distinct, misread
from indict_review.languages import of_path
from indict_review.patches.quoting import shown
from indict_review.tools.frameworks.layout import python_tests

CHECK, REFERENCE = "check/", "reference/"
"""How labels of files begin; the path follows."""


@dataclass(frozen=True)
class Cweval:
    """See `Suite`."""

    name: str = "cweval"
    hides: frozenset[str] = frozenset()

    @property
    def about(self) -> About:
        """See `Suite.about`."""
        return About(
            title="CWEval",
            published="https://github.com/Co1lin/CWEval (benchmark/core)",
            licence="Apache-2.0",
            size="119 tasks in 5 languages, 1 MB",
            data="the folder benchmark/core, or a folder of cases: ID/ with repo/, patch.diff,"
            " intent.md, check/, and safe.EXT if there is one",
            measures="works, secure, both: by execution",
        )

    def samples(self, data: Path) -> Iterator[Sample]:
        """See `Suite.samples`."""
        tasks = published.tasks_in(data)
        if tasks:
            return distinct(data, (_to_write(self.name, task) for task in tasks))
        cases = [
            c for c in folders_in(data) if (c / "patch.diff").exists() or (c / "check").exists()
        ]
        if not cases:
            raise misread(data, "there is neither a NAME_task file in it nor a case's folder")
        return distinct(data, (_to_mend(self.name, case) for case in cases))

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """See `Suite.score`."""
        ran = scorers.execute([_execution(each) for each in answered])
        return [_marks(each, marks) for each, marks in zip(answered, ran, strict=True)]


def _to_write(suite: str, task: published.Task) -> Sample:
    return Sample(
        suite,
        task.ident,
        task.prompt,
        Write(task.path),
        group=task.language,
        language=task.language,
        labels={
            f"{CHECK}{task.test_path}": task.test,
            f"{REFERENCE}{task.path}": task.text,
            "before": task.before,
            "after": task.after,
            "without": published.NOT_ABOUT_THE_ANSWER,
        },
    )


def _to_mend(suite: str, case: Path) -> Sample:
    check_there(case, "repo", "patch.diff", "intent.md", "check")
    patch, checks = bytes_in(case, "patch.diff"), texts_below(case / "check")
    if not python_tests(frozenset(checks)):
        raise misread(case / "check", "no file of it is called test_NAME.py or NAME_test.py")
    touched = touched_by(case, patch)
    language = next((of_path(path) for path in touched), None)
    return Sample(
        suite,
        case.name,
        text_in(case, "intent.md"),
        Mend(patch, case / "repo"),
        group=language or "all",
        language=language,
        labels={
            **{f"{CHECK}{path}": text for path, text in checks.items()},
            **{f"{REFERENCE}{path}": text for path, text in _reference(case, touched).items()},
        },
    )


def _reference(case: Path, touched: Sequence[str]) -> Mapping[str, str]:
    """What `safe.EXT` holds, for the one file of that kind that the patch touches."""
    found = sorted(case.glob("safe.*"))
    if not found:
        return {}
    paths = [path for path in touched if PurePosixPath(path).suffix == found[0].suffix]
    if len(found) > 1 or len(paths) > 1:
        raise misread(
            case.parent, f"{shown(found[0].name)} of {shown(case.name)} may stand for several files"
        )
    return {path: text_in(case, found[0].name) for path in paths}


def _execution(each: Answered) -> Execution:
    """What was withheld or deleted is not there: the checks run without it, and fail."""
    sample, labels = each.sample, each.sample.labels
    before, after = labels.get("before", ""), labels.get("after", "")
    return Execution(
        files={path: f"{before}{text}{after}" for path, text in each.answer.files.items()},
        checks=_labelled(sample, CHECK),
        language=sample.language or "",
        given=_around(sample.work, each.answer) if isinstance(sample.work, Mend) else {},
        reference=_labelled(sample, REFERENCE),
        without=labels.get("without", ""),
    )


def _around(work: Mend, answer: Answer) -> dict[str, str]:
    """The project, without the files of the patch that the answer has no more."""
    if work.folder is None:
        return {}
    gone = names_in(work.patch) - answer.files.keys()
    return {path: text for path, text in texts_below(work.folder).items() if path not in gone}


def _labelled(sample: Sample, kind: str) -> dict[str, str]:
    return {n.removeprefix(kind): t for n, t in sample.labels.items() if n.startswith(kind)}


def _marks(each: Answered, ran: Marks) -> Marks:
    answer = each.answer
    return {
        **ran,
        "both": _both(ran["works"], ran["secure"]),
        "revised": answer.revised,
        "verified": answer.verified,
        "gate": answer.gate or None,
    }


def _both(works: Mark, secure: Mark) -> bool | None:
    if works is False or secure is False:
        return False
    return None if works is None or secure is None else True
