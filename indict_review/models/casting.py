"""From names to models: each is loaded once, whatever roles it plays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from indict_review.cache import Cache
from indict_review.config import Config
from indict_review.errors import ConfigError
from indict_review.models import weights
from indict_review.models.interface import Model, context_of
from indict_review.models.kept import Kept

FOLDER = "replies"
"""In the user's cache folder."""


@dataclass(frozen=True)
class Cast:
    """The models of a review."""

    model: Model
    """Of every role that has no other."""
    roles: Mapping[str, Model]
    fallback: tuple[Model, ...]

    def recorded(self, path: Path) -> Cast:
        """The same, all of whose exchanges are written to one transcript."""
        from indict_review.models.replay import Recording

        least = min(map(context_of, (self.model, *self.roles.values()))) if self.roles else None
        first = Recording(self.model, path, least)
        others = {id(model): model for model in (*self.roles.values(), *self.fallback)}
        known = {id(self.model): first}
        known |= {at: replace(first, model=m) for at, m in others.items() if at not in known}
        return Cast(
            first,
            {role: known[id(model)] for role, model in self.roles.items()},
            tuple(known[id(model)] for model in self.fallback),
        )


def cast(config: Config, root: Path | None) -> tuple[Cast | None, str]:
    """Who takes part, and a line where that may not be who was expected.

    `root`: see `equipment.asking`. Raises `ConfigError` for a model that was named and is not
    there.
    """
    if config.model == "none":
        idle = [f"{role} by {name}" for role, name in config.models] + [*config.fallback]
        return None, f"--model none: nobody was asked, nor {', '.join(idle)}" if idle else ""
    engines = _Engines(config, _replies(config, root))
    main, note = engines.main()
    roles = {role: engines.named(name) for role, name in config.models}
    fallback = [engines.named(name) for name in config.fallback]
    if main is None and fallback:
        main, *fallback = fallback
        return Cast(main, roles, tuple(fallback)), f"{main.name} was asked: {note}"
    if main is None and roles:
        raise ConfigError(
            f"there are models for {', '.join(roles)}, and none for the other roles",
            f"Name one with --model. Of the embedded one, {note}.",
        )
    if main is None:
        return None, f"no model took part ({note}): what follows is from tools only"
    return Cast(main, roles, tuple(fallback)), ""


def _replies(config: Config, root: Path | None) -> Cache | None:
    """None where none are kept."""
    if config.no_cache or root is None:
        return None
    return Cache.outside(root, config.cache, FOLDER)


@dataclass(frozen=True)
class _Engines:
    """The models that were made so far."""

    config: Config
    replies: Cache | None
    made: dict[str, Model] = field(default_factory=dict)

    def main(self) -> tuple[Model | None, str]:
        """The one of `--model`. Without a name, the embedded one, or why it is not here."""
        if self.config.model is not None:
            return self.named(self.config.model), ""
        try:
            return self.named("local"), ""
        except _Lacking as e:
            return None, e.note

    def named(self, name: str) -> Model:
        """The one model of that name."""
        if name not in self.made:
            model = self._make(name)
            self.made[name] = model if self.replies is None else Kept(model, self.replies)
        return self.made[name]

    def _make(self, name: str) -> Model:
        if name == "none":
            raise ConfigError(
                "a role cannot go without a model",
                "Leave critics out with --without, or all models with --model none.",
            )
        if name == "local":
            return _local(self.config.cache)
        if name.startswith("replay:"):
            from indict_review.models.replay import Replay

            return Replay(Path(name.removeprefix("replay:")))
        from indict_review.models.hosted.names import check_name

        check_name(name)
        from indict_review.models.litellm import LiteLLM

        return LiteLLM(name, self._base(name))

    def _base(self, name: str) -> str | None:
        """A server of one's own is for the provider it was named with: keys go to no other."""
        main = self.config.model or "local"
        hosted = main != "local" and not main.startswith("replay:")
        owner = main.partition("/")[0] if hosted else "openai"
        return self.config.api_base if name.partition("/")[0] == owner else None


def _local(cache: Path) -> Model:
    path = weights.find(cache)
    if path is None:
        raise _Lacking(
            "its weights are not here", "`indict-review model pull` fetches them (1.1 GB, once)"
        )
    if find_spec("xllamacpp") is None:
        raise _Lacking(
            "its engine is not installed", "`pip install 'indict-review[local]'` installs it"
        )
    from indict_review.models.local import Local

    return Local(path)


class _Lacking(ConfigError):
    """The embedded model is not here, or not all of it."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"the embedded model cannot be used: {why}", f"{remedy}.")
        self.note = f"{why}; {remedy}"
