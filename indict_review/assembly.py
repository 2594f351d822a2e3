"""From settings to a Reviewer: which analyzers, which model, which limits."""

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
from indict_review.redact import Mask, secrets_in
from indict_review.reviewer import Reviewer, Strategy
from indict_review.sandbox.chosen import Chosen
from indict_review.sandbox.interface import Sandbox
from indict_review.sources.interface import Source
from indict_review.tools.environment import Environment
from indict_review.tools.interpreter import SandboxInterpreter
from indict_review.tools.knowledge import Knowledge
from indict_review.tools.preparing import Preparing
from indict_review.tools.semgrep import Semgrep
from indict_review.tools.test_suite import ProjectSuite

_ROUNDS = {Strategy.INDICT_REVIEW: 1, Strategy.INDICT_PAPER: 1}


@contextmanager
def assembled(
    config: Config, change: Change, source: Source, record: Path | None, listen: Listener
) -> Iterator[Reviewer]:
    """Put it together, and take it apart afterwards: no copy and no sandbox outlives the review.

    Raises `ConfigError` for a model or a sandbox that was named and is not there.
    """
    with ExitStack() as stack:
        checkout = Checkout.of(change, source.project)
        stack.callback(checkout.close)
        sandbox = Chosen(config.sandbox, config.sandbox_image, trusted=config.trusted)
        stack.callback(sandbox.close)
        environment = Environment.of(config.test_env) if config.test_env else None
        yield _reviewer(config, change, checkout, sandbox, environment, record, listen)


def _reviewer(
    config: Config,
    change: Change,
    checkout: Checkout,
    sandbox: Sandbox,
    environment: Environment | None,
    record: Path | None,
    listen: Listener,
) -> Reviewer:
    strategy = Strategy(config.strategy)
    model, note = _model(config)
    made = Reviewer(
        analyzers=(Semgrep(config.semgrep_config, listen, local=config.local_rules),),
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
        require_tests=config.require_tests,
        strategy=strategy,
        rounds=config.rounds or _ROUNDS[strategy],
        listen=listen,
        notes=(note,) if note else (),
    )
    if model is None:
        return made
    if record is not None:
        from indict_review.models.replay import Recording

        model = Recording(model, record)
    mask = Mask(secrets_in("\n".join((change.patch, change.task or "", change.account or ""))))
    return replace(made, asker=Asker(model, config.budget, mask, listen))


def _preparing(config: Config, sandbox: Sandbox) -> Preparing | None:
    """Nothing is installed unless the user gave the packages."""
    if config.wheels is None:
        return None
    return Preparing(sandbox, config.cache / "prepared", config.wheels)


def _model(config: Config) -> tuple[Model | None, str]:
    """The model, or None and a line that says why there is none where one was expected."""
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
