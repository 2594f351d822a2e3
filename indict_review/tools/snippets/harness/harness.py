"""Runs a check in Python and reports how it stopped: see `snippets.interface`.

From the check's first line on, hostile code shares this process. What is needed afterwards is
taken before, and the built-in names are put back; who digs through our frames can still forge.
Runs in the sandbox, with whatever Python is there: no younger than 3.8 is assumed.
"""

from __future__ import annotations

import sys

_AT_START = frozenset(sys.modules)

import builtins  # noqa: E402
import errno  # noqa: E402
import faulthandler  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import resource  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
import types  # noqa: E402

import asserting  # type: ignore[import-not-found]  # noqa: E402  # it lies beside this file

BOX = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
WORK = os.path.join(BOX, "work")
CHECK = os.path.join(BOX, "tools", "check.py")

# What a hostile input can cause; any other is the sandbox's, where a file or a network is missing.
_OF_INPUT = {errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL}
_ARGUMENTS = re.compile(
    r"missing \d+ required|takes .* positional argument|unexpected keyword|multiple values for"
)
_TAKES_ANY = 0x04 | 0x08
"""Flags of code that takes `*args` or `**kwargs`."""


def placed(path: str) -> str | None:
    """The path in the project, empty for the check, None for what is neither."""
    whole = os.path.realpath(os.path.join(WORK, path))
    if whole == CHECK:
        return ""
    return whole[len(WORK) + 1 :] if whole.startswith(WORK + os.sep) else None


class Reporter:
    """Leaves one report, and ends the process with it."""

    def __init__(self, name: str) -> None:
        self._path = os.path.join(BOX, "out", name)
        self._pid, self._getpid = os.getpid(), os.getpid
        self._open, self._write, self._exit = os.open, os.write, os._exit
        self._streams = (sys.stdout, sys.stderr)
        self._builtins = dict(vars(builtins))

    def restore(self) -> None:
        """Give the built-in names their meaning back."""
        vars(builtins).update(self._builtins)

    def __call__(self, stop: str, said: str = "", frames: list[tuple[str, int]] = []) -> None:  # noqa: B006
        """Does not return."""
        try:
            self.restore()
            if self._getpid() == self._pid:  # a child of the check reports nothing
                places = [f"{path}:{line}" for path, line in frames[-200:]]
                text = "\n".join([stop, " ".join(said.split())[:500], *places])
                for stream in self._streams:
                    stream.flush()
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
                self._write(self._open(self._path, flags, 0o600), text.encode("utf-8", "replace"))
        finally:
            self._exit(0)


def frames_of(trace: types.TracebackType | None) -> list[tuple[str, int]]:
    """Those of the project and of the check."""
    found = []
    while trace is not None:
        path = placed(trace.tb_frame.f_code.co_filename)
        if path is not None:
            found.append((path, trace.tb_lineno))
        trace = trace.tb_next
    return found


def innermost(trace: types.TracebackType | None) -> types.CodeType | None:
    """The code that raised."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code if trace else None


def stop_of(error: BaseException) -> str:
    """Whether an error says something of the code, or only of the check and the sandbox."""
    if isinstance(error, AssertionError) or type(error).__qualname__ == "Failed":  # (pytest's)
        return "assertion"
    if isinstance(error, (ImportError, SystemExit, KeyboardInterrupt)):
        return "own"
    if isinstance(error, SyntaxError):  # of a file that was imported, or of text that was read
        return "own" if os.path.isfile(error.filename or "") else "error"
    if isinstance(error, OSError):
        return "own" if error.errno and error.errno not in _OF_INPUT else "error"
    code = innermost(error.__traceback__)
    if isinstance(error, KeyError) and code and code.co_filename == os.__file__:
        return "own"  # a variable of the environment
    if isinstance(error, TypeError) and _ARGUMENTS.search(str(error)):
        # Through a wrapper that takes anything: the check called it wrongly all the same.
        return "own" if code and code.co_flags & _TAKES_ANY else "error"
    return "error"


def said_of(error: BaseException) -> str:
    """As the last line of a traceback has it."""
    try:
        return f"{type(error).__name__}: {error}"
    except BaseException:  # of the code under review: whatever its `__str__` does
        return "an error that cannot be shown"


class Watch(threading.Thread):
    """Ends a check that does not end by itself, and says in whose code it was.

    A check that calls the project over and over is at fault itself: so the same call has to be
    under way half the time before.
    """

    def __init__(self, seconds: float, report: Reporter) -> None:
        super().__init__(daemon=True)
        self._seconds, self._report = seconds, report
        self._main, self._sleep = threading.get_ident(), time.sleep
        self._stacks = sys._current_frames

    def run(self) -> None:
        """See the class."""
        self._sleep(self._seconds / 2)
        before = self._stack()
        self._sleep(self._seconds / 2)
        now = self._stack()
        frames = [(path, frame.f_lineno or 0) for path, frame in now]
        own = [at for at, (path, _) in enumerate(now) if path == ""]
        called = now[own[-1] + 1 :] if own else now
        lasting = called and any(called[0][1] is frame for _, frame in before)
        if lasting:
            self._report("time", "it did not end", frames)
        self._report("own", "the check itself did not end", frames)

    def _stack(self) -> list[tuple[str, types.FrameType]]:
        frame = self._stacks().get(self._main)
        found = []
        while frame is not None:
            path = placed(frame.f_code.co_filename)
            if path is not None:
                found.append((path, frame))
            frame = frame.f_back
        return found[::-1]


def unload_what_the_project_has() -> None:
    """Modules that only we imported are not to stand before the project's of the same name."""
    there = {name.partition(".")[0] for name in os.listdir(WORK)}
    for name in set(sys.modules) - _AT_START:
        if name.partition(".")[0] in {*there, "asserting"}:
            del sys.modules[name]


def run_tests(tree: object, names: dict[str, object]) -> None:
    """The tests that the check defines and does not run itself."""
    for name in asserting.uncalled_tests(tree):
        names[name]()  # type: ignore[operator]
    cases = getattr(sys.modules.get("unittest"), "TestCase", None)
    for value in list(names.values()):
        if cases and isinstance(value, type) and value is not cases and issubclass(value, cases):
            for name in sorted(n for n in dir(value) if n.startswith("test")):
                value(name).debug()


def main() -> None:
    """Reports, always, unless the process is ended before."""
    with open(os.path.join(BOX, "tools", "ticket")) as ticket:
        mark, trail, seconds, memory = ticket.read().split()
    os.unlink(ticket.name)
    report = Reporter(mark)
    crash = open(os.path.join(BOX, "out", trail), "w")
    crash.write(BOX + "\n")
    crash.flush()
    faulthandler.enable(crash)
    # For code that does not let a thread run: it needs no lock of the interpreter.
    faulthandler.dump_traceback_later(float(seconds) + 0.5, exit=True, file=crash)
    # Below the sandbox's own limit, so that there is an error that says where.
    resource.setrlimit(resource.RLIMIT_DATA, (int(memory) * 3 // 4,) * 2)
    Watch(float(seconds), report).start()

    in_threads: list[BaseException] = []
    threading.excepthook = lambda args: in_threads.append(args.exc_value)  # type: ignore[arg-type]
    module, ours_alone = types.ModuleType("__main__"), sys.modules["__main__"]
    sys.modules["__main__"] = module
    sys.argv[:] = [CHECK]
    sys.path[0:1] = [WORK, *(p for p in [os.path.join(WORK, "src")] if os.path.isdir(p))]
    unload_what_the_project_has()
    names, count = vars(module), asserting.Count(report.restore)
    names.update(__file__=CHECK, __builtins__=builtins)
    try:
        with open(CHECK, "rb") as source:
            tree, ours = asserting.prepared(source.read(), CHECK, count)
        code = compile(tree, CHECK, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        report("own", said_of(e))
        return
    names.update(ours)
    try:
        exec(code, names)  # noqa: S102 (this is what it is for)
        report.restore()
        run_tests(tree, names)
    except BaseException as e:
        report.restore()
        report(stop_of(e), said_of(e), frames_of(e.__traceback__))
    for error in in_threads:
        frames = frames_of(error.__traceback__)
        if stop_of(error) == "error" and frames and frames[-1][0]:
            report("error", said_of(error), frames)
    if ours["@asserts"] and not count.reached:
        report("own", "none of its assertions was come to")
    if count.failed:
        report("own", "an assertion failed, and the check went on")
    report("end")
    del ours_alone  # until now something has to hold it


if __name__ == "__main__":
    main()
