"""What is spelt out, and what is left as it is."""

import pytest

from indict_review.formats.safe_text import cut, flat, lines_of, visible, without_surrogates


@pytest.mark.parametrize(
    ("text", "unicode", "in_ascii"),
    [
        ("plain code = 1", "plain code = 1", "plain code = 1"),
        ("\x1b[2J", "␛[2J", "\\x1b[2J"),
        ("a\r\nb\0\x7f", "a␍␊b␀␡", "a\\x0d\\x0ab\\x00\\x7f"),
        ("\x9b31m", "<U+009B>31m", "<U+009B>31m"),
        ("a\u202eb\u2066", "a<U+202E>b<U+2066>", "a<U+202E>b<U+2066>"),
        ("ad\u200bmin", "ad<U+200B>min", "ad<U+200B>min"),
        ("x\U000e0100\u3164\u2800", "x<U+E0100><U+3164><U+2800>", "x<U+E0100><U+3164><U+2800>"),
        ("\u2028", "<U+2028>", "<U+2028>"),
        ("caf\udce9 \ud800", "caf\\xe9 <U+D800>", "caf\\xe9 <U+D800>"),
        ("Grüße 日本", "Grüße 日本", "Gr<U+00FC><U+00DF>e <U+65E5><U+672C>"),
        ("\tif", "    if", "    if"),
        ("a\tb", "a   b", "a   b"),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text, unicode, in_ascii):
    assert visible(text) == unicode
    assert visible(text, ascii_only=True) == in_ascii


def test_a_cut_says_how_much_is_gone():
    assert cut("abc", 3) == ("abc", "")
    assert cut("abcd", 3) == ("abc", "… 1 character more")
    assert cut("x" * 10_000_000, 1000)[1] == "… 9,999,000 characters more"


def test_prose_is_on_one_line_and_its_end_is_cut():
    assert flat("a\n  b\t c ") == "a b c"
    assert flat("x" * 1_000_000, 10).startswith("xxxxxxxxxx … ")


def test_line_ends_show_only_where_they_differ():
    assert lines_of("a\r\nb\r\n") == ["a", "b"]
    assert lines_of("a\r\nb\n") == ["a\r", "b"]
    assert lines_of("a\x0cb\u2028c\n") == ["a\x0cb\u2028c"]
    assert lines_of("") == []


def test_a_lone_surrogate_is_replaced_and_counted():
    assert without_surrogates("a\udc80\U0001f600") == ("a\ufffd\U0001f600", 1)
