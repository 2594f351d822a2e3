"""GitHub Copilot's hooks, of its CLI and its cloud agent: preToolUse, postToolUse and agentStop.

Source: https://docs.github.com/en/copilot/reference/hooks-reference, as of November 2026. The event
is told by its fields alone. In the cloud, where nobody can be asked, `ask` denies.
"""

from collections.abc import Mapping

from indict_review.agents.hooks.interface import Done, Event, Moment, Objection, OfAnEdit
from indict_review.agents.hooks.payload import Payload
from indict_review.agents.hooks.tools import tool_event


class Copilot:
    """See `Agent`. Under `PreToolUse` and such names it speaks as Claude Code does."""

    name = "copilot"

    def knows(self, payload: Payload) -> bool:
        """See `Agent.knows`."""
        return payload.has("timestamp") and not payload.has("hook_event_name")

    def event(self, payload: Payload) -> Event | None:
        """See `Agent.event`."""
        if payload.has("toolName"):
            moment: OfAnEdit = Moment.AFTER if payload.has("toolResult") else Moment.BEFORE
            return tool_event(moment, payload.text("toolName"), _arguments(payload))
        # Of a subagent there is an agentName; a session that ends has a `reason`.
        if payload.has("stopReason"):
            said = payload.maybe_text("response")
            return Done(account=said, again=payload.flag("stop_hook_active"))
        return None

    def answer(self, event: Event, objection: Objection) -> Mapping[str, object] | None:
        """See `Agent.answer`."""
        if event.moment is Moment.BEFORE:
            decision = "deny" if objection.certain else "ask"
            return {"permissionDecision": decision, "permissionDecisionReason": objection.text}
        if isinstance(event, Done):
            return None if event.again else {"decision": "block", "reason": objection.text}
        return self.tell(event, objection.text)

    def tell(self, event: Event, remark: str) -> Mapping[str, object] | None:
        """See `Agent.tell`. Only of what is done can more be told than a decision."""
        return {"additionalContext": remark} if event.moment is Moment.AFTER else None


def _arguments(payload: Payload) -> Payload:
    """An object, a text that is one, or the text of a patch."""
    if not isinstance(payload.values.get("toolArgs"), str):
        return payload.part("toolArgs")
    text = payload.text("toolArgs")
    return Payload.parse(text) if text.lstrip().startswith("{") else Payload({"patch": text})
