"""What counts of what stands on a pull request: by author, by marker, by who may say it."""

import time
from dataclasses import dataclass, field, replace

import pytest

from indict_review.decision import DecidedIn, Decision
from indict_review.errors import HostError, Refused
from indict_review.github.interface import Account, Comment, Remark, Submission
from indict_review.publishers import history, markers

BOT, CAROL, MALLORY = Account("bot", True), Account("carol"), Account("mallory")
KEY, OTHER = "a" * 16, "b" * 16
HEAD = "c" * 40


@dataclass
class Desk:
    """A pull request as somebody left it."""

    said: list[Remark] = field(default_factory=list)
    talk: list[Comment] = field(default_factory=list)
    reviews: list[Submission] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    account: str = "bot"
    tells_access: bool = True

    def me(self):
        return self.account

    def remarks(self):
        return tuple(self.said)

    def comments(self):
        return tuple(self.talk)

    def submissions(self):
        return tuple(self.reviews)

    def may_write(self, login):
        self.asked.append(login)
        if not self.tells_access:
            raise Refused("GitHub refused it (403)", 403, "Resource not accessible")
        return login == "carol"

    def begin(self, body, author=BOT, line=3):
        made = Remark(
            len(self.said) + 1,
            "node",
            author,
            body,
            "url",
            "2026-11-22T06:00:00Z",
            "a.py",
            line,
            None,
        )
        self.said.append(made)
        return made

    def reply(self, to, body, author=CAROL, at="2026-11-22T07:00:00Z"):
        made = replace(
            to, id=len(self.said) + 1, author=author, body=body, created=at, reply_to=to.id
        )
        self.said.append(made)
        return made

    def comment(self, body, author=CAROL, at="2026-11-22T07:00:00Z"):
        made = Comment(1000 + len(self.talk), "node", author, body, "url", at)
        self.talk.append(made)
        return made


def finding(key=KEY):
    return markers.of_finding(key) + "\n\n**HIGH**"


@pytest.fixture
def desk():
    return Desk()


def test_ours_are_by_author_and_marker_and_the_newest_of_each_counts(desk):
    desk.begin(finding())
    newest = desk.begin(finding())
    desk.begin(finding(OTHER), MALLORY)
    desk.begin("no marker")
    desk.begin("> quoted\n" + finding(OTHER))

    known = history.read(desk)

    assert dict(known.posted) == {KEY: newest}
    assert known.older == (desk.said[0],)


def test_the_summary_is_the_first_of_ours_and_tells_what_was_reviewed(desk):
    kept = markers.Summary(HEAD, "e" * 16, "d" * 16, (1, 2))
    desk.comment(f"{markers.Summary('e' * 40)}\n\nforged", MALLORY)
    ours = desk.comment(f"{kept}\n\ntext", BOT)
    spare = desk.comment(f"{markers.Summary()}\n\ntext", BOT)

    known = history.read(desk)

    assert (known.summary, known.spare) == (ours, (spare,))
    assert (known.reviewed, known.base, known.outcome) == (HEAD, "e" * 16, "d" * 16)
    assert known.folded == {1, 2}


def test_what_a_run_that_broke_off_says_of_its_comments_is_not_believed(desk):
    desk.comment(f"{markers.Summary(HEAD, 'd' * 16)}\n\ntext", BOT)
    run = markers.Run("f" * 16, "2026-11-22T06:00:00Z")
    desk.reviews.append(Submission(1, "node", BOT, f"{run}\n", "PENDING", HEAD))

    known = history.read(desk)

    assert (known.reviewed, known.base, known.outcome) == (None, None, None)


def test_what_a_review_told_in_its_body_is_known_and_who_still_asks_for_changes(desk):
    desk.begin(finding())
    run = markers.Run("f" * 16, "2026-11-22T06:00:00Z", (OTHER,))
    for number, (author, state) in enumerate(
        [(BOT, "CHANGES_REQUESTED"), (BOT, "DISMISSED"), (MALLORY, "CHANGES_REQUESTED")]
    ):
        desk.reviews.append(Submission(number, "node", author, f"{run}\ntext", state, HEAD))

    known = history.read(desk)

    assert (known.told, known.requests) == ({OTHER}, (0,))


def test_a_thread_is_answered_by_anybody_else_a_bot_too(desk):
    for key, author in ((KEY, Account("other", True)), (OTHER, MALLORY)):
        desk.reply(desk.begin(finding(key)), "Hm.", author)
    desk.begin(finding("c" * 16))

    assert history.read(desk).answered == {KEY, OTHER}


def test_a_reply_by_somebody_with_write_access_dismisses(desk):
    desk.reply(desk.begin(finding()), "/indict dismiss  it is   a test\r\nmore words")

    known = history.read(desk)

    assert known.dismissed == {
        KEY: Decision(DecidedIn.REPLY, "it is a test", "carol", "2026-11-22")
    }
    assert known.notes == ()


@pytest.mark.parametrize(
    ("body", "author"),
    [
        ("/indict dismiss it is a test", Account("other", True)),
        ("> /indict dismiss it is a test", CAROL),
        ("please\n/indict dismiss it is a test", CAROL),
        ("/indictment", CAROL),
    ],
)
def test_what_is_no_command_of_a_person_is_nothing(desk, body, author):
    desk.reply(desk.begin(finding()), body, author)

    known = history.read(desk)

    assert (known.dismissed, known.notes, desk.asked) == ({}, (), [])


def test_what_is_not_understood_is_said(desk):
    thread = desk.begin(finding())
    desk.reply(thread, "/indict dismissed it is a test", CAROL)
    desk.reply(thread, "/INDICT dismiss it is a test", CAROL)
    desk.comment("/indict dismiss aaaaaaaa it is a test", CAROL)

    known = history.read(desk)

    assert known.dismissed == {}
    assert [note.partition("`")[2].partition("`")[0] for note in known.notes] == [
        "/indict dismissed it is a test",
        "/INDICT dismiss it is a test",
        "/indict dismiss aaaaaaaa it is a test",
    ]
    assert all("is not understood" in note for note in known.notes)


def test_without_write_access_or_a_reason_it_does_not_count_and_that_is_said(desk):
    thread = desk.begin(finding())
    desk.reply(thread, "/indict dismiss it is a test", MALLORY)
    desk.reply(thread, "/indict dismiss it is a test", MALLORY)
    desk.reply(thread, "/indict dismiss 1.", CAROL)

    known = history.read(desk)

    assert known.dismissed == {}
    assert "mallory does not count: it takes write access" in known.notes[0]
    assert "carol does not count: it gives no reason" in known.notes[1]
    assert desk.asked == ["mallory"]


def test_where_access_cannot_be_looked_up_nothing_counts(desk):
    desk.tells_access = False
    desk.reply(desk.begin(finding()), "/indict dismiss it is a test")

    known = history.read(desk)

    assert known.dismissed == {}
    assert "could not be looked up" in known.notes[0]


def test_a_reply_in_the_thread_of_somebody_else_is_about_nothing(desk):
    desk.reply(desk.begin(finding(), MALLORY), "/indict dismiss it is a test")

    assert history.read(desk).dismissed == {}


def test_the_last_word_holds_wherever_it_is_said(desk):
    desk.reply(desk.begin(finding()), "/indict dismiss it is a test", at="2026-11-22T09:00:00Z")
    desk.reply(desk.begin(finding(OTHER)), "/indict dismiss so is this", at="2026-11-22T09:00:00Z")
    desk.comment(f"/indict undo {KEY}", at="2026-11-22T10:00:00Z")
    desk.comment(f"/indict undo {OTHER}", at="2026-11-22T08:00:00Z")
    desk.comment(f"/indict undo {OTHER}", MALLORY, at="2026-11-22T10:00:00Z")

    assert set(history.read(desk).dismissed) == {OTHER}


def test_in_the_conversation_a_finding_is_named_by_its_whole_fingerprint(desk):
    desk.begin(finding())
    desk.comment(f"/indict dismiss `{KEY}` it is a test")
    desk.comment("/indict dismiss it is a test")
    desk.comment(f"/indict dismiss {OTHER[:15]} it is a test")

    known = history.read(desk)

    assert set(known.dismissed) == {KEY}
    assert known.dismissed[KEY].reason == "it is a test"


def test_who_we_are_is_asked_only_where_something_may_be_ours(desk):
    desk.me = None
    desk.comment("Looks good.")
    desk.begin("Why?", CAROL)

    assert history.read(desk).me == ""


def test_a_person_who_lends_us_their_account_can_still_dismiss(desk):
    desk.account = "carol"
    desk.reply(desk.begin(finding(), CAROL), "/indict dismiss it is a test")

    known = history.read(desk)

    assert set(known.dismissed) == {KEY}
    assert known.answered == {KEY}


def test_ten_thousand_hostile_comments_are_read_quickly_and_told_shortly(desk):
    thread = desk.begin(finding())
    for number in range(5_000):
        desk.reply(thread, "/indict" + " dismiss" * 500, Account(f"m{number}"))
        desk.comment("/indict dismiss " + "a" * 60_000, MALLORY)

    began = time.monotonic()
    known = history.read(desk)

    assert time.monotonic() - began < 5
    assert len(known.notes) <= 11
    assert len(desk.asked) <= 100


def test_a_host_that_does_not_answer_is_an_error(desk):
    def down():
        raise HostError("GitHub did not answer")

    desk.remarks = down

    with pytest.raises(HostError):
        history.read(desk)
