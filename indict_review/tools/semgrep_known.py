"""What semgrep saw in a file, kept for the next time somebody shows it the same file.

semgrep's rules look at one file at a time, so what they see follows from the file's text, the
language, the rules and the program. Only what was looked at without trouble is kept.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from indict_review.cache import Cache, key_of
from indict_review.tools import rules
from indict_review.tools.semgrep_layout import Layout, core_names, languages
from indict_review.tools.semgrep_run import Match, Outcome


@dataclass(frozen=True)
class Known:
    """The files of one scan that were seen before, and where to keep the others."""

    cache: Cache
    keys: Mapping[str, str]
    """By target."""

    @staticmethod
    def of(cache: Cache, program: Path, layout: Layout, asked: Mapping[str, rules.Rule]) -> "Known":
        """The keys of all that is laid out. `program` is semgrep's."""
        info = program.stat()
        shape = " ".join(field.name for field in fields(Match))  # ours may change, too
        made = f"semgrep {info.st_size} {info.st_mtime_ns} {shape}"
        spoken: dict[str, str] = {}
        keys = {}
        for target, path in layout.paths.items():
            read_as = " ".join(core_names(path))
            if read_as not in spoken:
                names = languages(path)
                spoken[read_as] = " ".join(sorted(i for i, r in asked.items() if r.speaks(names)))
            suffix = target.rpartition(".")[2]
            keys[target] = key_of(made, read_as, suffix, spoken[read_as], layout.pages[target].data)
        return Known(cache, keys)

    def recall(self, targets: Sequence[str]) -> dict[str, tuple[Match, ...]]:
        """What is known of them, by target; what is not is not there."""
        found = self.cache.get([self.keys[target] for target in targets])
        return {
            target: tuple(Match(target=target, **match) for match in json.loads(found[key]))
            for target in targets
            if (key := self.keys[target]) in found
        }

    def keep(self, outcome: Outcome, targets: Sequence[str]) -> None:
        """Those of the targets that were looked at whole. Nothing if anything was amiss for all."""
        if any(blind.target not in self.keys for blind in outcome.blind):
            return  # not about one file of ours, but, say, about a rule
        amiss = {blind.target for blind in outcome.blind}
        whole = [t for t in targets if t in outcome.scanned and t not in amiss]
        seen: dict[str, list[dict[str, object]]] = {target: [] for target in whole}
        for match in outcome.matches:
            if match.target in seen:
                shape = asdict(match)
                del shape["target"]
                seen[match.target].append(shape)
        self.cache.put({self.keys[t]: json.dumps(each).encode() for t, each in seen.items()})
