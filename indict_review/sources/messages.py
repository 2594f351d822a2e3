"""What the commits of a range say of themselves: the task, where nobody gave another."""

from indict_review import git

MOST_COMMITS = 100
MOST_TEXT = 16_000
"""Characters."""


def task_of(objects: git.Objects, since: str | None, head: str) -> str | None:
    """The messages, the oldest first; None if there are none. It says where it is cut.

    Raises `ToolError`.
    """
    commits = git.since(objects.repository, since, head, MOST_COMMITS + 1)
    earlier = len(commits) > MOST_COMMITS
    found = git.messages(objects, commits[-MOST_COMMITS:])
    text = "\n\n".join(filter(None, found))
    if earlier:
        text = f"[earlier commits are left out]\n\n{text}"
    if len(text) > MOST_TEXT:
        text = f"{text[:MOST_TEXT]}\n[cut here: the messages are longer]"
    return text or None
