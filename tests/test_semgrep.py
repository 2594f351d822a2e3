"""semgrep as an analyzer. Every test here runs the real semgrep."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from indict_review import yaml_text
from indict_review.cache import Cache
from indict_review.change import File, Tree
from indict_review.errors import ToolError
from indict_review.events import Event, Started
from indict_review.evidence import Concern, Confidence, Observed, Severity
from indict_review.tools import rules, semgrep_run
from indict_review.tools.semgrep import Semgrep
from indict_review.tools.semgrep_layout import SUFFIXES, Layout, Sides, core_names
from indict_review.tools.semgrep_run import Outcome, Runner, Scan

SHELL = "import os\n\n\ndef run(name):\n    os.system(name)\n"
BROKEN = "\n\ndef more(x):\n    a = = 3\n    return a\n"
HARMLESS = "def run(name):\n    return name\n"


def tree(**files: str | bytes) -> Tree:
    return of({name.replace("__", "."): content for name, content in files.items()})


def of(files: dict[str, str | bytes]) -> Tree:
    return Tree({p: File(c.encode() if isinstance(c, str) else c) for p, c in files.items()})


def codeshield(seen: list[Observed]) -> list[Observed]:
    """Without our own pack, which grows: these tests count."""
    return [o for o in seen if o.detail.endswith("of codeshield")]


def examine(before: Tree, after: Tree, **options: object) -> list[Observed]:
    return codeshield(list(Semgrep(**options).examine(before, after)))  # type: ignore[arg-type]


def lines(seen: list[Observed]) -> list[tuple[str, int]]:
    return [(o.location.path, o.location.start_line) for o in seen]


@pytest.fixture
def one_rule(tmp_path: Path) -> Path:
    """A user's rule file."""
    path = tmp_path / "mine.yaml"
    path.write_text(
        "rules:\n"
        "  - id: no-frobnicate\n"
        "    languages: [python]\n"
        "    severity: INFO\n"
        "    message: Do not frobnicate $X. It hurts.\n"
        "    pattern: frobnicate($X)\n"
        "    fix: defrobnicate($X)\n"
        "    metadata:\n"
        "      cwe: ['CWE-0676: Use of Potentially Dangerous Function']\n"
        "      confidence: HIGH\n"
    )
    return path


def user(seen: Tree, *configs: str | Path) -> list[Observed]:
    found = Semgrep(configs=configs).examine(Tree(), seen)
    return [o for o in found if "codeshield" not in o.detail and "indict-review" not in o.detail]


# What a change brought in


def test_a_new_weakness_is_seen_with_its_place_and_kind():
    [seen] = examine(tree(a__py=HARMLESS), tree(a__py=SHELL))

    assert seen.tool == "semgrep"
    assert (seen.location.path, seen.location.start_line, seen.location.end_line) == ("a.py", 5, 5)
    assert seen.location.quote == "    os.system(name)"
    assert seen.weakness.ident == "insecure-os-system-use"
    assert seen.weakness.cwe == "CWE-78"
    assert seen.weakness.concern is Concern.SAFETY
    assert seen.weakness.title
    assert "\n" not in seen.summary
    assert seen.summary in seen.weakness.message


def test_what_was_there_before_is_not_reported():
    assert examine(tree(a__py=SHELL), tree(a__py=SHELL + "\n\nx = 1\n")) == []


def test_moved_and_indented_code_is_not_reported():
    moved = "import os\n\n\nclass A:\n    def run(self, name):\n        if name:\n" + (
        "            os.system(name)  # moved\n"
    )

    assert examine(tree(a__py=SHELL), tree(a__py=moved)) == []


def test_a_second_copy_is_reported_where_it_was_added():
    after = (
        "import os\n\n\ndef other(name):\n    os.system(name)\n\n\n" + SHELL.partition("\n\n\n")[2]
    )

    assert lines(examine(tree(a__py=SHELL), tree(a__py=after))) == [("a.py", 5)]


def test_a_second_copy_on_the_same_line_is_reported():
    after = SHELL.replace("os.system(name)", "os.system(name); os.system(name)")

    assert lines(examine(tree(a__py=SHELL), tree(a__py=after))) == [("a.py", 5)]


def test_an_edited_call_that_stays_vulnerable_is_reported():
    after = SHELL.replace("os.system(name)", "os.system('ls ' + name)")

    assert lines(examine(tree(a__py=SHELL), tree(a__py=after))) == [("a.py", 5)]


def test_a_renamed_file_brings_nothing_in_and_an_edit_in_it_does():
    renamed = tree(b__py=SHELL + "\n\ndef more(name):\n    os.popen(name)\n")

    assert lines(examine(tree(a__py=SHELL), renamed)) == [("b.py", 9)]


def test_a_file_that_goes_vouches_for_no_other():
    """Whoever deletes an old fixture with a weakness in it does not get to bring the same in."""
    fixture = "import os\n\n\ndef bad(cmd):\n    os.system(cmd)\n"
    fresh = "import os\nfrom flask import request\n\ncmd = request.args['c']\nos.system(cmd)\n" + (
        "\n\ndef other(a, b):\n    c = a + b\n    return c * 2\n"
    )
    seen = examine(of({"tests/bad.py": fixture}), of({"app/x.py": fresh}))

    assert lines(seen) == [("app/x.py", 5)]


def test_a_fix_and_a_deletion_report_nothing():
    assert examine(tree(a__py=SHELL, b__py=SHELL), tree(a__py=HARMLESS)) == []


# The change is hostile


def test_a_nosemgrep_comment_excuses_nothing():
    after = SHELL.replace("os.system(name)", "os.system(name)  # nosemgrep")

    assert lines(examine(tree(a__py=HARMLESS), tree(a__py=after))) == [("a.py", 5)]


def test_ignore_files_ignored_folders_and_strange_names_are_scanned():
    names = [
        "tests/test_a.py",
        "vendor/node_modules/x.py",
        "-rf.py",
        "--config=p.py",
        "with space.py",
        "ünïcode.py",
        "a\nb.py",
        "x.PY",
        "build/dist/.venv/a.min.py",
    ]
    ignoring = {".semgrepignore": "*\n", ".gitignore": "*\n", "tests/.semgrepignore": "*.py\n"}

    seen = examine(Tree(), of({**ignoring, **dict.fromkeys(names, SHELL)}))

    assert sorted(o.location.path for o in seen) == sorted(names)


def test_a_large_file_is_scanned():
    padding = f'x = "{"a" * 2_000_000}"\n'

    assert lines(examine(Tree(), tree(a__py=padding + SHELL))) == [("a.py", 6)]


def test_a_symbolic_link_is_not_followed():
    link = Tree({"a.py": File(b"/etc/passwd", 0o120000)})

    assert examine(Tree(), link) == []


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("bom.py", b"\xef\xbb\xbfeval(x)\n", 1),
        ("utf16.py", "y = 1\neval(x)\n".encode("utf-16"), 2),
        ("cr.py", b"# fine\reval(x)\n", 1),
        ("folded.py", "y = 1\n\uff45\uff56\uff41\uff4c(x)\n", 2),
        ("nul.py", b"# \0\neval(x)\n", 2),
        ("latin.py", b"# \xff\neval(x)\n", 2),
        ("separator.js", "// fine\u2028eval(x)\n", 1),
        ("escaped.js", "\\u{65}v\\u0061l(x)\n", 1),
        ("cr.php", b"<?php // fine\reval($x);\n", 1),
        ("root.php", "<?php\n\\eval($x);\n", 2),
        ("capitals.php", "<?php\nEVAL($x);\n", 2),
    ],
)
def test_code_that_only_the_compiler_would_see_is_seen(name: str, content: str | bytes, line: int):
    seen = [o for o in examine(Tree(), of({name: content})) if "eval" in o.weakness.ident]

    assert lines(seen) == [(name, line)]


def test_spaces_and_comments_between_its_tokens_do_not_hide_a_call():
    """semgrep reads code; but what it skips whole files by are words and regular expressions."""
    code = (
        "import re\n"
        "def find(word, text):\n    return re . search ( # ', )\n '\\b' + word, text)\n"
        "def take(thing, data):\n    for k, v in data.items():\n        setattr (thing , k , v)\n"
        "def users(tree, name):\n    return tree . find \\\n (f'//user[@n={name}]')\n"
        "def calculate(code):\n    eval \\\n (code)\n"
        "def tell(password, logger):\n    logger . info ('%s' , password)\n"
    )
    seen = {o.weakness.ident for o in Semgrep().examine(Tree(), of({"a.py": code}))}

    assert seen >= {
        "python-regex-injection", "python-mass-assignment", "python-xpath-injection",
        "python-code-injection", "python-sensitive-log",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "content"),
    [
        ("utf-7", b"# coding: utf-7\nx = 1\n"),
        ("utf-7", b"#" + b"a" * 5000 + b"\n# coding: utf-7\nx = 1\n"),
        ("shift_jis", b'# coding: shift_jis\nx = "\x95\x5c" ; eval(y) #"\n'),
        ("gbk", b'# coding: gbk\nx = "\x95\x5c" ; eval(y) #"\n'),
    ],
)
def test_an_encoding_that_semgrep_cannot_read_is_told(declared: str, content: bytes):
    with pytest.raises(ToolError, match=rf"'a\.py' declares the encoding {declared}"):
        examine(Tree(), of({"a.py": content}))


def test_lines_count_as_git_counts_them_and_a_quote_has_no_line_end():
    content = b"x = 1\r\n# form\x0cfeed\r\neval(y)\r\n"

    [seen] = examine(Tree(), tree(a__py=content))

    assert (seen.location.start_line, seen.location.quote) == (3, "eval(y)")


# Never "nothing" when it could not look


def test_code_that_does_not_parse_is_named_after_all_else_was_yielded():
    seen: list[Observed] = []

    with pytest.raises(ToolError, match=r"'b\.py': partial parsing at line 9"):
        seen.extend(Semgrep().examine(Tree(), tree(a__py=SHELL, b__py=SHELL + BROKEN)))

    assert {("a.py", 5), ("b.py", 5)} <= set(lines(seen))


def test_a_file_of_which_nothing_parses_is_named():
    broken = SHELL + "\n\ndef more(x:\n    pass\n\n\nclass B\n    y = (\n"

    with pytest.raises(ToolError, match=r"'a\.py': syntax error"):
        examine(tree(a__py=broken), tree(a__py=broken + "\n"))


def test_code_that_did_not_parse_before_and_was_left_alone_is_no_failure():
    with pytest.raises(ToolError):
        examine(Tree(), tree(a__py=HARMLESS + BROKEN))
    seen = examine(tree(a__py=HARMLESS + BROKEN), tree(a__py=SHELL + BROKEN))
    assert lines(seen) == [("a.py", 5)]


def test_a_missing_semgrep_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(semgrep_run, "core", lambda: None)

    with pytest.raises(ToolError, match="semgrep is not installed"):
        examine(Tree(), tree(a__py=SHELL))


def test_a_semgrep_that_takes_too_long_is_stopped():
    with pytest.raises(ToolError, match=r"longer than 0\.001 seconds"):
        examine(Tree(), tree(a__py=SHELL), seconds=0.001)


def test_a_semgrep_that_skips_a_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    wrap(tmp_path, monkeypatch, 'exec "$REAL" "$@" --exclude=0002.py', core="exit 2")

    with pytest.raises(ToolError, match=r"'b\.py' was not scanned"):
        examine(Tree(), tree(a__py=SHELL, b__py=SHELL))


def test_a_core_that_skips_a_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    left_out = """"$REAL" "$@" | sed 's#"scanned":[[][^]]*#"scanned":["after/0001.py"#'"""
    wrap(tmp_path, monkeypatch, "exit 2", core=left_out)

    with pytest.raises(ToolError, match=r"'b\.py' was not scanned"):
        examine(Tree(), tree(a__py=SHELL, b__py=SHELL))


def wrap(
    folder: Path, monkeypatch: pytest.MonkeyPatch, script: str, core: str = 'exec "$REAL" "$@"'
) -> None:
    """Put a semgrep of our own beside "this" interpreter, and a core of our own."""
    for name, real, text in (
        ("semgrep", semgrep_run.executable(), script),
        ("semgrep-core", semgrep_run.core(), core),
    ):
        wrapper = folder / name
        wrapper.write_text(f"#!/bin/sh\nREAL='{real}'\n{text}\n")
        wrapper.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    monkeypatch.setattr(semgrep_run, "core", lambda: folder / "semgrep-core")


def test_when_the_fast_way_fails_the_plain_one_sees_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fast = list(Semgrep().examine(tree(a__py=HARMLESS), tree(a__py=SHELL)))
    wrap(tmp_path, monkeypatch, 'exec "$REAL" "$@"', core='echo "no such flag" >&2; exit 2')
    heard: list[Event] = []

    plain = list(Semgrep(listen=heard.append).examine(tree(a__py=HARMLESS), tree(a__py=SHELL)))

    assert fast
    assert plain == fast
    assert heard[0] == Started("semgrep, the slow way, as the fast one failed: no such flag")


def test_when_both_ways_fail_it_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    wrap(tmp_path, monkeypatch, 'echo "out of order" >&2; exit 2', core="exit 2")

    with pytest.raises(ToolError, match="out of order"):
        examine(Tree(), tree(a__py=SHELL))


def test_the_core_and_the_command_line_see_the_same(tmp_path: Path):
    """Every shipped rule, on every example of our pack: all that is told of every match."""
    examples = {}
    for file in sorted(rules.PACK.rglob("*.yaml")):
        (rule,) = yaml_text.load(file.read_bytes())["rules"]
        suffix = SUFFIXES[file.parent.name]
        for kind in ("bad", "good"):
            examples[f"{file.stem}-{kind}{suffix}"] = rule["metadata"][kind]
    layout = Layout.of(Sides.of(Tree(), of(examples), lambda path: True))
    asked = {f"rule-{r.digest}": r for r in rules.shipped(SUFFIXES)}
    layout.write(tmp_path / "work", layout.paths)
    (tmp_path / "rules.json").write_text(rules.merged(asked))
    targets = tuple((t, name) for t, path in layout.paths.items() for name in core_names(path))
    scan = Scan(tmp_path / "work", targets, tmp_path / "rules.json")
    runner = Runner(tmp_path, 120)

    core, line = (runner._run(scan, way(scan)) for way in (runner._core, runner._command_line))

    assert len(core.matches) >= len(examples) // 2
    assert core.blind == line.blind == ()
    assert core.scanned <= line.scanned == set(layout.paths)
    core_seen, line_seen = (
        {repr(replace(m, severity="", metadata={})) for m in seen.matches} for seen in (core, line)
    )
    assert core_seen == line_seen


def test_nothing_is_written_outside_and_no_setting_of_the_user_has_a_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("SEMGREP_RULES", "p/does-not-exist")
    monkeypatch.setenv("SEMGREP_APP_TOKEN", "secret")
    tell = 'env > "$(dirname "$0")/$(basename "$0").seen"; {}'
    wrap(tmp_path, monkeypatch, tell.format('exec "$REAL" "$@"'), core=tell.format("exit 2"))
    names = ("semgrep", "semgrep.seen", "semgrep-core", "semgrep-core.seen")

    assert lines(examine(Tree(), tree(a__py=SHELL))) == [("a.py", 5)]
    assert set(tmp_path.iterdir()) == {tmp_path / name for name in names}
    for name in ("semgrep.seen", "semgrep-core.seen"):
        assert "secret" not in (tmp_path / name).read_text()


# What was seen before


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The targets of each scan that was made."""
    made: list[tuple[str, ...]] = []
    scan = Runner.scan

    def counted(self: Runner, scan_: Scan) -> tuple[Outcome, str]:
        made.append(tuple(target for target, _ in scan_.targets))
        return scan(self, scan_)

    monkeypatch.setattr(Runner, "scan", counted)
    return made


def test_a_clean_change_is_scanned_on_one_side_only(scans: list[tuple[str, ...]]):
    assert examine(tree(a__py=SHELL), tree(a__py=HARMLESS)) == []
    assert scans == [("after/0001.py",)]


def test_a_file_that_was_seen_is_not_scanned_again(
    tmp_path: Path, scans: list[tuple[str, ...]], one_rule: Path
):
    both = tree(a__py=SHELL, b__py=HARMLESS)
    first = examine(Tree(), both, cache=Cache(tmp_path / "c"))
    again = examine(Tree(), both, cache=Cache(tmp_path / "c"))

    assert lines(first) == [("a.py", 5)]
    assert again == first
    assert len(scans) == 1
    more = tree(a__py=SHELL, b__py=HARMLESS + "# more\n")
    assert lines(examine(Tree(), more, cache=Cache(tmp_path / "c"))) == [("a.py", 5)]
    assert scans[1:] == [("after/0002.py",)]  # what is new, and no more
    assert user(both, one_rule) == []
    examine(Tree(), both, cache=Cache(tmp_path / "c"), configs=[one_rule])
    assert scans[-1] == ("after/0001.py", "after/0002.py")  # another rule: another answer


def test_what_could_not_be_looked_at_is_not_remembered_as_clean(tmp_path: Path):
    broken = tree(a__py=SHELL, b__py="x = 1\n" + BROKEN.replace("return a", "eval(a)"))
    for _ in range(2):
        with pytest.raises(ToolError, match=r"'b\.py': partial parsing"):
            examine(Tree(), broken, cache=Cache(tmp_path / "c"))


def test_trouble_that_is_about_no_file_of_ours_keeps_nothing_as_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """E.g. about a rule, whose file semgrep names then."""
    error = '{"error_type":"Pattern parse error","severity":"error","message":"m",'
    error += '"location":{"path":"rules.json","start":{"line":1},"end":{"line":1}}}'
    core = f""""$REAL" "$@" | sed 's#"errors":[[][]]#"errors":[{error}]#' """
    wrap(tmp_path, monkeypatch, "exit 2", core=core)

    for _ in range(2):
        with pytest.raises(ToolError, match="all files: pattern parse error"):
            examine(Tree(), tree(a__py=HARMLESS), cache=Cache(tmp_path / "c"))


def test_a_language_is_part_of_what_is_remembered(tmp_path: Path):
    code = "eval(x)\n"
    for name in ("a.py", "a.js", "a.php"):
        alone = examine(Tree(), of({name: code}))
        kept = [examine(Tree(), of({name: code}), cache=Cache(tmp_path / "c")) for _ in (1, 2)]
        assert kept == [alone, alone]


# What cannot match


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The rules that semgrep was given for each scan."""
    made: list[set[str]] = []
    scan = Runner.scan

    def noted(self: Runner, scan_: Scan) -> tuple[Outcome, str]:
        made.append({rule["id"] for rule in json.loads(scan_.rules.read_text())["rules"]})
        return scan(self, scan_)

    monkeypatch.setattr(Runner, "scan", noted)
    return made


def test_semgrep_does_not_read_the_rules_whose_words_do_not_occur(
    tmp_path: Path, read: list[set[str]], one_rule: Path
):
    change = of(
        {"a.py": SHELL, "b.js": "eval(process.argv[2] + x)\n", "c.php": "<?php EVAL($x);\n"}
    )
    alone = list(Semgrep([one_rule]).examine(Tree(), change))
    spared = list(Semgrep([one_rule], cache=Cache(tmp_path / "c")).examine(Tree(), change))

    assert alone == spared != []
    every, given = read
    [mine] = (f"rule-{rule.digest}" for rule in rules.given(one_rule))
    assert mine in given < every
    assert len(given) < len(every) / 2


def test_a_file_in_which_no_rule_can_match_is_scanned_all_the_same(
    tmp_path: Path, read: list[set[str]]
):
    harmless = of({"a.py": "x = 1\n", "b.php": "<?php\n$x = 1;\n", "A.java": "class A {}\n"})

    assert examine(Tree(), harmless, cache=Cache(tmp_path / "c")) == []
    assert len(read) == 1


def test_a_semgrep_that_does_not_tell_the_words_is_given_all_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[set[str]]
):
    core = 'case "$1" in -prefilter*) exit 2 ;; esac; exec "$REAL" "$@"'
    wrap(tmp_path, monkeypatch, "exit 2", core=core)
    monkeypatch.setattr("indict_review.tools.semgrep.core", semgrep_run.core)

    assert lines(examine(Tree(), tree(a__py=SHELL), cache=Cache(tmp_path / "c"))) == [("a.py", 5)]
    assert read == [{f"rule-{rule.digest}" for rule in rules.shipped({"python"})}]


# Rules


@pytest.mark.parametrize(
    ("name", "content", "ident", "cwe"),
    [
        ("a.py", "import pickle\npickle.loads(x)\n", "unsafe-pickle-use", "CWE-502"),
        ("a.c", "int f(void) { return rand(); }\n", "crypto-weak-prng", "CWE-338"),
        ("a.h", "int f(void) { return rand(); }\n", "crypto-weak-prng", "CWE-338"),
        ("a.cpp", "int f(void) { return rand(); }\n", "crypto-weak-prng", "CWE-338"),
        ("a.js", "eval(process.argv[2] + x)\n", "eval-with-expression", "CWE-95"),
        ("a.ts", "const x: any = f(); eval(x);\n", "eval-with-expression", "CWE-95"),
        (
            "a.tsx",
            "export const A = (p: {x: any}) => <div dangerouslySetInnerHTML={p.x} />;\n",
            "dangerously-set-inner-html",
            "CWE-79",
        ),
        (
            "A.java",
            "import java.net.URL;\nclass A { void f(String u) { new URL(u).openStream(); } }\n",
            "ssrf_insecure_patterns",
            "CWE-918",
        ),
        ("a.php", "<?php\neval($_GET['x']);\n", "insecure-eval-use", "CWE-94"),
        (
            "A.cs",
            "using System.Runtime.Serialization.Formatters.Binary;\nclass A { void F(Stream s) { "
            "BinaryFormatter b = new BinaryFormatter(); b.Deserialize(s); } }\n",
            "insecure-deserialization",
            "CWE-502",
        ),
    ],
)
def test_each_language_has_rules_that_run(name: str, content: str, ident: str, cwe: str):
    seen = examine(Tree(), of({name: content}))

    assert (ident, cwe) in {(o.weakness.ident, o.weakness.cwe) for o in seen}
    assert {o.location.path for o in seen} == {name}


def test_languages_without_rules_are_not_covered():
    tool = Semgrep()

    assert [p for p in ("a.py", "b.js", "c.h", "d.php", "e.txt", "LICENSE") if tool.covers(p)] == [
        "a.py",
        "b.js",
        "c.h",
        "d.php",
    ]
    assert list(tool.examine(Tree(), tree(LICENSE="eval(x)"))) == []


def test_rules_that_share_an_id_are_all_kept_and_copies_are_not(tmp_path: Path):
    rule = '{"id": "same", "languages": ["python"], "severity": "ERROR", "message": "m", %s}'
    one, two = rule % '"pattern": "one()"', rule % '"pattern": "two()"'
    (tmp_path / "a.json").write_text(f'{{"rules": [{one}, {two}]}}')
    (tmp_path / "b.json").write_text(f'{{"rules": [{one}]}}')

    seen = user(tree(a__py="one()\ntwo()\n"), tmp_path)

    assert [(o.weakness.ident, o.location.start_line) for o in seen] == [("same", 1), ("same", 2)]


def test_the_users_rules_run_beside_ours(one_rule: Path):
    [seen] = user(tree(a__py="import os\nos.system(x)\nfrobnicate(y)\n"), one_rule)

    assert seen.summary == "Do not frobnicate y."
    assert seen.weakness.message == "Do not frobnicate y. It hurts."
    assert seen.weakness.ident == "no-frobnicate"
    assert seen.weakness.cwe == "CWE-676"
    assert seen.weakness.precision is Confidence.HIGH
    assert seen.weakness.remedy == "Write: defrobnicate(y)"


def test_severity_is_the_rules_own_level_where_nothing_better_is_known(tmp_path: Path):
    rule = "  - {id: %s, languages: [python], severity: %s, message: m, pattern: %s()%s}\n"
    own = ", metadata: {severity: critical, title: Bad thing}"
    listed = [("a", "ERROR", "a", ""), ("b", "WARNING", "b", ""), ("c", "INFO", "c", own)]
    (tmp_path / "r.yml").write_text("rules:\n" + "".join(rule % entry for entry in listed))

    seen = user(tree(a__py="a()\nb()\nc()\n"), tmp_path / "r.yml")

    assert [o.weakness.severity for o in seen] == [
        Severity.HIGH,
        Severity.MEDIUM,
        Severity.CRITICAL,
    ]
    assert seen[2].weakness.title == "Bad thing"


def test_a_rule_for_a_language_of_its_own_is_covered(tmp_path: Path):
    (tmp_path / "r.yml").write_text(
        "rules: [{id: r, languages: [ruby], severity: ERROR, message: m, pattern: system($X)}]"
    )

    assert not Semgrep().covers("a.rb")
    assert Semgrep([tmp_path / "r.yml"]).covers("a.rb")
    assert lines(user(tree(a__rb="system(x)\n"), tmp_path / "r.yml")) == [("a.rb", 1)]


def test_the_path_filters_of_a_rule_mean_the_changes_paths(tmp_path: Path):
    (tmp_path / "r.yml").write_text(
        "rules:\n"
        "  - {id: r, languages: [python], severity: ERROR, message: m, pattern: f(),\n"
        "     paths: {include: [src/, '*_api.py'], exclude: ['/src/gen/**', '*_test.py']}}\n"
    )
    names = ["src/a.py", "src/gen/a.py", "src/a_test.py", "lib/src/gen/a.py", "x_api.py", "b.py"]

    seen = user(of(dict.fromkeys(names, "f()\n")), tmp_path / "r.yml")

    assert sorted(o.location.path for o in seen) == ["lib/src/gen/a.py", "src/a.py", "x_api.py"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot read the rules"),
        ("rules: [", "cannot read the rules"),
        ("- x\n", "no list `rules`"),
        ("rules: [{message: m}]", "rule without an id"),
    ],
)
def test_rules_that_cannot_be_read_are_an_error(tmp_path: Path, content: str | None, why: str):
    path = tmp_path / "r.yml"
    if content is not None:
        path.write_text(content)

    with pytest.raises(ToolError, match=why):
        user(tree(a__py="x = 1\n"), path)


def test_rules_that_are_joined_are_really_run(tmp_path: Path):
    """semgrep's own fast way says that it ran them, finds nothing, and did not."""
    (tmp_path / "r.yml").write_text(
        "rules:\n"
        "  - {id: r, mode: join, severity: ERROR, message: m, languages: [python], join: {\n"
        "     rules: [{id: a, languages: [python], pattern: one($X)},\n"
        "             {id: b, languages: [python], pattern: two($X)}],\n"
        "     'on': ['a.$X == b.$X']}}\n"
    )
    try:
        seen = user(tree(a__py="one(x)\ntwo(x)\n"), tmp_path / "r.yml")
    except ToolError:
        return  # it could not be run, and that is said

    assert seen


def test_a_rule_with_a_key_that_is_no_text_is_an_error(tmp_path: Path):
    (tmp_path / "r.yml").write_text(
        "rules: [{id: r, languages: [python], severity: ERROR, message: m, pattern: f(), on: 1}]"
    )

    with pytest.raises(ToolError, match="is no JSON: r"):
        user(tree(a__py="x = 1\n"), tmp_path / "r.yml")


def test_a_rule_that_does_not_parse_is_named_and_loses_no_other(tmp_path: Path, one_rule: Path):
    (tmp_path / "bad.yaml").write_text(
        "rules: [{id: broken-rule, languages: [python], severity: ERROR, message: m,"
        " pattern: 'f(...('}]"
    )
    seen: list[Observed] = []

    with pytest.raises(ToolError, match="broken-rule"):
        seen.extend(Semgrep([tmp_path]).examine(Tree(), tree(a__py="frobnicate(y)\n")))

    assert [o.weakness.ident for o in seen] == ["no-frobnicate"]


def test_registry_rules_without_a_network_say_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    with pytest.raises(ToolError, match=r"the rules p/python needs the network"):
        examine(Tree(), tree(a__py=SHELL), configs=["p/python"], seconds=4)


def test_every_shipped_rule_runs():
    samples = {
        "a.py": "x = 1\n",
        "a.c": "int x;\n",
        "a.cpp": "int x;\n",
        "a.js": "f();\n",
        "a.ts": "f();\n",
        "A.java": "class A {}\n",
        "a.php": "<?php\nf();\n",
        "A.cs": "class A {}\n",
        "a.rs": "fn f() {}\n",
        "a.go": "package a\n",
    }

    assert list(Semgrep().examine(Tree(), of(samples))) == []
    assert len({r.ident for r in rules.shipped({"python"})}) >= 14


def test_code_that_is_too_much_for_one_scan_is_scanned_in_parts(tmp_path, monkeypatch):
    """And what takes too long loses no more than its own part."""
    monkeypatch.setattr("indict_review.tools.semgrep._MOST_OF_A_PART", 100)
    files = {f"{name}.py": SHELL + f"\n# {name * 60}\n" for name in "abc"}
    steps = []
    analyzer = Semgrep(listen=lambda event: steps.append(event.step))
    seen = list(analyzer.examine(Tree(), Tree({p: File(t.encode()) for p, t in files.items()})))

    assert {each.location.path for each in seen} == set(files)
    assert steps == [f"semgrep, part {n} of 3" for n in (1, 2, 3)]

    scan = Semgrep._scan

    def slow(self, layout, asked, targets):
        if any("b" in layout.paths[target].split("/")[-1] for target in targets):
            raise ToolError("semgrep took too long")
        return scan(self, layout, asked, targets)

    monkeypatch.setattr(Semgrep, "_scan", slow)
    found = Semgrep().examine(Tree(), Tree({p: File(t.encode()) for p, t in files.items()}))
    seen = []
    with pytest.raises(ToolError, match=r"b\.py.*took too long"):
        seen.extend(found)
    assert {each.location.path for each in seen} == {"a.py", "c.py"}
