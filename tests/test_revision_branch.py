"""A revision on a branch of its own, by the API of the stand-in, read back by real git."""

import hashlib
from dataclasses import replace

import pytest

from indict_review.change import File
from indict_review.github.api import GithubApi
from indict_review.github.branches import RepositoryBranches
from indict_review.publishers.revision_branch import push
from indict_review.review import Review
from indict_review.revision import (
    EditGroup,
    Receipt,
    Revision,
    Verification,
    VerificationStatus,
)
from tests.github_stand_in import StandIn
from tests.patching import git
from tests.pulling import Demo, planted
from tests.samples import checks

HIGH = "high = eval(argument)"


@pytest.fixture
def hub():
    with StandIn() as hub:
        yield hub
        assert hub.invalid == []


@pytest.fixture
def demo(hub, tmp_path):
    return Demo.begin(hub, tmp_path / "repo", {"a.py": planted(HIGH), "b.py": "x = 1\n"})


def branches(demo, role="installation-contents"):
    api = GithubApi(demo.hub.api, demo.hub.token(role), pace=0, wait=demo.wait)
    return RepositoryBranches(api, "octo/demo")


def revised(demo, patch="a patch\n") -> Review:
    """It changes a file, adds one that is no UTF-8, and deletes one."""
    plan, *_ = demo.prepared()
    review = plan.review
    tree = review.change.after.with_text("a.py", planted("safe = parse(argument)"))
    files = {**tree.files, "new/ü.bin": File(b"\xff\0", 0o100755)}
    del files["b.py"]
    receipt = Receipt(hashlib.sha256(patch.encode()).hexdigest(), ("semgrep 1",), checks())
    proof = Verification(VerificationStatus.PASSED, checks(), receipt)
    made = Revision((EditGroup((), ()),), replace(tree, files=files), patch, proof)
    return replace(review, revision=made)


def test_it_is_one_commit_on_the_head_and_a_pull_request_against_its_branch(demo):
    review = revised(demo)

    pushed = push(review, demo.desk().pull(), branches(demo))

    assert pushed.notes == ()
    branch = f"indict/1-{review.revision.verification.receipt.patch_sha256[:8]}"
    shown = git(demo.repo, "rev-list", f"feature..{branch}").decode().split()
    assert len(shown) == 1
    assert git(demo.repo, "rev-parse", f"{branch}^").decode().strip() == demo.head
    status = git(demo.repo, "-c", "core.quotePath=off", "diff", "--name-status", "feature", branch)
    assert status.decode().split("\n") == ["M\ta.py", "D\tb.py", "A\tnew/ü.bin", ""]
    assert git(demo.repo, "show", f"{branch}:new/ü.bin") == b"\xff\0"
    assert git(demo.repo, "ls-tree", branch, "new/").startswith(b"100755")
    offered = demo.hub.issues[max(demo.hub.issues)]
    assert (offered.base, offered.head) == ("feature", branch)
    assert pushed.url.endswith(f"/pull/{offered.number}")


def test_a_second_time_it_is_found_and_nothing_is_written(demo, hub):
    first = push(revised(demo), demo.desk().pull(), branches(demo))
    hub.requests.clear()

    assert push(revised(demo), demo.desk().pull(), branches(demo)) == first
    assert demo.writes() == []


def test_one_that_somebody_closed_is_not_opened_again(demo, hub):
    push(revised(demo), demo.desk().pull(), branches(demo))
    hub.close(max(hub.issues))
    hub.requests.clear()

    pushed = push(revised(demo), demo.desk().pull(), branches(demo))

    assert (pushed.url, demo.writes()) == (None, [])
    assert "was closed" in pushed.notes[0]


def test_a_branch_with_something_else_is_left_as_it_is(demo):
    review = revised(demo)
    branch = f"indict/1-{review.revision.verification.receipt.patch_sha256[:8]}"
    git(demo.repo, "branch", branch, "main")

    pushed = push(review, demo.desk().pull(), branches(demo))

    assert pushed.url is None
    assert "left as it is" in pushed.notes[0]
    assert git(demo.repo, "rev-parse", branch) == git(demo.repo, "rev-parse", "main")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("match", ["git/blobs", "git/trees", "git/commits$", "git/refs", "/pulls$"])
def test_a_failure_before_or_after_the_effect_does_not_make_two(demo, hub, match, after):
    hub.fail(f"POST .*{match}", after=after)

    pushed = push(revised(demo), demo.desk().pull(), branches(demo))

    assert pushed.notes == ()
    assert pushed.url
    assert len(hub.issues) == 2
    assert len(git(demo.repo, "branch", "--list", "indict/*").split()) == 1


def test_a_token_that_may_not_push_leaves_it_in_the_summary(demo):
    pushed = push(revised(demo), demo.desk().pull(), branches(demo, "installation"))

    assert pushed.url is None
    assert "Resource not accessible" in pushed.notes[0]


def test_nothing_is_pushed_to_a_fork_a_moved_head_or_with_a_masked_secret(demo, hub):
    review, pull = revised(demo), demo.desk().pull()
    fork = replace(pull, head=replace(pull.head, repository="mallory/demo"))
    moved = replace(pull, head=replace(pull.head, sha="d" * 40))
    masked = replace(review, digests={"a.py": "0" * 64})
    other = replace(review, revision=replace(review.revision, patch="another\n"))
    hub.requests.clear()

    for case in ((review, fork), (review, moved), (masked, pull), (other, pull)):
        pushed = push(*case, branches(demo))
        assert (pushed.url, len(pushed.notes)) == (None, 1)
    assert hub.requests == []


def test_a_revision_that_was_not_verified_is_nothing(demo, hub):
    review = revised(demo)
    failed = replace(review.revision, verification=Verification(VerificationStatus.FAILED))
    hub.requests.clear()

    for made in (None, failed):
        assert push(replace(review, revision=made), None, branches(demo)).url is None
    assert hub.requests == []
