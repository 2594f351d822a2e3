"""Our semgrep pack: each rule sees its bad example, leaves its good one alone, and says enough."""

import subprocess
from collections import defaultdict
from json import dumps, loads
from pathlib import Path

import pytest

from indict_review import cwe, yaml_text
from indict_review.cache import Cache
from indict_review.evidence import Confidence, Severity
from indict_review.tools.rules import PACK, SPOKEN_BY, shipped, shipped_languages
from indict_review.tools.semgrep_prefilter import Prefilter
from indict_review.tools.semgrep_run import core, executable

FILES = sorted(PACK.rglob("*.yaml"))
IDS = [file.stem for file in FILES]
BOTH = [file.stem for file in FILES if file.parent.name == "javascript"]
"""They read TypeScript too."""
SUFFIX = {
    "python": "py", "javascript": "js", "java": "java", "c": "c", "php": "php", "go": "go",
    "csharp": "cs", "rust": "rs",
}  # fmt: skip


def rule_of(file):
    (rule,) = yaml_text.load(file.read_bytes())["rules"]
    return rule


RULES = {file.stem: rule_of(file) for file in FILES}


@pytest.fixture(scope="session")
def matched(tmp_path_factory):
    """The rules that match each example, by (kind, rule): all examples in one run of semgrep.

    The kind `typed` is the bad example, taken for TypeScript.
    """
    folder = tmp_path_factory.mktemp("examples")
    for file in FILES:
        for kind in ("bad", "good"):
            example = folder / kind / f"{file.stem}.{SUFFIX[file.parent.name]}"
            example.parent.mkdir(exist_ok=True)
            example.write_text(RULES[file.stem]["metadata"][kind], "utf-8")
    (folder / "typed").mkdir()
    for ident in BOTH:
        (folder / "typed" / f"{ident}.ts").write_text(RULES[ident]["metadata"]["bad"], "utf-8")
    run = subprocess.run(
        [
            executable(), "scan", "--experimental", "--metrics=off", "--disable-version-check",
            "--no-git-ignore", "--json", f"--config={PACK}", "bad", "good",
            "typed",
        ],
        cwd=folder, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "SEMGREP_ENABLE_VERSION_CHECK": "0"},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    report = loads(run.stdout)
    assert report["errors"] == []
    assert len(report["paths"]["scanned"]) == 2 * len(FILES) + len(BOTH)
    found = defaultdict(set)
    for result in report["results"]:
        path = Path(result["path"])
        found[path.parent.name, path.stem].add(result["check_id"].split(".")[-1])
    return found


@pytest.mark.parametrize("ident", IDS)
def test_the_bad_example_matches_this_rule_and_no_other(ident, matched):
    assert matched["bad", ident] == {ident}


@pytest.mark.parametrize("ident", BOTH)
def test_a_rule_for_javascript_sees_the_same_in_typescript(ident, matched):
    assert set(RULES[ident]["languages"]) == {"javascript", "typescript"}
    assert matched["typed", ident] == {ident}


@pytest.mark.parametrize("ident", IDS)
def test_the_good_example_matches_no_rule(ident, matched):
    assert matched["good", ident] == set()


@pytest.mark.parametrize("file", FILES, ids=IDS)
def test_a_rule_says_what_it_is_and_how_it_is_fixed(file):
    rule, told = RULES[file.stem], RULES[file.stem]["metadata"]

    assert rule["id"] == file.stem
    assert file.parent.name in rule["languages"] or file.parent.name in SPOKEN_BY
    assert cwe.severity_of(told["cwe"])
    assert rule["message"]
    assert told["title"]
    assert 4 < len(told["remedy"].split()) <= 60
    assert Confidence(told["precision"])
    assert told["bad"] != told["good"]


@pytest.mark.parametrize("ident", IDS)
def test_a_rule_that_is_often_wrong_never_blocks_by_itself(ident):
    told = RULES[ident]["metadata"]
    severity = Severity(told.get("severity", cwe.severity_of(told["cwe"]).value))

    assert told["precision"] != "low" or severity.rank <= Severity.MEDIUM.rank


def test_every_taint_rule_is_skipped_for_files_without_its_words(tmp_path):
    """One that is not costs up to 30 ms in each file, which the hook does not have."""
    file = tmp_path / "rules.json"
    file.write_text(dumps({"rules": list(RULES.values())}), "utf-8")
    run = subprocess.run(
        [core(), "-prefilter_of_rules", file], capture_output=True, text=True, check=True
    )
    prefilters = {told["rule_id"]: told["filter"] for told in loads(run.stdout)}

    assert prefilters.keys() == set(IDS)
    taint = {ident for ident in IDS if RULES[ident].get("mode") == "taint"}
    assert len(taint) >= 90
    assert {ident for ident in taint if prefilters[ident] == "None"} == set()


def test_no_rule_that_matches_is_held_back_as_one_that_cannot(tmp_path):
    """And most are held back from most files: semgrep need not read them."""
    asked = {rule.ident: rule for rule in shipped(shipped_languages())}
    prefilter = Prefilter.of(Cache(tmp_path / "c"), core(), asked)
    given = {
        ident: prefilter.wanted(asked, [RULES[ident]["metadata"]["bad"].encode()]) for ident in IDS
    }

    assert [ident for ident in IDS if ident not in given[ident]] == []
    assert sum(map(len, given.values())) < len(IDS) * len(asked) / 3


def test_no_two_rules_share_an_id():
    assert len(set(IDS)) == len(FILES) >= 250


def test_every_language_of_the_pack_has_a_few():
    by_language = defaultdict(int)
    for file in FILES:
        by_language[file.parent.name] += 1

    assert set(by_language) == set(SUFFIX)
    assert min(by_language.values()) >= 3
    assert by_language["python"] >= 60
    assert min(by_language[name] for name in set(SUFFIX) - {"python", "c"}) >= 24


@pytest.mark.parametrize("number", ["CWE-78", "CWE-89", "CWE-95", "CWE-502", "CWE-22", "CWE-798"])
def test_injection_deserialisation_paths_and_secrets_are_high_or_worse(number):
    assert cwe.severity_of(number).rank >= Severity.HIGH.rank


@pytest.mark.parametrize("number", ["CWE-117", "CWE-338", "CWE-1333", "CWE-601", "CWE-614"])
def test_what_needs_more_to_do_harm_is_medium(number):
    assert cwe.severity_of(number) is Severity.MEDIUM


@pytest.mark.parametrize("number", [None, "", "CWE-0", "CWE-89 "])
def test_a_weakness_that_is_not_in_the_table_has_neither_title_nor_severity(number):
    assert cwe.severity_of(number) is None
    assert cwe.title_of(number) is None


def test_every_cwe_is_written_as_a_number_and_has_a_title():
    for number, (title, _) in cwe.CWES.items():
        assert number == f"CWE-{int(number.removeprefix('CWE-'))}"
        assert 0 < len(title) <= 45
