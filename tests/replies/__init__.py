"""Replies of all forms, well and badly written, each with the files that it has to make.

`changes` are what an actor wants done, `told` what it remembers of that, `forms` how it writes it
down, and `sloppiness` and `traps` what goes wrong on the way; `corpus` puts them together.
"""
