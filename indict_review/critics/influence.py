"""Whether a text that speaks to models moved one: the same question with it and without it."""

from collections.abc import Iterator, Sequence

from indict_review.critics.briefing import Briefing
from indict_review.critics.critic import Critic
from indict_review.critique import Critique, Phase, Turn
from indict_review.errors import ReplyError


def first_looks(critics: Sequence[Critic], briefing: Briefing) -> dict[str, frozenset[str]]:
    """What each critic disputes with the text in view: the findings' fingerprints, by critic.

    For comparison only: nothing else of these looks is kept. A reply that cannot be used disputes
    nothing. Raises `ModelError`.
    """
    disputed = {}
    for critic in critics:
        try:
            stances = critic.look(briefing, (), {}).stances
        except ReplyError:
            continue
        against = (briefing.ids.get(s.subject) for s in stances if not s.supports)
        disputed[critic.name] = frozenset(f.fingerprint for f in against if f)
    return disputed


def moved(
    before: dict[str, frozenset[str]], advice: Critique, briefing: Briefing
) -> Iterator[Turn]:
    """For the transcript: which findings a critic disputed only with the text in view."""
    names = {finding.fingerprint: name for name, finding in briefing.ids.items()}
    for critic, disputed in before.items():
        still = {fingerprint for fingerprint, by, _ in advice.disputes if by == critic}
        if only := sorted(names[f] for f in disputed - still):
            said = f"disputed {', '.join(only)} with the text in view, and not without it"
            yield Turn(Phase.PREEMPTIVE, 0, critic, said)
