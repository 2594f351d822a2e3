"""What is left out is left out, and it is said."""

import pytest

from indict_review.config import Flags, load
from indict_review.config.settings import PARTS
from indict_review.critique import ClaimStatus, Phase
from indict_review.errors import ConfigError
from indict_review.models.asking import Asker
from indict_review.reviewer import Reviewer
from indict_review.reviewing import Terms, reviewed
from indict_review.revision import VerificationStatus
from indict_review.sources.patch import PatchSource
from indict_review.static import analyzers
from indict_review.tools.knowledge import Knowledge
from tests.scripted import ScriptedModel, claim, look
from tests.test_config import NOWHERE, Kept
from tests.test_reviewer import AGREES, BAD, BASE, GOOD, PATCH, answers, edits


def review(tmp_path, without, looks=None, actor=(GOOD,)):
    (tmp_path / "users.py").write_text(BASE)
    change = PatchSource(PATCH, tmp_path, "Find a user by name").collect()
    replies = [edits((BAD, [line])) for line in actor]
    model = ScriptedModel(answers(replies, looks))
    bot = Reviewer(
        tuple(analyzers(without=without)),
        lookups=(Knowledge(),),
        asker=Asker(model),
        without=frozenset(without),
    )
    return bot.review(change), model


def test_without_a_critic_only_the_other_speaks(tmp_path):
    outcome, model = review(tmp_path, {"helpfulness"})

    assert "safety" in {t.speaker for t in outcome.dialogue}
    assert "helpfulness" not in {t.speaker for t in outcome.dialogue}
    assert not any("helpfulness critic" in q for q in model.questions)
    assert "helpfulness" not in outcome.accounts.models
    assert outcome.revision.verification.status is VerificationStatus.PASSED


def test_without_the_exchange_no_critic_judges_the_others_claims(tmp_path):
    def looks(question):
        return look([AGREES], [claim("return cursor.fetchone()")])

    with_it, asked = review(tmp_path, set(), looks)
    without, fewer = review(tmp_path, {"exchange"}, looks)

    assert len(fewer.questions) < len(asked.questions)
    assert any("supports" in t.text for t in with_it.dialogue)
    assert not any("supports" in t.text for t in without.dialogue)
    upheld = [c for c in without.claims if c.quote == "return cursor.fetchone()"]
    assert {c.status for c in upheld} == {ClaimStatus.UNPROVEN}


def test_without_the_second_dialogue_the_draft_is_the_revision(tmp_path):
    outcome, _ = review(tmp_path, {"post-hoc"})

    assert not any(t.phase is Phase.POST_HOC for t in outcome.dialogue)
    assert outcome.revision.verification.status is VerificationStatus.PASSED


def test_without_verification_the_first_answer_is_shown_and_nothing_is_offered(tmp_path):
    worse = "    return cursor.execute(name)"
    outcome, model = review(tmp_path, {"verification"}, actor=(worse,))

    assert worse.strip() in outcome.revision.patch
    assert outcome.revision.verification.status is VerificationStatus.NOT_RUN
    assert outcome.unmended
    assert not any(f.suggestion for f in outcome.findings)
    assert not any("was not accepted" in q for q in model.questions)


def test_without_knowledge_nothing_is_looked_up(tmp_path):
    outcome, _ = review(tmp_path, {"knowledge"})

    assert not any(b.tool == "knowledge" for b in outcome.background)


@pytest.mark.parametrize("name", ["semgrep", "bandit", "secrets"])
def test_an_analyzer_is_left_out_by_its_name(name):
    assert name in {a.name for a in analyzers()}
    assert name not in {a.name for a in analyzers(without={name})}


def test_what_is_left_out_is_said_in_the_review(tmp_path):
    (tmp_path / "users.py").write_text(BASE)
    source = PatchSource(PATCH, tmp_path, None)
    flags = Flags(model="none", sandbox="none", without=("exchange", "bandit"))

    outcome = reviewed(source, flags, Terms(), lambda event: None)

    assert "left out, as asked for: bandit, exchange" in outcome.review.notes


def test_both_critics_cannot_be_left_out():
    with pytest.raises(ConfigError, match="both critics are left out"):
        load(Flags(without=("safety", "helpfulness")), Kept(), NOWHERE)


def test_with_one_critic_nobody_decides_on_harm_and_that_is_said(tmp_path):
    (tmp_path / "users.py").write_text(BASE)
    source = PatchSource(PATCH, tmp_path, None)
    flags = Flags(model="none", sandbox="none", without=("helpfulness",))

    outcome = reviewed(source, flags, Terms(), lambda event: None)

    assert any("that takes both critics" in note for note in outcome.review.notes)


def test_a_part_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(ConfigError) as caught:
        load(Flags(without=("exhange",)), Kept(), NOWHERE)

    assert "exhange" in str(caught.value)
    assert all(part in caught.value.hint for part in PARTS)
