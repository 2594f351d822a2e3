"""Whether a name is one that litellm knows a provider for, seen without importing it.

That takes seconds, and who misspelt a name need not wait for them. litellm ships its list of models
as JSON, and that of providers as lines of an enumeration: both are read as text. Where they cannot
be, every name is as good as another, and the provider will say.
"""

import json
import re
from importlib.util import find_spec
from pathlib import Path

from indict_review.config.words import did_you_mean
from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown

_MODELS = "model_prices_and_context_window_backup.json"
_PROVIDERS = Path("types", "utils.py")
_MORE = Path("llms", "openai_like", "providers.json")
_CLASS = re.compile(r"^class LlmProviders\(.*?\):\n(.*?)^(?=\S)", re.S | re.M)
_MEMBER = re.compile(r'^    \w+ = "([^"\s]+)"', re.M)
_FORMS = (
    "Write PROVIDER/NAME, e.g. ollama_chat/qwen3 or anthropic/claude-sonnet-4-5; openai/NAME with "
    "--api-base URL for a server of your own; or none, local, replay:FILE."
)


def check_name(name: str) -> None:
    """Raises `ConfigError` for a name that no provider can be found for."""
    spec = find_spec("litellm")
    if spec is None or spec.origin is None:
        return  # it is said where it is imported
    folder = Path(spec.origin).parent
    provider, slash, _ = name.partition("/")
    if slash:
        known = _providers(folder)
        if known and provider not in known:
            raise ConfigError(
                f"no provider of models is called {shown(provider)}{did_you_mean(provider, known)}",
                _FORMS,
            )
    elif ":" not in name:  # a model of one's own making has the name of what it was made from
        models = _models(folder)
        if models and name not in models:
            near = did_you_mean(name, [m for m in models if "/" not in m])
            raise ConfigError(f"no model is called {shown(name)}{near}", _FORMS)


def _models(folder: Path) -> set[str]:
    return set(_json(folder / _MODELS))


def _providers(folder: Path) -> set[str]:
    try:
        listed = _CLASS.search((folder / _PROVIDERS).read_text("utf-8"))
    except (OSError, ValueError):
        return set()
    if listed is None:
        return set()
    return {*_MEMBER.findall(listed[1]), *_json(folder / _MORE)}


def _json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
