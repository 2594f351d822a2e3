"""How instructions to a language model are worded: shapes of the trade, none of them certain.

What is found here is reported, and models look once more without it. What is missed changes
nothing that matters: no model can take away a tool's finding or raise a verdict (promise 4).
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from indict_review.lookalikes import seen

LONGEST = 4_000
"""Characters that are read at once: of what is longer, one part after the other."""
_SHARED = 400
"""Characters that a part has in common with the next: no sentence falls between them."""

_MOST_ENCODED = 8
"""Encoded words of a line that are decoded."""


class Aim(Enum):
    """What a text is after."""

    VERDICT = "tells a reviewer what to find, or what not to"
    OVERRIDE = "tells a language model to drop its instructions"
    ROLE = "gives a language model another role"
    MARKS = "carries the control marks of a language model's prompt"
    LEAK = "asks a language model for its own instructions"
    HIDDEN = "is hidden from people, and read by machines"


@dataclass(frozen=True)
class Wording:
    """Something that reads as an instruction."""

    aim: Aim
    said: str
    """The words themselves, as they are read."""


_WHO = (
    r"(?:ai|llms?|language models?|(?:coding |ai |code |review )?(?:assistants?|agents?|bots?)"
    r"|chatbots?|chatgpt|gpt(?:-?\d\w*)?|claude|copilot|gemini|(?:code |ai )?review(?:er|ing)s?"
    r"(?: (?:model|agent|bot|ai))?|critics?)"
)
_CLEAN = (
    r"(?:safe|secure|approved?|clean|pass(?:ed)?|harmless|benign|trusted|correct|compliant"
    r"|(?:a )?false positives?|no (?:issues?|findings?|problems?))"
)
_SUBJECT = r"(?:change|code|diff|patch|pull request|pr|commit|file|function|finding|review)s?"
_FAULT = r"(?:findings?|issues?|vulnerabilit(?:y|ies)|weakness(?:es)?|problems?|bugs?|flaws?)"
_EARLIER = (
    r"(?:all |any |every |the |your |my |of |these |those |other ){0,4}(?:previous|prior|above"
    r"|earlier|preceding|foregoing|initial|original|system|existing|former|safety|given)"
)
_TOLD = r"(?:instructions?|prompts?|directives?|rules?|guidelines?|commands?|messages?|orders)"

_SHAPES: tuple[tuple[Aim, tuple[str, ...], str], ...] = (
    (
        Aim.VERDICT,
        ("finding", "issue", "vulnerab", "weakness", "problem", "bug", "flaw"),
        r"\b(?:do not|don't|never|must not|should not|no need to|refrain from|avoid)\s+"
        r"(?:report|flag|mention|comment on|warn about|list|look for)\w*\s+"
        rf"(?:\w+\s+){{0,4}}{_FAULT}",
    ),
    (
        Aim.VERDICT,
        (" as ",),
        r"\b(?:mark|treat|consider|report|classify|label|rate|declare)\s+(?:\w+\s+){0,2}"
        rf"{_SUBJECT}\s+(?:\w+\s+){{0,2}}as\s+{_CLEAN}\b",
    ),
    (
        Aim.VERDICT,
        ("approved", "lgtm", "pass", "no issues", "no findings", "no problems", "no vulnerab"),
        r"\b(?:respond|reply|answer|output|say|conclude)\s+(?:only |just |exactly )?"
        r"(?:with |that )?(?:only |just |exactly )?[\"'“`]?(?:pass(?:ed)?|approved?|lgtm"
        r"|no (?:issues|findings|problems|vulnerabilities))\b",
    ),
    (
        Aim.VERDICT,
        (":", ",", "!"),
        rf"\b{_WHO}\s{{0,3}}[:,!]\s{{0,3}}(?:please |you |must |should ){{0,3}}"
        r"(?:ignore|skip|approve|pass|report|mark|treat|say|respond|reply|answer|output|disregard"
        r"|do not|don't|stop|accept|merge|assume|trust)\b",
    ),
    (
        Aim.VERDICT,
        ("as an ai", "as a language model", "as an llm", "reviewer, you"),
        rf"\bas an? (?:ai|language model|{_WHO}),?\s+you\s+(?:must|should|will|have to|are to)\b",
    ),
    (
        Aim.VERDICT,
        ("reviewed", "audited", "approved", "verified", "cleared"),
        rf"\b(?:this|the)\s+{_SUBJECT}\s+(?:has|have|was|were|is|are)\s+(?:already\s+)?(?:been\s+)?"
        r"(?:reviewed|audited|approved|verified|cleared)\b.{0,60}"
        r"\b(?:skip|ignore|approve it|no (?:further|need))",
    ),
    (
        Aim.OVERRIDE,
        ("instruction", "prompt", "directive", "rule", "guideline", "command", "message", "order"),
        r"\b(?:ignore|disregard|forget|override|overlook|bypass|discard|skip)\s+"
        rf"{_EARLIER}\s+(?:\w+\s+){{0,3}}{_TOLD}\b",
    ),
    (
        Aim.OVERRIDE,
        ("ignore", "disregard", "forget"),
        r"\b(?:ignore|disregard|forget)\s+(?:the|all|everything|anything|about)\s+"
        r"(?:\w+\s+){0,4}?(?:above|before|that|told|said|instructed|previously|function|code)\W+"
        r"(?:and\s+)?(?:instead\s+)?(?:say|state|give|repeat|output|tell|answer|write|can you)\b",
    ),
    (Aim.OVERRIDE, ("new",), rf"\byour\s+new\s+{_TOLD}\s*(?:are|is|:)"),
    (Aim.OVERRIDE, ("new",), r"\bnew\s+(?:system\s+)?(?:instructions|prompt)\s*:"),
    (
        Aim.OVERRIDE,
        ("ignoriere", "vergiss", "missachte"),
        r"\b(?:ignoriere|vergiss|missachte)\w*\s+(?:\w+\s+){0,3}(?:anweisung|vorgabe|regel|befehl)",
    ),
    (
        Aim.OVERRIDE,
        ("instructions", "consignes", "règles"),
        r"\b(?:ignore[zr]?|oublie[zr]?)\s+(?:\w+\s+){0,3}(?:instructions|consignes|règles)",
    ),
    (
        Aim.OVERRIDE,
        ("instrucciones", "instruções", "istruzioni", "órdenes", "indicaciones", "reglas"),
        r"\b(?:ignor[ae]|olvid[ae]|esque[cç]a|dimentica)\w*\s+(?:\w+\s+){0,4}"
        r"(?:instrucciones|instruções|istruzioni|órdenes|indicaciones|reglas)",
    ),
    (
        Aim.OVERRIDE,
        ("игнорируй", "забудь", "не обращай"),
        r"(?:игнорируй|забудь|не обращай внимания на)\w*\s+(?:\w+\s+){0,4}"
        r"(?:инструкц|указани|правил)",
    ),
    (
        Aim.OVERRIDE,
        ("αγνο",),  # noqa: RUF001 - Greek
        r"(?:αγνόησε|αγνοήστε)\s+(?:\w+\s+){0,4}(?:οδηγίες|εντολές|κανόνες)",
    ),
    (
        Aim.OVERRIDE,
        ("指令", "指示", "提示", "规则", "規則", "命令", "プロンプト"),
        r"(?:忽略|无视|忘记|無視|忘れ)[^。.\n]{0,16}(?:指令|指示|提示|规则|規則|命令)"
        r"|(?:指令|指示|プロンプト|規則|命令)[^。.\n]{0,6}(?:忽略|無視|无视|忘れ)",
    ),
    (
        Aim.OVERRIDE,
        ("지시", "명령", "지침"),
        r"(?:이전|위의|앞선)[^.\n]{0,12}(?:지시|명령|지침)[^.\n]{0,8}(?:무시|잊)",
    ),
    (Aim.OVERRIDE, ("تجاهل", "انس"), r"(?:تجاهل|انس)[^.\n]{0,24}(?:التعليمات|الأوامر)"),
    (
        Aim.ROLE,
        ("you are now", "from now on", "pretend", "role of another"),
        r"\byou\s+are\s+now\s+(?:a|an|the|in|my|dan|free|no longer|unrestricted|going to)\b"
        r"|\bfrom\s+now\s+on,?\s+you\s+(?:are|will|must|should|have|act)\b"
        r"|\bpretend\s+(?:that you|you are|you're"
        r"|to be (?:an? )?(?:ai|dan|different|another|evil))\b"
        r"|\brole\s+of\s+another\s+(?:ai|model|assistant)\b",
    ),
    (
        Aim.ROLE,
        (" mode", "override"),
        r"\b(?:developer|god|dan|jailbreak|unrestricted|sudo|maintenance|system)\s+(?:override|mode)"
        r"\s+(?:is\s+)?(?:now\s+)?(?:enabled|activated|engaged|unlocked|confirmed)\b"
        r"|<\s?system mode\s?>",
    ),
    (
        Aim.MARKS,
        ("<|", "[inst]", "[/inst]", "<<sys"),
        r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id)\|>|\[/?INST\]|<</?SYS>>",
    ),
    (
        Aim.MARKS,
        ("prompt", "instruction", "message"),
        r"(?:^|[\s#*\-=<\[])(?:begin|end|start)(?:ning)?\s+(?:of\s+)?(?:the\s+)?"
        r"(?:system|hidden|new|secret|admin)\s+(?:prompt|instructions?|message)\b",
    ),
    (
        Aim.LEAK,
        ("your",),
        r"\b(?:reveal|show|print|repeat|tell|output|leak|disclose|display|give|share)\s+"
        r"(?:\w+\s+){0,3}your\s+(?:\w+\s+){0,2}(?:prompts?|instructions?|system message)\b",
    ),
)
_JOIN = "\x1f"
"""Stands for the signs of an identifier, `_` or `-`: a blank to every shape."""
_COMPILED = tuple(
    (aim, needs, re.compile(shape.replace(" ", r"\s"), re.I)) for aim, needs, shape in _SHAPES
)
"""The words come first, since looking for a bare word is what keeps this quick."""
_SPOKEN = tuple(shape for shape in _COMPILED if shape[0] is not Aim.MARKS)
_MARKS = tuple(shape for shape in _COMPILED if shape[0] is Aim.MARKS)
"""These are signs more than words: they are looked for as they were written."""
_FEWEST = 4
"""Words of an identifier that says something: two or three are names of programs."""
_WORD = re.compile(r"\w+")

_TAGS = re.compile("[\U000e0020-\U000e007f]{2,}")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MANY_UNSEEN = re.compile("[\u200b\u200c\u200d\u2060-\u2064\ufeff]{6,}")
_ENCODED = re.compile(r"[A-Za-z0-9+/]{40,4000}={0,2}")

_LEADER = re.compile(r"^\s*[-+]?\s*(?:#+|//+!?|/\*+|\*+/?|--|;+|%|<!--|[|>.&+]+)?\s*")
_TRAILER = re.compile(r"(?:\*/|-->|[\"'`]\s?[\s,+.&|\\()\[\]]{1,9}|\\)$")
_QUOTES = re.compile(r"(?<!\w)[\"'`“”]+|[\"'`“”]+(?!\w)|\\[nrt]")
_JOINED = re.compile(r"(?<=[^\W\d_])[_\-./]+(?=[^\W\d_])")
_BLANKS = re.compile(r"\s{2,}|\t")


def instructions(text: str) -> Iterator[Wording]:
    """What in one line reads as an instruction to a model, at most one of each aim."""
    found: dict[Aim, Wording] = {}
    for wording in (*in_signs(text), *(w for _, _, w in said(plain(text)))):
        found.setdefault(wording.aim, wording)
    yield from found.values()


def plain(line: str) -> str:
    """The words of a line of code, comment or text, as said to whoever reads it."""
    text = _TRAILER.sub("", _LEADER.sub("", seen(line)).rstrip())
    return _BLANKS.sub(" ", _JOINED.sub(_JOIN, _QUOTES.sub(" ", text))).strip()


def said(text: str) -> Iterator[tuple[int, int, Wording]]:
    """What plain text says, with where that begins and ends."""
    for start, part in _parts(text):
        for aim, found in _shaped(part, _SPOKEN):
            words = found[0].split()  # the sign that stands for `_` is a blank here, too
            if _JOIN not in found[0] or len(_WORD.findall(" ".join(words))) >= _FEWEST:
                yield start + found.start(), start + found.end(), Wording(aim, " ".join(words))


def in_signs(line: str) -> Iterator[Wording]:
    """What one line says otherwise: by marks of a prompt, hidden, or encoded."""
    for _, part in _parts(line):
        if not part.isascii():
            yield from (Wording(Aim.HIDDEN, hidden) for hidden in _hidden(part))
        for aim, found in _shaped(seen(part), _MARKS):
            yield Wording(aim, found[0].strip())
        yield from _encoded(seen(part))


def _parts(text: str) -> Iterator[tuple[int, str]]:
    for start in range(0, max(len(text) - _SHARED, 1), LONGEST - _SHARED):
        yield start, text[start : start + LONGEST]


def _hidden(text: str) -> Iterator[str]:
    for run in _TAGS.finditer(text):
        yield "".join(chr(ord(c) - 0xE0000) for c in run[0])
    if _BIDI.search(text):
        yield "marks that turn the direction of text"
    if _MANY_UNSEEN.search(text):
        yield "a run of characters without width"


def _shaped(
    text: str, shapes: tuple[tuple[Aim, tuple[str, ...], re.Pattern[str]], ...]
) -> Iterator[tuple[Aim, re.Match[str]]]:
    small = text.lower().replace(_JOIN, " ")
    for aim, needs, shape in shapes:
        if any(word in small for word in needs):
            yield from ((aim, found) for found in shape.finditer(text))


def _encoded(text: str) -> Iterator[Wording]:
    """In base64, as models read it: what hides so has no other purpose."""
    for word in list(_ENCODED.finditer(text))[:_MOST_ENCODED]:
        padded = word[0] + "=" * (-len(word[0]) % 4)
        try:
            decoded = base64.b64decode(padded, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        yield from (Wording(Aim.HIDDEN, w.said) for _, _, w in said(plain(decoded)))
        yield from (Wording(Aim.HIDDEN, f[0]) for _, f in _shaped(decoded, _MARKS))
