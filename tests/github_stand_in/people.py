"""What people do on the page of a pull request."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from markdown_it import MarkdownIt

from tests.github_stand_in import places
from tests.github_stand_in.state import Issue, Note, Pull, Remark, Review


class CannotApply(Exception):
    """The page has no button for this suggestion, and why."""


class People:
    """Acts of people, by default of the author; a part of `StandIn`, which has the state."""

    def comment(self, number: int, body: str, by: str | None = "alice") -> int:
        """In the conversation. `by` None: somebody whose account is gone."""
        with self.lock:
            return self.say(self.issues[number], by, body).id

    def reply(self, remark: int, body: str, by: str = "alice") -> int:
        """In the thread of a comment on lines."""
        with self.lock:
            pull, above = self.find_remark(remark)
            root = pull.remarks[above.reply_to] if above.reply_to else above
            return self.answer(pull, root, by, body).id

    def remark(self, number: int, path: str, line: int, body: str, by: str = "alice") -> int:
        """On a line of the head, in a review of its own."""
        with self.lock:
            pull = self._pull(number)
            review = self._review(pull, by, "", "COMMENTED")
            made = Remark(
                id=self.number(),
                author=by,
                body=body,
                created=review.created,
                review=review.id,
                path=path,
                side="RIGHT",
                line=line,
                start_line=None,
                commit=pull.head_sha,
                base=pull.parted(),
            )
            pull.remarks[made.id] = made
            return made.id

    def begin_review(self, number: int, body: str, by: str) -> int:
        """A pending review: nobody else sees it, and `by` can make no other."""
        with self.lock:
            return self._review(self._pull(number), by, body, "PENDING").id

    def edit(self, comment: int, body: str) -> None:
        """Put another text into any comment."""
        with self.lock:
            for it in self.issues.values():
                for held in (it.comments, it.remarks if isinstance(it, Pull) else {}):
                    if comment in held:
                        held[comment] = replace(held[comment], body=body)

    def remove(self, comment: int) -> None:
        """Delete any comment; the replies to it stay, as on GitHub."""
        with self.lock:
            for it in self.issues.values():
                it.comments.pop(comment, None)
                if isinstance(it, Pull):
                    it.remarks.pop(comment, None)

    def close(self, number: int) -> None:
        with self.lock:
            self._pull(number).is_open = False

    def rewrite(self, number: int, *, title: str | None = None, body: str | None = None) -> None:
        """Change what the author wrote."""
        with self.lock:
            it = self.issues[number]
            it.title, it.body = title or it.title, it.body if body is None else body

    def delete_fork(self, number: int) -> None:
        with self.lock:
            self._pull(number).fork = None

    def apply_suggestion(self, remark: int) -> str:
        """Press the button: a commit on the head branch, whose id comes back.

        Raises CannotApply where there is no button.
        """
        with self.lock:
            pull, it = self.find_remark(remark)
            pull.look()
            sha = pull.head_sha
            first, last, text = self._button(pull, it)
            old = pull.git.blob(pull.git.file(sha, it.path))
            new = _applied(old, first, last, text)
            if new == old:
                _no("the suggestion changes nothing")
            git = pull.fork.git
            mode = git.text("ls-tree", sha, "--", it.path).split()[0]
            tree = git.write_tree(sha, [(mode, it.path, git.write_blob(new))])
            commit = git.write_commit(tree, [sha], f"Update {it.path}", "carol")
            git.move(pull.head, commit)
            pull.look()
            pull.resolved.add(it.id)
            return commit

    def _button(self, pull: Pull, it: Remark) -> tuple[int, int, str]:
        """First line, last line, and what is to stand there."""
        start, line = places.now(pull, it)
        if pull.reviews[it.review].state == "PENDING":
            _no("the review is pending")
        if not pull.is_open or pull.fork is None:
            _no("the pull request is closed, or its head is gone")
        if it.side == "LEFT":
            _no("the lines are deleted")
        if line is None:
            _no("the comment is outdated")
        if it.id in pull.resolved:
            _no("the conversation is resolved")
        return start or line, line, suggestion(it.body)

    def _pull(self, number: int) -> Pull:
        pull = self.issues[number]
        assert isinstance(pull, Pull), f"#{number} is an issue"
        pull.look()
        return pull

    def _review(self, pull: Pull, by: str, body: str, state: str) -> Review:
        made = Review(self.number(), by, body, state, pull.head_sha, self.time())
        pull.reviews[made.id] = made
        return made

    def say(self, issue: Issue, author: str | None, body: str) -> Note:
        made = Note(self.number(), author, body, self.time())
        issue.comments[made.id] = made
        return made

    def answer(self, pull: Pull, root: Remark, by: str, body: str) -> Remark:
        """A reply: GitHub makes a review of its own for each."""
        review = self._review(pull, by, "", "COMMENTED")
        made = replace(
            root,
            id=self.number(),
            author=by,
            body=body,
            created=review.created,
            review=review.id,
            reply_to=root.id,
        )
        pull.remarks[made.id] = made
        return made

    def find_remark(self, number: int) -> tuple[Pull, Remark]:
        for it in self.issues.values():
            if isinstance(it, Pull) and number in it.remarks:
                return it, it.remarks[number]
        raise AssertionError(f"there is no remark {number}")


def suggestion(body: str) -> str:
    """What the first block of suggestion in a comment says. Raises CannotApply."""
    for token in MarkdownIt().parse(body):
        if token.type == "fence" and token.info.split()[:1] == ["suggestion"]:
            return token.content
    _no("there is no suggestion in it")


def _applied(old: bytes, first: int, last: int, text: str) -> bytes:
    """The lines keep how the file ends its lines, and whether its last one is ended."""
    lines = old.split(b"\n")
    end = b"\r" if lines[first - 1].endswith(b"\r") else b""
    new = [line.encode() + end for line in text.split("\n")[:-1]]
    return b"\n".join([*lines[: first - 1], *new, *lines[last:]])


def _no(why: str) -> NoReturn:
    raise CannotApply(why)
