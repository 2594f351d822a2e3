"""A change as GitHub shows it on a pull request, and what a reader sees of Markdown."""

from hypothesis import strategies as st
from markdown_it import MarkdownIt

from indict_review.change import Tree
from indict_review.github.interface import PullFile
from indict_review.patches.render import unified_diff


def pull_files(change):
    """By path, with the hunks alone."""
    return {file.path: pull_file(change, file) for file in change.files}


def pull_file(change, file):
    before = {p: f for p, f in change.before.files.items() if p == file.base_path}
    after = {p: f for p, f in change.after.files.items() if p == file.path}
    renames = {file.path: file.old_path} if file.old_path else {}
    _, found, hunks = unified_diff(Tree(before), Tree(after), renames).partition("\n@@ ")
    return PullFile(file.path, file.old_path, f"@@ {hunks}".removesuffix("\n") if found else None)


def tokens(markdown):
    """Flat, as a reader of GitHub's dialect sees them."""
    found = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    return [leaf for token in found for leaf in (token.children or [token])]


def hostile():
    """Texts that mean something to Markdown, or to nobody's eye."""
    marks = st.sampled_from("`````~~~<>[]()!*_#@&|\\:/.-+=1 \n\n\t$x\x1b\u202e\u200b")
    return st.text(st.one_of(st.characters(), marks), max_size=40)


OURS = ("</details>", "<!-- indict-review:argued -->", "<!-- indict-review:argued end -->")


def said_by_nobody_else(markdown, links=("https://cwe.mitre.org/data/definitions/",)):
    """Behind the marker, all that means something to a reader is ours."""
    found = tokens(markdown)
    assert found[0].type == "html_block"
    assert found[0].content.startswith("<!-- indict-review:")
    for token in found[1:]:
        if token.type == "link_open":
            assert token.attrs["href"].startswith(links)
        if token.type == "html_block":
            for line in token.content.splitlines():
                assert line in OURS or line.startswith("<details><summary>")
        assert token.type not in {"image", "html_inline", "code_block", "s_open", "hr"}
        if token.type == "text":
            assert not set(token.content) & set("@<>#[]&$_*|\\~`"), token.content
            assert "://" not in token.content
            assert "www." not in token.content.lower()
