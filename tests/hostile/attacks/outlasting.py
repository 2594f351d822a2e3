"""Programs that do not end, and that go for what would end them."""

import os
import signal
import time

from .kit import attack, processes, tried

OVER = ("time", "killed")


def ancestors():
    """The processes above this one, nearest first: `timeout`, the job's shell, the first one."""
    pid, found = os.getppid(), []
    while pid > 0 and pid not in found:
        found.append(pid)
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            pid = int(file.read().rpartition(")")[2].split()[1])
    return found


def send(signum, pids):
    """To each that takes it."""
    for pid in pids:
        try:
            os.kill(pid, signum)
        except OSError:
            continue


def stay():
    """For ever, with signals ignored."""
    for signum in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(signum, signal.SIG_IGN)
    while True:
        time.sleep(60)


@attack("time", seconds=1)
def endless_loop():
    tried()
    while True:
        pass


@attack("time", seconds=1)
def endless_sleep_that_ignores_signals():
    tried()
    stay()


@attack("time", seconds=1)
def endless_sleep_with_closed_streams():
    tried()
    os.closerange(0, 1024)
    stay()


@attack(*OVER, seconds=1)
def endless_sleep_after_killing_timeout():
    tried()
    send(signal.SIGKILL, ancestors()[:1])
    stay()


@attack(*OVER, seconds=1)
def endless_sleep_after_killing_all_above():
    tried()
    send(signal.SIGKILL, ancestors())
    stay()


@attack(*OVER, seconds=1)
def endless_sleep_after_killing_everything_else():
    tried()
    send(signal.SIGKILL, [-1, *processes()])
    stay()


@attack("time", seconds=1)
def endless_sleep_after_stopping_timeout():
    tried()
    send(signal.SIGSTOP, ancestors()[:1])
    stay()


@attack("time", seconds=1)
def endless_sleep_after_stopping_all_above():
    tried()
    send(signal.SIGSTOP, ancestors())
    stay()


@attack(*OVER, "exited", seconds=1)
def a_stopped_shell_that_nobody_continues():
    """The command ends, what should pack the results never gets to it."""
    tried()
    send(signal.SIGSTOP, ancestors()[1:])
