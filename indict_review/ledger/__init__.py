"""Decisions of people on findings: the ledger in the repository, and marks in the code."""
