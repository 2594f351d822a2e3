"""A review from a source and settings: what every command does, and what a program can call.

config = load(flags, base of the source, the user's own)   settings that only the base may have
change = source.collect()                                  all of it untrusted
review = assembled(config, change).review(change)          by what the settings name
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from indict_review.assembly import assembled
from indict_review.change import Change
from indict_review.config import REPOSITORY_FILE, Config, Flags, environment, load, nested
from indict_review.decision import Decision
from indict_review.errors import ConfigError, ToolError
from indict_review.events import Listener, silent
from indict_review.review import Gate, Review
from indict_review.sources.interface import Source
from indict_review.written import Written


@dataclass(frozen=True)
class Terms:
    """On which terms a change is reviewed: what only the caller knows."""

    runs: bool = True
    """Whether code is run and a model asked, as far as the settings say so."""
    own: bool = False
    """Whether whoever runs this makes the change: then its own marks and decisions count."""
    record: Path | None = None
    """Where the transcript of the model is kept."""
    replies: Mapping[str, Decision] = field(default_factory=dict)
    """What people with the right to it dismissed elsewhere, by fingerprint."""
    fresh: frozenset[str] | None = None
    """See `Reviewer.fresh`."""
    keep: bool = True
    """Whether `apply` and `dismiss` are to find it as the last review."""
    agent: bool = False
    """Whether an AI made the change: what it says it did is held against what it did."""
    hearsay: bool = False
    """Whether the task, too, is what the AI says: then it excuses nothing that was done."""
    written: Written | None = None
    """How the change came to be, where the model that reviews it wrote it."""


@dataclass(frozen=True)
class Reviewed:
    """A review, and the settings it was made with."""

    review: Review
    """With its secrets: `output.masked` takes them out before anybody is shown it."""
    config: Config

    @property
    def gate(self) -> Gate | None:
        """See `Review.gate`."""
        return self.review.gate(self.config.fail_on)

    @property
    def exit_code(self) -> int:
        """See `Review.exit_code`."""
        return self.review.exit_code(self.config.fail_on)


def reviewed(
    source: Source,
    flags: Flags | None = None,
    terms: Terms | None = None,
    listen: Listener = silent,
) -> Reviewed:
    """Review what the source has, and keep what `apply` and `dismiss` need of it.

    Raises `ReviewError` where the change cannot be read or the settings cannot be used; what could
    not be looked at is in `Review.skipped`.
    """
    flags, terms = flags or Flags(), terms or Terms()
    config = _settings(flags, source, own=terms.own)
    change = _collected(source)
    config = nested(config, source.base, [file.path for file in change.files])
    if terms.own and REPOSITORY_FILE in change.after.files:
        load(flags, source.project, environment())  # or a mistake gets in
    with assembled(
        config,
        change,
        source,
        terms.record,
        listen,
        runs=terms.runs and bool(change.files),
        own=terms.own,
        replies=terms.replies,
        fresh=terms.fresh,
        agent=terms.agent,
        hearsay=terms.hearsay,
        asker=terms.written.asker if terms.written else None,
    ) as reviewer:
        review = reviewer.review(change)
    if terms.written is not None:
        review = terms.written.begin(review)
    return Reviewed(_kept(review, config, source.folder) if terms.keep else review, config)


def _settings(flags: Flags, source: Source, *, own: bool) -> Config:
    """As the base has them. If those cannot be read, the commit that mends them is let through."""
    try:
        return load(flags, source.base, environment())
    except ConfigError:
        if not own:
            raise
        return load(flags, source.project, environment())


def _collected(source: Source) -> Change:
    change = source.collect()
    if change.files:
        return change
    what = "nothing is staged" if change.source == "staged" else "the two sides are the same"
    return replace(change, notes=(*change.notes, f"{what}: there was nothing to review"))


def _kept(review: Review, config: Config, folder: Path | None) -> Review:
    """What `apply` and `dismiss` need of it. That it could not be kept is said, and no more."""
    if folder is None:
        return review
    from indict_review import kept

    try:
        if review.findings or review.dismissed or review.revision:
            kept.keep(review, config.fail_on, folder)
        else:
            kept.forget(folder)
    except ToolError as e:
        return replace(review, notes=(*review.notes, str(e)))
    return review
