"""C and C++, function by function: what `bounds` and `lifetimes` have in common.

    change ── changed ──► the functions with a changed line ── syntax.pieces ──► `Piece`: plain data
                                                     │
        bounds: `Guards`, what is compared before it is used      lifetimes: `Flow`, steps and ways
                                                     │
              looks, each for one textbook pattern ──► `Sign` ── examining ──► what is new in there

Each function is looked at by itself: what a callee does is known by its name alone, types are what
the function declares, macros are what they look like. So nothing is said of what needs a second
function, a header or an alias to be seen, and functions that the change left alone are not read.

Code may be made to be slow to look at: each file has so many steps (`patience`), and so many nodes
of its tree. Functions for which these do not last are named, and the tool is told as skipped.

A change without C pays nothing: until `changed` has found a file, only light modules are imported.
"""
