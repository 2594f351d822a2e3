"""Edits that are known without a model: a rule's own fix, the last review's revision."""
