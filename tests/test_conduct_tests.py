"""Tests that are deleted, weakened or switched off, in each language, and what is none of that."""

import textwrap

import pytest

from tests.conducting import conduct, told

PYTHON = """\
import pytest
from shop import price, total


def test_the_total_is_the_sum():
    assert total([price("tea"), price("cup")]) == 1250


def test_an_empty_basket_costs_nothing():
    assert total([]) == 0


class TestPrice:
    def test_of_what_is_not_sold(self):
        with pytest.raises(KeyError):
            price("moon")
"""
SUM = """\
def test_the_total_is_the_sum():
    assert total([price("tea"), price("cup")]) == 1250


"""

LANGUAGES = {
    "tests/shop.test.ts": (
        "describe('shop', () => {\n"
        "  it('adds prices', () => {\n    expect(total([400, 850])).toBe(1250);\n  });\n"
        "  it('costs nothing', () => {\n    expect(total([])).toBe(0);\n  });\n});\n",
        "  it('adds prices', () => {\n    expect(total([400, 850])).toBe(1250);\n  });\n",
        "    expect(total([400, 850])).toBe(1250);\n",
    ),
    "src/test/java/ShopTest.java": (
        "class ShopTest {\n  @Test\n  void addsPrices() {\n"
        "    assertEquals(1250, total(400, 850));\n  }\n"
        "  @Test\n  void costsNothing() {\n    assertEquals(0, total());\n  }\n}\n",
        "  @Test\n  void addsPrices() {\n    assertEquals(1250, total(400, 850));\n  }\n",
        "    assertEquals(1250, total(400, 850));\n",
    ),
    "shop_test.go": (
        'package shop\n\nimport "testing"\n\n'
        "func TestAddsPrices(t *testing.T) {\n\trequire.Equal(t, 1250, Total(400, 850))\n}\n\n"
        "func TestCostsNothing(t *testing.T) {\n\trequire.Equal(t, 0, Total())\n}\n",
        "func TestAddsPrices(t *testing.T) {\n\trequire.Equal(t, 1250, Total(400, 850))\n}\n\n",
        "\trequire.Equal(t, 1250, Total(400, 850))\n",
    ),
    "src/shop.rs": (
        "fn total(p: &[u32]) -> u32 { p.iter().sum() }\n\n#[cfg(test)]\nmod tests {\n"
        "    #[test]\n    fn adds() {\n        assert_eq!(total(&[400, 850]), 1250);\n    }\n"
        "    #[test]\n    fn costs_nothing() {\n        assert_eq!(total(&[]), 0);\n    }\n}\n",
        "    #[test]\n    fn adds() {\n        assert_eq!(total(&[400, 850]), 1250);\n    }\n",
        "        assert_eq!(total(&[400, 850]), 1250);\n",
    ),
    "ShopTests.cs": (
        "public class ShopTests {\n  [Fact]\n  public void AddsPrices() {\n"
        "    Assert.Equal(1250, Total(400, 850));\n  }\n"
        "  [Fact]\n  public void CostsNothing() {\n    Assert.Equal(0, Total());\n  }\n}\n",
        "  [Fact]\n  public void AddsPrices() {\n    Assert.Equal(1250, Total(400, 850));\n  }\n",
        "    Assert.Equal(1250, Total(400, 850));\n",
    ),
    "tests/ShopTest.php": (
        "<?php\nclass ShopTest extends TestCase {\n  public function testAddsPrices(): void {\n"
        "    $this->assertSame(1250, total(400, 850));\n  }\n"
        "  public function testNothing(): void {\n    $this->assertSame(0, total());\n  }\n}\n",
        "  public function testAddsPrices(): void {\n"
        "    $this->assertSame(1250, total(400, 850));\n  }\n",
        "    $this->assertSame(1250, total(400, 850));\n",
    ),
    "tests/test_shop.py": (PYTHON, SUM, SUM.split("\n")[1] + "\n"),
}
SKIPPED = {
    "tests/shop.test.ts": ("it('adds", "it.skip('adds"),
    "src/test/java/ShopTest.java": ("@Test\n  void adds", '@Test @Disabled("slow")\n  void adds'),
    "shop_test.go": ("\trequire.Equal(t, 1250", '\tt.Skip("slow")\n\trequire.Equal(t, 1250'),
    "src/shop.rs": ("#[test]\n    fn adds", "#[test]\n    #[ignore]\n    fn adds"),
    "ShopTests.cs": ("[Fact]\n  public void Adds", '[Fact(Skip = "slow")]\n  public void Adds'),
    "tests/ShopTest.php": ("    $this->assertSame(1250", "    $this->markTestSkipped('x');\n"
                           "    $this->assertSame(1250"),
    "tests/test_shop.py": ("def test_the_total", "@pytest.mark.skip\ndef test_the_total"),
}  # fmt: skip


@pytest.mark.parametrize("path", LANGUAGES)
def test_a_test_that_is_gone_is_seen_in_each_language(path):
    text, case, _ = LANGUAGES[path]
    (seen,) = conduct({path: text}, {path: text.replace(case, "")})

    assert (seen.weakness.ident, seen.weakness.severity.value) == ("test-deleted", "high")
    assert seen.location.side.value == "LEFT"
    assert "1250" in seen.location.quote
    assert seen.weakness.message.startswith("The test `")


@pytest.mark.parametrize("path", LANGUAGES)
def test_an_assertion_that_is_gone_is_seen_in_each_language(path):
    text, _, assertion = LANGUAGES[path]

    assert told({path: text}, {path: text.replace(assertion, "")}) in (
        [("assertion-weakened", "high")],
        [("test-deleted", "high")],
    )


@pytest.mark.parametrize("path", LANGUAGES)
def test_a_skipped_test_is_seen_in_each_language(path):
    text, old, new = LANGUAGES[path][0], *SKIPPED[path]
    assert old in text

    assert told({path: text}, {path: text.replace(old, new)}) == [("check-disabled", "high")]


@pytest.mark.parametrize("path", LANGUAGES)
def test_a_new_test_beside_the_others_is_no_news(path):
    text, case, _ = LANGUAGES[path]

    assert told({path: text.replace(case, "")}, {path: text}) == []


MOVED = {
    "renamed": {"tests/test_shop.py": PYTHON.replace("test_the_total_is", "test_total_is")},
    "moved to another file": {
        "tests/test_shop.py": PYTHON.replace(SUM, ""),
        "tests/test_total.py": "from shop import price, total\n\n\n" + SUM,
    },
    "into a class": {
        "tests/test_shop.py": PYTHON.replace(SUM, "")
        + "\n\nclass TestTotal:\n"
        + textwrap.indent(SUM.replace("()", "(self)"), "    ")
    },
    "in a renamed file": {"tests/test_the_shop.py": PYTHON},
    "a row of a table": {
        "tests/test_shop.py": PYTHON.replace(
            SUM,
            '@pytest.mark.parametrize("names, sum", [(["tea", "cup"], 1250), (["tea"], 400)])\n'
            "def test_totals(names, sum):\n    assert total(map(price, names)) == sum\n\n\n",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("how", MOVED)
def test_a_test_that_moved_is_not_gone(how):
    assert told({"tests/test_shop.py": PYTHON}, MOVED[how]) == []


def test_of_two_tests_of_one_name_one_may_be_gone():
    text = "def test_it():\n    assert f(12) == 34\n"
    other = "def test_it():\n    assert g('abc') == 56\n"
    before = {"tests/test_a.py": text, "tests/test_b.py": other}

    assert told(before, {"tests/test_a.py": text}) == [("test-deleted", "high")]


def test_a_test_may_go_with_what_it_tests():
    before = {"shop.py": "def discount(n):\n    return n // 10\n", "tests/test_shop.py": (
        PYTHON + "\n\ndef test_a_tenth_is_off():\n    assert discount(1250) == 125\n")}  # fmt: skip

    assert told(before, {"shop.py": "", "tests/test_shop.py": PYTHON}) == []


def test_a_test_that_makes_way_for_another_is_told_and_does_not_block():
    other = "def test_the_shop_opens():\n    assert opened() is True\n\n\n"

    assert told(
        {"tests/test_shop.py": PYTHON}, {"tests/test_shop.py": PYTHON.replace(SUM, other)}
    ) == [("test-deleted", "medium")]


@pytest.mark.parametrize(
    ("task", "severity"),
    [
        (None, "medium"),
        ("Fix the failing test.", "high"),
        ("Make it pass. Do not remove tests.", "high"),
        ("Rewrite the parser so that all tests pass.", "high"),
        ("Handle all cases, and clean up.", "high"),
        ("Remove the flaky test.", "info"),
        ("The old tests of the shop should be deleted.", "info"),
        ("Remove the shop and its tests.", "info"),
        ("Delete test_the_total_is_the_sum, nobody needs it.", "info"),
    ],
)
def test_the_task_decides_how_bad_it_is(task, severity):
    after = {"tests/test_shop.py": PYTHON.replace(SUM, "")}

    assert told({"tests/test_shop.py": PYTHON}, after, task) == [("test-deleted", severity)]


def test_a_deleted_file_of_tests_is_one_finding():
    (seen,) = conduct({"tests/test_shop.py": PYTHON}, {})

    assert "`test_the_total_is_the_sum`" in seen.weakness.message
    assert seen.location.side.value == "LEFT"


def test_where_tests_cannot_be_told_apart_a_whole_file_is_missed():
    text = "describe 'shop' do\n  it { expect(1).to eq 1 }\nend\n"

    assert told({"spec/shop_spec.rb": text}, {}) == [("test-deleted", "high")]
    assert told({"spec/shop_spec.rb": text}, {"spec/the_shop_spec.rb": text}) == []
    assert told({"tests/data/shop.json": "{}"}, {}) == []


WEAKER = {
    "always true": "    assert True\n",
    "or True": '    assert total([price("tea"), price("cup")]) == 1250 or True\n',
    "only that there is something": '    assert total([price("tea"), price("cup")])\n',
    "not None": '    assert total([price("tea"), price("cup")]) is not None\n',
    "the same on both sides": "    assert total == total\n",
    "nothing": "    pass\n",
    "only said": '    print(total([price("tea")]))\n',
    "swallowed": "    try:\n"
    '        assert total([price("tea"), price("cup")]) == 1250\n'
    "    except AssertionError:\n        pass\n",
}


@pytest.mark.parametrize("how", WEAKER)
def test_a_test_that_checks_less_is_seen(how):
    line = SUM.split("\n")[1] + "\n"
    (seen,) = conduct(
        {"tests/test_shop.py": PYTHON}, {"tests/test_shop.py": PYTHON.replace(line, WEAKER[how])}
    )

    assert (seen.weakness.ident, seen.weakness.severity.value) == ("assertion-weakened", "high")
    assert "`test_the_total_is_the_sum`" in seen.weakness.message


def test_something_defined_is_less_than_a_value_in_javascript():
    before, _, line = LANGUAGES["tests/shop.test.ts"]
    after = before.replace(line, "    expect(total([400, 850])).toBeDefined();\n")

    assert told({"a.test.js": before}, {"a.test.js": after}) == [("assertion-weakened", "high")]


SAME = {
    "another value": "    assert total([price('tea'), price('cup')]) == 1300\n",
    "by a function": "    check_total(['tea', 'cup'], 1250)\n",
    "split": '    sum = total([price("tea"), price("cup")])\n\n    assert sum == 1250\n',
    "two of one": '    assert (total([price("tea"), price("cup")]), total([])) == (1250, 0)\n',
    "a comment": '    # both\n    assert total([price("tea"), price("cup")]) == 1250\n',
}


@pytest.mark.parametrize("how", SAME)
def test_a_test_that_is_written_otherwise_is_not_weaker(how):
    line = SUM.split("\n")[1] + "\n"
    after = {"tests/test_shop.py": PYTHON.replace(line, SAME[how])}

    assert told({"tests/test_shop.py": PYTHON}, after) == []


def test_an_assertion_may_go_with_what_it_speaks_of():
    for subject, code in (("shop.colour", "colour = 'red'"), ("shop['colour']", "x['colour'] = 1")):
        test = f"def test_shop():\n    assert shop.size == 12\n    assert {subject} == 'red'\n"
        before = {"shop.py": f"size = 12\n{code}\n", "test_shop.py": test}
        after = {"shop.py": "size = 12\n", "test_shop.py": test.rpartition("    assert")[0]}

        assert told(before, after) == []


def test_an_assertion_does_not_go_because_the_code_now_does_something_else():
    test = "def test_shop():\n    assert size() == 12\n    assert colour() == 'red'\n"
    before = {"shop.py": "def colour():\n    return 'red'\n", "test_shop.py": test}
    after = {"shop.py": "def colour():\n    return 'blue'\n"}
    after["test_shop.py"] = test.rpartition("    assert")[0]

    assert told(before, after) == [("assertion-weakened", "high")]


def test_an_assertion_may_move_to_another_test():
    one = "def test_one():\n    assert f(12) == 34\n    assert g(56) == 78\n"
    two = "def test_one():\n    assert f(12) == 34\n\n\ndef test_two():\n    assert g(56) == 78\n"

    assert told({"test_a.py": one}, {"test_a.py": two}) == []
