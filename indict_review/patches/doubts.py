"""What a patch may be meant for, and says otherwise. It fits; whether it is right is in doubt."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from indict_review.change import Status, Tree
from indict_review.errors import PatchError
from indict_review.patches import place
from indict_review.patches.elision import elided
from indict_review.patches.interface import FilePatch
from indict_review.patches.quoting import shown
from indict_review.patches.whole import holds_patch


def check(
    patches: Sequence[FilePatch], before: Tree, after: Tree, origins: Mapping[str, str]
) -> None:
    """Raise `PatchError` where there is doubt. `origins` has paths of `before` by those after."""
    _check_order(patches, before, after, origins)
    diffs = {patch.path for patch in patches if patch.unified}
    _check_written(before, after, origins, diffs - {p.path for p in patches if not p.unified})


def _check_order(
    patches: Sequence[FilePatch], before: Tree, after: Tree, origins: Mapping[str, str]
) -> None:
    """A diff is for what the one before it made; a reply may mean the file as it is."""
    for path, steps in _steps(patches).items():
        # A step without pieces, which renames the file or sets its mode, makes no difference.
        several = [step for step in steps if step.pieces]
        old = origins.get(path, path)
        if len(several) < 2 or old not in before.files or path not in after.files:
            continue
        if any(step.status not in {Status.MODIFIED, Status.RENAMED} for step in steps):
            continue
        pieces = tuple(piece for step in several for piece in step.pieces)
        at_once = replace(several[0], pieces=pieces, unified=False)
        try:
            content = place.apply(at_once, before.files[old].content).content
        except PatchError:
            continue
        if content != after.files[path].content:
            raise PatchError(
                f"the patch changes {shown(path)} in several steps, and what comes of it depends "
                "on whether each is for the file as it is",
                "Make one diff of them.",
            )


def _steps(patches: Sequence[FilePatch]) -> dict[str, list[FilePatch]]:
    """What is done to each file, by the name that it has in the end."""
    steps: dict[str, list[FilePatch]] = defaultdict(list)
    for patch in patches:
        if patch.status is Status.RENAMED and patch.old_path is not None:
            steps[patch.path] = steps.pop(patch.old_path, [])
        steps[patch.path].append(patch)
    return steps


def _check_written(before: Tree, after: Tree, origins: Mapping[str, str], diffs: Set[str]) -> None:
    """Refuse what no program wrote: lines that stand for others, and a patch for a file."""
    for path, file in after.files.items():
        old = origins.get(path, path)
        if file.is_binary or (old in before.files and before.files[old].content == file.content):
            continue
        text = after.text(path)
        if holds_patch(path, text) and not holds_patch(old, before.text(old)):
            raise PatchError(
                f"{shown(path)} would hold a patch, not code",
                "Is this a patch in a patch? Give the one that is meant.",
            )
        line = elided(path, before.text(old), text, in_words=path in diffs)
        if line is not None:
            raise PatchError(
                f"{shown(path)}: this line stands for others that are left out: {shown(line, 60)}",
                "What is left out cannot be guessed: all lines have to be written.",
            )
