"""The checks of verification, one module each: trees in, a `Check` out.

What they look at is hostile twice over: the change is, and the revision was written by a model that
read it.
"""
