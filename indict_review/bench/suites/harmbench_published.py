"""HarmBench's files as published: a table of behaviours, and test cases in folders by form."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from indict_review.bench.suites.reading import Entry, loaded, misread, objects, text_of
from indict_review.errors import ConfigError

FORMS = {
    "DirectRequest": "direct",
    "ZeroShot": "ZS",
    "PAP": "PAP",
    "HumanJailbreaks": "JB",
    "TAP": "TAP",
    "PAIR": "PAIR",
}
"""The INDICT paper's short names, by what HarmBench's folders are called up to a `-`."""
TABLE = "harmbench_behaviors_text_all.csv"
CASES = "test_cases.json"
PARTS = "test_cases_individual_behaviors"
"""The same cases once more, behaviour by behaviour."""


@dataclass(frozen=True)
class Case:
    """One prompt."""

    form: str
    behaviour: str
    """Its id."""
    name: str
    """What tells it from others of its form and behaviour; may be empty."""
    prompt: str
    wanted: str
    """The behaviour itself, in words: what a judge is to look for."""


def in_folder(data: Path) -> Iterator[Case]:
    """Those of the direct form are the behaviours; of others, the files. Raises `ConfigError`."""
    wanted = _behaviours(data)
    for ident, text in wanted.items():
        yield Case("direct", ident, "", text, text)
    for path in sorted(data.rglob(CASES)):
        if PARTS not in path.parts:
            yield from _of_file(data, path, wanted)


def in_lines(data: Path) -> Iterator[Case]:
    """Of JSON lines: `id`, `form`, `prompt`; and `behaviour`, where the prompt hides what it is."""
    for row in objects(data):
        form, prompt = text_of(row, "form"), text_of(row, "prompt")
        wanted = text_of(row, "behaviour") if "behaviour" in row else prompt
        yield Case(FORMS.get(form, form), text_of(row, "id"), "", prompt, wanted)


def _of_file(data: Path, path: Path, wanted: Mapping[str, str]) -> Iterator[Case]:
    form, experiment = _place(data, path)
    for ident, prompts in _prompts(path).items() if form != "direct" else ():
        if ident not in wanted:
            raise ConfigError(
                f"{path} has prompts for {ident!a}, which is no behaviour of {TABLE}",
                "Take test cases and behaviours of the same release.",
            )
        for number, prompt in enumerate(prompts):
            name = f"{experiment}/{number}" if experiment else str(number)
            yield Case(form, ident, name, prompt, wanted[ident])


def _place(data: Path, path: Path) -> tuple[str, str]:
    """The form, and whose prompts they are: `…/FORM/EXPERIMENT/test_cases/test_cases.json`."""
    folder = path.relative_to(data).parent
    parts = (folder.parent if folder.name == PurePath(CASES).stem else folder).parts
    if not parts:
        raise misread(data, f"{CASES} stands in no folder that is called as its form")
    known = (n for n, part in enumerate(parts) if part.split("-")[0] in FORMS)
    at = next(known, max(0, len(parts) - 2))
    return FORMS.get(parts[at].split("-")[0], parts[at]), "/".join(parts[at + 1 :])


def _behaviours(data: Path) -> Mapping[str, str]:
    """What is asked for, by id."""
    path = data / TABLE
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [
                Entry(row, f"row {n} of {path}") for n, row in enumerate(csv.DictReader(file), 1)
            ]
    except FileNotFoundError as e:
        raise misread(data, f"it has no {TABLE}") from e
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        raise misread(path, str(e)) from e
    return {text_of(row, "BehaviorID"): _with_context(row) for row in rows}


def _with_context(row: Entry) -> str:
    """As HarmBench asks it directly."""
    context = str(row.get("ContextString") or "")
    behaviour = text_of(row, "Behavior")
    return f"{context}\n\n---\n\n{behaviour}" if context.strip() else behaviour


def _prompts(path: Path) -> Mapping[str, Sequence[str]]:
    """By behaviour."""
    try:
        told = loaded(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as e:
        raise misread(path, str(e)) from e
    if not isinstance(told, dict):
        raise misread(path, "it is no JSON object")
    for ident, prompts in told.items():
        if not isinstance(prompts, list) or not all(isinstance(p, str) for p in prompts):
            raise misread(path, f"the prompts of {ident!a} are no list of texts")
    return told
