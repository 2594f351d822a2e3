"""The trap, set before any sandbox is started; and the figure at the end."""

import pytest

from tests.hostile.assault import Outcome
from tests.hostile.score import summary
from tests.hostile.trap import Trap

_OUTCOMES = pytest.StashKey[list[Outcome]]()


@pytest.fixture(scope="session")
def set_trap():
    trap = Trap()
    yield trap
    trap.close()


@pytest.fixture
def trap(set_trap):
    yield set_trap
    set_trap.reset()


@pytest.fixture
def outcomes(request):
    """What came of all attacks so far."""
    return request.config.stash.setdefault(_OUTCOMES, [])


def pytest_terminal_summary(terminalreporter, config):
    if outcomes := config.stash.get(_OUTCOMES, []):
        terminalreporter.write_line(summary(outcomes))
