"""A revision may not bring in a module that nobody knows."""

import pytest

from indict_review.change import File, Tree
from indict_review.checks.candidate import Candidate
from indict_review.checks.imports import imports_known
from indict_review.revision import CheckStatus

HEAD = "from Crypto.PublicKey import RSA\nimport jwt, os\n\nKEY = RSA.generate(1024)\n"


def status(revised, path="task.py"):
    head = Tree({path: File(HEAD.encode()), "other.py": File(b"import requests\n")})
    return imports_known(Candidate(head, head.with_text(path, revised)))


@pytest.mark.parametrize(
    "line",
    [
        "import html",
        "import xml.etree.ElementTree as ET",
        "from Crypto.Cipher import AES",
        "import jwt.exceptions",
        "    import secrets, hmac",
        "import requests",
    ],
)
def test_the_standard_library_and_what_the_change_has_are_known(line):
    assert status(f"{line}\n{HEAD}").status is CheckStatus.PASSED


@pytest.mark.parametrize("line", ["import rsa", "from cryptograpy import x", "import os, psycopg2"])
def test_anything_else_is_refused_by_name(line):
    check = status(f"{line}\n{HEAD}")

    assert check.status is CheckStatus.FAILED
    assert any(name in check.detail for name in ("rsa", "cryptograpy", "psycopg2"))


def test_other_languages_are_said_not_to_be_looked_at():
    assert status("use rsa;\n", "task.rs").status is CheckStatus.SKIPPED
