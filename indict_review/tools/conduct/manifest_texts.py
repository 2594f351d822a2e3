"""What the manifests of each ecosystem say, read line by line: no build is run.

Each reader yields names of packages, as they are written, with the line that each stands on.
"""

import json
import re
from collections.abc import Callable, Iterator

LONGEST = 2000
"""Characters of a line that are read."""

Read = Callable[[str], Iterator[tuple[str, int]]]

_EXTRAS = r"(?:\[[^\]\n]{0,200}\])?"
_REQUIREMENT = re.compile(rf"\s*([A-Za-z0-9][\w.-]*)\s*{_EXTRAS}\s*(?:[=<>!~;@#,]|$)")
_QUOTED = re.compile(rf"[\"']([A-Za-z0-9][\w.-]*)\s*{_EXTRAS}\s*(?:[=<>!~;@][^\"'\n]*)?[\"']")
_KEY = re.compile(r"\s*[\"']?([\w.@/-]+)[\"']?\s*=")
_SECTION = re.compile(r"\s*\[{1,2}([^\[\]\n]{1,200})\]{1,2}\s*(?:#|$)")
_LISTS = re.compile(r"project\.optional-dependencies|dependency-groups")
_NPM_KEY = re.compile(r'\s*"([^"]+)"\s*:')
_OF_NPM = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


def matching(pattern: str) -> Read:
    """Whatever fits on a line; several groups make one name with colons."""
    compiled = re.compile(pattern)

    def read(text: str) -> Iterator[tuple[str, int]]:
        for number, line in _lines(text):
            for found in compiled.finditer(line):
                yield ":".join(found.groups()), number

    return read


def requirements(text: str) -> Iterator[tuple[str, int]]:
    """pip's; its options and addresses name nothing."""
    for number, line in _lines(text):
        if found := _REQUIREMENT.match(line):
            yield found[1], number


def pyproject(text: str) -> Iterator[tuple[str, int]]:
    """PEP 621, dependency groups, and poetry's tables."""
    inside = False
    for number, section, line in _sections(text):
        key = _KEY.match(line)
        if section.startswith("tool.poetry") and section.endswith("dependencies"):
            if key and key[1] != "python":
                yield key[1], number
            continue
        told = re.sub(r"(?:^|\s)#.*$|\{[^}]*\}", "", line).rstrip(" \t\r,")
        if not inside and key and _is_list(section, key[1]):
            inside, told = True, told.partition("=")[2]
        if inside:
            yield from ((name, number) for name in _QUOTED.findall(told))
            inside = not told.endswith("]")


def _is_list(section: str, key: str) -> bool:
    named = (section, key) in {("project", "dependencies"), ("build-system", "requires")}
    return named or _LISTS.fullmatch(section) is not None


def setup_cfg(text: str) -> Iterator[tuple[str, int]]:
    """setuptools' lists, one requirement a line."""
    inside = False
    for number, section, line in _sections(text):
        if not line[:1].isspace() and line.strip():
            key = _KEY.match(line)
            listed = key is not None and key[1] in {"install_requires", "setup_requires"}
            inside = listed or section == "options.extras_require"
            line = line.partition("=")[2]
        found = _REQUIREMENT.match(line) if inside and line.strip() else None
        if found:
            yield found[1], number


def package_json(text: str) -> Iterator[tuple[str, int]]:
    """npm's four tables; nothing where it does not parse."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    lines: dict[str, int] = {}
    for number, line in _lines(text):
        if found := _NPM_KEY.match(line):
            lines.setdefault(found[1], number)
    for key in _OF_NPM:
        table = document.get(key) if isinstance(document, dict) else None
        for name in table if isinstance(table, dict) else ():
            yield name, lines.get(name, 1)


def cargo(text: str) -> Iterator[tuple[str, int]]:
    """A table with a line for each, or a table for each: `[dependencies.serde]`."""
    told = set()
    for number, section, line in _sections(text):
        above, dot, name = section.rpartition(".")
        if section.endswith("dependencies") and (key := _KEY.match(line)):
            yield key[1].partition(".")[0], number
        elif dot and above.endswith("dependencies") and section not in told:
            told.add(section)
            yield name, number


def pom(text: str) -> Iterator[tuple[str, int]]:
    """Maven's."""
    for found in re.finditer(r"<dependency>(.{0,2000}?)</dependency>", text, re.DOTALL):
        group, artifact = (
            re.search(rf"<{tag}>\s*([^<\s]+)", found[1]) for tag in ("groupId", "artifactId")
        )
        if group and artifact:
            yield f"{group[1]}:{artifact[1]}", text.count("\n", 0, found.start()) + 1


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return enumerate((line[:LONGEST] for line in text.split("\n")), start=1)


def _sections(text: str) -> Iterator[tuple[int, str, str]]:
    """Number, the section that it is in, and text of each line that is no heading."""
    section = ""
    for number, line in _lines(text):
        if head := _SECTION.match(line):
            section = re.sub(r"[\"']", "", head[1]).strip()
        else:
            yield number, section, line
