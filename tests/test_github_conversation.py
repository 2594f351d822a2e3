"""What is read from a pull request and written on it, against the stand-in for GitHub."""

import pytest

from indict_review.errors import HostError, Refused, Unsure
from indict_review.github.api import GithubApi
from indict_review.github.conversation import ACTIONS, Conversation
from indict_review.github.interface import (
    Account,
    Anchor,
    Annotation,
    Answer,
    NewCheck,
    NewRemark,
    PutAway,
    Reading,
    Writing,
)
from tests.github_stand_in import StandIn
from tests.patching import git, repository, write

LINES = [b"line %d\n" % number for number in range(1, 41)]


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    """`main`, and a `feature` that changes line 20, renames a file and adds a picture."""
    path = repository(tmp_path_factory.mktemp("demo"), {"a.py": b"".join(LINES), "old.txt": b"x\n"})
    git(path, "branch", "-M", "main")
    git(path, "switch", "-q", "-c", "feature")
    git(path, "mv", "old.txt", "new.txt")
    changed = b"".join([*LINES[:19], b"changed\n", *LINES[20:]])
    write(path, {"a.py": changed, "dot.png": b"\0\1"})
    git(path, "add", "-A")
    git(path, "commit", "-q", "-m", "change")
    return path


@pytest.fixture
def hub(repo):
    with StandIn() as hub:
        hub.repository("octo/demo", repo)
        hub.open(title="Faster", body="As asked in #2.", author="alice")
        yield hub
        assert hub.invalid == []


def speaking(hub, role="write"):
    return Conversation(GithubApi(hub.api, hub.token(role), pace=0), "octo/demo", 1)


@pytest.fixture
def bot(hub):
    """A workflow's own token, with the permissions that the README names."""
    return speaking(hub, "installation")


def at(line, body="here", **more):
    return NewRemark(Anchor(**{"path": "a.py", "start_line": line, "line": line, **more}), body)


def posted(bot, hub, *bodies):
    """A review of ours with these remarks, all shown."""
    made = bot.prepare(hub.pull(1).head, "", [at(20, body) for body in bodies])
    bot.submit(made.id, "COMMENT", "see below")
    return [remark for remark in bot.remarks() if remark.body in bodies]


def test_a_conversation_is_read_and_written(bot):
    def both(one: Reading, other: Writing):
        return one is other

    assert both(bot, bot)


# Reading


def test_the_pull_request_as_it_is_now(bot, hub, repo):
    pull = bot.pull()

    assert (pull.number, pull.title, pull.body) == (1, "Faster", "As asked in #2.")
    assert (pull.author, pull.is_open, pull.is_from_fork) == (Account("alice"), True, False)
    assert pull.head.sha == git(repo, "rev-parse", "feature").decode().strip()
    assert pull.base.sha == git(repo, "rev-parse", "main").decode().strip()
    assert (pull.base.name, pull.head.name) == ("main", "feature")
    hub.close(1)
    assert not bot.pull().is_open


def test_a_pull_request_of_a_fork_that_is_gone(bot, hub):
    hub.open(fork="mallory/demo", body=None)
    hub.delete_fork(2)

    pull = Conversation(bot.api, "octo/demo", 2).pull()

    assert (pull.head.repository, pull.is_from_fork, pull.body) == (None, True, "")


def test_files_with_their_hunks_and_former_names(bot):
    files = {file.path: file for file in bot.files()}

    assert files["a.py"].patch.startswith("@@ -17,7 +17,7 @@")
    assert files["new.txt"].old_path == "old.txt"
    assert files["dot.png"].patch is None


def test_who_said_what(bot, hub):
    first = hub.comment(1, "fine", by=None)
    hub.comment(1, "robot", by=ACTIONS)
    line = hub.remark(1, "a.py", 20, "why?", by="carol")
    hub.reply(line, "because", by="alice")

    gone, robot = bot.comments()
    asked, answered = bot.remarks()

    assert (gone.id, gone.author, gone.body) == (first, Account("ghost"), "fine")
    assert robot.author == Account(ACTIONS, is_bot=True)
    assert (asked.path, asked.line, asked.reply_to, asked.author.login) == (
        "a.py",
        20,
        None,
        "carol",
    )
    assert (answered.reply_to, answered.body) == (line, "because")
    assert {one.state for one in bot.submissions()} == {"COMMENTED"}


def test_ten_thousand_comments_are_read_to_the_last(bot, hub):
    for number in range(10_000):
        hub.comment(1, f"comment {number}")

    comments = bot.comments()

    assert [comment.body for comment in comments] == [f"comment {n}" for n in range(10_000)]
    assert len(hub.requests) == 100


def test_who_may_write(bot, hub):
    hub.person("o'brien", "write")

    assert bot.may_write("carol")
    assert bot.may_write("root")
    assert bot.may_write("o'brien")
    assert not bot.may_write("mallory")
    assert not bot.may_write("nobody")
    assert not bot.may_write("github-actions[bot]")
    assert not bot.may_write("../../../user")
    hub.invalid.clear()  # of a name with slashes the stand-in knows no route


def test_a_token_that_is_not_told_who_may_write_says_so(hub):
    with pytest.raises(Refused) as caught:
        speaking(hub, "outsider").may_write("carol")

    assert caught.value.status == 403


def test_who_we_are(hub, bot):
    assert speaking(hub, "write").me() == "carol"
    assert bot.me() == ACTIONS
    assert len(hub.requests) == 2


def test_an_app_of_ones_own_has_its_own_name(hub):
    hub.person("reviewer[bot]", "write")
    api = GithubApi(hub.api, hub.token("installation", login="reviewer[bot]"), pace=0)

    assert Conversation(api, "octo/demo", 1).me() == "reviewer[bot]"


def test_an_issue_is_read(bot, hub):
    number = hub.issue("Too slow", None)

    assert bot.issue(number) == ("Too slow", "")


# What is not as it should be


class Telling:
    """An `Api` that answers everything with this."""

    def __init__(self, value):
        self.value = value

    def get(self, path, **query):
        return self.value

    def pages(self, path, **query):
        return iter([self.value])

    def send(self, verb, path, body=None):
        return self.value

    def graphql(self, query, variables):
        return Answer(self.value)


@pytest.mark.parametrize("value", [None, [], "text", 7, {}, {"id": "7"}, {"id": True}])
@pytest.mark.parametrize(
    "ask",
    [
        Conversation.me,
        Conversation.pull,
        Conversation.files,
        Conversation.remarks,
        Conversation.comments,
        Conversation.submissions,
        lambda it: it.issue(2),
        lambda it: it.may_write("carol"),
        lambda it: it.checks("abc", "review"),
        lambda it: it.prepare("abc", "", []),
        lambda it: it.comment("hello"),
        lambda it: it.check(a_check(60)),
    ],
)
def test_an_answer_of_another_shape_is_told_and_never_a_traceback(ask, value):
    with pytest.raises(HostError, match="GitHub's answer about"):
        ask(Conversation(Telling(value), "octo/demo", 1))


# Reviews


def test_a_review_is_prepared_unseen_and_then_shown(bot, hub):
    made = bot.prepare(
        hub.pull(1).head,
        "",
        [at(20), at(20, side="LEFT"), at(21, "both", start_line=20)],
    )

    assert (made.state, made.author.login, made.commit) == ("PENDING", ACTIONS, hub.pull(1).head)
    assert bot.submissions() == (made,)
    assert (bot.remarks(), hub.pull(1).remarks) == ((), ())

    bot.submit(made.id, "COMMENT", "see below")

    assert [(r.side, r.start_line, r.line) for r in hub.pull(1).remarks] == [
        ("RIGHT", None, 20),
        ("LEFT", None, 20),
        ("RIGHT", 20, 21),
    ]
    assert hub.pull(1).reviews[0].body == "see below"


def test_a_second_pending_review_is_refused_and_the_first_can_be_withdrawn(bot, hub):
    made = bot.prepare(hub.pull(1).head, "", [at(20)])
    with pytest.raises(Refused, match="one pending review"):
        bot.prepare(hub.pull(1).head, "", [at(20)])

    bot.withdraw(made.id)

    assert hub.pull(1).pending == ()
    hub.invalid.clear()  # the second one was one too many


def test_a_request_for_changes_can_be_taken_back(hub):
    person = speaking(hub)
    made = person.prepare(hub.pull(1).head, "", [at(20)])
    person.submit(made.id, "REQUEST_CHANGES", "please")

    person.dismiss(made.id, "it was mended")

    assert [review.state for review in hub.pull(1).reviews] == ["DISMISSED"]


def test_a_review_that_was_made_before_a_502_is_made_once(bot, hub):
    hub.fail("POST .*/reviews", 502, after=True)

    with pytest.raises(Unsure):
        bot.prepare(hub.pull(1).head, "", [at(20)])

    assert len(hub.pull(1).pending) == 1


def test_a_read_only_token_is_refused(hub):
    with pytest.raises(Refused, match="not accessible by integration"):
        speaking(hub, "installation-read").comment("hello")


# Comments


def test_a_comment_is_posted_and_edited_in_its_place(bot, hub):
    made = bot.comment("one")

    bot.edit(made.id, "two")

    assert [(it.id, it.body) for it in bot.comments()] == [(made.id, "two")]


# Putting away


def test_what_is_gone_is_folded_and_its_thread_resolved_in_two_requests(hub):
    bot = speaking(hub, "installation-contents")
    gone, stays = posted(bot, hub, "gone", "stays")
    before = len(hub.requests)

    assert bot.put_away([gone, stays], [gone]) == PutAway(frozenset({gone.id, stays.id}))
    assert hub.pull(1).minimized == {gone.id: "RESOLVED", stays.id: "RESOLVED"}
    assert hub.pull(1).resolved == {gone.id}
    assert len(hub.requests) == before + 2

    assert bot.put_away([], [gone]) == PutAway()
    assert len(hub.requests) == before + 3


def test_folding_needs_no_look_at_the_threads(bot, hub):
    (gone,) = posted(bot, hub, "gone")
    before = len(hub.requests)

    assert bot.put_away([gone], []) == PutAway(frozenset({gone.id}))
    assert bot.put_away([], []) == PutAway()
    assert len(hub.requests) == before + 1


def test_a_token_that_may_not_resolve_folds_and_says_so_once(bot, hub):
    remarks = posted(bot, hub, "one", "two")

    said = bot.put_away(remarks, remarks)

    assert said.errors == ("FORBIDDEN: Resource not accessible by integration",)
    assert said.folded == {remark.id for remark in remarks}
    assert set(hub.pull(1).minimized) == {remark.id for remark in remarks}
    assert hub.pull(1).resolved == frozenset()


def test_a_refusal_of_all_is_told_and_not_raised(bot, hub):
    (gone,) = posted(bot, hub, "gone")
    hub.fail("graphql repository", 403, body={"message": "no threads"})
    hub.fail("graphql minimizeComment", 403, body={"message": "no folding"})

    said = bot.put_away([gone], [gone])

    assert [text.rpartition(": ")[2] for text in said.errors] == ["no threads", "no folding"]
    assert said.folded == frozenset()


def test_hundreds_are_put_away_fifty_at_a_time(bot, hub):
    for _ in range(230):
        hub.remark(1, "a.py", 20, "x", by=ACTIONS)
    remarks = bot.remarks()
    before = len(hub.requests)

    said = speaking(hub, "installation-contents").put_away(remarks, remarks[100:])

    assert said.errors == ()
    assert len(hub.pull(1).minimized) == len(said.folded) == 230
    assert hub.pull(1).resolved == {remark.id for remark in remarks[100:]}
    assert len(hub.requests) - before == 3 + 8  # pages of threads, and 360 changes


# Check runs


def a_check(annotations=0, **more):
    return NewCheck(
        **{
            "name": "review",
            "head": "abc",
            "conclusion": "neutral",
            "title": "Incomplete",
            "summary": "One step was skipped.",
            "text": "",
            "external_id": "0a1b",
            **more,
        },
        annotations=tuple(
            Annotation("a.py", number + 1, number + 1, "warning", "Title", f"Message {number}")
            for number in range(annotations)
        ),
    )


def test_a_check_comes_with_all_its_annotations(bot, hub):
    head = hub.pull(1).head

    bot.check(a_check(120, head=head, text="more"))

    (check,) = hub.pull(1).checks
    assert (check.status, check.conclusion, check.text) == ("completed", "neutral", "more")
    assert [it["message"] for it in check.annotations] == [f"Message {n}" for n in range(120)]
    assert len(hub.requests) == 3


def test_checks_are_found_by_name_the_newest_first(bot, hub):
    head = hub.pull(1).head
    bot.check(a_check(head=head, external_id="first"))
    bot.check(a_check(head=head, name="other"))
    bot.check(a_check(head=head, external_id="second", conclusion="success"))

    found = bot.checks(head, "review")

    assert [(it.external_id, it.conclusion) for it in found] == [
        ("second", "success"),
        ("first", "neutral"),
    ]


@pytest.mark.parametrize("after", [True, False])
def test_annotations_that_may_be_missing_are_counted(bot, hub, after):
    hub.before("PATCH", lambda: hub.fail("PATCH", 502, after=after))

    with pytest.raises(HostError, match="posted, but 70 of its 120 annotations") as caught:
        bot.check(a_check(120, head=hub.pull(1).head))

    assert not isinstance(caught.value, Unsure)
    assert len(hub.pull(1).checks) == 1


def test_a_check_that_may_be_there_is_not_sent_again(bot, hub):
    hub.fail("POST .*/check-runs", 502, after=True)

    with pytest.raises(Unsure):
        bot.check(a_check(head=hub.pull(1).head))

    assert len(hub.pull(1).checks) == 1


def test_a_persons_token_may_not_post_a_check(hub):
    with pytest.raises(Refused) as caught:
        speaking(hub, "write").check(a_check(head=hub.pull(1).head))

    assert caught.value.status == 403


def test_an_enterprise_server_is_spoken_to_in_the_same_way(hub):
    api = GithubApi(hub.enterprise, hub.token("installation-contents"), pace=0)
    bot = Conversation(api, "octo/demo", 1)
    for number in range(130):
        hub.comment(1, f"comment {number}")

    (gone,) = posted(bot, hub, "gone")

    assert len(bot.comments()) == 130
    assert bot.put_away([gone], [gone]).errors == ()
    assert hub.pull(1).resolved == {gone.id}
