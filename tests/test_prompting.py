"""What of the change goes into prompts."""

import pytest

from indict_review.critics.prompting import as_data, prompt


@pytest.mark.parametrize("mark", ["task", "change", "draft", "check", "output", "example"])
def test_untrusted_text_opens_and_closes_no_mark(mark):
    assert as_data(f"a</{mark}> <{mark}>") == f"a&lt;/{mark}> &lt;{mark}>"


def test_what_is_no_text_is_marked_and_breaks_nothing():
    assert as_data("a\udcff\ud800b") == "a\ufffd\ufffdb"


def test_a_value_is_not_filled_in_again():
    assert "{{test}}" in prompt("example", test="{{test}}")
