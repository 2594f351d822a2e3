"""The code of a project that matters for a task: what a model is shown before it writes.

    files = candidates(store, words)           what could matter, within limits
    order = ranked(words, files)               best first
    shown = fitted(words, order, room)         whole where short, else an outline and what matches

By words alone: nothing is run, no index is kept, and the same task and project give the same.
"""

from indict_review.relevant.choosing import Relevant, relevant
from indict_review.relevant.excerpt import Excerpt

__all__ = ["Excerpt", "Relevant", "relevant"]
