"""Claude Code's hooks: PreToolUse, PostToolUse, Stop and SubagentStop.

Source: the hooks reference, https://code.claude.com/docs/en/hooks, as of November 2026. Exit 0 with
JSON decides; exit 2 blocks, with stderr as the reason; any other exit lets the edit through. No
output lets the agent's own rules on permissions decide, and so does a `systemMessage` alone, which
the user is shown.
"""

from collections.abc import Mapping

from indict_review.agents.hooks.interface import Done, Event, Moment, Objection, OfAnEdit
from indict_review.agents.hooks.payload import Payload
from indict_review.agents.hooks.tools import tool_event

_EDITS: dict[str, OfAnEdit] = {"PreToolUse": Moment.BEFORE, "PostToolUse": Moment.AFTER}
_ENDS = frozenset({"Stop", "SubagentStop"})


class ClaudeCode:
    """See `Agent`."""

    name = "claude-code"
    asks = True
    """Whether a person can be asked before an edit."""

    def knows(self, payload: Payload) -> bool:
        """See `Agent.knows`."""
        return payload.has("hook_event_name") and payload.has("session_id")

    def event(self, payload: Payload) -> Event | None:
        """See `Agent.event`."""
        named = payload.text("hook_event_name")
        if named in _EDITS:
            return tool_event(_EDITS[named], payload.text("tool_name"), _arguments(payload))
        if named not in _ENDS:
            return None
        said = payload.maybe_text("last_assistant_message")
        return Done(account=said, again=payload.flag("stop_hook_active"))

    def answer(self, event: Event, objection: Objection) -> Mapping[str, object]:
        """See `Agent.answer`."""
        if event.moment is Moment.BEFORE:
            decision = "deny" if objection.certain or not self.asks else "ask"
            return {
                "hookSpecificOutput": {
                    "hookEventName": "PreToolUse",
                    "permissionDecision": decision,
                    "permissionDecisionReason": objection.text,
                }
            }
        if isinstance(event, Done) and event.again:
            return self.tell(event, objection.text)
        return {"decision": "block", "reason": objection.text}

    def tell(self, event: Event, remark: str) -> Mapping[str, object]:
        """See `Agent.tell`."""
        return {"systemMessage": remark}


def _arguments(payload: Payload) -> Payload:
    """Copilot runs these hooks, too, and gives a patch as it is."""
    if isinstance(payload.values.get("tool_input"), str):
        return Payload({"patch": payload.text("tool_input")})
    return payload.part("tool_input")
