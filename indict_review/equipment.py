"""What it takes to run the change's code and to ask a model: loaded only where one of them is."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from indict_review.change import Change
from indict_review.checkout import Checkout
from indict_review.config import Config
from indict_review.errors import ConfigError
from indict_review.events import Listener
from indict_review.models import weights
from indict_review.models.asking import Asker
from indict_review.models.interface import Model
from indict_review.reviewer import Reviewer
from indict_review.sandbox.chosen import Chosen
from indict_review.sandbox.interface import Sandbox
from indict_review.sources.interface import Store
from indict_review.tools.environment import Environment
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
) -> Iterator[Reviewer]:
    """The reviewer with a suite, an interpreter and a model. No copy and no sandbox outlives it.

    `asker`: one that was asked before, and goes on with its budget; None: a new one.
    Raises `ConfigError` for a model or a sandbox that was named and is not there.
    """
    with ExitStack() as stack:
        checkout = Checkout.of(change, project)
        stack.callback(checkout.close)
        sandbox = Chosen(config.sandbox, config.sandbox_image, trusted=config.trusted)
        stack.callback(sandbox.close)
        environment = Environment.of(config.test_env) if config.test_env else None
        running = replace(
            reader,
            lookups=(Knowledge(),),
            suite=ProjectSuite(
                checkout,
                sandbox,
                config.test_command,
                environment,
                preparing=_preparing(config, sandbox),
                base=change.before,
            ),
            project=checkout,
            interpreter=SandboxInterpreter(checkout, sandbox, environment),
        )
        yield _with_model(running, config, change, record, asker)


def _with_model(
    reviewer: Reviewer, config: Config, change: Change, record: Path | None, asker: Asker | None
) -> Reviewer:
    note = ""
    if asker is None:
        asker, note = asking(config, record, reviewer.listen)
    if asker is None:
        return replace(reviewer, notes=(*reviewer.notes, note) if note else reviewer.notes)
    asker.conceal("\n".join((change.patch, change.task or "", change.account or "")))
    return replace(reviewer, asker=asker)


def asking(config: Config, record: Path | None, listen: Listener) -> tuple[Asker | None, str]:
    """The door to the model, or None and a line that says why there is none where one was expected.

    Raises `ConfigError` for a model that was named and is not there.
    """
    model, note = _model(config)
    if model is None:
        return None, note
    if record is not None:
        from indict_review.models.replay import Recording

        model = Recording(model, record)
    return Asker(model, config.budget, listen=listen), ""


def _preparing(config: Config, sandbox: Sandbox) -> Preparing | None:
    """Nothing is installed unless the user gave the packages."""
    if config.wheels is None:
        return None
    return Preparing(sandbox, config.cache / "prepared", config.wheels)


def _model(config: Config) -> tuple[Model | None, str]:
    """See `asking`."""
    name = config.model
    if name == "none":
        return None, ""
    if name is None or name == "local":
        return _local(config, named=name is not None)
    if name.startswith("replay:"):
        from indict_review.models.replay import Replay

        return Replay(Path(name.removeprefix("replay:"))), ""
    from indict_review.models.litellm import LiteLLM

    return LiteLLM(name, config.api_base), ""


def _local(config: Config, *, named: bool) -> tuple[Model | None, str]:
    from importlib.util import find_spec

    path = weights.find(config.cache)
    engine = find_spec("xllamacpp") is not None
    if path is not None and engine:
        from indict_review.models.local import Local

        return Local(path), ""
    lacking = "its weights are not here" if path is None else "its engine is not installed"
    remedy = (
        "`indict-review model pull` fetches them (1.1 GB, once)"
        if path is None
        else "`pip install 'indict-review[local]'` installs it"
    )
    if named:
        raise ConfigError(f"the embedded model cannot be used: {lacking}", f"{remedy}.")
    return None, f"no model took part ({lacking}; {remedy}): what follows is from tools only"
