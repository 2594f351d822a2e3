"""A code-review bot: two critics in dialogue, grounded by tools, and verified revisions."""

__version__ = "0.1.0"
