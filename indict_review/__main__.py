"""`python -m indict_review`."""

from indict_review.cli import main

main()
