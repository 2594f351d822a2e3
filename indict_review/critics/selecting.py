"""What critics are shown of a change, where they cannot take it whole.

    shown = select(change, paths, standing, background, room)
    briefing = shown.brief(standing, background)

If all fits, it is shown as it came. Else what was asked for, and what tools saw, get a quarter of
the room each at most, and the rest goes to files by their risk: each whole, or not at all. Of one
that alone is too large the riskiest pieces are shown, in no more than half of the room where there
are others. What stays is shown in the patch's own order. Nothing is left out silently:
`Shown.skipped`.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from indict_review.change import Change, FileChange, Tree
from indict_review.critics import risk
from indict_review.critics.briefing import Briefing, added_lines, as_shown, brief, line_of
from indict_review.critics.pieces import Piece, pieces
from indict_review.evidence import Background, Skipped
from indict_review.fencing import bare
from indict_review.finding import Finding
from indict_review.patches.quoting import shown as harmless
from indict_review.patches.render import unified_diff
from indict_review.scope import only

BYTES_A_TOKEN = 3
"""Fewer than code has on average with any tokenizer we know: what is reckoned to fit, fits."""

TALK = 3_000
"""Tokens kept free for what is asked, what critics claim, the actor's answers and their faults."""

MOST_LISTED = 12
"""Findings that a critic can speak of in one reply."""

MOST_NAMED = 10
"""Files that a message names."""


def room(context: int) -> int:
    """Bytes for task, change and facts, of a model with so many tokens for prompt and reply."""
    return BYTES_A_TOKEN * max(context - TALK, context // 2)


@dataclass(frozen=True)
class Shown:
    """A part of a change: its trees are whole, its files and its patch are what critics see."""

    change: Change
    size: int
    """Bytes of it, with the facts."""
    hidden: frozenset[str] = frozenset()
    """Files that critics do not look at: what tools saw in them is not argued about."""
    most: int | None = None
    """Bytes that findings may take; None: all are listed."""
    skipped: tuple[Skipped, ...] = ()

    def brief(self, standing: Sequence[Finding], background: Sequence[Background]) -> Briefing:
        """The common ground of critics and actor; `standing` are worst first."""
        findings = [f for f in standing if f.location.path not in self.hidden]
        return brief(self.change, findings, background, listed=_listed(findings, self.most))


def select(
    change: Change,
    paths: Set[str],
    standing: Sequence[Finding],
    background: Sequence[Background],
    room: int,
) -> Shown:
    """Of the files that are to be looked at, `paths`, what fits into so many bytes."""
    wanted = replace(only(change, paths), before=change.before, after=change.after)
    shown = Shown(wanted, 0, _hidden(change, wanted.files))
    size = shown.brief(standing, background).size
    if size <= room:
        return replace(shown, size=size)
    short = replace(wanted, patch="", task=_beginning(wanted.task, room // 4))
    frame = replace(shown, change=short, most=room // 4)
    return _filled(frame, wanted, frame.brief(standing, background), room)


def _filled(frame: Shown, wanted: Change, briefing: Briefing, room: int) -> Shown:
    """The frame with as much of the patch as fits beside its facts, and what that leaves out."""
    chosen = _chosen(wanted, briefing.findings, room - briefing.size)
    files = tuple(file for file in wanted.files if file.path in chosen.shown)
    change = replace(frame.change, files=files, patch="".join(chosen.shown.values()))
    hidden = frame.hidden | _hidden(wanted, files)
    findings = [f for f in briefing.findings if f.location.path not in hidden]
    reasons = (
        *chosen.reasons,
        *_of_task(wanted.task or "", change.task or ""),
        *_of_findings(len(findings), _listed(findings, frame.most)),
    )
    return replace(
        frame,
        change=change,
        size=min(room, briefing.size + _size(change.patch)),
        hidden=hidden,
        skipped=(Skipped("dialogue", "; ".join(reasons)),),
    )


@dataclass(frozen=True)
class _Chosen:
    shown: Mapping[str, str]
    """The patch of each file, or of its pieces, in order of the paths."""
    left_out: tuple[str, ...]
    """Riskiest first."""
    cut: tuple[tuple[str, int, int], ...]
    """Files shown in part: how many of how many pieces."""

    @property
    def reasons(self) -> Iterator[str]:
        if self.left_out:
            total = len(self.left_out) + len(self.shown)
            yield (
                f"{len(self.left_out)} of {total} files did not fit the model's context and were "
                f"not argued about: {_named(self.left_out)}"
            )
        if self.cut:
            parts = [f"{path} ({some} of {all_} parts)" for path, some, all_ in self.cut]
            yield f"only in part did fit: {_named(parts)}"


def _chosen(change: Change, findings: Sequence[Finding], room: int) -> _Chosen:
    # One that has none was not read, or no text: that is told elsewhere.
    patches = {file.path: p for file in change.files if (p := _patch(change, file))}
    within: dict[str, list[Finding]] = {}
    for finding in findings:
        within.setdefault(finding.location.path, []).append(finding)
    ranks = {
        f.path: risk.rank(f, added_lines(patches[f.path]), within.get(f.path, ()))
        for f in change.files
        if f.path in patches
    }
    shown: dict[str, str] = {}
    cut: list[tuple[str, int, int]] = []
    left_out: list[str] = []
    left = room
    share = room // 2 if len(patches) > 1 else room
    # Sorted twice, since equals keep their order: by path, then the riskiest first.
    for path in sorted(sorted(patches), key=lambda path: ranks[path], reverse=True):
        patch, size = patches[path], _size(patches[path])
        if size > room:
            patch, some, all_ = _parts(patch, within.get(path, ()), min(share, left))
            size = _size(patch)
            cut += [(path, some, all_)] if some else []
        if patch and size <= left:
            shown[path] = patch
            left -= size
        else:
            left_out.append(path)
    return _Chosen(dict(sorted(shown.items())), tuple(left_out), tuple(cut))


def _patch(change: Change, file: FileChange) -> str:
    """Made anew: in a patch that somebody wrote, a line may only look like the next file's."""
    old, new = change.before.files.get(file.base_path), change.after.files.get(file.path)
    before, after = (
        Tree({file.base_path: old} if old else {}),
        Tree({file.path: new} if new else {}),
    )
    return unified_diff(before, after, {file.path: file.old_path} if file.old_path else None)


def _parts(patch: str, findings: Sequence[Finding], room: int) -> tuple[str, int, int]:
    """The riskiest pieces that fit, in their order, and how many of how many they are."""
    head, parts = pieces(patch)

    def rank(piece: Piece) -> tuple[int, int, int]:
        places = ((f, f.location) for f in findings)
        inside = [f for f, p in places if p.start_line <= piece.last and piece.first <= p.end_line]
        return risk.worst(inside), risk.sinks(piece.added), len(piece.added)

    left, kept = room - _size(head), set()
    for n in sorted(range(len(parts)), key=lambda n: rank(parts[n]), reverse=True):
        if (size := _size(parts[n].text)) <= left:
            kept.add(n)
            left -= size
    text = head + "".join(parts[n].text for n in sorted(kept)) if kept else ""
    return text, len(kept), len(parts)


def _size(patch: str) -> int:
    return len(bare(as_shown(patch)).encode("utf-8", "replace"))


def _hidden(change: Change, looked_at: Sequence[FileChange]) -> frozenset[str]:
    """The other files' paths, before and after."""
    seen = {path for file in looked_at for path in (file.path, file.base_path)}
    return frozenset(p for file in change.files for p in (file.path, file.base_path)) - seen


def _listed(findings: Sequence[Finding], most: int | None) -> int:
    """How many findings, worst first, fit into so many bytes and into a critic's reply."""
    if most is None:
        return len(findings)
    count = 0
    for finding in findings[:MOST_LISTED]:
        most -= len(bare(line_of(count + 1, finding)).encode("utf-8", "replace"))
        if most < 0:
            break
        count += 1
    return count


def _beginning(task: str | None, most: int) -> str | None:
    return task and task.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")


def _of_task(whole: str, shown: str) -> Sequence[str]:
    if len(whole) == len(shown):
        return ()
    told = f"{len(shown):,} of {len(whole):,} characters of what was asked for"
    return (f"the model was shown the first {told}",)


def _of_findings(count: int, listed: int) -> Sequence[str]:
    if count == listed:
        return ()
    return (f"{listed} of {count} findings were argued about, the worst",)


def _named(paths: Sequence[str]) -> str:
    names = ", ".join(harmless(path) for path in paths[:MOST_NAMED])
    more = len(paths) - MOST_NAMED
    return f"{names}, … and {more} more" if more > 0 else names
