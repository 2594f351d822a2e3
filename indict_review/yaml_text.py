"""The only module that reads YAML: safely, and by the C parser where there is one."""

from typing import Any


class YamlError(ValueError):
    """The text is no YAML."""


def load(content: bytes | str) -> Any:
    """Plain data, never objects. The C parser, ten times as fast, is not in every build.
    Raises `YamlError` with a one-line reason."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(content, Loader=loader)  # noqa: S506 - both loaders are the safe one
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as e:
        raise YamlError(str(e).split("\n")[0]) from e
