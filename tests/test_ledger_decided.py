"""What counts from where: the base's decisions, and one's own when one commits."""

import subprocess
import sys
from datetime import date

import pytest

from indict_review.change import File
from indict_review.decision import DecidedIn
from indict_review.errors import ConfigError
from indict_review.ledger.decided import Decided
from indict_review.ledger.entries import LEDGER
from indict_review.sources.stores import Folder
from tests.deciding import CODE, entry, found, ledger, staged

TODAY = date(2026, 11, 22)


@pytest.fixture
def base(tmp_path):
    def made(files: dict[str, str]) -> Folder:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(text)
        return Folder(tmp_path)

    return made


FINDING = found(staged({"app.py": CODE}))
OURS = ledger(entry(FINDING))


def settle(store, of, *, own, finding=FINDING):
    return Decided.of(store, of, TODAY, own=own).settle([finding], of)


@pytest.mark.parametrize("own", [True, False])
def test_what_the_base_has_decided_is_dismissed_with_who_when_and_why(base, own):
    settled = settle(base(OURS), staged({"app.py": CODE}), own=own)
    (dismissed,) = settled.dismissed

    assert settled.standing == ()
    assert settled.notes == ()
    assert dismissed.decision.where is DecidedIn.LEDGER
    assert (dismissed.decision.by, dismissed.decision.on) == ("Ada", "2026-11-22")
    assert dismissed.decision.reason == "the name is a constant"


def test_it_holds_until_that_code_changes(base):
    moved = staged({"app.py": "# a line more\n" + CODE})
    changed = staged({"app.py": CODE.replace("(name)\n", "(name + name)\n")})
    elsewhere = staged({"app.py": CODE.replace("def run", "def walk")})

    assert settle(base(OURS), moved, own=False, finding=found(moved)).dismissed
    assert settle(base(OURS), changed, own=False, finding=found(changed)).standing
    assert settle(base(OURS), elsewhere, own=False, finding=found(elsewhere)).standing


def test_a_decision_that_ran_out_is_told_where_its_finding_is(base):
    store = base(ledger(entry(FINDING, until="2026-11-21")))
    settled = settle(store, staged({"app.py": CODE}), own=True)
    other = staged({"app.py": CODE.replace("name", "other")})

    assert settled.standing == (FINDING,)
    assert settled.notes == ("the decision on CWE-78 in app.py, line 5 ran out on 2026-11-21",)
    assert settle(store, other, own=True, finding=found(other)).notes == ()


def test_it_holds_on_its_last_day(base):
    store = base(ledger(entry(FINDING, until="2026-11-22")))

    assert settle(store, staged({"app.py": CODE}), own=False).dismissed


def test_a_decision_that_the_change_brings_counts_only_where_it_is_ones_own(base):
    brought = staged({"app.py": CODE, **OURS})
    own = settle(base({}), brought, own=True)

    assert own.dismissed
    assert own.notes == (f"dismissed by this change: CWE-78 in app.py, line 5, in {LEDGER}",)
    assert settle(base({}), brought, own=False).standing == (FINDING,)


def test_of_ones_own_change_its_version_of_the_ledger_counts(base):
    gone = staged({"app.py": CODE}, before=OURS)
    edited = staged({"app.py": CODE, **ledger(entry(FINDING, until="2026-11-01"))}, before=OURS)

    for change in (gone, edited):
        assert settle(base(OURS), change, own=True).standing == (FINDING,)
        assert settle(base(OURS), change, own=False).dismissed


def test_a_ledger_that_cannot_be_read_is_an_error(base, tmp_path):
    broken = staged({"app.py": CODE, LEDGER: "decisions: 3\n"})
    with pytest.raises(ConfigError, match=r"decisions\.yaml cannot be used"):
        Decided.of(base({}), broken, TODAY, own=True)
    with pytest.raises(ConfigError, match=r"decisions\.yaml cannot be used"):
        Decided.of(base({LEDGER: "decisions: 3\n"}), staged({}), TODAY, own=False)
    assert Decided.of(Folder(tmp_path), staged(OURS), TODAY, own=True).entries  # mends it


def test_a_ledger_that_is_a_link_is_an_error(tmp_path):
    (tmp_path / "elsewhere.yaml").write_text(OURS[LEDGER])
    (tmp_path / ".indict-review").mkdir()
    (tmp_path / LEDGER).symlink_to("../elsewhere.yaml")
    link = {LEDGER: File(b"../elsewhere.yaml", 0o120000)}
    change = staged({"app.py": CODE})
    linked = type(change)("staged", change.before, type(change.after)(link), (), "")

    with pytest.raises(ConfigError, match="no regular file"):
        Decided.of(Folder(tmp_path), change, TODAY, own=True)
    with pytest.raises(ConfigError, match="no regular file"):
        Decided.of(Folder(tmp_path / "none"), linked, TODAY, own=True)


def test_without_a_ledger_and_without_marks_nothing_slow_is_imported(tmp_path):
    script = f"""
import sys
from datetime import date
from pathlib import Path
from indict_review.ledger.decided import Decided
from indict_review.sources.stores import Folder
from tests.deciding import CODE, staged
change = staged({{"app.py": CODE}})
decided = Decided.of(Folder(Path({str(tmp_path)!r})), change, date.today(), own=True)
from indict_review.evidence import *
from indict_review.finding import Finding
kind = Weakness("r", Concern.SAFETY, Severity.LOW, "t", "m")
where = Location("app.py", 5, 5, "q")
seen = Observed("semgrep", "s", where, kind)
finding = Finding("0" * 16, "r", Concern.SAFETY, Severity.LOW, where, "t", "m", None, "", (seen,))
assert decided.settle([finding], change).standing == (finding,)
print(sorted({{"yaml", "tree_sitter", "jsonschema", "click"}} & set(sys.modules)))
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert ran.stdout == "[]\n", ran.stderr
