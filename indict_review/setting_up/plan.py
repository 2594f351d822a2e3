"""What `indict-review init` would do: which files, and why some stay as they are."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from indict_review.change import File
from indict_review.errors import ConfigError
from indict_review.setting_up import hooks, pre_commit, uses
from indict_review.setting_up.hooks import Place, Writer
from indict_review.setting_up.writing import Step, read, within

SETTINGS = ".indict-review.yaml"
WORKFLOW = ".github/workflows/indict-review.yml"


@dataclass(frozen=True)
class Wish:
    """What the user asked for. None: as it fits the repository."""

    pre_commit: bool | None = None
    hook: bool | None = None
    workflow: bool = False
    push: bool = False
    """Review what is pushed as well, with the model."""
    force: bool = False
    """Replace what is there."""


@dataclass(frozen=True)
class Plan:
    """What is to be done, and what is to be said about it."""

    steps: tuple[Step, ...] = ()
    questions: tuple[str, ...] = ()
    """What is more than adding a file. Each wants a yes of its own, and ends in `?`."""
    notes: tuple[str, ...] = ()
    """What stays as it is, and what to know before saying yes."""
    commands: tuple[str, ...] = ()
    """What to type afterwards."""

    @staticmethod
    def joined(plans: Iterable["Plan"]) -> "Plan":
        """All of them as one."""
        many = tuple(plans)
        return Plan(
            tuple(step for plan in many for step in plan.steps),
            tuple(dict.fromkeys(question for plan in many for question in plan.questions)),
            tuple(dict.fromkeys(note for plan in many for note in plan.notes)),
            tuple(dict.fromkeys(command for plan in many for command in plan.commands)),
        )


def planned(top: Path, place: Place, wish: Wish) -> Plan:
    """What the repository with this top folder lacks. Writes nothing.

    Raises `ConfigError` if something stands in the way.
    """
    names = (hooks.COMMIT, hooks.PUSH) if wish.push else (hooks.COMMIT,)
    plans = [_file(top, SETTINGS, _text("settings.yaml"), force=wish.force)]
    by_pre_commit = _goes_by_pre_commit(top, place, wish)
    if by_pre_commit:
        plans += [_entry(top, push=wish.push), _to_install(place, names)]
    if not by_pre_commit if wish.hook is None else wish.hook:
        plans += [_hook(top, place, name, force=wish.force) for name in names]
    if wish.workflow:
        plans.append(_workflow(top, force=wish.force))
    plan = Plan.joined(plans)
    tracked = [s.name for s in plan.steps if s.name in {SETTINGS, pre_commit.FILE, WORKFLOW}]
    add = (f"git add {' '.join(tracked)}",) if tracked else ()
    return replace(plan, commands=(*add, *plan.commands))


def _goes_by_pre_commit(top: Path, place: Place, wish: Wish) -> bool:
    if wish.pre_commit is not None:
        return wish.pre_commit
    if wish.hook:
        return False
    writer = hooks.writer_at(place.folder / hooks.COMMIT)
    if writer is Writer.US:  # it stays: both ways together would review twice
        return False
    return (top / pre_commit.FILE).exists() or writer is Writer.PRE_COMMIT


def _file(top: Path, name: str, content: bytes, *, force: bool) -> Plan:
    path = within(top, name)
    before = read(path)
    if before is None:
        return Plan((Step(path, name, None, File(content)),))
    if before.content == content:
        return Plan()
    if not force:
        return Plan(notes=(f"{name} is there, and stays as it is (--force replaces it)",))
    return Plan(
        (Step(path, name, before, replace(before, content=content)),),
        questions=(f"Replace {name}, which is there and differs?",),
    )


def _entry(top: Path, *, push: bool) -> Plan:
    path = within(top, pre_commit.FILE)
    before = read(path)
    content = pre_commit.with_hooks(before.content if before else None, push=push)
    if before is None:
        after = File(content)
    elif before.content == content:
        return Plan()
    else:
        after = replace(before, content=content)
    return Plan((Step(path, pre_commit.FILE, before, after),))


def _to_install(place: Place, names: Iterable[str]) -> Plan:
    """An entry does nothing before pre-commit has put its own hook into git's folder."""
    lacking = [n for n in names if hooks.writer_at(place.folder / n) is not Writer.PRE_COMMIT]
    options = "".join(f" --hook-type {name}" for name in lacking)
    return Plan(commands=(f"pre-commit install{options}",)) if lacking else Plan()


def _hook(top: Path, place: Place, name: str, *, force: bool) -> Plan:
    path = place.folder / name
    # What others get as well cannot name a program of this machine.
    tracked = place.is_shared and place.folder.resolve().is_relative_to(top.resolve())
    step = Step(
        path,
        name=str(path.relative_to(top) if path.is_relative_to(top) else path),
        before=read(path),
        after=hooks.text(name, "" if tracked else hooks.installed()),
    )
    plan = Plan((step,)) if step.before is None else _over(step, step.before, force=force)
    if plan.steps and place.is_shared:
        shared = f"Write into {place.folder}, where core.hooksPath leads and others may look, too?"
        return replace(plan, questions=(shared, *plan.questions))
    return plan


def _over(step: Step, before: File, *, force: bool) -> Plan:
    """What is done where a hook is there: an edited or a foreign one is never lost."""
    writer = hooks.writer(before)
    if writer is Writer.CALLER:
        return Plan(notes=(f"{step.name} calls indict-review, and stays as it is",))
    if writer is Writer.US:
        if before.content == step.after.content and before.mode & 0o100:
            return Plan()
        if hooks.is_stale(before, step.after):
            return Plan((step,))
        if not force:
            note = f"{step.name} was edited, and stays as it is (--force replaces it)"
            return Plan(notes=(note,))
        return Plan((step,), (f"Replace {step.name}, which is there and differs?",))
    if not force:
        raise _in_the_way(step, writer)
    aside = step.path.with_name(f"{step.path.name}.before-indict-review")
    return Plan(
        (replace(step, kept_as=aside),),
        (f"Replace {step.name}, and keep what is there as {aside.name}?",),
        (f"{step.name} will not be run any more: it is kept as {aside.name}",),
    )


def _in_the_way(step: Step, writer: Writer) -> ConfigError:
    if writer is Writer.PRE_COMMIT:
        return ConfigError(
            f"pre-commit wrote {step.name}",
            f"Say --pre-commit: then the entry goes into {pre_commit.FILE}.",
        )
    ours = pre_commit.STAGED if step.path.name == hooks.COMMIT else pre_commit.PUSHED
    return ConfigError(
        f"{step.name} is there, and is not ours",
        f"Add the line `{ours.entry} </dev/null || exit 1` to it; or say --force, which keeps it "
        f"as {step.path.name}.before-indict-review.",
    )


def _workflow(top: Path, *, force: bool) -> Plan:
    action = uses.installed()
    content = _text("workflow.yml").replace(b"@ACTION@", action.encode())
    plan = _file(top, WORKFLOW, content, force=force)
    if plan.steps and action == uses.UNKNOWN:
        note = f"the workflow uses {action}: write there where you get indict-review from"
        return replace(plan, notes=(*plan.notes, note))
    return plan


def _text(name: str) -> bytes:
    return files("indict_review.setting_up").joinpath(f"texts/{name}").read_bytes()
