"""Work that is done at once, and ends at once."""

import signal
import subprocess
import sys
import time

import pytest

from indict_review.together import side_by_side


def test_results_come_in_order_and_nothing_waits_for_the_one_before():
    began = time.monotonic()

    def slow(n):
        return lambda: (time.sleep(0.3), n)[1]

    assert side_by_side([slow(n) for n in range(4)]) == [0, 1, 2, 3]
    assert time.monotonic() - began < 1.1
    assert side_by_side([]) == []


@pytest.mark.parametrize("at", [0, 2])
def test_what_one_raises_is_raised(at):
    def work(n):
        return lambda: 1 // (n - at)

    with pytest.raises(ZeroDivisionError):
        side_by_side([work(n) for n in range(3)])


def test_an_interrupt_does_not_wait_for_the_other_threads():
    code = (
        "import os, time\n"
        "from indict_review.together import side_by_side\n"
        "def work(): os.write(1, b'at work\\n'); time.sleep(60)\n"
        "try: side_by_side([work, work])\n"
        "except KeyboardInterrupt: print('ended')\n"
    )
    ran = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert ran.stdout.readline() == "at work\n"
    assert ran.stdout.readline() == "at work\n"
    ran.send_signal(signal.SIGINT)

    assert ran.communicate(timeout=30)[0] == "ended\n"
    assert ran.returncode == 0
