"""The table of settings: reading, `config show`, the JSON Schema and the docs follow from it."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from indict_review.config.kinds import FOLDER, TEXT, TEXTS, YES_NO, Kind, number, one_of, some_of
from indict_review.config.mappings import BUDGET, MODELS, PATHS
from indict_review.evidence import Severity
from indict_review.scope import SETTINGS as REPOSITORY_FILE

T = TypeVar("T")

__all__ = ["BY_NAME", "REPOSITORY_FILE", "SETTINGS", "Setting"]


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting."""

    name: str
    kind: Kind[T]
    doc: str
    """One line, for people and for editors."""
    default: object = None
    """As it would stand in a file; None: nothing is set."""
    repository: bool = False
    """Whether a repository's own file may have it: promise 5."""
    nested: bool = False
    """Whether a file below the top of the repository may."""
    flag: bool = True
    """Whether it is an option of the command line, and a variable of the environment."""

    @property
    def option(self) -> str:
        """`--fail-on`, or nothing."""
        return f"--{self.name.replace('_', '-')}" if self.flag else ""

    @property
    def variable(self) -> str:
        """`INDICT_REVIEW_FAIL_ON`, or nothing."""
        return f"INDICT_REVIEW_{self.name.upper()}" if self.flag else ""


PARTS = (
    "safety", "helpfulness", "exchange", "post-hoc", "verification", "proofs", "tests",
    "knowledge", "code", "semgrep", "codeshield", "bounds", "lifetimes", "bandit", "secrets",
)  # fmt: skip
"""What can be left out: critics, steps of the method, tools."""

MODEL = Setting(
    "model", TEXT,
    "`none`, `local`, `replay:FILE`, or a litellm name; unset: the embedded one, if it is here.",
)  # fmt: skip
CAST = Setting("models", MODELS, "Another model for a role: actor, safety, helpfulness, summary.")
FALLBACK = Setting(
    "fallback", TEXTS, "litellm models to ask, in order, where the one that was named fails."
)
NO_CACHE = Setting("no_cache", YES_NO, "Ask the model even what it was asked before.", False)
API_BASE = Setting("api_base", TEXT, "The server of an OpenAI-compatible model.")
STRATEGY = Setting(
    "strategy",
    one_of(("indict-review", "indict-paper")),
    "How critics and actor work together.",
    "indict-review",
)
ROUNDS = Setting("rounds", number(1, 10), "Exchanges in a dialogue, at most.")
SPENDING = Setting("budget", BUDGET, "What a review may spend on models; unset: no limit.")
FAIL_ON = Setting(
    "fail_on",
    one_of([s.value for s in Severity]),
    "The severity from which on a finding blocks.",
    "high",
    repository=True,
    nested=True,
)
SEMGREP_CONFIG = Setting(
    "semgrep_config",
    TEXTS,
    "More rules: files or folders, of a repository those in it. All places add up.",
    repository=True,
    nested=True,
)
SARIF = Setting("sarif", TEXTS, "SARIF files that your own analyzers made of the change.")
SARIF_BASE = Setting("sarif_base", TEXTS, "The same of the base: what is in them is not new.")
WEB = Setting(
    "web",
    one_of(("off", "wikipedia", "ddgs", "searxng", "brave")),
    "Where critics may look things up; `off`: nothing leaves this machine for it.",
    "off",
)
WEB_URL = Setting("web_url", TEXT, "The address of a SearXNG server, or another for the others.")
WEB_CODE = Setting("web_code", YES_NO, "Let a query carry a few lines of the code.", False)
WITHOUT = Setting(
    "without",
    some_of(PARTS),
    "Parts of the method to leave out, to see what each is worth.",
)
SANDBOX = Setting(
    "sandbox",
    one_of(("auto", "docker", "bwrap", "none", "host")),
    "Where tests and checks run; `host` needs --i-trust-this-code as well.",
    "auto",
)
SANDBOX_IMAGE = Setting("sandbox_image", TEXT, "The image for docker.")
TEST_COMMAND = Setting(
    "test_command", TEXT, "How the project is tested; unset: it is found out.", repository=True
)
TEST_ENV = Setting("test_env", FOLDER, "A venv or prefix that the tests need; only read.")
WHEELS = Setting("wheels", FOLDER, "Packages to install the project's requirements from.")
REQUIRE_TESTS = Setting(
    "require_tests",
    YES_NO,
    "No verified code where there are no tests.",
    False,
    repository=True,
    nested=True,
)
ON_INCOMPLETE = Setting(
    "on_incomplete",
    one_of(("block", "warn")),
    "What a skipped step does: `block` exits with 3, `warn` with 0 and a warning.",
    "block",
)
REQUEST_CHANGES = Setting(
    "request_changes",
    YES_NO,
    "A review that fails asks for changes, on the pull request, instead of only commenting.",
    False,
)
UNPROVEN = Setting(
    "unproven",
    one_of(("summary", "inline")),
    "Where a pull request shows what critics claim and no tool could show.",
    "summary",
)
LOOKED_AT = Setting(
    "paths", PATHS, "Globs of files to look at, and to leave out.", repository=True, flag=False
)

SETTINGS: tuple[Setting[Any], ...] = (
    MODEL, CAST, FALLBACK, API_BASE, NO_CACHE, STRATEGY, ROUNDS, WITHOUT, SPENDING, FAIL_ON,
    SEMGREP_CONFIG, SARIF, SARIF_BASE, WEB, WEB_URL, WEB_CODE, LOOKED_AT, TEST_COMMAND,
    REQUIRE_TESTS, TEST_ENV, WHEELS, SANDBOX, SANDBOX_IMAGE, ON_INCOMPLETE, REQUEST_CHANGES,
    UNPROVEN,
)  # fmt: skip

BY_NAME = {setting.name: setting for setting in SETTINGS}
