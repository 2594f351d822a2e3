import json
import time

import pytest

from indict_review.errors import PatchError
from indict_review.patches.interface import Numbered
from indict_review.patches.reading import read

BODY = "Better so:\n\n```suggestion\nx = 1\ny = 2\n```\n"


def pieces(text):
    found = read(text)
    assert found.forms == ("suggestion",)
    return [(patch.path, *patch.pieces) for patch in found.patches]


@pytest.mark.parametrize(
    "place",
    [
        "src/app.py:12-14",
        "`src/app.py#L12-L14`",
        "**src/app.py, lines 12-14:**",
        "src/app.py L12-14",
    ],
)
def test_a_suggestion_is_for_the_lines_named_above(place):
    wanted = ("src/app.py", Numbered(12, 14, ("x = 1\n", "y = 2\n")))

    assert pieces(f"{place}\n\n```suggestion\nx = 1\ny = 2\n```\n") == [wanted]


def test_an_empty_suggestion_deletes_its_lines():
    assert pieces("a.py:3\n```suggestion\n```\n") == [("a.py", Numbered(3, 3, ()))]


def test_gitlabs_counts_from_the_line():
    text = "a.py:5\n```suggestion:-1+2\nx\n```\n"

    assert pieces(text) == [("a.py", Numbered(4, 7, ("x\n",)))]


def test_suggestions_of_one_file_are_one_patch():
    one = "a.py:{0}\n```suggestion\nx\n```\n"

    ((path, *found),) = pieces(one.format(3) + one.format("7-8"))

    assert (path, found) == ("a.py", [Numbered(3, 3, ("x\n",)), Numbered(7, 8, ("x\n",))])


@pytest.mark.parametrize("wrap", [list, lambda c: {"body": "Hello", "comments": c}])
def test_review_comments_as_json_have_suggestions(wrap):
    comments = [
        {"path": "a.py", "start_line": 3, "line": 4, "side": "RIGHT", "body": BODY},
        {"path": "b.py", "start_line": None, "line": 7, "body": BODY.replace("\n", "\r\n")},
        {"path": "c.py", "line": None, "body": "Why?"},
    ]

    found = pieces(json.dumps(wrap(comments)))

    assert found == [
        ("a.py", Numbered(3, 4, ("x = 1\n", "y = 2\n"))),
        ("b.py", Numbered(7, 7, ("x = 1\r\n", "y = 2\r\n"))),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```suggestion\nx\n```\n", "line 2 does not say which lines"),
        ("a.py\n```suggestion\nx\n```\n", "line 3 does not say which lines"),
        ("In a.py, line 3:\n```suggestion\nx\n```\n", "does not say which lines"),
        ("a.py:4-3\n```suggestion\nx\n```\n", "is for lines 4 to 3"),
        ("a.py:0\n```suggestion\nx\n```\n", "is for lines 0 to 0"),
        ("a.py:1\n```suggestion:-1+0\nx\n```\n", "is for lines 0 to 1"),
        ("a.py:3-4\n```suggestion:-1+0\nx\n```\n", "says twice"),
        ("a.md:3\n```suggestion\n```sh\nls\n```\nmore\n```\n", "ends is not clear"),
        ("a.md:3\n```suggestion\n```\nls\n```\n", "ends is not clear"),
        ("../a.py:3\n```suggestion\nx\n```\n", "leaves"),
        (json.dumps({"path": "a", "line": None, "body": BODY}), "no place for it"),
        (json.dumps({"path": "a", "line": True, "body": BODY}), "no place for it"),
        (json.dumps({"path": "a", "line": 2, "side": "LEFT", "body": BODY}), "not there any more"),
        (json.dumps({"path": "a", "line": 2, "body": BODY.rstrip("`\n")}), "cut off"),
        (json.dumps([{"path": "a", "line": 2, "body": BODY}])[:-3], "cannot be read"),
    ],
)
def test_a_suggestion_without_a_clear_place_is_refused(text, said):
    with pytest.raises(PatchError, match=said) as caught:
        read(text)

    assert caught.value.hint


def test_a_comment_of_nothing_but_fences_is_read_in_linear_time():
    text = '{"body": "' + "`" * 200_000 + '"}\n'

    started = time.process_time()
    with pytest.raises(PatchError, match="no patch"):
        read(text)

    assert time.process_time() - started < 3
