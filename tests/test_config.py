"""Settings: where they come from, what they may be, and what a file may not do."""

import json
import os
import subprocess
import sys
import tracemalloc
from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from indict_review.config import REPOSITORY_FILE, Flags, load
from indict_review.config import schema as config_schema
from indict_review.config.files import Owner, parsed
from indict_review.config.settings import SETTINGS
from indict_review.errors import ConfigError
from indict_review.evidence import Severity
from indict_review.sources.stores import Folder
from tests.keeping import Kept

SCHEMA = Path(config_schema.__file__).parent.parent / "schema" / "config-1.json"


def repository(text, *others):
    return Kept({REPOSITORY_FILE: text.encode(), **dict.fromkeys(others, b"rules: []")})


@pytest.fixture
def own(tmp_path):
    """Writes the user's own file, and gives the environment that leads there."""

    def write(text):
        folder = tmp_path / "home" / "indict-review"
        folder.mkdir(parents=True)
        (folder / "config.yaml").write_text(text)
        return {"XDG_CONFIG_HOME": str(tmp_path / "home")}

    return write


NOWHERE = {"XDG_CONFIG_HOME": "/nowhere"}


def test_without_a_word_from_anybody_the_defaults_hold():
    config = load(Flags(), Kept(), NOWHERE)

    assert (config.model, config.strategy, config.rounds) == (None, "indict-review", None)
    assert (config.fail_on, config.sandbox, config.on_incomplete) == (
        Severity.HIGH,
        "auto",
        "block",
    )
    assert not config.require_tests
    assert not config.paths


def test_flags_go_before_the_environment_before_the_users_file_before_the_repositorys(own):
    home = own("fail_on: medium")
    base = repository("fail_on: critical")
    variable = {**home, "INDICT_REVIEW_FAIL_ON": "low"}

    assert load(Flags(fail_on="info"), base, variable).fail_on is Severity.INFO
    assert load(Flags(), base, variable).fail_on is Severity.LOW
    assert load(Flags(), base, home).fail_on is Severity.MEDIUM
    assert load(Flags(), base, NOWHERE).fail_on is Severity.CRITICAL


def test_a_users_no_goes_before_a_repositorys_yes(own):
    home = own("require_tests: false")

    assert not load(Flags(), repository("require_tests: true"), home).require_tests


def test_rules_of_all_places_add_up(own):
    config = load(
        Flags(semgrep_config=("a.yaml",)),
        repository("semgrep_config: ./rules/", "rules/own.yaml", "rules/x.md", "rules.yaml"),
        {**own("semgrep_config: [c.yaml]"), "INDICT_REVIEW_SEMGREP_CONFIG": "b.yaml, d.yaml"},
    )

    assert config.semgrep_config == ("a.yaml", "b.yaml", "d.yaml", "c.yaml")
    assert config.local_rules == (("rules/own.yaml", b"rules: []"),)


def test_every_variable_is_heard(tmp_path):
    said = {
        "MODEL": "none", "API_BASE": "http://localhost", "STRATEGY": "indict-paper",
        "ROUNDS": "3", "FAIL_ON": "low", "BUDGET": "tokens=9,usd=0.5", "SEMGREP_CONFIG": "x.yaml",
        "SANDBOX": "none", "SANDBOX_IMAGE": "image", "TEST_COMMAND": "make check",
        "TEST_ENV": str(tmp_path), "WHEELS": str(tmp_path), "REQUIRE_TESTS": "yes",
        "ON_INCOMPLETE": "warn", "REQUEST_CHANGES": "yes", "UNPROVEN": "inline",
        "MODELS": "actor=local,safety=ollama/qwen3", "FALLBACK": "openai/a, openai/b",
        "NO_CACHE": "yes", "WITHOUT": "bandit, exchange", "SARIF": "a.sarif",
        "SARIF_BASE": "b.sarif", "WEB": "searxng", "WEB_URL": "http://localhost:8888",
        "WEB_CODE": "yes",
    }  # fmt: skip
    assert {s.variable for s in SETTINGS} - {""} == {f"INDICT_REVIEW_{name}" for name in said}

    environ = {**NOWHERE, **{f"INDICT_REVIEW_{name}": value for name, value in said.items()}}
    config = load(Flags(), Kept(), environ)

    assert (config.model, config.api_base, config.rounds) == ("none", "http://localhost", 3)
    assert (config.budget.tokens, config.budget.usd, config.budget.seconds) == (9, 0.5, None)
    assert (config.test_env, config.require_tests) == (tmp_path.resolve(), True)
    assert config.on_incomplete == "warn"
    assert (config.request_changes, config.unproven) == (True, "inline")
    assert config.models == (("actor", "local"), ("safety", "ollama/qwen3"))
    assert (config.fallback, config.no_cache) == (("openai/a", "openai/b"), True)
    assert config.without == {"bandit", "exchange"}
    assert (config.sarif, config.sarif_base) == (("a.sarif",), ("b.sarif",))
    assert (config.web, config.web_url, config.web_code) == (
        "searxng", "http://localhost:8888", True,
    )  # fmt: skip


def test_results_of_the_base_alone_are_refused():
    with pytest.raises(ConfigError, match="nothing to be compared with") as caught:
        load(Flags(sarif_base=("base.sarif",)), Kept(), NOWHERE)

    assert "--sarif FILE" in caught.value.hint


def test_a_budget_is_a_mapping_or_a_list(own):
    mapping = load(Flags(), Kept(), own("budget: {tokens: 5000, seconds: 1.5}"))
    listed = load(Flags(budget=("tokens=5000", "seconds=1.5")), Kept(), NOWHERE)

    assert mapping.budget == listed.budget


def test_what_a_repository_may_set_is_no_more_than_promise_5_says():
    assert [s.name for s in SETTINGS if s.repository] == [
        "fail_on", "semgrep_config", "paths", "test_command", "require_tests",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [s.name for s in SETTINGS if not s.repository])
def test_what_only_the_user_may_set_is_refused_with_how_to(name):
    with pytest.raises(ConfigError, match=f"sets {name}, which a repository may not") as caught:
        load(Flags(), repository(f"{name}: x"), NOWHERE)

    assert f"--{name.replace('_', '-')}" in caught.value.hint
    assert f"INDICT_REVIEW_{name.upper()}" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("fail-on: low", "did you mean fail_on?", "Known here are: fail_on"),
        ("failon: low", "did you mean fail_on?", "Known here"),
        ("fail_on: hihg", "fail_on is hihg, which is unknown: did you mean high?", "one of: info"),
        ("fail_on: [high]", "fail_on is a list", "one of: info"),
        ("fail_on: 0x" + "f" * 9999, "fail_on is a number", "one of"),
        ("fail_on: 2026-01-01", "fail_on is a date", "one of"),
        ("fail_on:", "fail_on is empty", "one of"),
        ("test_command: true", "test_command is true", "in quotes"),
        ("test_command: ' '", "test_command is a blank text", "Write a text"),
        ('test_command: "a\\0b"', "test_command is a\\x00b", "Write a text"),
        ("require_tests: 1", "require_tests is 1", "`true` or `false`"),
        ("require_tests: 'no'", "require_tests is no", "`true` or `false`"),
        ("semgrep_config: {a: b}", "semgrep_config is a mapping", "a list like"),
        ("semgrep_config: [a, 1]", "semgrep_config has an entry that is 1", "a list like"),
        (f"semgrep_config: [{'a,' * 101}]", "more than 100 entries", "a list like"),
        ("semgrep_config: p/python", "no file of the repository: p/python", "--semgrep-config"),
        ("semgrep_config: ../rules", "no file of the repository: ../rules", "inside it"),
        ("semgrep_config: /etc", "no file of the repository: /etc", "inside it"),
        ("paths: src", "paths is src", "include: [globs]"),
        ("paths: {only: [a]}", "paths has a part only that is unknown", "exclude: [globs]"),
        ("paths: {includes: [a]}", "did you mean include?", "exclude: [globs]"),
        ("paths: {include: a}", "paths has a part include that is a", "[globs]"),
        ("paths: {exclude: ['!a']}", "that has an entry that is !a", "without `!`"),
        ("paths: {exclude: ['/']}", "that has an entry that is /", "[globs]"),
        ("api_key: hunter2", "has api_key; settings hold no secrets", "ANTHROPIC_API_KEY"),
        ("OPENAI_API_KEY: hunter2", "settings hold no secrets", "Take it out"),
        ("on: x", "an unknown setting, true", "Known here"),
        ("1: x", "an unknown setting, 1", "Known here"),
        ("[a]", "is no mapping", "fail_on: medium"),
        ("low", "is no mapping", "fail_on: medium"),
        # What YAML can do beyond saying what is set.
        ("fail_on: low\nfail_on: critical", "line 2: the key fail_on is there twice", "Mend"),
        ("paths: {include: [a], include: [b]}", "the key include is there twice", "Mend"),
        ("fail_on: !!python/object/apply:os.system [id]", "it has a tag", "Mend"),
        ("fail_on: !!str low", "it has a tag", "Mend"),
        ("fail_on: [low", "while parsing a flow sequence", "Mend"),
        ("fail_on: low\n---\nfail_on: low", "another document", "Mend"),
        ("fail_on: *x", "*x has no anchor", "Mend"),
        ("paths: &a [*a]", "*a has no anchor that ends before it", "Mend"),
        ("x: " + "[" * 60_000, "nested deeper than 100 levels", "Mend"),
        ("x: " + "{a: " * 9_000, "nested deeper than 100 levels", "Mend"),
        ("- " * 30_000, "nested deeper than 100 levels", "Mend"),
        ("x: " + "9" * 9_999, "cannot be read", "Mend"),
        ("x: 2026-13-45", "cannot be read", "Mend"),
        ("#" * 66_000, "larger than 65,536 bytes", "Mend"),
        ("\ufefffail_on: low", "byte order mark", "Mend"),
        ("fail_on: low\0", "NUL byte", "Mend"),
        ("a: \x07", "control characters are not allowed", "Mend"),
    ],
)
def test_bad_settings_are_one_clear_error(text, said, hint):
    with pytest.raises(ConfigError) as caught:
        load(Flags(), repository(text), NOWHERE)

    message = str(caught.value)
    assert said in message
    assert hint in caught.value.hint
    assert "hunter2" not in message + caught.value.hint
    assert message.startswith(REPOSITORY_FILE)
    assert len(message) < 500
    assert message.isprintable()


def test_text_that_is_not_utf_8_is_named_by_its_line():
    base = Kept({REPOSITORY_FILE: b"# fine\ntest_command: \xff\xfe"})

    with pytest.raises(ConfigError, match="line 2 is not UTF-8"):
        load(Flags(), base, NOWHERE)


@pytest.mark.parametrize("form", ["lists", "merged mappings", "one long text"])
def test_a_few_lines_that_stand_for_gigabytes_are_refused_before_they_cost_anything(form):

    before = {"lists": "a: &a [x, x]\n", "merged mappings": "a: &a {x: 1}\n"}
    wide = {"lists": "[{}]", "merged mappings": "{{<<: [{}]}}"}
    text = before.get(form, "")
    for old, new in zip("abcdefghijkl", "bcdefghijklm", strict=True):
        if form in wide:
            text += f"{new}: &{new} " + wide[form].format(", ".join([f"*{old}"] * 9)) + "\n"
    text = text or f"a: &a {'x' * 30_000}\nb: [{', '.join(['*a'] * 5_000)}]"
    tracemalloc.start()
    with pytest.raises(ConfigError, match="stand for too much"):
        load(Flags(), repository(text), NOWHERE)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most < 20 * 2**20


def test_an_alias_that_stands_for_little_is_read():
    text = "paths:\n  include: &all [src, tests]\n  exclude: [docs]\nsemgrep_config: *all"
    config = load(Flags(), repository(text, "src", "tests"), NOWHERE)

    assert config.paths.include == ("src", "tests")


def test_a_file_of_comments_sets_nothing():
    assert load(Flags(), repository("# later\n"), NOWHERE).fail_on is Severity.HIGH


def test_a_link_or_another_suffix_is_not_passed_over_in_silence():
    for name, content in {REPOSITORY_FILE: "elsewhere.yaml", ".indict-review.yml": b""}.items():
        base = Kept({name: content})
        with pytest.raises(ConfigError, match=f"{name} is (a symbolic link|not read)"):
            load(Flags(), base, NOWHERE)


@pytest.mark.parametrize("text", ["fail_onn: low", "rounds: 99", "a: [", "!!set {a}", "api_key: x"])
def test_the_users_own_file_is_held_to_the_same(own, text):
    environ = own(text)
    with pytest.raises(ConfigError) as caught:
        load(Flags(), Kept(), environ)

    assert "config.yaml" in str(caught.value)


def test_the_users_own_file_may_be_a_link_and_not_a_folder(own, tmp_path):
    environ = own("fail_on: low")
    real = tmp_path / "home" / "indict-review" / "config.yaml"
    real.rename(tmp_path / "dotfile")
    real.symlink_to(tmp_path / "dotfile")
    assert load(Flags(), Kept(), environ).fail_on is Severity.LOW

    real.unlink()
    real.mkdir()
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(Flags(), Kept(), environ)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"INDICT_REVIEW_ROUNDS": "many"}, "INDICT_REVIEW_ROUNDS is many"),
        ({"INDICT_REVIEW_REQUIRE_TESTS": "perhaps"}, "INDICT_REVIEW_REQUIRE_TESTS is perhaps"),
        ({"INDICT_REVIEW_BUDGET": "tokens=0"}, "has an entry that is tokens=0"),
        ({"INDICT_REVIEW_BUDGET": "tokens=1,tokens=2"}, "has tokens twice"),
        ({"INDICT_REVIEW_TEST_ENV": "/nowhere/at/all"}, "test_env is no folder"),
        ({"INDICT_REVIEW_TEST_ENV": "~nobody-of-this-name/x"}, "there is no such home"),
        ({"INDICT_REVIEW_SANDBOX": "host"}, "unprotected"),
    ],
)
def test_a_bad_variable_is_named(environ, said):
    with pytest.raises(ConfigError) as caught:
        load(Flags(), Kept(), {**NOWHERE, **environ})

    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text", ["budget: {tokens: .inf}", "budget: {usd: .nan}", "budget: {seconds: -1}",
             "budget: {tokens: 1.5}", "budget: {tokens: true}", "budget: 5"],
)  # fmt: skip
def test_a_budget_is_above_nothing_and_has_an_end(own, text):
    environ = own(text)
    with pytest.raises(ConfigError, match="budget"):
        load(Flags(), Kept(), environ)


def test_yaml_is_not_imported_where_there_is_no_file(tmp_path):

    code = (
        "import sys; from pathlib import Path; from indict_review.config import Flags, load\n"
        "from indict_review.sources.stores import Folder\n"
        f"load(Flags(), Folder(Path({str(tmp_path)!r})), {NOWHERE!r})\n"
        "print([m for m in ('yaml', 'difflib', 'jsonschema', 'litellm') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"


def test_a_plain_folder_is_read_as_it_lies(tmp_path):
    (tmp_path / REPOSITORY_FILE).write_text("fail_on: low")

    assert load(Flags(), Folder(tmp_path), NOWHERE).fail_on is Severity.LOW


# The schema, and that it says what the reader does.


def test_the_schema_in_the_repository_follows_the_table():

    if os.environ.get("UPDATE_SNAPSHOTS"):
        SCHEMA.write_text(config_schema.text())

    assert SCHEMA.read_text() == config_schema.text()
    jsonschema.Draft202012Validator.check_schema(json.loads(config_schema.text()))


DOCUMENT = json.loads(config_schema.text())


def _part(place):
    return {"$ref": f"#{place}", "$defs": DOCUMENT["$defs"]} if place else DOCUMENT


VALIDATORS = {
    owner: jsonschema.Draft202012Validator(_part(place))
    for owner, place in {
        Owner.REPOSITORY: "",
        Owner.USER: "/$defs/user",
        Owner.NESTED: "/$defs/nested",
    }.items()
}

WORDS = st.sampled_from(
    ["low", "high", "auto", "warn", "block", "none", "src/", "!src", "/", "**/*.py", "tokens=5",
     "usd=0.5", "tokens=0", "indict-paper", "", " ", "a\nb", "~", "true", "7"]
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(0, 12), WORDS, st.text(max_size=8),
    st.floats().filter(lambda f: f != int(f) if abs(f) < 1e300 else False), st.dates(),
)  # fmt: skip
PARTS = st.sampled_from(["tokens", "usd", "seconds", "include", "exclude", "else"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(PARTS, inner, max_size=3)),
    max_leaves=6,
)
KEYS = st.one_of(
    st.sampled_from([s.name for s in SETTINGS]), st.text(max_size=12), st.integers(), st.none()
)
MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=3)


@given(mapping=MAPPINGS, owner=st.sampled_from(Owner))
@settings(max_examples=200, deadline=None)
def test_any_mapping_is_read_as_the_schema_has_it_or_refused(mapping, owner):
    content = yaml.safe_dump(mapping, allow_unicode=True).encode("utf-8", "replace")
    again = yaml.safe_load(content)
    fits = VALIDATORS[owner].is_valid(again)
    try:
        parsed(content, "settings.yaml", owner)
    except ConfigError:
        # A known home is not the schema's subject.
        assert not fits or "~" in content.decode()
    else:
        assert fits


@given(
    content=st.one_of(st.binary(max_size=60), st.text("abc:-[]{}&*!<>|#'\"\n ,?%\0", max_size=60))
)
@settings(max_examples=400, deadline=None)
def test_any_bytes_load_or_are_refused(content):
    raw = content if isinstance(content, bytes) else content.encode()
    base = Kept({REPOSITORY_FILE: raw})
    with suppress(ConfigError):
        load(Flags(), base, NOWHERE)
