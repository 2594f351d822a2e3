"""What it takes to run the change's code and to ask a model: loaded only where one of them is."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from indict_review.change import Change
from indict_review.checkout import Checkout
from indict_review.config import Config, environment
from indict_review.events import Listener
from indict_review.models.asking import Asker
from indict_review.reviewer import Reviewer
from indict_review.sandbox.chosen import Chosen
from indict_review.sandbox.interface import Sandbox
from indict_review.sources.interface import Store
from indict_review.tools.code import Code
from indict_review.tools.code_files import CodeFiles
from indict_review.tools.environment import Environment
from indict_review.tools.interface import Lookup
from indict_review.tools.interpreter import SandboxInterpreter
from indict_review.tools.knowledge import Knowledge
from indict_review.tools.preparing import Preparing
from indict_review.tools.test_suite import ProjectSuite


@contextmanager
def equipped(
    reader: Reviewer,
    config: Config,
    change: Change,
    project: Store,
    record: Path | None,
    asker: Asker | None = None,
    root: Path | None = None,
) -> Iterator[Reviewer]:
    """The reviewer with a suite, an interpreter and a model. No copy and no sandbox outlives it.

    `asker`: one that was asked before, and goes on with its budget; None: a new one. `root`: see
    `asking`.
    Raises `ConfigError` for a model or a sandbox that was named and is not there.
    """
    with ExitStack() as stack:
        checkout = Checkout.of(change, project)
        stack.callback(checkout.close)
        sandbox = Chosen(config.sandbox, config.sandbox_image, trusted=config.trusted)
        stack.callback(sandbox.close)
        prepared = Environment.of(config.test_env) if config.test_env else None
        running = replace(
            reader,
            lookups=tuple(_lookups(config, CodeFiles(project, change))),
            suite=ProjectSuite(
                checkout,
                sandbox,
                config.test_command,
                prepared,
                preparing=_preparing(config, sandbox),
                base=change.before,
            ),
            project=checkout,
            interpreter=SandboxInterpreter(checkout, sandbox, prepared),
        )
        if asker is None:
            asker, note = asking(config, record, reader.listen, root)
            running = replace(running, notes=(*running.notes, note)) if note else running
        yield _with_model(running, change, asker)


def _with_model(reviewer: Reviewer, change: Change, asker: Asker | None) -> Reviewer:
    if asker is None:
        return reviewer
    asker.conceal("\n".join((change.patch, change.task or "", change.account or "")))
    return replace(reviewer, asker=asker)


def asking(
    config: Config, record: Path | None, listen: Listener, root: Path | None = None
) -> tuple[Asker | None, str]:
    """The door to the models, or None; and a line, where somebody may have expected others.

    `root`: the folder under review, so that no reply is kept in it or found there; None: none is
    kept at all. Raises `ConfigError` for a model that was named and is not there.
    """
    from indict_review.models.casting import cast

    named, note = cast(config, root)
    if named is None:
        return None, note
    named = named.recorded(record) if record is not None else named
    asker = Asker(
        named.model, config.budget, listen=listen, cast=named.roles, fallback=named.fallback
    )
    return asker, note


def _lookups(config: Config, files: CodeFiles) -> Iterator[Lookup]:
    """What critics can ask. Raises `ConfigError` for a search on the web that cannot be asked."""
    yield Knowledge()
    yield Code(files)
    if config.web != "off":
        from indict_review.tools.web import Web
        from indict_review.tools.web_providers import provider
        from indict_review.tools.web_query import Outgoing

        key = environment().get("INDICT_REVIEW_WEB_KEY")
        asked = provider(config.web, config.web_url, key)
        yield Web(asked, Outgoing(files, config.web_code))


def _preparing(config: Config, sandbox: Sandbox) -> Preparing | None:
    """Nothing is installed unless the user gave the packages."""
    if config.wheels is None:
        return None
    return Preparing(sandbox, config.cache / "prepared", config.wheels)
