"""Decisions by reply, after those that stand in the repository."""

from indict_review.decision import DecidedIn, Decision, Dismissed
from indict_review.ledger.interface import Settled
from indict_review.ledger.replied import Replied
from tests.pulling import Undecided, weaknesses
from tests.samples import users_change

FIRST, SECOND = weaknesses("a.py", "one = eval(x)\ntwo = eval(x)\n")
BY_CAROL = Decision(DecidedIn.REPLY, "it is a test", "carol", "2026-11-22")
CHANGE = users_change()


def settled(by_fingerprint, inner=None):
    return Replied(inner or Undecided(), by_fingerprint).settle([FIRST, SECOND], CHANGE)


def test_a_reply_dismisses_its_finding_alone():
    assert settled({FIRST.fingerprint: BY_CAROL}) == Settled(
        (SECOND,), (Dismissed(FIRST, BY_CAROL),)
    )


def test_how_a_fingerprint_begins_names_nothing():
    assert settled({SECOND.fingerprint[:8]: BY_CAROL}).standing == (FIRST, SECOND)


def test_a_reply_on_what_is_not_there_is_nothing():
    assert settled({"0" * 16: BY_CAROL}) == Settled((FIRST, SECOND))


def test_the_ledger_goes_first_and_its_notes_stay():
    ledger = Dismissed(FIRST, Decision(DecidedIn.LEDGER, "agreed", "alice"))

    class Ledger:
        def settle(self, findings, change):
            return Settled((SECOND,), (ledger,), ("a note",))

    result = settled({FIRST.fingerprint: BY_CAROL, SECOND.fingerprint: BY_CAROL}, Ledger())

    assert result == Settled((), (ledger, Dismissed(SECOND, BY_CAROL)), ("a note",))
