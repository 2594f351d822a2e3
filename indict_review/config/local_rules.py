"""A repository's own semgrep rules: files within it, never a name to fetch."""

import posixpath

from indict_review.change import File
from indict_review.config.files import Layer
from indict_review.config.settings import SEMGREP_CONFIG
from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown
from indict_review.sources.interface import Store

_SUFFIXES = (".yaml", ".yml", ".json")


def local_rules(base: Store, said: Layer) -> tuple[tuple[str, bytes], ...]:
    """The files that `semgrep_config` names, as the base has them: name and content.

    Names are relative to the folder of the settings file. Raises `ConfigError` for a name that is
    no file, nor a folder that has any.
    """
    if SEMGREP_CONFIG.name not in said:
        return ()
    value, origin = said[SEMGREP_CONFIG.name].value, said[SEMGREP_CONFIG.name].origin
    known = base.paths()
    found: dict[str, bytes] = {}
    for name in SEMGREP_CONFIG.kind.read(value):
        path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), name))
        below = [p for p in known if p.startswith(f"{path}/") and p.endswith(_SUFFIXES)]
        entries = base.entries([path] if path in known else below)
        read = {p: entry.content for p, entry in entries.items() if isinstance(entry, File)}
        if not read:
            raise ConfigError(
                f"{shown(origin)}: semgrep_config is no file of the repository: {shown(name)}",
                "Name a file or folder inside it; anything else is for --semgrep-config.",
            )
        found |= read
    return tuple(found.items())
