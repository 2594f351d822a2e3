"""Pointers of C and C++ functions: freed and used, null and followed.

A function becomes steps (it follows a pointer, sets something, calls, tests) and the ways between
them (`flow`). Looks ask whether a step can come after another with nothing in between that would
make it right (`paths.first`); what was tested once, or set to a constant, is not otherwise later.

    freed         used or freed again after free(), delete and what is named like them
    moved         followed after realloc() of what it points into; an iterator after erase()
    temporary     C++: kept pointers into a string that is gone at the end of the statement
    unchecked     followed though an allocation or look-up may have returned NULL
    tested        tested for NULL after it was followed
    joined        a caller's name that ends a path which is opened, with no look for / or .. in it

Who frees, allocates or finds is told by `names`. A pointer under another name, in a container, or
freed by a callee of an odd name is not seen.
"""
