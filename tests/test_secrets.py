"""Secrets that a change brings in: told without their values, in any text, and rarely wrong."""

import argparse
import socket
import subprocess
import sys
import time

import pytest

from indict_review.change import File, Tree
from indict_review.evidence import Confidence
from indict_review.tools.secrets import Secrets
from tests.changing import tree
from tests.planted import ALL, NAMED, TOKENS
from tests.test_secrets_masked import ORDINARY

TOKEN = next(p for p in TOKENS if p.kind == "GitHub")


def look(after, before=None):
    return list(Secrets().examine(tree(before or {}), tree(after)))


def test_every_kind_is_told_once_and_nothing_that_is_said_has_a_value():
    files = {f"{n:02d}/{p.path}": p.text for n, p in enumerate(ALL)}

    seen = look(files)

    assert sorted(o.location.path for o in seen) == sorted(files)
    for each in seen:
        assert each.weakness.cwe == "CWE-798"
        said = [each.summary, each.detail, each.weakness.message, each.weakness.ident]
        assert not [v for p in ALL for v in p.values if any(v in text for text in said)]


def test_a_providers_own_form_is_surer_than_a_name():
    token = look({"a.py": TOKEN.text})[0]
    named = look({"a.py": 'password = "Tr0ub4dor-and-3"\n'})[0]

    assert (token.weakness.precision, token.weakness.ident) == (
        Confidence.HIGH,
        "secret-github-token",
    )
    assert (named.weakness.precision, named.weakness.ident) == (Confidence.MEDIUM, "secret")


def test_what_was_there_before_is_no_news_wherever_it_moves():
    moved = "import os\n\n" + TOKEN.text

    assert look({"gh.py": moved}, {"gh.py": TOKEN.text}) == []
    assert look({"new.py": TOKEN.text}, {"gh.py": TOKEN.text}) == []
    (again,) = look({"gh.py": TOKEN.text, "b.py": TOKEN.text}, {"gh.py": TOKEN.text})
    assert again.location.path == "b.py"


def test_it_covers_what_it_spoke_of_and_no_other_file():
    secrets = Secrets()
    list(secrets.examine(Tree(), tree({"gh.py": TOKEN.text, "b.py": "x = 1\n"})))

    assert [p for p in ("gh.py", "b.py") if secrets.covers(p)] == ["gh.py"]


def test_ordinary_code_placeholders_and_digests_are_no_secrets():
    lock = '"resolved": "sha512-0p8cZ1dX8t1v6m8m0q1n2b3v4c5x6z7l8k9j0h1g2f3d4s5a6p7o8i9u0y=="\n'

    assert look({"a.py": ORDINARY, "b.yaml": ORDINARY, "package-lock.json": lock}) == []


@pytest.mark.parametrize(
    "value", ["AKIAIOSFODNN7EXAMPLE", "ghp_" + "x" * 36, "ghp_" + "0123456789" * 4]
)
def test_what_was_written_to_be_seen_is_none(value):
    assert look({"a.py": f'key = "{value}"\n'}) == []


def test_in_tests_and_documents_only_a_providers_form_counts():
    named = {f"tests/{n}/{p.path}": p.text for n, p in enumerate(NAMED)}

    assert look(named | {"README.md": 'password = "Tr0ub4dor-and-3"\n'}) == []
    assert [o.location.path for o in look({"tests/a.py": TOKEN.text})] == ["tests/a.py"]


def test_marks_in_the_change_do_not_count():
    marked = TOKEN.text.rstrip() + "  # pragma: allowlist secret\n"

    assert len(look({"a.py": marked})) == 1


def test_a_private_key_is_one_finding():
    (seen,) = look({"id.pem": ALL[-1].text})

    assert seen.weakness.ident == "secret-private-key"
    assert seen.location.start_line == 2


def test_utf_16_hides_nothing_and_a_picture_is_not_read():
    wide = Tree({".env": File(TOKEN.text.encode("utf-16"))})
    picture = Tree({"a.png": File(b"\x89PNG\0" + TOKEN.text.encode())})

    assert [o.location.path for o in Secrets().examine(Tree(), wide)] == [".env"]
    assert list(Secrets().examine(Tree(), picture)) == []


def test_nobody_is_asked_whether_a_secret_is_valid(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("it went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    assert len(look({p.path: p.text for p in TOKENS})) > 10


def test_a_line_of_a_megabyte_and_many_secrets_take_seconds_at_most():
    began = time.monotonic()
    hostile = [
        "password=" * 100_000,
        "a" * 1_000_000,
        "://a:" * 100_000,
        "eyJ" * 200_000,
        ("password" + "a" * 60) * 4_000,
        f"password = '{'a_' * 99}A' " * 1_000,
        "name: key: id: " * 10_000,
        "login a password " * 10_000,
        "-----BEGIN PRIVATE KEY-----" * 10_000,
        "aws key " * 20_000 + "a1" * 50,
    ]
    look({f"{n}.js": line for n, line in enumerate(hostile)})
    look({"many.py": "".join(f'password = "q7Yw3eLr{n:05d}-x"\n' for n in range(5_000))})

    assert time.monotonic() - began < 20


def test_ordinary_files_load_nothing_slow():
    code = (
        "import sys\n"
        "from indict_review.tools.secrets import Secrets\n"
        "from indict_review.change import File, Tree\n"
        "text = open(sys.argv[1], 'rb').read()\n"
        "assert not list(Secrets().examine(Tree(), Tree({'a.py': File(text)})))\n"
        "assert not {'detect_secrets', 'requests'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, argparse.__file__], check=True)
