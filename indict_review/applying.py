"""From a kept review to what would be written into the working tree, verified again.

The review is untrusted, and so is the tree: the tree may have moved on since. Nothing is written
here (`replacing` does that), and nothing is believed but what is computed again.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indict_review.change import Change, Status, Tree
from indict_review.config import REPOSITORY_FILE
from indict_review.critics.findings import gather
from indict_review.errors import ConfigError, NotWanted, PatchError, ReviewError, ToolError
from indict_review.kept_review import Kept
from indict_review.patches import trees, unified
from indict_review.patches.interface import FilePatch
from indict_review.patches.quoting import shown
from indict_review.patches.render import unified_diff
from indict_review.patches.reverse import taken_back
from indict_review.redact import Mask, secrets_in
from indict_review.revision import Edit, EditGroup, Revision, VerificationStatus
from indict_review.sources.interface import Store
from indict_review.sources.listing import file_changes
from indict_review.tools.interface import Analyzer
from indict_review.trials import Trials
from indict_review.verify import verify
from indict_review.workspace import read_tree


class NoLongerHolds(ReviewError):
    """The revision was verified again, and something failed."""

    exit_code = 1


class NotVerified(ReviewError):
    """Something could not look at the revision again."""

    exit_code = 3


@dataclass(frozen=True)
class Plan:
    """What is to be verified, and then written."""

    change: Change
    """The reviewed change, as far as the working tree has it."""
    edits: tuple[Edit, ...]
    """The revision, as edits of the change's head."""
    fixes: tuple[str, ...]
    """What it mended then."""
    disk: Tree
    """The files of both, as they lie in the working tree."""
    whole: bool
    """Whether the tree is at the change's base, so that the change itself is written, too."""
    moved: tuple[str, ...] = ()
    """Files of the change that the revision does not touch and that are otherwise now."""

    def result(self, revision: Revision) -> Tree:
        """What becomes of `disk`."""
        if self.whole:
            return revision.tree
        written = {edit.path: revision.tree.files[edit.path] for edit in self.edits}
        return Tree({**self.disk.files, **written})


def planned(kept: Kept, root: Path, index: Store | None = None) -> Plan:
    """Compare the working tree with what was reviewed. `index`, if there is one, is for advice.

    Raises `ConfigError` if there is no verified code or the tree moved on, `PatchError` for
    anything that no patch may do.
    """
    if not kept.holds:
        raise _without_code(kept)
    patches = unified.parse(_regular(kept.patch))
    disk = _on_disk(root, kept.touched, patches)
    moved = [path for path in kept.touched if not kept.is_as_reviewed(path, disk)]
    if not moved:
        return _at_head(kept, patches, disk)
    ahead = _at_base(kept, patches, disk) if kept.source == "patch" else None
    if ahead is None:
        raise _moved_on(kept, moved[0], index)
    return ahead


def verified(plan: Plan, analyzers: Sequence[Analyzer], trials: Trials) -> Revision:
    """The revision, verified as if it were new. Of its findings, those that are seen now count.

    Raises `NoLongerHolds`, and `ToolError` if something could not look.
    """
    change = plan.change
    seen = [each for a in analyzers for each in a.examine(change.before, change.after)]
    with suppress(NotWanted):
        seen += trials.observe()
    findings = gather(seen, change.after)
    known = {finding.fingerprint for finding in findings}
    group = EditGroup(plan.edits, tuple(f for f in plan.fixes if f in known))
    outcome = verify(change, [group], findings, analyzers, gather, trials)
    if outcome.revision is not None:
        return outcome.revision
    (rejected,) = outcome.rejected
    reason = Mask(secrets_in(change.patch)).hide(rejected.reason)
    if rejected.verification.status is VerificationStatus.NOT_RUN:
        raise ToolError(f"the revision could not be verified again: {reason}")
    raise NoLongerHolds(
        f"the revision does not hold any more: {shown(reason, 300)}",
        "Nothing was written. Review the change again.",
    )


def _decides(path: str) -> bool:
    return path.split("/")[-1] == REPOSITORY_FILE or path.startswith(".indict-review/")


def _without_code(kept: Kept) -> ConfigError:
    if kept.status is VerificationStatus.WITHHELD:
        return ConfigError(
            "the review withheld its code: its critics hold the task harmful",
            "There is nothing to apply.",
        )
    return ConfigError(
        "the review has no verified code", "Review the change with a model, or mend it by hand."
    )


def _regular(patch: str) -> str:
    """Without the files that are links: no revision touches one, and no patch may make one."""
    parts = re.split(r"(?m)^(?=diff --git )", patch)
    link = re.compile(r"(?m)^(?:old|new|new file|deleted file) mode 1[26]0000$")
    return "".join(part for part in parts if not link.search(part.partition("\n@@")[0]))


def _on_disk(root: Path, touched: Sequence[str], patches: Sequence[FilePatch]) -> Tree:
    """The touched files, and those of the change around them that can be read."""
    files = dict(read_tree(root, touched).files)
    for path in {path for patch in patches for path in (patch.old_path, patch.new_path) if path}:
        with suppress(PatchError):  # e.g. it is a link now: so it is not what was reviewed
            files.update(read_tree(root, [path]).files)
    return Tree(files)


def _at_head(kept: Kept, patches: Sequence[FilePatch], disk: Tree) -> Plan:
    """The tree has the reviewed change: what was before it is found by taking its patch back."""
    there = [patch for patch in patches if _is_there(patch, kept, disk)]
    named = {path for patch in there for path in (patch.old_path, patch.new_path) if path}
    head = Tree({p: f for p, f in disk.files.items() if p in {*named, *kept.touched}})
    before = _exactly(taken_back(there), head).after
    applied = _exactly(there, before)
    moved = tuple(patch.path for patch in patches if patch not in there and not patch.binary)
    return _plan(kept, applied, disk, whole=False, moved=moved)


def _at_base(kept: Kept, patches: Sequence[FilePatch], disk: Tree) -> Plan | None:
    """A patch that was reviewed and is not in the tree yet; None if the tree is otherwise."""
    try:
        applied = _exactly(patches, disk)
    except PatchError:
        return None
    expected = {*kept.files, *kept.touched}
    if applied.binaries or not all(kept.is_as_reviewed(path, applied.after) for path in expected):
        return None
    return _plan(kept, applied, disk, whole=True)


def _plan(
    kept: Kept, applied: trees.Applied, disk: Tree, *, whole: bool, moved: tuple[str, ...] = ()
) -> Plan:
    change = Change(
        source=kept.source,
        before=applied.before,
        after=applied.after,
        files=file_changes(applied),
        patch=unified_diff(applied.before, applied.after, applied.renames),
    )
    return Plan(change, kept.edits(applied.after), kept.fixes, disk, whole, moved)


def _is_there(patch: FilePatch, kept: Kept, disk: Tree) -> bool:
    """Whether the tree has what this part of the change made, so that it can be taken back."""
    if patch.binary or not kept.is_as_reviewed(patch.path, disk):
        return False
    return patch.status is not Status.RENAMED or patch.old_path not in disk.files


def _exactly(patches: Sequence[FilePatch], tree: Tree) -> trees.Applied:
    """Without any of the repairs that a model's patch is given."""
    applied = trees.apply(patches, tree, exact=True)
    if applied.notes:
        raise PatchError(
            f"the reviewed change does not fit the working tree: {applied.notes[0]}",
            "Review the change again.",
        )
    return applied


def _moved_on(kept: Kept, path: str, index: Store | None) -> ConfigError:
    what = f"refused: {shown(path)} moved on since the review"
    if index is not None:
        staged = {p: f for p, f in index.entries([path]).items() if not isinstance(f, str)}
        if staged and kept.is_as_reviewed(path, Tree(staged)):
            return ConfigError(
                f"{what}: what is staged is as reviewed, the file itself has more in it",
                "Stage the rest of it, too, and review again; or put it aside meanwhile: "
                f"`git diff -- {shown(path)} >rest.patch && git restore -- {shown(path)}`, and "
                "`git apply rest.patch` afterwards.",
            )
    return ConfigError(
        what, "Review it as it is now; `--repo DIR` names the folder if this is another one."
    )
