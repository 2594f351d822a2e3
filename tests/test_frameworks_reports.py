"""Reports of real tools, and of hostile ones."""

import json

import pytest

from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome, CaseResult
from indict_review.sandbox.interface import End, Ran
from indict_review.tools.frameworks import cases, junit, table, xml_text

CARGO = """\
   Compiling demo v0.1.0 (/box/work)
     Running unittests src/lib.rs (target/debug/deps/demo-8348ca7a80742723)

running 4 tests
test tests::adds ... ok
test tests::later ... ignored
test tests::panics - should panic ... ok
test tests::breaks ... FAILED

failures:

---- tests::breaks stdout ----
assertion `left == right` failed: wrong sum
  left: 3

failures:
    tests::breaks

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.11s

   Doc-tests demo

running 1 test
test src/lib.rs - add (line 2) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.14s
"""

GO = [
    {"Action": "start", "Package": "m/a"},
    {"Action": "run", "Package": "m/a", "Test": "TestA"},
    {"Action": "output", "Package": "m/a", "Test": "TestA", "Output": "    a_test.go:5: no\n"},
    {"Action": "fail", "Package": "m/a", "Test": "TestA", "Elapsed": 0},
    {"Action": "pass", "Package": "m/a", "Test": "TestB/sub_1", "Elapsed": 0},
    {"Action": "skip", "Package": "m/a", "Test": "TestC", "Elapsed": 0},
    {"Action": "fail", "Package": "m/a", "Elapsed": 0.01},
    {"Action": "build-output", "ImportPath": "m/b", "Output": "b.go:3: undefined: x\n"},
    {"Action": "fail", "Package": "m/b", "Elapsed": 0, "FailedBuild": "m/b"},
]

JEST = {
    "numFailedTests": 1,
    "success": False,
    "testResults": [
        {
            "name": "/box/work/src/a.test.js",
            "status": "failed",
            "message": "",
            "assertionResults": [
                {"ancestorTitles": ["sum"], "title": "adds", "status": "passed"},
                {
                    "ancestorTitles": [],
                    "title": "fails",
                    "status": "failed",
                    "failureMessages": ["Error: expected 1"],
                },
                {"ancestorTitles": [], "title": "later", "status": "pending"},
            ],
        },
        {
            "name": "/box/work/src/b.test.js",
            "status": "failed",
            "message": "SyntaxError",
            "assertionResults": [],
        },
    ],
}

MOCHA = {
    "stats": {"tests": 3},
    "tests": [],
    "passes": [{"title": "adds", "fullTitle": "sum adds", "file": "/box/work/test/a.js"}],
    "failures": [
        {
            "title": "fails",
            "fullTitle": "sum fails",
            "file": "/box/work/test/a.js",
            "err": {"message": "no", "stack": "Error: no\n    at a.js"},
        }
    ],
    "pending": [{"title": "later", "fullTitle": "sum later", "file": "/box/work/test/a.js"}],
}

SUREFIRE = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="a.CalcTest" tests="4">
  <properties><property name="java.version" value="17"/></properties>
  <testcase name="adds" classname="a.CalcTest" time="0.01"/>
  <testcase name="fails" classname="a.CalcTest" time="0.01">
    <failure message="expected: &lt;1&gt;" type="AssertionError"><![CDATA[expected: <1>
    at a.CalcTest.fails(CalcTest.java:9)]]></failure>
  </testcase>
  <testcase name="later" classname="a.CalcTest"><skipped message="not yet"/></testcase>
  <testcase name="breaks" classname="a.CalcTest"><error type="java.io.IOException"/></testcase>
</testsuite>"""

GRADLE = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="b.AppTest" tests="1"><properties/>
  <testcase name="starts()" classname="b.AppTest" time="0.1"/>
  <system-out><![CDATA[<testcase name="forged"/>]]></system-out>
</testsuite>"""

CTEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="Linux-c++" tests="3" failures="1" disabled="1" skipped="0">
  <testcase name="adds" classname="adds" time="0.01" status="run"><system-out/></testcase>
  <testcase name="fails" classname="fails" time="0.01" status="fail">
    <failure message="Failed"/><system-out>no</system-out></testcase>
  <testcase name="off" classname="off" time="0" status="disabled"/>
</testsuite>"""

PHPUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites><testsuite name="unit" tests="3"><testsuite name="App\\CalcTest" file="/box/work/t.php">
  <testcase name="testAdds" class="App\\CalcTest" classname="App.CalcTest"
            file="/box/work/tests/CalcTest.php" line="9" assertions="1" time="0.001"/>
  <testcase name="testFails" class="App\\CalcTest" classname="App.CalcTest"
            file="/box/work/tests/CalcTest.php" line="14">
    <failure type="ExpectationFailedException">no</failure></testcase>
  <testcase name="testLater" class="App\\CalcTest" classname="App.CalcTest"><skipped/></testcase>
</testsuite></testsuite></testsuites>"""

TRX = """\ufeff<?xml version="1.0" encoding="utf-8"?>
<TestRun id="1" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
  <Results>
    <UnitTestResult testId="1" testName="Shop.CalcTests.Adds(x: 1)" outcome="Passed"/>
    <UnitTestResult testId="2" testName="Shop.CalcTests.Fails" outcome="Failed">
      <Output><StdOut>said</StdOut><ErrorInfo><Message>Assert.Equal() Failure</Message>
        <StackTrace>at Shop.CalcTests.Fails()</StackTrace></ErrorInfo></Output></UnitTestResult>
    <UnitTestResult testId="3" testName="Shop.CalcTests.Later" outcome="NotExecuted"/>
  </Results>
</TestRun>"""

REPORTS = {
    "cargo test": ("cargo-0.txt", CARGO, {
        "src/lib.rs::tests::adds": "passed",
        "src/lib.rs::tests::later": "skipped",
        "src/lib.rs::tests::panics": "passed",
        "src/lib.rs::tests::breaks": "failed",
        "doc-tests demo::src/lib.rs - add (line 2)": "passed",
    }, "wrong sum"),
    "go test": ("go-0.jsonl", "# m/b\n" + "\n".join(map(json.dumps, GO)), {
        "m/a.TestA": "failed", "m/a.TestB/sub_1": "passed", "m/a.TestC": "skipped",
        "m/b": "failed",
    }, "a_test.go:5"),
    "jest": ("jest-0.json", json.dumps(JEST), {
        "src/a.test.js > sum > adds": "passed", "src/a.test.js > fails": "failed",
        "src/a.test.js > later": "skipped", "src/b.test.js": "failed",
    }, "expected 1"),
    "vitest": ("vitest-0.json", json.dumps(JEST), {
        "src/a.test.js > sum > adds": "passed", "src/a.test.js > fails": "failed",
        "src/a.test.js > later": "skipped", "src/b.test.js": "failed",
    }, "expected 1"),
    "mocha": ("mocha-0.json", json.dumps(MOCHA), {
        "test/a.js > sum adds": "passed", "test/a.js > sum fails": "failed",
        "test/a.js > sum later": "skipped",
    }, "at a.js"),
    "mvn test": ("maven-0/1.xml", SUREFIRE, {
        "a.CalcTest.adds": "passed", "a.CalcTest.fails": "failed",
        "a.CalcTest.later": "skipped", "a.CalcTest.breaks": "failed",
    }, "CalcTest.java:9"),
    "gradle test": ("gradle-0/1.xml", GRADLE, {"b.AppTest.starts()": "passed"}, ""),
    "ctest": ("ctest-0.xml", CTEST, {"adds": "passed", "fails": "failed", "off": "skipped"}, ""),
    "phpunit": ("phpunit-0.xml", PHPUNIT, {
        "App.CalcTest.testAdds": "passed", "App.CalcTest.testFails": "failed",
        "App.CalcTest.testLater": "skipped",
    }, "no"),
    "dotnet test": ("dotnet-0/a.trx", TRX, {
        "Shop.CalcTests.Adds(x: 1)": "passed", "Shop.CalcTests.Fails": "failed",
        "Shop.CalcTests.Later": "skipped",
    }, "at Shop.CalcTests.Fails()"),
}  # fmt: skip


def ran(files: dict[str, str | bytes], output: str = "", code: int = 1) -> Ran:
    encoded = {n: c.encode() if isinstance(c, str) else c for n, c in files.items()}
    return Ran(End.EXITED, code, output, 1.0, encoded)


def shown(results):
    return {name: result.outcome.value for name, result in results.items()}


@pytest.mark.parametrize("command", REPORTS)
def test_the_report_of_a_real_tool_is_read(command):
    name, report, expected, why = REPORTS[command]

    results = table.of_command(command).results(ran({name: report}))

    assert shown(results) == expected
    assert any(
        why in r.detail for r in results.values() if r.outcome is CaseOutcome.FAILED or not why
    )


@pytest.mark.parametrize("command", [*REPORTS, "pytest", "python -m unittest", "node --test"])
def test_no_report_is_an_error_that_has_the_last_words(command):
    framework = table.of_command(command)

    with pytest.raises(ToolError, match=r"left no report \(exit code 1\).*boom"):
        framework.results(ran({}, "\x1b[31mboom\n"))


@pytest.mark.parametrize("command", REPORTS)
@pytest.mark.parametrize(
    "garbage", [b"", b"\xff\xfe\x00", b"[" * 100_000, b"null", b"<a>", b"{\n{"]
)
def test_garbage_is_never_an_empty_result(command, garbage):
    name = REPORTS[command][0]

    try:
        results = table.of_command(command).results(ran({name: garbage}))
    except ToolError:
        return
    raise AssertionError(results)


@pytest.mark.parametrize("command", ["pytest", "node --test", "go test", "mvn test"])
def test_a_second_report_is_not_believed(command):
    framework = table.of_command(command)
    prefix = framework.name
    two = {f"{prefix}-1/1.xml": SUREFIRE, f"{prefix}-2/1.xml": SUREFIRE}

    with pytest.raises(ToolError, match="forged"):
        framework.results(ran(two))


LAUGHS = """<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<testsuite><testcase name="&b;"/></testsuite>"""
OUTSIDE = """<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<testsuite><testcase name="a"><failure>&x;</failure></testcase></testsuite>"""

HOSTILE = {
    "billion laughs": LAUGHS.encode(),
    "external entity": OUTSIDE.encode(),
    "external document type": b'<!DOCTYPE t SYSTEM "http://127.0.0.1/x"><testsuite/>',
    "deep nesting": b"<a>" * 100_000 + b"</a>" * 100_000,
    "deep nesting in a test": b"<testcase>" + b"<a>" * 100_000,
    "truncated": SUREFIRE.encode()[:400],
    "undeclared entity": b"<testsuite><testcase name='&x;'/></testsuite>",
    "unknown encoding": b'<?xml version="1.0" encoding="no-such-thing"?><testsuite/>',
    "encoding that is none of text": b'<?xml version="1.0" encoding="zlib"?><testsuite/>',
    "wrong encoding": b"<testsuite><testcase name='\xff'/></testsuite>",
    "control characters": b"<testsuite><testcase name='\x1b[2J'/></testsuite>",
    "nothing": b"",
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_xml_is_refused(attack):
    with pytest.raises(ToolError, match="report"):
        junit.results([HOSTILE[attack]])


def test_a_million_tests_are_too_many():
    report = b"<testsuite>" + b"<testcase name='a'/>" * 1_000_000 + b"</testsuite>"

    with pytest.raises(ToolError, match="more than 100,000 tests"):
        junit.results([report])


def test_many_elements_and_many_reports_are_bounded(monkeypatch):
    monkeypatch.setattr(xml_text, "MOST_ELEMENTS", 100)
    monkeypatch.setattr(xml_text, "MOST_BYTES", 10_000)
    monkeypatch.setattr(cases, "MOST_CASES", 5)

    with pytest.raises(ToolError, match="too long"):
        junit.results([b"<a>" + b"<b/>" * 100 + b"</a>"])
    with pytest.raises(ToolError, match="longer than"):
        junit.results([b" " * 10_001])
    with pytest.raises(ToolError, match="more than 5 tests"):
        junit.results([b"<testcase name='a'/>"] * 6)


def test_utf_16_is_read_as_it_says_it_is():
    report = '<?xml version="1.0" encoding="utf-16"?><testsuite><testcase name="Ünï"/></testsuite>'

    assert shown(junit.results([report.encode("utf-16")])) == {"Ünï": "passed"}


def test_names_that_collide_are_numbered_and_hide_nothing():
    names = ["a", "a #2", "a", "a"]
    wrong = [CaseOutcome.PASSED, CaseOutcome.PASSED, CaseOutcome.FAILED, CaseOutcome.PASSED]

    results = cases.gather(map(CaseResult, names, wrong))

    assert shown(results) == {"a": "passed", "a #2": "passed", "a #3": "failed", "a #4": "passed"}


@pytest.mark.parametrize(
    ("name", "stable"),
    [
        ("test[<C object at 0x7f1a2b3c4d5e>]", "test[<C object at 0x…>]"),
        ("test[/box/tmp/pytest-of-me/pytest-0/x]", "test[/tmp/…]"),
        ("test[/tmp/a b]", "test[/tmp/… b]"),
        ("lib/tmp/test_a.py::test_b", "lib/tmp/test_a.py::test_b"),
        ("test[0x10-1]", "test[0x10-1]"),
        ("a\x1b[2Jb\r\n", "a\\x1b[2Jb\\x0d\\x0a"),
        ("a\u202eb", "a\\x202eb"),
        ("", "(without a name)"),
    ],
)
def test_names_stay_the_same_from_run_to_run(name, stable):
    assert list(cases.gather([CaseResult(name, CaseOutcome.PASSED)])) == [stable]


def test_names_made_to_be_slow_are_read_all_the_same():
    taken = [f"a #{n}" for n in range(2, 50_000)]
    names = [*taken, *["a"] * 50_000, "/a" * 5_000, "0x" * 5_000]

    results = cases.gather(CaseResult(name, CaseOutcome.PASSED) for name in names)

    assert len(results) == len(names)


def test_a_long_name_and_a_long_story_are_cut():
    (result,) = cases.gather([CaseResult("n" * 10**6, CaseOutcome.FAILED, "x\n" * 10**6)]).values()

    assert len(result.name) <= cases.LONGEST_NAME
    assert len(result.detail) < 5_000


LINES = {
    "no JSON": "forged\n",
    "no object": "[1]\n",
    "an unknown outcome": '{"name": "a", "outcome": "splendid"}\n',
    "an unknown entry": '{"nothing": 1}\n',
    "deep nesting": "[" * 100_000 + "\n",
}


@pytest.mark.parametrize("fault", LINES)
def test_a_report_of_ours_that_was_written_over_is_not_read(fault):
    good = '{"name": "a", "outcome": "passed"}\n'

    with pytest.raises(ToolError, match="wrote over"):
        table.of_command("pytest").results(ran({"pytest-1.jsonl": good + LINES[fault]}))


def test_a_test_seen_twice_has_its_worse_outcome():
    line = '{"name": "a", "outcome": "%s"}\n'
    report = line % "failed" + line % "passed" + '{"end": true}\n{"name": "half'

    assert shown(table.of_command("pytest").results(ran({"pytest-1.jsonl": report}))) == {
        "a": "failed"
    }


def test_a_line_that_a_rust_test_forged_makes_the_report_unbelievable():
    forged = CARGO.replace(
        "test tests::breaks ... FAILED", "test tests::breaks ... ok\ntest tests::breaks ... FAILED"
    )

    with pytest.raises(ToolError, match="does not add up"):
        table.of_command("cargo test").results(ran({"cargo-1.txt": forged}))


def test_a_rust_program_that_aborts_has_failed():
    cut = CARGO[: CARGO.index("test tests::panics")]

    results = table.of_command("cargo test").results(ran({"cargo-1.txt": cut}))

    assert shown(results)["src/lib.rs"] == "failed"


def test_an_exit_code_outweighs_a_report_without_failures():
    framework = table.of_command("make test")
    report = {"left/1.xml": GRADLE, "picture.xml": "<!DOCTYPE svg><svg/>"}

    assert shown(framework.results(ran(report, code=0))) == {"b.AppTest.starts()": "passed"}
    assert shown(framework.results(ran(report, code=2)))["make test"] == "failed"
