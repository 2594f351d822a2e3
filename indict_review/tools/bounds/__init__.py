"""Bounds and sizes in C and C++: what is read, copied or allocated without a look at how much.

A number is taken to be bounded once the function has compared it, or something it was computed
from, anywhere before its use (`guards`): `<`, a check that is called, a `switch`, `min(…)`. Seen is
a use with nothing of the kind before it:

    indexes       a[n] with a signed n whose upper end alone was compared; p->data[0] before its
                  length is looked at
    parsed        a length out of bytes, a file or a text that is copied, stepped over, allocated
    overlays      a struct laid over a buffer whose length was not compared with its size
    sizes         a product as a size to allocate; malloc(strlen(s)) without room for the end
    differences   a - b and a + b that wrap, where a comparison should have come first
    arrays        a text or length copied into an array of the function's own; a loop one too far
    formats       sprintf into an array too small; offsets moved on by what snprintf would write
    ends          the end of a text put behind an array that read() filled

It does not ask whether the bound is the right one, nor on which path it stands.
"""
