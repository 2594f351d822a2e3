"""Whether a name is nearly another one: how packages are mistaken, and impersonated."""

from collections.abc import Iterable

SHORTEST = 6
"""Letters: shorter names are near to each other by chance."""

WIDELY_USED = {
    "python": frozenset(
        "requests urllib3 numpy pandas scipy matplotlib scikit-learn tensorflow torch keras flask"
        " django fastapi starlette uvicorn gunicorn pydantic sqlalchemy alembic psycopg psycopg2"
        " pymysql pymongo redis celery boto boto3 botocore cryptography paramiko pyyaml jinja2"
        " markupsafe click typer colorama rich pillow opencv-python beautifulsoup4 lxml httpx"
        " httpcore aiohttp websockets pytest pytest-cov hypothesis coverage setuptools wheel"
        " packaging attrs python-dateutil python-dotenv simplejson selenium playwright openai"
        " anthropic transformers"
        " jsonschema pyjwt marshmallow tabulate termcolor tqdm docker ansible virtualenv".split()
    ),
    "javascript": frozenset(
        "react react-dom preact angular express lodash underscore axios request moment dayjs chalk"
        " commander webpack rollup vitest jest mocha typescript eslint prettier babel-core jquery"
        " bootstrap tailwindcss mongoose sequelize prisma socket.io dotenv jsonwebtoken bcrypt"
        " bcryptjs passport nodemon cross-env rimraf electron puppeteer playwright next nuxt"
        " svelte redux react-redux tslint classnames minimist yargs inquirer ts-node".split()
    ),
    "rust": frozenset(
        "serde serde-json tokio reqwest hyper actix-web rayon regex clap anyhow thiserror tracing"
        " chrono futures async-trait libc rand-core itertools indexmap once-cell bitflags".split()
    ),
}
"""Names that are worth impersonating; one that is among them is nobody's typo."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A known name that this one is one slip away from."""
    return next((other for other in sorted(known) if is_slip(name, other)), None)


def is_slip(name: str, other: str) -> bool:
    """One letter too many, too few, wrong or exchanged with the next; or only separators differ.

    Numbers are versions (`boto`, `boto3`), and a scope is somebody's own.
    """
    if name == other or name.rpartition("/")[0] != other.rpartition("/")[0]:
        return False
    name, other = name.rpartition("/")[2], other.rpartition("/")[2]
    if min(len(name), len(other)) < SHORTEST:
        return False
    if _bare(name) == _bare(other):
        return True
    if abs(len(name) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(name, other, strict=False)) if a != b), -1)
    at = min(len(name), len(other)) if at < 0 else at
    if any(char.isdigit() for char in name[at : at + 1] + other[at : at + 1]):
        return False
    one, two = name[at:], other[at:]
    exchanged = one[:2] == two[:2][::-1] and one[2:] == two[2:]
    return exchanged or one[1:] == two[1:] or one[1:] == two or one == two[1:]


def _bare(name: str) -> str:
    return "".join(char for char in name if char.isalnum())
