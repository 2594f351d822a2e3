"""Long lines are cut for models, and no secret in half."""

from dataclasses import replace

import pytest

from indict_review.critics.briefing import as_shown, brief, describe
from indict_review.cutting import CUT, cut, ending
from indict_review.redact import Mask
from tests.samples import shell_injection, users_change

TOKEN = "ghp_" + "a1B2c3D4e" * 4
PASSWORD = "Zk9!vT3q#Lw8pX2m$Rb6nYd4"
PHRASE = "Tr0ub4dor &3xY! zW9q#Lm7"


def shown_of(text, secret, least=4):
    return [secret[:n] for n in range(least, len(secret)) if secret[:n] in text]


def test_a_short_line_stays_and_a_long_one_says_that_it_was_cut():
    assert cut("x = 1", 5) == "x = 1"
    assert cut("one two three", 9) == f"one two {CUT}"


@pytest.mark.parametrize("before", [*range(360, 400, 3), 397, 398, 399])
@pytest.mark.parametrize("code", [f'"{TOKEN}"', f'password="{PASSWORD}"', f'password="{PHRASE}"'])
def test_no_prompt_holds_a_part_of_a_secret(before, code):
    line = "x " * ((before - len(code) + 40) // 2) + code + "; y" * 9

    hidden = Mask().hide(as_shown(f"+{line}\n"))

    for secret in (TOKEN, PASSWORD, PHRASE):
        assert shown_of(hidden, secret) == []


@pytest.mark.parametrize("secret", [PASSWORD, PHRASE])
def test_what_is_known_from_elsewhere_is_masked_where_it_was_cut(secret):
    mask = Mask([secret])

    for most in range(10, 10 + len(secret)):
        assert shown_of(mask.hide(cut(f"call(1, '{secret}')", most)), secret) == []


def test_a_finding_and_the_account_hold_no_part_either():
    finding = shell_injection()
    quote = "x " * 190 + f'"{TOKEN}"'
    told = describe(replace(finding, location=replace(finding.location, quote=quote)))
    account = brief(replace(users_change(), account="so " * 395 + TOKEN), (), ()).opening[1].content

    for text in (told, account):
        assert CUT in text
        assert shown_of(Mask().hide(text), TOKEN) == []


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("a\nbc", 10, "a\nbc"),
        ("a\nbc\nd\n", 5, "bc\nd\n"),
        ("a\nbc\nd\n", 4, "d\n"),
        ("key: abcd1234 left", 10, " left"),
        ("abcd1234", 3, ""),
    ],
)
def test_of_a_long_output_whole_lines_are_left_or_whole_words(text, most, left):
    assert ending(text, most) == left
