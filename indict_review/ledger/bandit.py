"""Which weaknesses bandit's tests are about, by the CWEs that our rules have for them."""

from collections.abc import Mapping

_TESTS = {
    "CWE-22": "B202",
    "CWE-78": "B601 B602 B603 B604 B605 B606 B607 B609",
    "CWE-79": "B308 B701 B702 B703 B704",
    "CWE-89": "B608 B610 B611",
    "CWE-94": "B102 B307",
    "CWE-95": "B102 B307",
    "CWE-295": "B323 B501 B507",
    "CWE-319": "B312 B321",
    "CWE-326": "B505",
    "CWE-327": "B303 B304 B305 B324 B502 B503 B504",
    "CWE-328": "B303 B324",
    "CWE-330": "B311",
    "CWE-338": "B311",
    "CWE-377": "B108 B306",
    "CWE-489": "B201",
    "CWE-502": "B301 B302 B506 B614",
    "CWE-611": "B313 B314 B315 B316 B317 B318 B319 B320",
    "CWE-732": "B103",
    "CWE-776": "B313 B314 B315 B316 B317 B318 B319 B320",
    "CWE-798": "B105 B106 B107",
    "CWE-918": "B310",
    "CWE-1327": "B104",
}

CWES: Mapping[str, tuple[str, ...]] = {
    test: tuple(cwe for cwe, tests in _TESTS.items() if test in tests.split())
    for test in sorted({test for tests in _TESTS.values() for test in tests.split()})
}
"""By test, e.g. `B608`."""
