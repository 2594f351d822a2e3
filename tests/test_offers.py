"""Code that is known without a model: a rule's own fix, and the last review's revision."""

from dataclasses import replace

import pytest

from indict_review import kept, yaml_text
from indict_review.change import Change, File, Tree
from indict_review.critics.findings import gather
from indict_review.evidence import Severity
from indict_review.offers.last_review import LastReview
from indict_review.offers.rule_fixes import RuleFixes
from indict_review.reviewer import Reviewer
from indict_review.revision import CheckStatus
from indict_review.tools.novelty import Seen
from indict_review.tools.rules import PACK
from indict_review.tools.semgrep import Semgrep
from indict_review.tools.semgrep_run import Match
from indict_review.tools.semgrep_words import observed
from tests.changing import change
from tests.mending import EVIL, GOOD, Evals, mended

RULES = r"""
rules:
  - id: plain-fix
    languages: [python]
    severity: ERROR
    message: m
    pattern: old($X)
    fix: new($X)
  - id: regex-fix
    languages: [python]
    severity: ERROR
    message: m
    pattern: risky(...)
    fix-regex: {regex: 'risky\((.*)\)', replacement: 'safe(\1)'}
  - id: longer-fix
    languages: [python]
    severity: ERROR
    message: m
    pattern: grow($X)
    fix-regex: {regex: 'grow\((.*)\)', replacement: "grown(\n    \\1)"}
  - id: small-fix
    languages: [python]
    severity: ERROR
    message: m
    pattern: ugly(...)
    fix-regex: {regex: 'ugly', replacement: 'nice'}
  - id: no-fix
    languages: [python]
    severity: ERROR
    message: m
    pattern: hopeless(...)
  - id: java-fix
    languages: [java]
    severity: ERROR
    message: m
    pattern: old($X)
    fix: neu($X)
"""

FIXED = {
    "plain.py": (b"a = old(1)\n", "a = new(1)"),
    "regex.py": (b"a = risky(1, b)\n", "a = safe(1, b)"),
    "none.py": (b"a = hopeless(1)\n", None),
    "comment.py": ("é = old('é')  # ü\n".encode(), "é = new('é')  # ü"),
    "lines.py": (b"x = 1\na = risky(\n    1)  # b\ny = 2\n", None),  # `.` matches no line end
    "several.py": (b"x = [\n  ugly([\n    1,\n  ]), 2]\n", "  nice([\n    1,\n  ]), 2]"),
    # semgrep would indent the text, and so change it.
    "string.py": (b"def f():\n    a = old('''\n  one\ntwo\n''')\n", None),
    "no_newline.py": (b"a = old(1)", "a = new(1)"),
    "crlf.py": (b"b = 1\r\na = old(1)\r\n", "a = new(1)"),
    "crlf_longer.py": (b"b = 1\r\na = grow(1)\r\n", "a = grown(\r\n    1)"),
    "bom.py": (b"\xef\xbb\xbfb = 1\na = old(1)\n", "a = new(1)"),
    # What semgrep reads is spelt otherwise than the file, before the match or in it.
    "Respelt.java": (b"class A { void f(){ /* \\u0041 */ old(1); } }\n", None),
    "Inside.java": (b"class A { void f(){ \\u006fld(1); } }\n", None),
    "folded.py": ("\N{FULLWIDTH LATIN SMALL LETTER O}ld = 1; a = old(1)\n".encode(), None),
}  # fmt: skip


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What real semgrep says of each file: all of them in one run."""
    rules = tmp_path_factory.mktemp("rules") / "rules.yaml"
    rules.write_text(RULES)
    tree = Tree({path: File(content) for path, (content, _) in FIXED.items()})
    observed = list(Semgrep([rules]).examine(Tree(), tree))
    return tree, {each.location.path: each for each in observed}


@pytest.mark.parametrize("path", FIXED)
def test_a_rules_fix_is_told_as_whole_lines(path, seen):
    _, by_path = seen

    assert by_path[path].fixed == FIXED[path][1]


def test_a_fix_with_bytes_that_semgrep_cannot_tell_is_none():
    text = "a = old('\udce9')\n"
    match = Match("r", "t", 1, 1, 4, 12, "m", "new('\N{REPLACEMENT CHARACTER}')")
    seen = Seen("r", "a.py", "old('\udce9')", 1, 1, 4)

    assert observed(match, None, seen, text).fixed is None
    whole = replace(match, fix="new(1)")
    assert observed(whole, None, seen, text).fixed == "a = new(1)"


def test_a_rules_fix_replaces_exactly_what_it_is_for(seen):
    tree, by_path = seen
    groups = RuleFixes().groups(
        Change("patch", Tree(), tree, (), ""), gather(by_path.values(), tree)
    )
    edits = {edit.path: edit for group in groups for edit in group.edits}

    assert edits.keys() == {path for path, (_, fixed) in FIXED.items() if fixed is not None}
    assert all(len(group.fixes) == 1 for group in groups)
    head = tree.text("crlf_longer.py")
    edit = edits["crlf_longer.py"]
    assert head.replace(edit.quote, edit.replacement) == "b = 1\r\na = grown(\r\n    1)\r\n"


def test_a_fix_whose_lines_are_otherwise_by_now_is_not_offered(seen):
    tree, by_path = seen
    findings = gather(by_path.values(), tree)
    later = Tree({path: File(b"#\n" + file.content) for path, file in tree.files.items()})

    assert RuleFixes().groups(Change("patch", Tree(), later, (), ""), findings) == []


def test_a_file_that_no_patch_may_name_gets_no_fix(seen):
    tree, by_path = seen
    plain = by_path["plain.py"]
    odd = replace(plain, location=replace(plain.location, path="a\nb.py"))
    head = Tree({"a\nb.py": tree.files["plain.py"]})

    assert RuleFixes().groups(Change("staged", Tree(), head, (), ""), gather([odd], head)) == []


SUFFIX = {
    "python": "py",
    "javascript": "js",
    "java": "java",
    "c": "c",
    "go": "go",
    "php": "php",
    "rust": "rs",
}
FIXING = {
    file.stem: (f"{file.stem}.{SUFFIX[file.parent.name]}", rule["metadata"]["bad"])
    for file in sorted(PACK.rglob("*.yaml"))
    for rule in yaml_text.load(file.read_bytes())["rules"]
    if {"fix", "fix-regex"} & rule.keys()
}


@pytest.fixture(scope="module")
def fixed_by_rules():
    """One review of the bad examples of all our rules that have a fix, by those fixes alone."""
    files = dict(FIXING.values())
    review = Reviewer((Semgrep(),), offers=(RuleFixes(),)).review(change({}, files))
    assert review.skipped == ()
    return review


@pytest.mark.parametrize(
    ("rule", "now"),
    [
        ("c-tls-unverified", "SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL)"),
        ("go-old-tls", "MinVersion: tls.VersionTLS12"),
        ("go-short-key", "rsa.GenerateKey(rand.Reader, 3072)"),
        ("go-tls-unverified", "InsecureSkipVerify: false"),
        ("java-old-tls", 'SSLContext.getInstance("TLSv1.2")'),
        ("java-short-key", "generator.initialize(3072)"),
        ("js-insecure-cookie", "{ httpOnly: true }"),
        ("js-old-tls", 'minVersion: "TLSv1.2"'),
        ("js-short-key", "{ modulusLength: 3072 }"),
        ("js-tls-unverified", "rejectUnauthorized: true"),
        ("php-tls-unverified", "CURLOPT_SSL_VERIFYPEER, true"),
        ("python-debug-server", "app.run(debug=False)"),
        ("python-remote-code-model", "trust_remote_code=False"),
        ("python-short-key", "key_size=3072"),
        ("python-ssh-host-key", "paramiko.RejectPolicy()"),
        ("python-tls-unverified", "verify=True, timeout=10"),
        ("python-unsafe-yaml", "yaml.safe_load(text)"),
        ("rust-short-key", "RsaPrivateKey::new(&mut OsRng, 3072)"),
        ("rust-tls-unverified", "danger_accept_invalid_certs(false)"),
    ],
)
def test_our_rules_fix_removes_the_finding_and_passes_verification(rule, now, fixed_by_rules):
    path, bad = FIXING[rule]
    revision = fixed_by_rules.revision
    (finding,) = (f for f in fixed_by_rules.findings if f.location.path == path)

    assert now not in bad
    assert now in revision.tree.text(path)
    assert finding.suggestion is not None
    assert now in finding.suggestion.replacement


def test_every_rule_of_ours_that_has_a_fix_is_tried(fixed_by_rules):
    assert len(FIXING) == 19
    assert {f.location.path for f in fixed_by_rules.findings} == set(dict(FIXING.values()))
    checks = fixed_by_rules.revision.verification.checks
    assert not [c for c in checks if c.status is CheckStatus.FAILED]


CALLS = {
    "yaml.unsafe_load(text)": "yaml.safe_load(text)",
    "yaml.load(open(path))": "yaml.safe_load(open(path))",
    "yaml.load_all(text, Loader=yaml.UnsafeLoader)": "yaml.safe_load_all(text)",
    "yaml.load(text, yaml.Loader)": "yaml.safe_load(text)",
    "yaml.load(text, Loader)": "yaml.safe_load(text)",
    "yaml.load(text, kind)": None,  # whatever it is, safe_load takes one argument
    "yaml.load(text, Loader=make(kind))": None,
    "yaml.load(open(path, 'rb'), Loader=yaml.Loader)": "yaml.safe_load(open(path, 'rb'))",
    'yaml.load("a, b")': None,
    "requests.get(url, verify=False, timeout=1)": "requests.get(url, verify=True, timeout=1)",
    "requests.get(url, params={'a': 'verify=False'}, verify = False, timeout=1)":
        "requests.get(url, params={'a': 'verify=False'}, verify = True, timeout=1)",
    "rsa.generate_private_key(65537, 1024)": "rsa.generate_private_key(65537, 3072)",
    "client.set_missing_host_key_policy(AutoAddPolicy())":
        "client.set_missing_host_key_policy(RejectPolicy())",  # names-bound judges it
    "ssl._create_unverified_context()": None,
    "requests.get(url, cert_reqs=ssl.CERT_NONE, timeout=1)": None,
}  # fmt: skip


def test_our_fixes_leave_alone_what_they_would_break():
    imports = (
        "import ssl, yaml, requests",
        "from cryptography.hazmat.primitives.asymmetric import rsa",
        "from paramiko import AutoAddPolicy",
    )
    lines = [*imports, *(f"a = {code}" for code in CALLS)]
    tree = Tree({"a.py": File(("\n".join(lines) + "\n").encode())})
    fixed = {}
    for seen in Semgrep().examine(Tree(), tree):
        fixed[seen.location.quote] = fixed.get(seen.location.quote) or seen.fixed

    assert {f"a = {code}": (f"a = {now}" if now else None) for code, now in CALLS.items()} == fixed


TWO = change({"a.py": "import json\n", "b.py": ""}, {"a.py": EVIL, "b.py": EVIL})


@pytest.fixture
def folder(tmp_path):
    """Git's folder after a review whose code holds."""
    kept.keep(mended(TWO, {"a.py": GOOD, "b.py": GOOD}), Severity.HIGH, tmp_path)
    return tmp_path


def offered(folder, head, before=TWO):
    looked = change(
        {path: file.content.decode() for path, file in before.before.files.items()}, head
    )
    return Reviewer((Evals(),), offers=(LastReview(folder),)).review(looked).revision


def test_the_last_reviews_code_is_offered_and_verified_again(folder):
    revision = offered(folder, {"a.py": EVIL, "b.py": EVIL})

    assert revision.tree.text("a.py") == revision.tree.text("b.py") == GOOD
    assert len(revision.groups) == 1
    assert len(revision.groups[0].fixes) == 2


@pytest.mark.parametrize(
    "head",
    [
        {"a.py": EVIL, "b.py": EVIL + "\n"},  # moved on
        {"a.py": EVIL},  # one file of it is not in this change
        {"a.py": "import json\n", "b.py": "b = 1\n"},  # nothing to mend
    ],
)
def test_code_for_other_files_than_these_is_not_offered(folder, head):
    assert offered(folder, head) is None


def test_code_that_mends_nothing_that_is_a_finding_now_is_not_offered(folder):
    assert LastReview(folder).groups(TWO, ()) == ()


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff"])
def test_a_broken_memory_of_the_last_review_stops_nothing(folder, content):
    (folder / "indict-review" / "last-revision.json").write_bytes(content)

    assert offered(folder, {"a.py": EVIL, "b.py": EVIL}) is None


def test_without_a_last_review_there_is_no_offer(tmp_path):
    assert offered(tmp_path, {"a.py": EVIL, "b.py": EVIL}) is None
