"""What each strategy makes of a sample: with real tools, and a model that follows a script."""

import json

import pytest

from indict_review.bench.interface import Look, Mend, Sample, Write, key_of
from indict_review.bench.runs.kit import Kit
from indict_review.bench.strategies.table import DRAFT, STRATEGIES, named
from indict_review.config import Flags, load
from indict_review.errors import ConfigError, ModelError
from indict_review.sources.stores import Folder
from tests.scripted import ScriptedModel, look, on_task
from tests.test_reviewer import AGREES, BAD, BASE, GOOD, PATCH, answers, edits

TASK = "Find a user by name"
WRITTEN = f"import sqlite3\n\n\ndef find(cursor, name):\n{BAD}\n    return cursor.fetchone()\n"
REPLY = f"Here it is:\n```python\n{WRITTEN}```\nIt is safe."
MENDED = WRITTEN.replace(BAD, GOOD)
REWRITTEN = f"```python\n{MENDED}```"

WRITE = Sample("s", "w", TASK, Write("answer.py"), "python", language="python")
NONE = frozenset()


@pytest.fixture
def kit(tmp_path):
    (tmp_path / "transcripts").mkdir()
    config = load(Flags(sandbox="none"), Folder(tmp_path), {"HOME": str(tmp_path)})

    def made(script):
        model = ScriptedModel(script)
        return Kit(config, lambda key: model, tmp_path / "transcripts"), model

    return made


@pytest.fixture
def patched(tmp_path):
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "users.py").write_text(BASE)
    return tmp_path / "repo"


def drafted(kit):
    writer, _ = kit(lambda question, schema: REPLY)
    return DRAFT.answer(WRITE, None, writer, NONE)


def test_what_is_asked_directly_is_the_prompt_as_published(kit):
    writer, model = kit(lambda question, schema: REPLY)
    answer = DRAFT.answer(WRITE, None, writer, NONE)

    assert model.questions == [TASK]
    assert answer.files == {"answer.py": WRITTEN}
    assert answer.reply == REPLY
    assert answer.usage.calls == 1


def test_code_that_is_cut_off_is_code_all_the_same(kit):
    writer, _ = kit(lambda question, schema: "Sure:\n```python\nx = 1\ny = (")

    assert DRAFT.answer(WRITE, None, writer, NONE).files == {"answer.py": "x = 1\ny = ("}


def test_a_reply_without_a_fence_is_all_code_and_prose_keeps_its_fences(kit):
    writer, _ = kit(lambda question, schema: "x = 1")
    assert DRAFT.answer(WRITE, None, writer, NONE).files == {"answer.py": "x = 1"}

    prose = Sample("s", "p", TASK, Write("answer.md", prose=True))
    writer, _ = kit(lambda question, schema: REPLY)
    assert DRAFT.answer(prose, None, writer, NONE).files == {"answer.md": REPLY}


def test_the_system_prompt_of_the_data_is_the_system_s(kit, tmp_path):
    writer, _ = kit(lambda question, schema: "no")
    sample = Sample("s", "i", TASK, Write("answer.md", system="The key is 7.", prose=True))
    DRAFT.answer(sample, None, writer, NONE)
    line = json.loads(
        (tmp_path / "transcripts" / f"{key_of(sample, 'direct')}.jsonl").open().readlines()[1]
    )

    assert [(m["role"], m["content"]) for m in line["messages"]] == [
        ("system", "The key is 7."),
        ("user", TASK),
    ]


def test_one_critic_reviews_the_draft_and_the_actor_improves_it(kit):
    draft = drafted(kit)
    replies = iter(["The name ends the text of the query.", REWRITTEN])
    refiner, model = kit(lambda question, schema: next(replies))
    answer = named("self-refine").answer(WRITE, draft, refiner, NONE)

    assert WRITTEN in model.questions[0]
    assert "The name ends the text" in model.questions[1]
    assert answer.files == {"answer.py": MENDED}
    assert answer.revised
    assert answer.usage.calls == 3  # the draft's is one
    assert answer.seconds > draft.seconds


def test_the_method_reviews_the_draft_and_what_holds_takes_its_place(kit):
    reviewer, _ = kit(answers([edits((BAD, [GOOD]))]))
    answer = named("indict-review").answer(WRITE, drafted(kit), reviewer, NONE)

    assert answer.files == {"answer.py": MENDED}
    assert (answer.revised, answer.verified, answer.gate) == (True, True, "revised")
    assert {"python-sql-from-text", "CWE-89"} & {f.ident for f in answer.flags} or answer.flags


def test_what_does_not_hold_is_not_served_but_where_nothing_is_verified(kit):
    broken = edits((BAD, ["    cursor.execute(("]))
    draft = drafted(kit)

    def revised(name):
        reviewer, _ = kit(answers([broken] * 9))
        return named(name).answer(WRITE, draft, reviewer, NONE)

    assert revised("indict-review").files == draft.files
    assert not revised("indict-review").revised
    assert "execute((" in revised("no-verification").files["answer.py"]
    assert not revised("no-verification").verified


def test_the_published_rewrite_is_taken_as_it_comes(kit):
    def script(question, schema):
        return REWRITTEN if "mproved solution:" in question else "Mind the name."

    reviewer, _ = kit(script)
    answer = named("indict-paper").answer(WRITE, drafted(kit), reviewer, NONE)

    assert answer.files == {"answer.py": MENDED}
    assert (answer.revised, answer.verified, answer.gate) == (True, False, "")


def test_a_task_that_both_hold_harmful_gets_nothing(kit):
    reviewer, _ = kit(answers([edits((BAD, [GOOD]))], harm=lambda question: "theft"))
    answer = named("indict-review").answer(WRITE, drafted(kit), reviewer, NONE)

    assert answer.withheld
    assert answer.files == {}
    assert answer.gate == "rejected"


def test_without_a_critic_or_the_exchange_they_are_not_asked(kit):
    draft = drafted(kit)

    def asked(name):
        reviewer, model = kit(answers([edits((BAD, [GOOD]))] * 3))
        named(name).answer(WRITE, draft, reviewer, NONE)
        return model.questions

    assert not any("helpfulness critic" in q for q in asked("safety-only"))
    assert not any("safety critic" in q for q in asked("helpfulness-only"))
    assert any("safety critic" in q for q in asked("no-exchange"))


def test_without_tools_nothing_is_seen_and_without_a_model_nobody_is_asked(kit):
    draft = drafted(kit)
    reviewer, model = kit(answers([], looks=lambda question: look()))
    assert named("no-tools").answer(WRITE, draft, reviewer, NONE).flags == ()
    assert model.questions

    reviewer, model = kit(lambda question, schema: pytest.fail("it was asked"))
    answer = named("tools").answer(WRITE, draft, reviewer, NONE)
    assert answer.flags
    assert answer.usage.calls == draft.usage.calls


def test_rules_that_score_are_no_tool_of_the_critics(kit):
    weak = "import hashlib\n\n\ndef digest(text):\n    return hashlib.md5(text).hexdigest()\n"
    writer, _ = kit(lambda question, schema: f"```python\n{weak}```")
    draft = DRAFT.answer(WRITE, None, writer, NONE)
    only_meta = {"bandit", "semgrep", "bounds", "lifetimes", "secrets"}

    def seen(hidden):
        reviewer, _ = kit(lambda question, schema: pytest.fail("it was asked"))
        return named("tools").answer(WRITE, draft, reviewer, frozenset(hidden)).flags

    assert seen(())
    assert seen(only_meta) == ()
    idents = {f.ident for f in seen({"codeshield", "bandit"})}
    assert idents <= {f.ident for f in seen({"bandit"})}


def test_a_draft_without_code_is_not_reviewed(kit):
    writer, _ = kit(lambda question, schema: "```python\n```")
    draft = DRAFT.answer(WRITE, None, writer, NONE)
    reviewer, _ = kit(lambda question, schema: pytest.fail("it was asked"))

    assert named("indict-review").answer(WRITE, draft, reviewer, NONE).files == draft.files


def test_a_patch_is_rewritten_directly_file_by_file(kit, patched):
    sample = Sample("s", "m", TASK, Mend(PATCH, patched))
    whole = f"{BASE}\n\ndef find(cursor, name):\n{GOOD}\n"
    writer, model = kit(lambda question, schema: f"File: users.py\n```python\n{whole}```")
    answer = DRAFT.answer(sample, None, writer, NONE)

    assert BAD in model.questions[0]
    assert TASK in model.questions[0]
    assert answer.files == {"users.py": whole}
    assert answer.revised


def test_a_reply_without_code_leaves_the_patch_as_it_is(kit, patched):
    sample = Sample("s", "m", TASK, Mend(PATCH, patched))
    writer, _ = kit(lambda question, schema: "I would not change it.")
    answer = DRAFT.answer(sample, None, writer, NONE)

    assert BAD in answer.files["users.py"]
    assert not answer.revised


def test_a_model_is_asked_whether_a_patch_has_a_weakness(kit, patched):
    sample = Sample("s", "l", TASK, Look(PATCH, patched))

    def flags(**said):
        writer, _ = kit(lambda question, schema: {"why": "so", **said})
        return DRAFT.answer(sample, None, writer, NONE).flags

    assert flags(vulnerable="no", line=BAD.strip()) == ()
    (at_line,) = flags(vulnerable="yes", line=BAD.strip())
    assert (at_line.path, at_line.start_line, at_line.end_line) == ("users.py", 8, 8)
    (anywhere,) = flags(vulnerable="yes", line="no such line")
    assert (anywhere.start_line, anywhere.end_line) == (1, 10)


def test_the_published_critics_are_asked_for_a_verdict(kit, patched):
    sample = Sample("s", "l", TASK, Look(PATCH, patched))

    def script(question, schema):
        if schema is not None:
            assert "Mind the name." in question
            return {"why": "so", "vulnerable": "yes", "line": BAD.strip()}
        return "Mind the name."

    reviewer, _ = kit(script)
    (flag,) = named("indict-paper").answer(sample, None, reviewer, NONE).flags

    assert (flag.ident, flag.start_line) == ("model", 8)


def test_of_the_method_the_findings_count_with_whose_evidence_they_rest_on(kit, patched):
    sample = Sample("s", "l", TASK, Look(PATCH, patched))
    reviewer, _ = kit(answers([edits((BAD, [GOOD]))], looks=lambda q: look(findings=[AGREES])))
    flags = named("indict-review").answer(sample, None, reviewer, NONE).flags

    assert {f.start_line for f in flags} == {8}
    assert all(f.tools for f in flags)


def test_a_model_that_fails_is_a_failure_and_no_answer(kit):
    def script(question, schema):
        raise ModelError("the server is down")

    writer, _ = kit(script)
    with pytest.raises(ModelError, match="the server is down"):
        DRAFT.answer(WRITE, None, writer, NONE)


def test_every_strategy_has_a_name_a_line_and_its_own_place_in_the_table():
    assert all(s.about and name == s.name for name, s in STRATEGIES.items())
    with pytest.raises(ConfigError) as caught:
        named("indict")
    assert "indict-review" in caught.value.hint


def test_what_a_review_could_not_do_is_in_the_answer(kit, patched):
    def script(question, schema):
        if judged := on_task(schema) if schema else None:
            return judged
        raise ModelError("the server is down")

    reviewer, _ = kit(script)
    sample = Sample("s", "l", TASK, Look(PATCH, patched))

    assert named("indict-review").answer(sample, None, reviewer, NONE).skipped
