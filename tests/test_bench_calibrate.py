"""Faults planted in a real repository, proven by its tests in a real sandbox, and reviewed."""

import hashlib
import subprocess

import pytest

from indict_review import git as gits
from indict_review.bench.calibrate import history
from indict_review.bench.calibrate.interface import By
from indict_review.bench.calibrate.outcome import text
from indict_review.bench.calibrate.reviewing import Reviewing
from indict_review.bench.calibrate.session import Wanted, conduct
from indict_review.bench.calibrate.suite import BY_RULES
from indict_review.bench.record import read
from indict_review.bench.runs.answering import Players
from indict_review.bench.runs.choosing import Choice
from indict_review.bench.runs.watching import silent
from indict_review.cli import run
from indict_review.config import Flags, load
from indict_review.errors import ConfigError
from indict_review.sources.stores import Folder
from tests.sandboxes import sandbox_called
from tests.scripted import ScriptedModel, look
from tests.test_reviewer import answers

SHOP = """\
import hashlib
import html
import os


def price(amount, count):
    if count < 1:  # \x1b[2J nothing is for sale
        raise ValueError("at least one")
    return amount * count
"""
LABEL = """

def label(name):
    return "<b>" + html.escape(name) + "</b>"


def keep(path, text):
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)


def mark(text):
    return hashlib.md5(text).hexdigest()
"""
TESTS = """\
import unittest

import shop


class Shop(unittest.TestCase):
    def test_price(self):
        self.assertEqual(shop.price(2, 3), 6)
        with self.assertRaises(ValueError):
            shop.price(2, 0)

    def test_label(self):
        if hasattr(shop, "label"):
            self.assertEqual(shop.label("a&b"), "<b>a&amp;b</b>")
"""
COMMITS = (
    ("A shop that knows prices", {"shop.py": SHOP, "test_shop.py": TESTS}),
    ("Say what it is", {"README": "A shop.\n"}),
    ("Labels, and keeping them", {"shop.py": SHOP + LABEL}),
)
BY_TESTS = ["check-removed", "condition-inverted", "escape-dropped"]


def git(repo, *words):
    said = ("-c", "user.name=T", "-c", "user.email=t@t", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *said, *words], cwd=repo, check=True, capture_output=True)


def made(repo, commits=COMMITS):
    repo.mkdir()
    git(repo, "init", "-q", "-b", "main")
    for message, files in commits:
        for path, content in files.items():
            (repo / path).write_text(content)
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", message)
    return repo


def state(folder):
    """Every file in it, git's own too."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(path), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]


def calibrate(repo, out, home, sandbox="bwrap", **asked):
    flags = Flags(model="none", sandbox=sandbox)
    wanted = Wanted(repo, flags=flags, out=out, **asked)
    return conduct(wanted, {"HOME": str(home)}, lambda planted: None, silent)


def marks(outcome):
    """Of each fault, by kind."""
    faults = [r for r in outcome.reviews.records if not r.marks["clean"]]
    return {r.group: r.marks for r in faults}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def repo(home):
    return made(home / "repo")


@pytest.fixture(scope="module")
def ran(repo, home):
    """A whole run, and what the repository was before and after it."""
    sandbox_called("bubblewrap")
    before = state(repo)
    outcome = calibrate(repo, home / "run", home)
    return outcome, before, state(repo)


def test_a_fault_that_a_test_notices_is_proven_by_it_and_another_by_a_rule(ran):
    proofs = {f.candidate.mutation.kind: f.proof for f in ran[0].planted.faults}

    assert sorted(kind for kind, proof in proofs.items() if proof.by is By.TESTS) == BY_TESTS
    assert proofs["check-removed"].told == "test_shop.Shop.test_price"
    assert proofs["permission-widened"].by is By.RULE
    assert proofs["permission-widened"].told == "semgrep: python-world-writable"


def test_the_tests_that_prove_a_fault_are_not_what_finds_it(ran):
    found = marks(ran[0])

    assert (found["check-removed"]["hits"], found["check-removed"]["misses"]) == (0, 1)
    assert (found["escape-dropped"]["hits"], found["escape-dropped"]["misses"]) == (1, 0)
    assert found["permission-widened"]["hits"] == 1


def test_what_is_held_against_the_commit_as_it_was_is_extra_there_and_finds_no_fault(ran):
    outcome = ran[0]
    controls = [r.marks for r in outcome.reviews.records if r.marks["clean"]]

    assert sorted(m["extra"] for m in controls) == [0, 1]
    assert [flag.ident for _, flag in outcome.reviews.held] == ["python-weak-hash"]
    assert all(m["extra"] == 0 for m in marks(outcome).values())


def test_what_only_a_rule_proves_is_in_no_table_with_the_rest(ran):
    folder = ran[0].folder
    by_tests, by_rules = read(folder / "records.jsonl"), read(folder / BY_RULES / "records.jsonl")

    assert sorted(r.group for r in by_tests.records) == [*BY_TESTS, "untouched", "untouched"]
    assert [r.group for r in by_rules.records] == ["permission-widened"]
    for each in (by_tests, by_rules):
        assert sorted(r.key for r in each.records) == sorted(each.manifests[0].planned)


def test_the_report_has_both_halves_and_names_the_command(ran, tmp_path):
    out = tmp_path / "report.md"
    assert run(["bench", "report", str(ran[0].folder), "--markdown", str(out)]) == 0
    told = out.read_text()

    assert "indict-review bench calibrate --repo REPOSITORY" in told
    tests, rules = told.split("## calibrate, proven by a rule", 1)
    assert "precision" in tests
    assert "| precision, %" not in rules


def test_the_repository_is_only_read(ran):
    _, before, after = ran

    assert before == after


def test_no_code_and_no_path_is_in_the_records(ran):
    told = (ran[0].folder / "records.jsonl").read_text()

    assert "shop" not in told
    assert "count" not in told


def test_a_person_reads_what_was_looked_at_proven_found_and_missed(ran):
    told = "\n".join(text(ran[0]))

    assert "commits looked at: 3, with code: 2; places for a fault: 4, tried: 4, proven: 4" in told
    assert "check-removed               1      0       1   0% (0% to 79%)       -" in told
    # Three faults of two commits tell no more than one would.
    assert "all                         3      1       2   33% (3% to 91%)" in told
    assert "50% (5% to 95%)" in told  # the finding on the commit as it was is in it
    assert "all                         1      1       0   100% (21% to 100%)   -" in told
    assert told.index("proven by tests") < told.index("proven by a rule")
    assert "shop.py:7 condition-inverted: if count >= 1:" in told
    assert "shop.py:23 python-weak-hash" in told
    assert ran[0].is_whole


def test_nothing_of_the_code_reaches_the_terminal_as_a_control_character(ran):
    told = "\n".join(text(ran[0]))

    assert "\x1b" not in told
    assert "␛[2J nothing is for sale" in told


def test_a_run_that_was_killed_goes_on_and_proves_and_reviews_nothing_twice(ran, repo, home):
    folder = ran[0].folder
    planted, records = folder / "planted.jsonl", folder / "records.jsonl"
    noted, recorded = planted.read_text(), records.read_text()
    planted.write_text(noted[: noted.rindex("\n", 0, -1) + 9])  # the last proof is torn
    records.write_text(recorded[: recorded.rindex("\n", 0, -1) + 9])
    again = calibrate(repo, folder, home)

    assert planted.read_text() == noted
    assert records.read_text() == recorded  # the answer was kept, seconds and all
    assert marks(again) == marks(ran[0])


def test_another_run_in_the_same_folder_is_refused_with_what_differs(ran, repo, home):
    with pytest.raises(ConfigError, match="holds another run: limit was 20 and is 3") as caught:
        calibrate(repo, ran[0].folder, home, limit=3)

    assert "--out" in caught.value.hint


def test_without_a_sandbox_only_rules_prove_and_that_is_said(repo, home, tmp_path):
    kinds = ("check-removed", "permission-widened")
    outcome = calibrate(repo, tmp_path / "run", home, "none", kinds=kinds)
    told = "\n".join(text(outcome))

    assert {f.proof.by for f in outcome.planted.faults} == {By.RULE}
    assert "no tests were run, so only rules prove anything: the sandbox is switched off" in told
    assert "1 not used: the sandbox is switched off (--sandbox none); no rule has" in told
    assert "proven by tests" not in told
    assert outcome.is_whole  # the user wanted it so


def test_a_project_whose_tests_cannot_run_is_an_incomplete_run(home, tmp_path):
    sandbox_called("bubblewrap")
    broken = TESTS.replace("import shop", "import not_there_at_all")
    repo = made(tmp_path / "repo", [("A shop", {"shop.py": SHOP, "test_shop.py": broken})])
    outcome = calibrate(repo, tmp_path / "run", home)

    assert outcome.planted.faults == []
    assert not outcome.is_whole
    assert "not_there_at_all" in "\n".join(text(outcome))


def test_with_a_model_the_whole_method_reviews_and_what_it_costs_is_kept(ran, repo, tmp_path, home):
    model = ScriptedModel(answers([], looks=lambda question: look()))
    objects = gits.Objects(gits.located(repo, {}))
    config = load(Flags(sandbox="none"), Folder(tmp_path), {"HOME": str(home)})
    players = Players("scripted", None, lambda key: model, None)
    faults = [f for f in ran[0].planted.faults if f.candidate.mutation.kind == "check-removed"]
    reviewing = Reviewing(objects, config, players, Choice(), 2)
    reviews = reviewing.conduct(faults, tmp_path / "run", silent)

    assert [r.strategy for r in reviews.records] == ["indict-review"] * 2
    assert all(r.calls > 0 and r.model == "scripted" for r in reviews.records)
    assert len(list((tmp_path / "run" / "transcripts").iterdir())) == 2
    assert "A shop that knows prices" in model.questions[0]  # the task is the commit's message
    assert not any("test_price" in q and "FAIL" in q for q in model.questions)


def test_merges_links_and_binary_files_are_passed_over(tmp_path):
    repo = made(tmp_path / "repo")
    (repo / "link.py").symlink_to("shop.py")
    (repo / "blob.py").write_bytes(b"if x:\0")
    git(repo, "checkout", "-q", "-b", "side")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "no text")
    git(repo, "checkout", "-q", "main")
    git(repo, "merge", "-q", "--no-ff", "-m", "merged", "side")
    repository = gits.located(repo, {})
    found = history.read(repository, repository.head or "", 50, {})

    assert found.seen == 4
    assert [commit.change.task for commit in found.commits] == [COMMITS[2][0], COMMITS[0][0]]
    assert found.commits[1].parent is None


def test_the_files_of_a_commit_are_laid_out_without_links_in_a_folder_called_like_it(tmp_path):
    repo = made(tmp_path / "repo")
    (repo / "link.py").symlink_to("/etc/passwd")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "a link")
    repository = gits.located(repo, {})
    with history.laid_out(gits.Objects(repository), repository.head) as folder:
        assert folder.name == repository.head
        assert sorted(p.name for p in folder.iterdir()) == ["README", "shop.py", "test_shop.py"]
        assert (folder / "shop.py").read_text() == SHOP + LABEL
    assert not folder.exists()
    with history.laid_out(gits.Objects(repository), history.NOTHING) as folder:
        assert list(folder.iterdir()) == []


def called(capsys, *words):
    code = run(["bench", "calibrate", "--model", "none", *map(str, words)])
    return code, capsys.readouterr()


def test_the_command_goes_on_with_a_run_and_prints_its_table(ran, repo, capsys):
    code, told = called(capsys, "--repo", repo, "--sandbox", "bwrap", "--out", ran[0].folder)

    assert code == 0
    assert told.out == "".join(f"{line}\n" for line in text(ran[0]))
    assert "4 tried, 4 proven" in told.err


def test_without_out_the_run_is_in_the_cache_and_without_a_fault_it_is_incomplete(
    repo, capsys, monkeypatch, tmp_path
):
    monkeypatch.setenv("INDICT_REVIEW_CACHE", str(tmp_path / "cache"))
    code, told = called(
        capsys, "--repo", repo, "--sandbox", "none", "--kind", "check-removed", "--quiet"
    )

    assert code == 3
    assert "places for a fault: 1, tried: 1, proven: 0" in told.out
    assert len(list((tmp_path / "cache" / "calibrate").iterdir())) == 1
    assert f"kept in {tmp_path / 'cache'}" in told.err
    assert "1 tried" not in told.err


def test_what_cannot_be_used_is_said_in_one_line_and_a_hint(repo, capsys, tmp_path):
    plain = tmp_path / "plain"
    plain.mkdir()
    words = made(tmp_path / "words", [("words", {"README": "words\n"})])
    said = [
        called(capsys, "--repo", plain),
        called(capsys, "--repo", words),
        called(capsys, "--repo", repo, "--head", "v9"),
        called(capsys, "--repo", repo, "--kind", "typo"),
    ]

    assert [code for code, _ in said] == [2, 2, 2, 2]
    assert "is in no git repository" in said[0][1].err
    assert "nothing can be planted: of 1 commits 0 touch code" in said[1][1].err
    assert "'v9' is no commit here" in said[2][1].err
    assert "condition-inverted" in said[3][1].err


ENDS = """\
import os


def last(items):
    while not items:
        os.write(1, b"waiting" * 9999)
    return items[-1]


def first(items):
    if items == [0]:
        last([])
    return items[0]
"""
ENDS_TESTS = """\
import unittest

import ends


class Ends(unittest.TestCase):
    def test_first(self):
        self.assertEqual(ends.first([1]), 1)
"""


def test_a_fault_with_which_the_tests_cannot_tell_is_not_used_and_skips_nothing(home, tmp_path):
    sandbox_called("bubblewrap")
    repo = made(tmp_path / "repo", [("Ends", {"ends.py": ENDS, "test_ends.py": ENDS_TESTS})])
    outcome = calibrate(repo, tmp_path / "run", home, kinds=("condition-inverted",))
    (proof,) = outcome.planted.unproven

    assert proof.told.startswith("with the fault, the tests were stopped: it wrote more than")
    assert not proof.skipped
