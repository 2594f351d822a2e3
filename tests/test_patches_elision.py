import time
from dataclasses import replace

import pytest

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import place
from indict_review.patches.elision import elided
from indict_review.patches.ellipsis import emptied
from indict_review.patches.interface import FilePatch, Whole
from indict_review.patches.vanished import vanished

STANDS_FOR_CODE = """
... rest unchanged ...
... rest of the code ...
...
…
[...]
(unchanged)
[rest of the file unchanged]
[... 20 lines omitted ...]
# ...
# … rest …
# ... existing code ...
# ... rest of the class stays the same
#...existing imports...
# existing code
# existing code here
# rest of the file
# Rest of the function remains unchanged.
# the rest of your code goes here
# (unchanged)
# unchanged
# code omitted for brevity
# same as before
# no changes
# keep the rest as is
# (unchanged code)
# the rest is identical
# Previous code here
# same as your version
# all other functions here
# Keep g as it is
# ...etc
# other methods remain the same
# all other methods are unchanged
# rest of the arguments are unchanged
# rest of the arguments...
// ... existing code ...
// rest of the file
// ... other imports
/* ... */
/* existing code */
/* ... rest of component ... */
{/* ... */}
{/* existing JSX unchanged ... */}
<!-- ... -->
<!-- rest of the file -->
-- ... rest of the query ...
; ...
% ... unchanged ...
pass  # ... existing implementation ...
def f(self):  # existing code
function f() { /* ... */ }
function f() { ... }
foo(a, // ... rest
""".strip().splitlines()


@pytest.mark.parametrize("line", STANDS_FOR_CODE)
@pytest.mark.parametrize("path", ["a.js", "a.py", "a.unknown"])
def test_a_line_that_stands_for_code_is_found(line, path):
    after = f"first\n    {line}\nlast\n"

    assert elided(path, "first\nlast\n", after) == line
    assert elided(path, "", after) == line


CODE = """
# rest of the arguments
# The rest is handled by the caller.
# Existing users keep their password.
# The cache is unchanged by this.
# returns the same object
# skip the remaining bytes
# Loading more...
# Wait...
# as they are
# e.g. other functions
# the previous implementation was slow here
# see https://example.com/...
# e.g. a, b, ...
# unchanged files are not reviewed
# omitted fields have defaults
# code that does the same
x = 1  # unchanged
print("...")
print("# ... rest unchanged ...")
log.info("Loading...")
f(*args, ...)
x[..., 0]
...rest
...rest,
...props}
...state.existing,
return [...a, ...b];
func f(args ...string) {
int printf(const char *format, ...);
<Foo {...rest}>
"the rest is unchanged"
- [ ] more
for (;;) {
""".strip().splitlines()


@pytest.mark.parametrize("line", CODE)
def test_code_and_ordinary_comments_are_none(line):
    assert elided("a.js", "", f"first\n  {line}\nlast\n") is None


def test_a_line_that_the_file_had_is_no_news_and_one_more_of_it_is():
    old = "# ... existing code ...\nx\n"

    assert elided("a.py", old, "y\n" + old) is None
    assert elided("a.py", old, old + old) == "# ... existing code ..."


PYTHON = '''
from typing import Protocol, overload


class Source(Protocol):
    """A role."""

    def collect(self) -> int:
        """Read it."""
        ...

    @property
    def name(self) -> str:
        ...


@overload
def f(a: int) -> int:
    ...


def f(a):
    """Do it.

    >>> for n in f(1):
    ...     print(n)
    ...
    Traceback (most recent call last):
    ...
    ValueError
    """
    return tuple[
        int,
        ...
    ]


class Empty:
    ...
'''


def test_pythons_own_dots_are_code():
    assert elided("a.py", "", PYTHON) is None
    assert elided("a.pyi", "", "def f() -> int:\n    ...\nx: int\n...\n") is None


@pytest.mark.parametrize(
    "text",
    [
        "import a\n...\nx = 1\n",
        "def f():\n    x = 1\n    ...\n",
        "def f():\n    ...\n    return 1\n",
        "class A:\n    def f(self): return 1\n    ...\n",
        "for x in y:\n    ...\n",
        "def f(:\n    ...\n",
        "'''\n...\n'''\n",
    ],
)
def test_dots_among_other_statements_are_not(text):
    assert elided("a.py", "", text) == "..."


def test_the_end_of_a_yaml_document_is_yaml():
    assert elided("a.yml", "", "a: 1\n...\n---\nb: 1\n") is None
    assert elided("a.yml", "", "a:\n  ...\nb: 1\n") == "..."
    assert elided("a.yml", "", "a:\n  # ... rest unchanged ...\nb: 1\n") is not None


def test_an_example_in_a_text_for_people_may_be_shortened():
    text = "# Existing code\n\n```python\nx = f(\n    ...\n)\n```\n\nMore...\n"

    assert elided("README.md", "", text) is None
    assert elided("README.md", "", text + "...\n") == "..."
    assert elided("README.md", "", text + "<!-- rest of the file -->\n") is not None
    assert elided("README.md", "", "[rest of the README unchanged]\n") is not None


def test_a_function_that_lost_its_body_to_dots_is_found():
    before = "class A:\n    def f(self):\n        return g(1)\n    def h(self): ...\n"

    assert emptied(before, before.replace("return g(1)", "...")) == "A.f"
    assert emptied(before, before.replace("return g(1)", '"""Doc."""\n        ...')) == "A.f"
    assert emptied(before, before.replace("return g(1)", "return ...")) is None
    assert emptied(before, before + "    def i(self): ...\n") is None
    assert emptied("", before.replace("return g(1)", "...")) is None


def test_hostile_text_is_read_in_linear_time():
    texts = [
        "(" * 50_000 + "...\n",
        "-" * 100_000 + "1\n...\n",
        "# ... " + "rest of the " * 100_000 + "\n...\n",
        "# ... " + "rest " * 35 + "\n",
        ("# " + "the " * 49 + "\n") * 20_000 + "...\n",
        ("/* " + "existing " * 20 + "\n") * 20_000 + "...\n",
    ]

    started = time.process_time()
    for text in texts:
        elided("a.py", "", text)

    assert time.process_time() - started < 3


TWO = "def f(a):\n    return a\n\n\ndef g(a):\n    return a\n"


@pytest.mark.parametrize(
    ("after", "gone"),
    [
        ("def f(a):\n    return a + 1\n\n\n# TODO: my g\n", "g"),
        ("def f(a):\n    return a + 1\n\n    # And g.\n", "g"),
        ("def f(a):\n    return a  # and g, too\n", "g"),
        ("# f\n\n\ndef g(a):\n    return a + 1\n", "f"),
        ("def f(a):\n    # Fast.\n    return a + 1\n", None),
        ("def f(a):\n    return a\n\n\n# Twice.\ng = f\n", None),
        ("def f(a):\n    return a\n\n\n# Renamed.\ndef h(a):\n    return a\n", None),
        ("def f(a):\n    return a\n", None),
        (f"# News.\n{TWO}", None),
    ],
)
def test_a_definition_that_gave_way_to_a_comment_is_found(after, gone):
    assert vanished("python", TWO, after) == gone


def test_a_whole_file_with_a_comment_for_a_function_is_refused_unless_the_user_is_sure():
    whole = Whole("def f(a):\n    return a + 1\n\n\n# My g.\n")
    patch = FilePatch("a.py", "a.py", Status.MODIFIED, pieces=(whole,))

    with pytest.raises(PatchError, match="g goes, and only a comment comes in its place"):
        place.apply(patch, TWO.encode())
    assert place.apply(replace(patch, sure=True), TWO.encode()).content == whole.text.encode()
