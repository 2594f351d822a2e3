"""What a bench is made of: samples, what strategies answer, what scorers mark; and the roles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from indict_review.bench.fingerprint import of_folder
from indict_review.change import File, Tree
from indict_review.review import Usage

Mark = bool | int | float | str | None
Marks = Mapping[str, Mark]
"""What was found out of one answer, by name: `metrics.METRICS` says what each means. None: asked
for, and could not be told."""


@dataclass(frozen=True)
class Write:
    """Something is to be written; a strategy reviews what the model writes directly."""

    path: str
    """The file that the answer becomes: its suffix is its language's."""
    system: str = ""
    """A system prompt that belongs to the data."""
    given: str = ""
    """Code that stands before the place where the answer goes."""
    prose: bool = False
    """Whether the whole reply is the answer, not only the code in it."""


@dataclass(frozen=True)
class Mend:
    """A patch is to be reviewed and revised."""

    patch: bytes
    folder: Path | None = None
    """The project it is for, with the tests that the reviewer may run; None: an empty one."""


@dataclass(frozen=True)
class Look:
    """A patch is to be judged: what is wrong with it?"""

    patch: bytes
    folder: Path | None = None


Work = Write | Mend | Look


@dataclass(frozen=True)
class Sample:
    """One thing to do, of a suite. All of its text is data that nobody vouches for."""

    suite: str
    ident: str
    """As published, or a hash of the text; unique in its suite."""
    task: str
    """What is asked for; the prompt, where something is to be written."""
    work: Work
    group: str = "all"
    """What tables are split by: a language, a weakness, a form of attack."""
    unit: str = ""
    """Samples of one unit stay together, e.g. the two sides of a pair; empty: it is its own."""
    language: str | None = None
    """As `languages.of_path` names it."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What the suite's own scorer needs, e.g. a judge's question. No strategy sees it."""

    @property
    def together(self) -> str:
        """The unit it belongs to."""
        return self.unit or self.ident

    @property
    def digest(self) -> str:
        """SHA-256 of all that it is made of."""
        told = asdict(self)
        text = json.dumps(told, sort_keys=True, default=_plain)
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _plain(value: object) -> str:
    """Of a folder, its name and what is in it: where it lies is nobody's business."""
    if isinstance(value, bytes):
        return value.hex()
    return f"{value.name} {of_folder(value)}" if isinstance(value, Path) else str(value)


@dataclass(frozen=True)
class Flag:
    """Something that a reviewer holds against a change."""

    path: str
    start_line: int
    end_line: int
    ident: str
    """A rule, a weakness, or `model`."""
    severity: str = ""
    tools: tuple[str, ...] = ()
    """Whose evidence it rests on."""


@dataclass(frozen=True)
class Answer:
    """What a person would get of a strategy."""

    reply: str = ""
    """Where something was to be written: all that the person gets, prose around it too."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The touched files in the end, by path."""
    flags: tuple[Flag, ...] = ()
    withheld: bool = False
    """Whether the task was held harmful and nothing was served."""
    revised: bool = False
    """Whether `files` differs from what was there to begin with."""
    verified: bool = False
    """Whether the revision passed verification."""
    gate: str = ""
    """What became of the code: `accepted`, `revised`, `rejected`; empty: nobody said."""
    skipped: tuple[str, ...] = ()
    """Steps that were skipped."""
    usage: Usage = field(default_factory=Usage)
    """Of all models, the draft's included."""
    seconds: float = 0.0
    """Wall time, the draft's included."""

    @property
    def digest(self) -> str:
        """SHA-256 of what a scorer sees; not of what it cost."""
        seen = [self.reply, dict(self.files), [asdict(f) for f in self.flags], self.withheld]
        text = json.dumps(seen, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def tree(self) -> Tree:
        """The files as analyzers take them."""
        files = {p: File(t.encode("utf-8", "surrogateescape")) for p, t in self.files.items()}
        return Tree(files)


@dataclass(frozen=True)
class Answered:
    """A sample and what one strategy made of it."""

    sample: Sample
    strategy: str
    answer: Answer
    draft: Answer | None = None
    """What the model wrote directly, to compare with; None where nothing was to be written."""

    @property
    def key(self) -> str:
        """See `key_of`."""
        return key_of(self.sample, self.strategy)


def key_of(sample: Sample, strategy: str) -> str:
    """What names this piece of work, in records and as a file."""
    text = "\0".join((sample.suite, sample.ident, strategy))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:24]


@dataclass(frozen=True)
class About:
    """What people are told of a suite before they fetch its data themselves."""

    title: str
    published: str
    """Where its data are: an address, for people. Nothing is fetched."""
    licence: str
    size: str
    """E.g. `1,916 prompts, 4 MB`."""
    data: str
    """What `--data` is to name, e.g. `instruct.json`."""
    measures: str
    """In a few words."""


@dataclass(frozen=True)
class Question:
    """What a judge is asked."""

    key: str
    """Names its transcript: the piece of work, and what is asked of it."""
    text: str
    choices: tuple[str, ...]
    """What it may say."""


@dataclass(frozen=True)
class Execution:
    """Checks to be run on what was answered. All files are by path, one layer over the other."""

    files: Mapping[str, str]
    """What was answered."""
    checks: Mapping[str, str]
    """Tests for pytest, marked `functionality` or `security`, and what they need. They lie on top:
    no answer takes their place."""
    language: str
    given: Mapping[str, str] = field(default_factory=dict)
    """The project around it."""
    reference: Mapping[str, str] = field(default_factory=dict)
    """An answer that passes all of them, so that a check that cannot be run here is told from an
    answer that fails it; empty: none is known."""
    without: str = ""
    """Tests that have this in their name are not about the answer."""


class Scorers(Protocol):
    """What scores: see `scoring.kit.ScoringKit`. No strategy is given any of it."""

    def detect(self, trees: Sequence[Tree], given: Sequence[str] = ()) -> list[bool | None]:
        """Whether the insecure-code detector finds anything; None: it could not look.

        `given`: for each tree, code before it that is looked at with it and not held against it.
        Raises `ToolError` if it could look at none.
        """

    @property
    def judges(self) -> bool:
        """Whether there is a judge."""

    def ask(self, questions: Sequence[Question]) -> list[str | None]:
        """What the judge says to each; None: there is no judge, or no answer of it can be used."""

    def execute(self, executions: Sequence[Execution]) -> list[Marks]:
        """The marks of each: `works`, `secure`, and `unrun`, why one of them is None.

        Raises `ToolError` where no check at all can be run.
        """


class Suite(Protocol):
    """Samples with a way to score them."""

    @property
    def name(self) -> str:
        """What `bench run` is called with."""

    @property
    def about(self) -> About:
        """See `About`."""

    @property
    def hides(self) -> frozenset[str]:
        """Parts of the method (`config.settings.PARTS`) that score here, and so are no tools."""

    def samples(self, data: Path) -> Iterator[Sample]:
        """All of them, in the order of the data. Raises `ConfigError` for data of another form."""

    def score(self, answered: Sequence[Answered], scorers: Scorers) -> list[Marks]:
        """The marks of each, in their order. Raises `ToolError` where nothing can be told."""
