"""A pull request on the stand-in for GitHub, and reviews of it made by hand: `eval(` is weak."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path

from indict_review.change import Change, Coverage, File, FileChange, Status, Tree
from indict_review.evidence import (
    Concern,
    Confidence,
    Location,
    Observed,
    Severity,
    Skipped,
    Weakness,
)
from indict_review.finding import Finding
from indict_review.github.api import GithubApi
from indict_review.github.conversation import Conversation
from indict_review.ledger.interface import Settled
from indict_review.ledger.replied import Replied
from indict_review.publishers import history, markers
from indict_review.publishers.interface import History, Posted
from indict_review.publishers.planning import Plan, base_key
from indict_review.publishers.posting import send
from indict_review.review import Accounts, Review
from tests.github_stand_in import StandIn
from tests.patching import git, repository, write

BOT = "github-actions[bot]"
PLAIN = "".join(f"line_{n} = {n}\n" for n in range(1, 31))
NONCES = count(1)


class Undecided:
    def settle(self, findings, change):
        return Settled(tuple(findings))


def weaknesses(path: str, text: str) -> list[Finding]:
    seen: dict[str, int] = {}
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if "eval(" not in line:
            continue
        seen[line] = seen.get(line, 0) + 1
        said = f"{path}\0{line.strip()}\0{seen[line]}"
        fingerprint = hashlib.sha256(said.encode()).hexdigest()[:16]
        severity = Severity.HIGH if "high" in line else Severity.LOW
        where = Location(path, number, number, line)
        weakness = Weakness(
            "eval", Concern.SAFETY, severity, "Code from input", f"It runs {line.strip()}.",
            "CWE-95", "Parse it.", Confidence.HIGH,
        )  # fmt: skip
        observed = Observed("by-hand", "eval", where, weakness)
        found.append(
            Finding(
                fingerprint, "eval", Concern.SAFETY, severity, where, weakness.title,
                weakness.message, weakness.cwe, weakness.remedy, (observed,),
            )
        )  # fmt: skip
    return found


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


@dataclass
class Killing:
    """Lets a run die at one of its writes."""

    writes: int
    after: bool
    """Whether GitHub has done it by then."""

    def of(self, send):
        def sending(*arguments):
            self.writes -= 1
            if self.writes == 0 and not self.after:
                raise Killed
            answer = send(*arguments)
            if self.writes == 0:
                raise Killed
            return answer

        return sending


@dataclass
class Demo:
    """`octo/demo`, and its pull request of the branch `feature`."""

    hub: StandIn
    repo: Path
    number: int = 0
    now: datetime = datetime(2026, 11, 22, 6, tzinfo=timezone.utc)
    waits: list[float] = field(default_factory=list)
    last: Plan | None = None

    @classmethod
    def begin(cls, hub: StandIn, folder: Path, files: dict[str, str]) -> "Demo":
        repo = repository(folder, {path: PLAIN.encode() for path in ("a.py", "b.py", "c.py")})
        git(repo, "branch", "-M", "main")
        git(repo, "checkout", "-q", "-b", "feature")
        demo = cls(hub, repo)
        demo.push(files)
        hub.now = lambda: demo.now
        hub.repository("octo/demo", repo)
        demo.number = hub.open(title="A change")
        return demo

    def push(self, files: dict[str, str]) -> str:
        write(self.repo, {path: text.encode() for path, text in files.items()})
        git(self.repo, "add", "-A")
        git(self.repo, "commit", "-q", "--allow-empty", "-m", "change")
        return self.head

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.pass_time(seconds)

    @property
    def head(self) -> str:
        return git(self.repo, "rev-parse", "feature").decode().strip()

    @property
    def seen(self):
        return self.hub.pull(self.number)

    def desk(self, role: str = "installation", login: str | None = None, killed=None):
        token = self.hub.token(role, login)
        api = GithubApi(self.hub.api, token, pace=0, wait=self.wait)
        if killed:
            api.send = killed.of(api.send)
        return Conversation(api, "octo/demo", self.number)

    def review(self, history: History, head: str, skipped: tuple[Skipped, ...] = ()) -> Review:
        """What a complete review of this head would come to."""
        before, after = self._tree("main"), self._tree(head)
        touched = sorted(
            p for p in {*before, *after} if before.get(p) != after.get(p)
        )  # fmt: skip
        change = Change(
            "pull-request",
            _tree({p: before[p] for p in touched if p in before}),
            _tree({p: after[p] for p in touched if p in after}),
            tuple(FileChange(p, None, Status.MODIFIED, "python", 1, 1) for p in touched),
            "",
            base=git(self.repo, "rev-parse", "main").decode().strip(),
            head=head,
        )
        found = [f for path in touched for f in weaknesses(path, after.get(path, ""))]
        found = [f for f in found if f.location.quote not in PLAIN]
        settled = Replied(Undecided(), history.dismissed).settle(found, change)
        return Review(
            change,
            "tools-only",
            settled.standing,
            skipped=skipped,
            coverage=dict.fromkeys(touched, Coverage.REVIEWED),
            dismissed=settled.dismissed,
            accounts=Accounts(models={"safety": "by-hand", "helpfulness": "by-hand"}),
        )

    def run(self, role: str = "installation", login: str | None = None, **kwargs) -> Posted:
        """One run of the program; `HostError`s of reading come through."""
        return self.send(*self.prepared(role, login, **kwargs))

    def prepared(
        self, role="installation", login=None, *, skipped=(), change=None, killed=None, **options
    ):
        """All that comes before the posting."""
        desk = self.desk(role, login, killed)
        pull = desk.pull()
        known = history.read(desk)
        if options.get("request_changes") and not known.me:
            known = replace(known, me=desk.me())
        if options.get("request_changes"):  # as the command does
            known = replace(known, me=desk.me())
        files = {file.path: file for file in desk.files()}
        review = self.review(known, pull.head.sha, tuple(Skipped(*s) for s in skipped))
        review = change(review) if change else review
        options.setdefault("fresh", self.fresh(known.reviewed, pull.head.sha))
        self.last = Plan(
            review,
            Severity.HIGH,
            options.pop("files", files),
            number=pull.number,
            base=base_key(pull.base.name),
            url=pull.url,
            author=pull.author.login,
            **options,
        )
        return self.last, known, desk

    def send(self, plan, known, desk) -> Posted:
        return send(
            plan,
            known,
            desk,
            clock=lambda: self.now,
            nonce=lambda: f"{next(NONCES):016x}",
            wait=self.wait,
        )

    def fresh(self, reviewed: str | None, head: str) -> frozenset[str] | None:
        if reviewed is None:
            return None
        listed = git(self.repo, "diff", "--name-only", reviewed, head).decode()
        return frozenset(listed.split())

    def _tree(self, commit: str) -> dict[str, str]:
        names = git(self.repo, "ls-tree", "-r", "--name-only", commit).decode().split()
        return {p: git(self.repo, "show", f"{commit}:{p}").decode() for p in names}

    # What people see

    def ours(self, me: str = BOT):
        """Our comments at lines that are still at their line, and not folded."""
        seen = self.seen
        return [
            r
            for r in seen.remarks
            if r.author == me
            and r.reply_to is None
            and markers.key(r.body)
            and r.line is not None
            and r.id not in seen.minimized
        ]

    def stickies(self, me: str = BOT):
        seen = self.seen
        return [
            c
            for c in seen.comments
            if c.author == me and markers.is_summary(c.body) and c.id not in seen.minimized
        ]

    def writes(self) -> list[str]:
        return [f"{r.method} {r.path}" for r in self.hub.requests if r.writes]


def _tree(files: dict[str, str]) -> Tree:
    return Tree({path: File(text.encode()) for path, text in files.items()})


def planted(*lines: str, at: int = 10) -> str:
    """A file with these lines put into it."""
    rows = PLAIN.split("\n")
    return "\n".join([*rows[:at], *lines, *rows[at:]])


def dialogue(review: Review, *turns) -> Review:
    return replace(review, dialogue=tuple(turns))
