"""A test for what the revision mends, where the change brought none.

The helpfulness critic writes it; it becomes a part of the revision only if the project's own
runner saw it fail on the change and pass on the revision.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from indict_review.change import Change, Status
from indict_review.critics.briefing import Briefing, describe
from indict_review.critics.critic import Critic
from indict_review.critics.prompting import as_data, prompt, quoted
from indict_review.critique import Phase, Turn
from indict_review.errors import PatchError
from indict_review.models.interface import Sampling
from indict_review.revision import Edit, EditGroup, Revision
from indict_review.rewrite import block
from indict_review.runs import CaseOutcome
from indict_review.sources.interface import Project
from indict_review.tools.interface import Suite
from indict_review.verify import Outcome

_SAMPLING = Sampling(max_tokens=450)
_LONGEST_EXAMPLE = 60
"""Lines."""
_TESTS = re.compile(r"(?:^|/)(?:tests?|spec|__tests__)/|(?:^|/)test_|_test\.|\.test\.|\.spec\.")

_STYLES = {
    "python": "in the style of `unittest` (a `unittest.TestCase`), importing from {module}.",
    "javascript": "in the style of `node:test`, with {required}.",
}


@dataclass(frozen=True)
class Proposal:
    """A test file that was seen to fail on the change and to pass on the revision."""

    path: str
    text: str

    def beside(self, revision: Revision) -> EditGroup:
        """The whole revision with the file, as one group: to be verified like any other."""
        edits = tuple(edit for group in revision.groups for edit in group.edits)
        fixes = tuple(fix for group in revision.groups for fix in group.fixes)
        return EditGroup((*edits, Edit(self.path, "", self.text)), fixes)


@dataclass
class Proposing:
    """What a proposal is made from."""

    critic: Critic
    briefing: Briefing
    project: Project
    suite: Suite
    turns: list[Turn]
    """Where what was said goes."""

    def propose(self, made: Revision) -> Proposal | None:
        """One test, or None: the change has tests, none fits, or it did not do both.

        Raises `ModelError`, `BudgetError`, or `ToolError` if the tests could not be run.
        """
        change = self.briefing.change
        if any(_TESTS.search(f.path) and f.status is not Status.DELETED for f in change.files):
            return None
        fixed = {fix for group in made.groups for fix in group.fixes}
        faults = [f for f in self.briefing.findings if f.fingerprint in fixed]
        # A failing test shows its fault already.
        faults = [f for f in faults if all(e.tool != "tests" for e in f.evidence)]
        language = _language(change, faults[0].location.path) if faults else None
        if language not in _STYLES or self.suite.run(made.tree) is None:
            return None
        code = faults[0].location.path
        path = _place(code, self.project.paths | change.after.files.keys())
        text = self._write(made, [describe(f) for f in faults], code, path, language)
        return self._tried(made, path, text) if text else None

    def _write(
        self, made: Revision, faults: Sequence[str], code: str, path: str, language: str
    ) -> str:
        folder = "./" if PurePosixPath(path).parent == PurePosixPath(code).parent else "../"
        module = PurePosixPath(code).with_suffix("")
        style = _STYLES[language].format(
            module=quoted(".".join(p for p in module.parts if p != "src")),
            required=quoted(f'require("{folder}{PurePosixPath(code).name}")'),
        )
        question = self.briefing.ask(
            prompt("draft", draft=as_data(made.patch), observed="- it passes every check"),
            example(self.project, self.briefing.change),
            prompt(
                "test",
                speaker=self.critic.name,
                faults="\n".join(f"- {fault}" for fault in faults),
                style=style,
            ),
        )
        reply = self.critic.asker.text(
            f"{self.critic.name} critic writes a test", question, _SAMPLING
        )
        self._say(self.critic.name, f"proposes {path}: {reply}")
        try:
            return "\n".join(block(reply)).strip("\n") + "\n"
        except PatchError:
            return ""

    def _tried(self, made: Revision, path: str, text: str) -> Proposal | None:
        """Run it on both, by the project's own runner."""
        head = self.briefing.change.after
        with_it = self.suite.run(made.tree.with_text(path, text))
        without = self.suite.run(made.tree)
        on_change = self.suite.run(head.with_text(path, text))
        if with_it is None or without is None or on_change is None:
            return None
        new = with_it.results.keys() - without.results.keys()
        passing = new & with_it.named(CaseOutcome.PASSED)
        both = passing & on_change.named(CaseOutcome.FAILED)
        self._say(
            "tool",
            f"tests: of {len(new)} new ones {len(passing)} pass on the revision, and "
            f"{len(both)} of these fail on the change",
        )
        if not both or passing != new:
            return None
        return Proposal(path, text)

    def _say(self, speaker: str, text: str) -> None:
        self.turns.append(Turn(Phase.POST_HOC, 0, speaker, text))


def example(project: Project, change: Change) -> str:
    """A test of the project's own for the code that changes: how its objects are made and called.

    Empty if there is none. It was there before the change, and is shown as data all the same.
    """
    stems = [PurePosixPath(file.path).stem for file in change.files]
    suffixes = {PurePosixPath(file.path).suffix for file in change.files}
    tests = sorted(p for p in project.paths - project.touched if _TESTS.search(p))
    tests = [p for p in tests if PurePosixPath(p).suffix in suffixes]
    speaking = [p for p in tests if any(stem in PurePosixPath(p).stem for stem in stems)]
    file = project.read(speaking[0]) if speaking else None
    if file is None or file.is_binary:
        return ""
    lines = file.content.decode("utf-8", "replace").splitlines()[:_LONGEST_EXAMPLE]
    return prompt("example", test=as_data("\n".join(lines)))


def with_test(
    proposal: Proposal, made: Revision, verify: Callable[[Sequence[EditGroup]], Outcome]
) -> Revision | None:
    """The revision with the test in it, verified as a whole; None if it does not hold."""
    return verify([proposal.beside(made)]).revision


def _language(change: Change, path: str) -> str | None:
    return next((f.language for f in change.files if f.path == path), None)


def _place(code: str, taken: frozenset[str]) -> str:
    """A new file where the project keeps its tests of that language, else beside the code."""
    name = PurePosixPath(code)
    kept = sorted(p for p in taken if _TESTS.search(p) and p.endswith(name.suffix))
    folder = PurePosixPath(kept[0]).parent if kept else name.parent
    stem = f"test_{name.stem}" if name.suffix == ".py" else f"{name.stem}.test"
    numbers = ("", *(f"_{n}" for n in range(2, 100)))
    paths = (str(folder / f"{stem}_fixed{n}{name.suffix}") for n in numbers)
    return next(path for path in paths if path not in taken)
