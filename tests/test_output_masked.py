"""What a review shows has its secrets masked, and says in our own words what it said."""

from dataclasses import replace

from indict_review.change import File, Tree
from indict_review.output import masked
from tests.samples import blocking

TOKEN = "ghp_" + "a1B2c3D4e" * 4


def with_secret(value):
    """A review of a change that calls this its password."""
    review = blocking()
    patch = f'{review.change.patch}+password = "{value}"\n'
    return replace(review, change=replace(review.change, patch=patch))


def test_a_change_that_calls_our_words_its_password_does_not_rewrite_them():
    review = with_secret("x")
    ours = [
        review.findings[0].ident,
        review.findings[0].fingerprint,
        review.strategy,
        *review.accounts.models,
        *review.accounts.models.values(),
        *review.accounts.phases,
        *(turn.speaker for turn in review.dialogue),
        "subprocess",
    ]
    shown = masked(with_secret(TOKEN))
    assert TOKEN not in repr(shown)
    for word in ours:
        told = masked(with_secret(word))
        assert told.accounts == review.accounts
        assert told.strategy == review.strategy
        assert [t.speaker for t in told.dialogue] == [t.speaker for t in review.dialogue]
        for one, other in zip(told.findings, review.findings, strict=True):
            assert (one.ident, one.fingerprint, one.remedy) == (
                other.ident,
                other.fingerprint,
                other.remedy,
            )


def test_a_path_with_a_secret_in_it_is_masked_wherever_it_stands():
    review = blocking()
    path = f"app/{TOKEN}.py"
    after = Tree({**review.change.after.files, path: File(b"x = 1\n")})
    change = replace(review.change, after=after, patch=f"+++ b/{path}\n+x = 1\n")
    shown = masked(replace(review, change=change))

    assert TOKEN not in repr(shown)
    assert "app/<secret-1>.py" in shown.change.after.files
    assert "app/<secret-1>.py" in shown.digests
