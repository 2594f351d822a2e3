"""Which pull request is meant, and which token goes there."""

import json
import os

import pytest

from indict_review.errors import ConfigError, HostError, StepError
from indict_review.github.event import Wanted, find
from indict_review.github.interface import Target
from indict_review.github.targets import target
from indict_review.github.tokens import token

SHA = "0123456789abcdef0123456789abcdef01234567"
PUBLIC = "https://api.github.com"
ENTERPRISE = "https://github.example.com/api/v3"


def no_remotes():
    raise AssertionError("the remotes were asked for")


def named(name, environ=None):
    return target(name, environ or {}, no_remotes)


def cloned(environ=None, **remotes):
    return target("#7", environ or {}, lambda: remotes)


# By name


@pytest.mark.parametrize(
    "name",
    [
        "octo/demo#7",
        "github.com/octo/demo#7",
        "https://github.com/octo/demo/pull/7",
        "https://www.github.com/octo/demo/pull/7/",
        "https://github.com/octo/demo/pull/7/files#diff-0a1b",
        "https://github.com/octo/demo/pull/7/commits/0a1b",
        "https://GitHub.com/octo/demo/pull/7?diff=split",
        "github.com/octo/demo/pull/7#issuecomment-1",
    ],
)
def test_a_pull_request_has_a_name_and_an_address(name):
    assert named(name) == Target("octo/demo", 7, PUBLIC)


@pytest.mark.parametrize(
    ("name", "api"),
    [
        ("https://github.example.com/octo/demo/pull/7", ENTERPRISE),
        ("github.example.com/octo/demo#7", ENTERPRISE),
        (
            "https://github.example.com:8443/octo/demo/pull/7",
            "https://github.example.com:8443/api/v3",
        ),
        ("https://acme.ghe.com/octo/demo/pull/7", "https://api.acme.ghe.com"),
    ],
)
def test_an_enterprise_host_has_its_api_elsewhere(name, api):
    assert named(name) == Target("octo/demo", 7, api)


@pytest.mark.parametrize("name", ["octo/demo#7", "o_-9/.github#7", "octo/a.b-c_d#7"])
def test_repositories_are_called_all_sorts_of_things(name):
    assert named(name).repository == name.removesuffix("#7")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "demo",
        "octo/demo",
        "octo/demo#",
        "octo/demo#0",
        "octo/demo#07",
        "octo/demo#-7",
        "octo/demo#7\n",
        "octo/demo#\u0667",
        "octo/demo#77777777777",
        "octo/..#7",
        "octo/.#7",
        "../demo#7",
        "octo/a..b#7",
        "octo/de%2fmo#7",
        "octo/demo?x#7",
        "octo/dëmo#7",
        "https://github.com/octo/demo/issues/7",
        "https://github.com/octo/demo/pull/7x",
        "https://github.com@evil.example/octo/demo/pull/7",
        "https://user:word@github.com/octo/demo/pull/7",
        "https://github.com:x/octo/demo/pull/7",
        "https://github.com/octo/../pull/7",
        "ftp://github.com/octo/demo/pull/7",
        "--post",
    ],
)
def test_what_names_no_pull_request_is_refused_with_a_hint(name):
    with pytest.raises(ConfigError) as caught:
        named(name)

    assert "OWNER/REPO#N" in caught.value.hint


def test_on_an_enterprise_runner_a_name_without_a_host_is_of_that_host():
    environ = {"GITHUB_API_URL": ENTERPRISE, "GITHUB_SERVER_URL": "https://github.example.com"}

    assert named("octo/demo#7", environ).api == ENTERPRISE
    assert named("https://github.example.com/octo/demo/pull/7", environ).api == ENTERPRISE
    assert named("https://github.com/octo/demo/pull/7", environ).api == PUBLIC


# By a clone's remotes


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("https://github.com/octo/demo.git", PUBLIC),
        ("https://github.com/octo/demo", PUBLIC),
        ("https://github.com/octo/demo/", PUBLIC),
        ("https://x-access-token:word@github.com/octo/demo.git", PUBLIC),
        ("git@github.com:octo/demo.git", PUBLIC),
        ("github.com:octo/demo", PUBLIC),
        ("ssh://git@github.com/octo/demo.git", PUBLIC),
        ("ssh://git@ssh.github.com:443/octo/demo.git", PUBLIC),
        ("git://github.com/octo/demo.git", PUBLIC),
        ("git@github.example.com:octo/demo.git", ENTERPRISE),
        ("ssh://git@github.example.com:2222/octo/demo.git", ENTERPRISE),
        (
            "https://github.example.com:8443/octo/demo.git",
            "https://github.example.com:8443/api/v3",
        ),
    ],
)
def test_a_bare_number_is_of_the_repository_that_was_cloned(address, api):
    assert cloned(origin=address) == Target("octo/demo", 7, api)
    assert target("7", {}, lambda: {"origin": address}) == Target("octo/demo", 7, api)


def test_the_clone_of_a_fork_means_what_it_was_forked_from():
    fork, whole = "git@github.com:ann/demo.git", "git@github.com:octo/demo.git"

    assert cloned(origin=fork, upstream=whole).repository == "octo/demo"
    assert cloned(origin=whole, ann=fork).repository == "octo/demo"
    assert cloned(company=whole).repository == "octo/demo"
    assert cloned(upstream="/srv/mirror", origin=fork).repository == "ann/demo"


@pytest.mark.parametrize(
    "remotes",
    [
        {},
        {"origin": "/srv/git/octo/demo.git"},
        {"origin": "../demo"},
        {"origin": "file:///srv/demo"},
        {"origin": "git@github.com:octo/../demo"},
        {"origin": "https://github.com/octo/demo/wiki/x"},
        {"origin": ""},
    ],
)
def test_a_bare_number_without_such_a_remote_is_refused(remotes):
    with pytest.raises(ConfigError, match="no remote"):
        cloned(**remotes)


def test_in_actions_a_bare_number_is_of_the_workflows_repository():
    assert named("#7", {"GITHUB_REPOSITORY": "octo/demo"}) == Target("octo/demo", 7, PUBLIC)


# By Actions' event


@pytest.fixture
def happened(tmp_path):
    """The environment of a run of Actions for this event."""

    def write(name, event, **more):
        path = tmp_path / "event.json"
        path.write_text(event if isinstance(event, str) else json.dumps(event))
        return {
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_REPOSITORY": "octo/demo",
            **more,
        }

    return write


@pytest.mark.parametrize(
    "name",
    [
        "pull_request",
        "pull_request_target",
        "pull_request_review",
        "pull_request_review_comment",
    ],
)
def test_an_event_tells_its_pull_request(happened, name):
    assert target(None, happened(name, {"pull_request": {"number": 7}}), no_remotes) == Target(
        "octo/demo", 7, PUBLIC
    )


def test_without_the_variable_the_event_tells_its_repository(happened):
    event = {"pull_request": {"number": 7}, "repository": {"full_name": "octo/demo"}}

    assert named(None, happened("pull_request", event, GITHUB_REPOSITORY="")).number == 7
    event["repository"]["full_name"] = "octo/../../x"
    with pytest.raises(ConfigError, match="no OWNER/REPO"):
        named(None, happened("pull_request", event, GITHUB_REPOSITORY=""))


def test_a_comment_counts_on_a_pull_request_only(happened):
    on_pull = {"issue": {"number": 7, "pull_request": {"url": "…"}}}

    assert named(None, happened("issue_comment", on_pull)).number == 7
    with pytest.raises(ConfigError, match="on an issue"):
        named(None, happened("issue_comment", {"issue": {"number": 7}}))


def run_of(**changed):
    run = {
        "head_sha": SHA,
        "head_branch": "feature/ünïcode",
        "head_repository": {"owner": {"login": "mallory"}},
        "pull_requests": [],
    }
    return {"workflow_run": {**run, **changed}}


def test_after_a_forks_run_the_pull_request_is_to_be_found(happened):
    environ = happened("workflow_run", run_of(), GITHUB_API_URL=ENTERPRISE)

    assert named(None, environ) == Wanted(
        "octo/demo", "mallory", "feature/ünïcode", SHA, ENTERPRISE
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"head_sha": "HEAD"},
        {"head_sha": SHA + "&state=closed"},
        {"head_branch": "a b"},
        {"head_branch": "a\nb"},
        {"head_branch": "x" * 300},
        {"head_branch": None},
        {"head_repository": {"owner": {"login": "../octo"}}},
        {"head_repository": {"owner": {}}},
        {"head_repository": None},
    ],
)
def test_an_event_with_impossible_names_is_refused(happened, changed):
    with pytest.raises(ConfigError):
        named(None, happened("workflow_run", run_of(**changed)))


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("push", {"ref": "refs/heads/main"}),
        ("", {}),
        ("pull_request", {"pull_request": {"number": "7"}}),
        ("pull_request", {"pull_request": {"number": True}}),
        ("pull_request", {"pull_request": None}),
        ("pull_request", {}),
        ("pull_request", []),
        ("pull_request", "{"),
        ("pull_request", "[" * 100_000),
        ("pull_request", ""),
    ],
)
def test_an_event_without_a_pull_request_is_refused_with_a_hint(happened, name, event):
    with pytest.raises(ConfigError) as caught:
        named(None, happened(name, event))

    assert "OWNER/REPO#N" in caught.value.hint


def test_an_event_that_cannot_be_read_is_refused(happened, tmp_path):
    huge = happened("pull_request", "{}")
    os.truncate(huge["GITHUB_EVENT_PATH"], 33 * 2**20)

    with pytest.raises(ConfigError, match="too large"):
        named(None, huge)
    with pytest.raises(ConfigError, match="cannot be read"):
        named(None, {**huge, "GITHUB_EVENT_PATH": str(tmp_path / "none")})
    with pytest.raises(ConfigError, match="not a run of Actions"):
        named(None, {})


# By its head


class OpenPulls:
    """An `Api` that lists these, whatever the filter says."""

    def __init__(self, *pulls):
        self.rows = [
            {
                "number": number,
                "title": "",
                "body": None,
                "user": None,
                "html_url": "",
                "state": state,
                "base": {"sha": SHA, "ref": "main", "repo": {"full_name": "octo/demo"}},
                "head": {"sha": sha, "ref": branch, "repo": {"full_name": f"{owner}/demo"}},
            }
            for number, owner, branch, sha, state in pulls
        ]
        self.asked = []

    def pages(self, path, **query):
        self.asked.append((path, query))
        return iter(self.rows)


WANTED = Wanted("octo/demo", "mallory", "topic", SHA, PUBLIC)
OTHER = "f" * 40


def test_a_pull_request_is_found_by_owner_branch_and_commit_of_its_head():
    api = OpenPulls(
        (1, "mallory", "topic", OTHER, "open"),
        (2, "mallory", "other", SHA, "open"),
        (3, "eve", "topic", SHA, "open"),
        (4, "mallory", "topic", SHA, "closed"),
        (5, "Mallory", "topic", SHA, "open"),
    )

    assert find(api, WANTED) == 5
    assert api.asked == [("/repos/octo/demo/pulls", {"state": "open", "head": "mallory:topic"})]


def test_a_head_that_was_pushed_to_since_is_not_found():
    assert find(OpenPulls((1, "mallory", "topic", OTHER, "open")), WANTED) is None


def test_two_pull_requests_with_one_head_are_not_guessed_between():
    twice = [(number, "mallory", "topic", SHA, "open") for number in (1, 2)]

    with pytest.raises(StepError, match="#1, #2"):
        find(OpenPulls(*twice), WANTED)


def test_a_list_that_is_not_as_github_writes_it_is_told():
    api = OpenPulls()
    api.rows = [{"number": 1}]

    with pytest.raises(HostError, match="the open pull requests has no usable `title`"):
        find(api, WANTED)


# Tokens


def test_a_token_goes_to_the_host_that_it_is_for():
    both = {"GITHUB_TOKEN": "ghp_ours", "GH_ENTERPRISE_TOKEN": "ghp_theirs"}

    assert token({"GITHUB_TOKEN": "ghp_ours"}, None, PUBLIC) == "ghp_ours"
    assert token({"GH_TOKEN": "ghp_ours"}, None, PUBLIC + "/") == "ghp_ours"
    assert token(both, None, PUBLIC) == "ghp_ours"
    assert token(both, None, ENTERPRISE) == "ghp_theirs"
    assert token({**both, "GITHUB_API_URL": ENTERPRISE}, None, ENTERPRISE) == "ghp_ours"
    assert token({"GITHUB_TOKEN": "", "GH_TOKEN": " "}, None, PUBLIC) is None
    assert token({}, None, ENTERPRISE) is None


@pytest.mark.parametrize(
    ("environ", "api"),
    [
        ({"GITHUB_TOKEN": "ghp_ours"}, ENTERPRISE),
        ({"GITHUB_TOKEN": "ghp_ours"}, "https://api.github.com.evil.example"),
        ({"GITHUB_TOKEN": "ghp_ours"}, "https://api.github.com@evil.example"),
        ({"GITHUB_TOKEN": "ghp_ours"}, "http://api.github.com"),
        ({"GITHUB_TOKEN": "ghp_ours"}, "https://api.github.com:8443"),
        ({"GH_TOKEN": "ghp_ours", "GITHUB_API_URL": ENTERPRISE}, PUBLIC),
        (
            {
                "GITHUB_TOKEN": "ghp_ours",
                "GITHUB_API_URL": ENTERPRISE,
                "GH_ENTERPRISE_TOKEN": "ghp_theirs",
            },
            PUBLIC,
        ),
    ],
)
def test_a_token_for_another_host_is_neither_sent_nor_silently_left_out(environ, api):
    with pytest.raises(ConfigError, match="not for") as caught:
        token(environ, None, api)

    assert "--token-file" in caught.value.hint
    assert "ghp_" not in f"{caught.value}{caught.value.hint}"


def test_an_enterprise_token_never_goes_to_github_com():
    assert token({"GH_ENTERPRISE_TOKEN": "x", "GITHUB_API_URL": ENTERPRISE}, None, PUBLIC) is None


@pytest.mark.parametrize("text", ["ghp_a ghp_b", "ghp_a\nghp_b", "ghp_ä", "ghp_\x00a"])
def test_what_cannot_be_a_token_is_refused_and_not_shown(tmp_path, text):
    (tmp_path / "token").write_text(text)

    for arguments in (({"GITHUB_TOKEN": text}, None), ({}, tmp_path / "token")):
        with pytest.raises(ConfigError) as caught:
            token(*arguments, PUBLIC)
        assert "ghp_" not in f"{caught.value}{caught.value.hint}"


def test_a_tokens_file_goes_before_the_environment(tmp_path):
    (tmp_path / "token").write_text("  ghp_filed\r\n")

    assert token({"GITHUB_TOKEN": "ghp_ours"}, tmp_path / "token", ENTERPRISE) == "ghp_filed"


def test_a_tokens_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "large").write_text("x" * 10_000)
    os.mkfifo(tmp_path / "pipe")

    for name, why in [
        ("none", "cannot be read"),
        ("empty", "is empty"),
        ("large", "too large"),
        ("pipe", "not a file"),
        (".", "not a file"),
    ]:
        with pytest.raises(ConfigError, match=why):
            token({}, tmp_path / name, PUBLIC)
