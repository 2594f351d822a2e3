"""A code-review bot: two critics in dialogue, grounded by tools, and revisions that were verified."""

__version__ = "0.1.0"
