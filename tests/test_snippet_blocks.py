"""The check is taken from a reply, and what would show nothing is refused."""

import pytest

from indict_review.tools.snippets.blocks import BadSnippet, from_reply

GOOD = {
    "python": "from app import f\nassert f(1) == 2\n",
    "javascript": "const { f } = require('./app');\nif (f(1) !== 2) throw new Error('f');\n",
    "c": '#include "app.c"\nint main(void) { assert(f(1) == 2); return 0; }\n',
    "cpp": '#include "app.cpp"\nint main() { assert(f(1) == 2); }\n',
    "go": "package app\nfunc TestF(t *testing.T) { if f(1) != 2 { t.Fatal(1) } }\n",
    "rust": 'include!("app.rs");\nfn main() { assert_eq!(f(1), 2); }\n',
    "java": "assert App.f(1) == 2;\n",
    "php": "<?php require 'app.php'; assert(f(1) == 2);\n",
    "csharp": "Debug.Assert(App.F(1) == 2);\n",
}


@pytest.mark.parametrize("language", GOOD)
def test_a_block_is_taken_out_of_the_words_around_it(language):
    code = GOOD[language]

    assert from_reply(code, language) == code
    assert from_reply(f"Sure:\n```{language}\n{code}```\nIt fails.", language) == code
    assert from_reply(f"```sh\nls\n```\n```{language}\n{code}```", language) == code
    assert from_reply(f"```{language}\n{code}", language) == code


PYTHON_GOOD = [
    "import app\nassert app.f(1)",
    "from app import f\nfor x in range(3):\n    y = f(x)\n    assert y == x",
    "import pytest\nfrom app import f\nwith pytest.raises(ValueError):\n    f(-1)",
    "from app import f\ntry:\n    f(-1)\nexcept OSError:\n    0\nelse:\n    raise AssertionError",
    "from app import f\ntry:\n    f(-1)\n    assert False\nexcept ValueError:\n    pass",
    "from app import f\nx = []\nf(x)\nassert x == [1]",
    "from app import f\nif f(1) != 2:\n    raise AssertionError('f')",
    "from app import *\nassert f(1) == 2",
    "import unittest\nfrom app import f\nclass T(unittest.TestCase):\n"
    "    def test(self):\n        self.assertEqual(f(1), 2)",
    "import subprocess, sys\no = subprocess.run([sys.executable, 'app.py'])\nassert not o.stderr",
    "from app import f\ndef check(n):\n    return f(n)\nassert check(1) == 2",
]


@pytest.mark.parametrize("code", PYTHON_GOOD)
def test_what_asserts_something_of_the_project_is_a_check(code):
    assert from_reply(code, "python") == code + "\n"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "no code"),
        ("I would call f with -1.", "does not parse"),
        ("from app import f\nprint(f(1))", "asserts nothing"),
        ("from app import f\nassert True", "asserts nothing"),
        ("from app import f\nassert 1 + 1 == 2", "nothing of the project"),
        ("from app import f\nraise AssertionError('so')", "nothing of the project"),
        ("import os\nassert os.getcwd()", "imports nothing"),
        ("def f(n):\n    return n\nassert f(1) == 2", "imports nothing"),
        ("from app import f\nassert f(1)\n" + "# more\n" * 1000, "longer than"),
        ("from app import f\nassert f('\0')", "no text"),
        ("from app import f\nassert " + "(" * 2000 + "f(1)" + ")" * 2000, "parse|nested|longer"),
    ],
)
def test_what_would_show_nothing_is_refused_with_the_reason(code, why):
    with pytest.raises(BadSnippet, match=why):
        from_reply(code, "python")


def test_a_module_named_like_one_of_the_language_can_be_the_projects():
    code = "import calendar\nassert calendar.f(1) == 2\n"

    with pytest.raises(BadSnippet, match="imports nothing"):
        from_reply(code, "python")
    assert from_reply(code, "python", modules={"calendar"}) == code


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("javascript", "const f = require('./app'); f(1);"),
        ("javascript", "const f = require('./app'); assert(true);"),
        ("javascript", "const assert = require('node:fs'); assert.equal(1, 2);"),
        ("javascript", "const f = require('./app'); // assert.equal(f(1), 2)"),
        ("c", '#include "app.c"\nint main(void) { assert(1); return 0; }'),
        ("c", "int main(void) { assert(f(1)); return 0; }"),
        ("c", '#include "app.c"\nvoid test(void) { assert(f(1) == 2); }'),
        ("c", '#include "app.c"\nint main(void) { puts("assert(f(1))"); return 0; }'),
        ("rust", 'include!("app.rs");\nfn main() { f(1); }'),
        ("php", "<?php assert(f(1) == 2);"),
    ],
)
def test_in_other_languages_what_asserts_nothing_or_takes_in_nothing_is_refused(language, code):
    with pytest.raises(BadSnippet):
        from_reply(code, language)
