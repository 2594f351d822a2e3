"""INDICT as published (`--strategy indict-paper`): Le et al., NeurIPS 2024, arXiv 2407.02518.

Kept so that our own method can be compared with it on the same work: its order of speakers, what
each of them sees, its token limits, its greedy decoding; no stop rule and no verification.

Where it differs from the paper and from its authors' code:

- The first solution is the head of a change, not the actor's own first generation, and it may be
  several files. A solution is always shown as whole files, never as the reply that held them.
- The critics look things up in our `Lookup`s, the best answer of each, instead of searching the web
  and asking a second model. Without a lookup no query is asked for: nobody could answer it.
- Nothing is executed: neither a critic's snippet nor, in the post-hoc half, the solution. What
  analyzers see in it stands in for what running it would show, in every language. The authors'
  code leaves the post-hoc half out for all but Python.
- The snippet is written for the query, as the paper says; the authors' code always says `None`.
- Line breaks of replies are kept. Code that is not in a closed fenced block is not taken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources

from indict_review.change import Change, File, Tree
from indict_review.critics.prompting import fenced
from indict_review.critique import Phase, Request, Turn
from indict_review.errors import BudgetError, ModelError, ToolError
from indict_review.evidence import Observed, Skipped
from indict_review.models.asking import Asker
from indict_review.models.interface import Message, Sampling
from indict_review.tools.interface import Analyzer, Lookup

# The authors' limits, in tokens.
SPEECH, QUERY, SNIPPET, SUMMARY, SOLUTION = 128, 64, 128, 1024, 1024

_NO_TASK = "Implement the change"
_PAST = (
    "Earlier critics on how safe and how correct earlier solutions were. Take them as reference "
    "only, to make your own analysis better and to fit it to the solution above."
)
_OBSERVED = (
    "What tools see in the present solution. Where it matters, use it to make your analysis "
    "better and to fit it to what is there:"
)
_MOST_OBSERVED = 20
_FENCE = re.compile(r"^ {0,3}(`{3,})([^`\n]*)\n(.*?)^ {0,3}\1`*[ \t]*$", re.M | re.S)


@dataclass(frozen=True)
class Rewrite:
    """What the published algorithm made of a change. Nothing in it was verified."""

    tree: Tree
    """The touched files, with the actor's last rewrite of each."""
    turns: tuple[Turn, ...]
    skipped: tuple[Skipped, ...]
    """Why it ended early, where a tool could not look, and which rewrites brought no code."""


def published(
    change: Change,
    asker: Asker,
    lookups: Sequence[Lookup],
    analyzers: Sequence[Analyzer],
    rounds: int,
) -> Rewrite:
    """Run so many trials of the published algorithm, each from the last one's solution.

    A model that fails ends it, and the last solution stands.
    """
    run = _Run(change, asker, lookups, analyzers)
    with suppress(_Stopped):
        for number in range(1, rounds + 1) if run.paths else ():
            run.trial(number)
    return Rewrite(run.tree, tuple(run.turns), tuple(dict.fromkeys(run.skipped)))


class _Stopped(Exception):
    """The model failed. The reason is among the run's `skipped`."""


class _Run:
    """The state that trials hand on: the solution, the past critics, the transcript."""

    def __init__(
        self,
        change: Change,
        asker: Asker,
        lookups: Sequence[Lookup],
        analyzers: Sequence[Analyzer],
    ) -> None:
        self.tree = change.after
        self.turns: list[Turn] = []
        texts = {p: file for p, file in sorted(change.after.files.items()) if _is_text(file)}
        self.paths = [path for path, file in texts.items() if _is_utf8(file.content)]
        self.skipped = [
            Skipped("actor", f"{label_of(path)} is not UTF-8: a model cannot write it anew")
            for path in texts
            if path not in self.paths
        ]
        self._change = change
        self._asker = asker
        self._lookups = lookups
        self._analyzers = analyzers
        self._languages = {file.path: file.language for file in change.files}
        self._task = fenced(change.task or _NO_TASK)
        self._past: list[str] = []
        self._phase = Phase.PREEMPTIVE
        self._round = 0

    def trial(self, number: int) -> None:
        """Discuss and rewrite, then observe, discuss and rewrite again."""
        self._round, self._phase = number, Phase.PREEMPTIVE
        initial = self._solution()
        advice = self._discuss("")
        history = f"Initial solution:\n{initial}\n\nCritic: {advice}\n\n"
        self._rewrite(f"{history}Improved solution:")

        self._phase = Phase.POST_HOC
        improved = self._solution()
        verdict = self._discuss(f"{_OBSERVED}\n{fenced(self._observation())}\n\n")
        history += f"First improved solution:\n{improved}\n\nCritic: {verdict}\n\n"
        self._rewrite(f"{history}Second improved solution:")

    def _discuss(self, observation: str) -> str:
        """One dialogue: safety first, helpfulness sees it, then the summary."""
        talk = self._past_critics() + observation
        update = "my analysis, after the discussion above," if self._round > 1 else "my analysis"

        talk += f"Safety critic: {update} of how safe the solution is: "
        safety = self._speak("safety", talk)
        safety += self._facts("safety", safety)
        talk += f"{safety}\n\nCorrectness critic: {update} of how correct the solution is: "
        helpfulness = self._speak("helpfulness", talk)
        # The safety critique, not its own: so it is in the authors' code.
        helpfulness += self._facts("correctness", safety)
        talk += helpfulness

        after = "-post-hoc" if self._phase is Phase.POST_HOC else ""
        summary = self._ask("summary", f"paper-summary{after}", SUMMARY, discussion=talk)
        self._note("summary", summary)
        self._past.append(summary)
        return summary

    def _past_critics(self) -> str:
        """Those of all earlier trials and, in the post-hoc half, of this trial's first."""
        if not self._past:
            return ""
        return "".join([_PAST, *(f"\nPast critic: {critic}" for critic in self._past)]) + "\n\n"

    def _speak(self, critic: str, talk: str) -> str:
        solution = self._solution()
        prompt = f"paper-{critic}"
        said = self._ask(critic, prompt, SPEECH, solution=solution, discussion=talk)
        self._note(critic, said)
        return said

    def _facts(self, subject: str, analysis: str) -> str:
        """What the lookups answer to the query on an analysis, as it is put below the speech."""
        if not self._lookups:
            return ""
        known = {"solution": self._solution(), "analysis": analysis}
        reply = self._ask(f"{subject} query", "paper-query", QUERY, **known)
        query = query_of(reply)
        reply = self._ask(f"{subject} snippet", "paper-snippet", SNIPPET, **known, query=query)
        snippet = next((code for _, code in _blocks(reply)), "")
        answers = "".join(self._answers(query, snippet))
        self._note("tool", f"{query}\n{fenced(snippet)}{answers}")
        return f"\nSupporting facts for {subject}:{answers}" if answers else ""

    def _answers(self, query: str, snippet: str) -> Iterator[str]:
        language = next((self._languages[p] for p in self.paths if self._languages.get(p)), None)
        for lookup in self._lookups:
            try:
                best = next(lookup.answer(Request(lookup.name, query, snippet), language), None)
            except ToolError as e:
                self.skipped.append(Skipped(lookup.name, str(e)))
                continue
            if best is not None:
                told = best.detail or best.summary
                # Ours is known to be harmless; the project's own text and the web's are not.
                fact = told if best.tool == "knowledge" else f"\n{fenced(told)}"
                yield f"\nSupporting fact: {query} - {fact}"

    def _observation(self) -> str:
        """What the analyzers see in the solution: it stands in for a run of it."""
        able = [a for a in self._analyzers if any(a.covers(path) for path in self.paths)]
        if not able:
            return "could not look: no analyzer covers these files"
        lines = [line for analyzer in able for line in self._seen_by(analyzer)]
        return "\n".join(lines) or "no analyzer reports anything"

    def _seen_by(self, analyzer: Analyzer) -> list[str]:
        seen: list[Observed] = []
        failure = []
        try:
            seen.extend(analyzer.examine(self._change.before, self.tree))
        except ToolError as e:  # What it saw before it failed is in `seen`, and counts.
            self.skipped.append(Skipped(analyzer.name, str(e)))
            failure = [f"could not look: {analyzer.name}: {e}"]
        places = [(label_of(o.location.path), o.location.start_line, o.summary) for o in seen]
        lines = [f"{path}:{line}: {summary}" for path, line, summary in places[:_MOST_OBSERVED]]
        more = [f"and {len(seen) - len(lines)} more"] if len(seen) > len(lines) else []
        return lines + more + failure

    def _rewrite(self, history: str) -> None:
        """Let the actor write the solution anew. A reply without code leaves it as it was."""
        # The authors let the actor stop where it would go on to play the critic.
        reply = self._ask("actor", "paper-actor", SOLUTION, history=history).split("\nCritic:")[0]
        self._note("actor", reply)
        code = rewritten(reply, self.paths)
        for path, text in code.items():
            self.tree = self.tree.with_text(path, _in_the_manner_of(self.tree.text(path), text))
        if not code:
            reason = f"no complete file in its reply (of at most {SOLUTION} tokens)"
            where = f"{self._phase.value}, round {self._round}"
            self.skipped.append(Skipped("actor", f"{where}: {reason}; the solution stays"))

    def _ask(self, step: str, prompt: str, max_tokens: int, **values: str) -> str:
        text = _filled(prompt, {"task": self._task, **values})
        message = Message("user", _encodable(text))
        try:
            reply = self._asker.text(step, [message], Sampling(max_tokens, temperature=0.0))
        except (ModelError, BudgetError) as e:
            self.skipped.append(Skipped(step, str(e)))
            raise _Stopped from e
        return _encodable(reply).replace("\r\n", "\n").strip()

    def _note(self, speaker: str, text: str) -> None:
        self.turns.append(Turn(self._phase, self._round, speaker, text))

    def _solution(self) -> str:
        return "\n\n".join(
            f"File: {label_of(path)}\n{fenced(self.tree.text(path), self._languages.get(path))}"
            for path in self.paths
        )


def _filled(prompt: str, values: Mapping[str, str]) -> str:
    """The prompt with its {{markers}} filled, in one pass.

    The values are the change's and the model's own text: a marker or a brace in them is only text.
    """
    folder = resources.files("indict_review.critics") / "prompts"
    template = (folder / f"{prompt}.md").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda marker: values[marker[1]], template).strip()


def _is_text(file: File) -> bool:
    """No symlink, no submodule, nothing binary: those are not for a model to write."""
    return file.mode & 0o170000 == 0o100000 and not file.is_binary


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def label_of(path: str) -> str:
    """The path on one line, as the actor is to repeat it. Hostile names are escaped."""
    return path if path.isprintable() and "`" not in path else ascii(path).replace("`", "\\x60")


def query_of(reply: str) -> str:
    """What stands in `Search[…]`, else after `Search`, else all of the reply's first line."""
    line = reply.strip().partition("\n")[0]
    query = line.partition("Search")[2] or line
    return query.partition("[")[2].partition("]")[0].strip() or query.strip(" []:")


def rewritten(reply: str, paths: Sequence[str]) -> dict[str, str]:
    """The code in an actor's reply by path, of these paths only.

    The only file's is the first fenced block; one of several needs its path in the line above or
    behind the opening fence, and the first block counts. Blocks without an end or text are none.
    """
    blocks = [(names, code) for names, code in _blocks(reply) if code.strip()]
    if len(paths) == 1:
        return {paths[0]: blocks[0][1]} if blocks else {}
    by_label = {label_of(path): path for path in paths}
    found: dict[str, str] = {}
    for names, code in blocks:
        for label in names & by_label.keys():
            found.setdefault(by_label[label], code)
    return found


_ECHO = re.compile(r"\A\s*File:[^\n]*\n(?:[`~]{3,}[^\n]*\n)?")


def _blocks(reply: str) -> Iterator[tuple[set[str], str]]:
    """Each closed fenced block, with what could be the name of its file."""
    for block in _FENCE.finditer(reply):
        info = block[2].strip()
        above = reply[: block.start()].rstrip().rpartition("\n")[2]
        name = above.strip(" #*`:").removeprefix("File:").strip(" *`:")
        # Small models put the label, and the fence they were shown, inside a fence of their own.
        yield {info, info.partition(" ")[2].strip(), name}, _ECHO.sub("", block[3], count=1)


def _in_the_manner_of(original: str, code: str) -> str:
    """The code with the original's line ends, and its newline at the end or the lack of one."""
    code = code.rstrip("\n")
    if original.endswith("\n") or not original:
        code += "\n"
    return code.replace("\n", "\r\n") if "\r\n" in original else code


def _encodable(text: str) -> str:
    """Lone surrogates, from odd bytes in names or from a reply, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
