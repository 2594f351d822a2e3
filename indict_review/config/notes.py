"""What is worth knowing about the settings beside their values."""

from collections.abc import Iterator, Mapping

from indict_review.change import File
from indict_review.config.files import Owner, parsed
from indict_review.config.loading import Config
from indict_review.config.nesting import nested
from indict_review.config.places import settings_files
from indict_review.config.settings import REPOSITORY_FILE, SETTINGS
from indict_review.config.words import did_you_mean
from indict_review.errors import ToolError
from indict_review.sources.interface import Store

_PREFIX = "INDICT_REVIEW_"


def uncommitted(base: Store, there: Store) -> Iterator[str]:
    """That the file as it lies there is not the one that counts."""
    try:
        lies, counts = (store.entries([REPOSITORY_FILE]) for store in (there, base))
    except ToolError as e:
        yield str(e)
        return
    if _plain(lies.get(REPOSITORY_FILE)) != _plain(counts.get(REPOSITORY_FILE)):
        yield f"{REPOSITORY_FILE} differs from HEAD's: it does not count until it is committed"


def folders(config: Config, base: Store) -> Iterator[str]:
    """Each folder that is stricter. Raises `ConfigError` for one that is not."""
    if not base.has_git:
        return  # a plain folder can be anybody's home
    try:
        names = [path for path in base.paths() if path.endswith(f"/{REPOSITORY_FILE}")]
    except ToolError as e:
        yield f"what folders say cannot be listed: {e}"
        return
    nested(config, base, names)
    for name, content in settings_files(base, names).items():
        said = [f"{key}: {said.value}" for key, said in parsed(content, name, Owner.NESTED).items()]
        yield f"{name} is stricter for what is below it: {', '.join(said) or 'nothing yet'}"


def strangers(environ: Mapping[str, str]) -> Iterator[str]:
    """A note on each variable that looks like a setting and is none."""
    known = [setting.variable for setting in SETTINGS if setting.variable]
    for name in sorted(environ):
        if name.startswith(_PREFIX) and name not in {*known, f"{_PREFIX}CACHE"}:
            bare = [each.removeprefix(_PREFIX).lower() for each in known]
            yield (
                f"{name} is in the environment, and is no setting"
                f"{did_you_mean(name.removeprefix(_PREFIX), bare)}"
            )


def _plain(entry: File | str | None) -> object:
    """What is compared: git may change the line ends on the way to the disk."""
    return entry.content.replace(b"\r\n", b"\n") if isinstance(entry, File) else entry
