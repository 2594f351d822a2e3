"""On a new push critics look only at what they have not seen; tools look at everything."""

import pytest

from indict_review.evidence import Concern, Location, Observed, Severity, Weakness
from indict_review.models.asking import Asker
from indict_review.review import Verdict
from indict_review.reviewer import NOTHING_NEW, Reviewer, Strategy
from indict_review.scope import Paths
from tests.scripted import ScriptedModel, look, on_task
from tests.test_selecting import change_of

CHANGE = change_of({"old.py": "stale = bad()\n", "new.py": "recent = bad()\n"})


class Finds:
    """Something bad in every file."""

    name, version = "finds", "1"

    def covers(self, path):
        return True

    def examine(self, before, after):
        kind = Weakness("bad", Concern.SAFETY, Severity.HIGH, "Bad call", "It is bad.")
        for path in sorted(after.files):
            line = after.text(path).strip()
            yield Observed("finds", "seen", Location(path, 1, 1, line), kind)


def reviewed(fresh, strategy=Strategy.INDICT_REVIEW, paths=None):
    model = ScriptedModel(lambda q, s: "no" if s is None else on_task(s) or look())
    reviewer = Reviewer(
        (Finds(),), asker=Asker(model), fresh=fresh, strategy=strategy, paths=paths or Paths()
    )
    return reviewer.review(CHANGE), "\n".join(model.questions)


@pytest.mark.parametrize("strategy", list(Strategy))
def test_critics_and_actor_are_shown_what_is_new_and_nothing_else(strategy):
    review, asked = reviewed(frozenset({"new.py"}), strategy)

    assert "recent = bad()" in asked
    assert "stale" not in asked
    assert "old.py" not in asked
    assert review.change is CHANGE
    assert "1 of 2 files are new to the critics: they saw no others" in review.notes


def test_tools_look_at_everything_and_the_verdict_is_of_every_finding():
    review, asked = reviewed(frozenset({"new.py"}))

    assert [f.location.path for f in review.findings] == ["new.py", "old.py"]
    assert "F1" in asked
    assert "F2:" not in asked
    assert review.verdict(Severity.HIGH) is Verdict.FAIL


@pytest.mark.parametrize("fresh", [frozenset(), frozenset({"gone.py"})])
def test_where_nothing_is_new_no_model_is_asked_and_it_is_said(fresh):
    review, asked = reviewed(fresh)

    assert asked == ""
    assert NOTHING_NEW in review.notes
    assert len(review.findings) == 2
    assert review.skipped == ()
    assert review.verdict(Severity.HIGH) is Verdict.FAIL
    assert review.accounts.total.calls == 0


def test_what_is_new_and_left_out_by_the_settings_is_not_shown():
    review, asked = reviewed(frozenset({"new.py"}), paths=Paths(exclude=("new.py",)))

    assert asked == ""
    assert NOTHING_NEW in review.notes


def test_without_a_word_on_it_everything_is_new():
    review, asked = reviewed(None)

    assert "stale = bad()" in asked
    assert "recent = bad()" in asked
    assert review.notes == ()
