"""Runs a critic's check against one state of the code, in the sandbox, and says what it showed.

    HOLDS    it ran to its end, and nothing was wrong
    FAILS    its own assertion failed, or code of the project raised, crashed or did not end
    BROKEN   all else: it shows nothing, through a fault of its own or of what is missing here

What happened is decided by whose code was running: the innermost frame that is the project's or the
check's. A run without a report, e.g. because something exited, is BROKEN, whatever it printed.

Where trust ends: check and project run in one process, beside the harness that reports. The name
of its report is random, told in a file that is gone before the check begins; so printing results,
exiting, replacing built-ins or writing all over `out` forges nothing. Code that digs through the
harness's memory can forge. So a check is evidence against code only: a forged FAILS accuses the
forger's own change, and a forged HOLDS says no more than that this check proved nothing.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256

from indict_review.change import Tree
from indict_review.errors import ToolError
from indict_review.runs import Checked, Snippet
from indict_review.sandbox.box import member
from indict_review.sandbox.interface import End, Job, Limits, Ran, Sandbox
from indict_review.sources.interface import Project
from indict_review.tools.environment import UNUSABLE, Environment
from indict_review.tools.snippets import LANGUAGES
from indict_review.tools.snippets.interface import Asked, Call, Language, Report, Stop
from indict_review.tools.snippets.reports import outcome, read
from indict_review.tools.tail import last_lines

PROBING = Limits(seconds=20)

_STARTING = 5.0
"""Seconds for a toolchain to start, and for the harness to say where a check was."""
_LINES, _SIZE = 30, 2000


@dataclass
class SandboxInterpreter:
    """Implements `Interpreter`. Not for several threads at once."""

    project: Project
    sandbox: Sandbox
    environment: Environment | None = None
    """`--test-env`."""
    limits: Limits = field(default_factory=lambda: Limits(seconds=10))
    """Of one run; starting and building have their own time."""
    _speaks: dict[str, bool] = field(default_factory=dict, repr=False)
    _known: dict[tuple[Snippet, str], Checked] = field(default_factory=dict, repr=False)

    name = "interpreter"

    def speaks(self, language: str) -> bool:
        """See `Interpreter.speaks`. The sandbox is asked, once; `ToolError` if there is none."""
        if language not in LANGUAGES:
            return False
        if language not in self._speaks:
            self._speaks[language] = self._answers(LANGUAGES[language])
        return self._speaks[language]

    def run(self, snippet: Snippet, tree: Tree) -> Checked:
        """See `Interpreter.run`."""
        key = snippet, _digest(tree)
        if key not in self._known:
            self._known[key] = self._run(snippet, tree)
        return self._known[key]

    def _answers(self, language: Language) -> bool:
        job = Job(language.probe, _Nothing(), toolchain=language.toolchain, limits=PROBING)
        ran = self.sandbox.run(self._environment.added_to(job))
        return ran.end is End.EXITED and ran.exit_code == 0

    def _run(self, snippet: Snippet, tree: Tree) -> Checked:
        language = LANGUAGES.get(snippet.language)
        if language is None:
            raise ToolError(f"no check can be run in {snippet.language}")
        asked = Asked(
            code=snippet.code,
            mark=secrets.token_hex(16),
            trail=secrets.token_hex(16),
            seconds=self.limits.seconds,
            memory=self.limits.memory,
        )
        call = language.call(asked)
        ran = self.sandbox.run(self._job(call, language, tree))
        if self.environment and ran.exit_code == UNUSABLE and asked.mark not in ran.files:
            raise ToolError(f"the test environment needs {self.environment.needs} in the sandbox")
        report = _report(ran, asked, language)
        return Checked(
            snippet,
            outcome(report, asked),
            _output(ran, report),
            self.sandbox.identity(language.toolchain),
            tuple((frame.path, frame.line) for frame in report.frames if frame.path),
        )

    def _job(self, call: Call, language: Language, tree: Tree) -> Job:
        job = Job(
            call.command,
            self.project.contents(tree),
            call.tools,
            call.environ,
            toolchain=language.toolchain,
            limits=replace(
                self.limits,
                seconds=self.limits.seconds + _STARTING + call.seconds,
                reserve=call.reserve,
            ),
        )
        return self._environment.added_to(job)

    @property
    def _environment(self) -> Environment:
        return self.environment or Environment()


def _report(ran: Ran, asked: Asked, language: Language) -> Report:
    """What a run left behind: nothing that was printed counts for the check."""
    content = ran.files.get(asked.mark)
    if ran.end is End.EXITED and content is not None:
        return read(content) or Report(Stop.OWN, "its report cannot be read")
    crashed = language.crashed(ran, asked) if ran.end in {End.EXITED, End.KILLED} else None
    if crashed is not None and crashed.stop is not Stop.END:
        return crashed
    told = f"it ended before it was through, with exit code {ran.exit_code}"
    return Report(Stop.OWN, ran.why or told)


def _output(ran: Ran, report: Report) -> str:
    """The last lines of what was printed, then where it stopped, and why."""
    places = [f"at {f.path or 'the check'}:{f.line}" for f in report.frames]
    printed = last_lines(ran.output, _LINES, _SIZE)
    return "\n".join([*printed.split("\n"), *places, report.said or "it ran to its end"]).strip()


def _digest(tree: Tree) -> str:
    digest = sha256()
    for path, file in sorted(tree.files.items()):
        name = path.encode("utf-8", "surrogateescape")
        digest.update(b"%d %s %o %d " % (len(name), name, file.mode, len(file.content)))
        digest.update(file.content)
    return digest.hexdigest()


class _Nothing:
    """A workspace without files."""

    def members(self) -> Iterator[bytes]:
        """See `Contents.members`."""
        yield member("work", None)
