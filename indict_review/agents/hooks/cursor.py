"""Cursor's hooks: preToolUse, and stop, which can send the agent back to work.

Source: https://cursor.com/docs/agent/hooks, as of November 2026. `ask` is accepted before a tool,
and not enforced: what nobody could look at is denied. afterFileEdit, postToolUse and the hooks of
the shell can keep nothing from happening to a file, and are not looked at; nor are Tab's.
"""

from collections.abc import Mapping

from indict_review.agents.hooks.interface import Done, Event, Moment, Objection
from indict_review.agents.hooks.payload import Payload
from indict_review.agents.hooks.tools import tool_event


class Cursor:
    """See `Agent`."""

    name = "cursor"

    def knows(self, payload: Payload) -> bool:
        """See `Agent.knows`."""
        return payload.has("hook_event_name") and payload.has("conversation_id", "cursor_version")

    def event(self, payload: Payload) -> Event | None:
        """See `Agent.event`. One that was aborted, or failed, does not say that it is done."""
        named = payload.text("hook_event_name")
        if named == "preToolUse":
            given = payload.part("tool_input")
            return tool_event(Moment.BEFORE, payload.text("tool_name"), given)
        if named != "stop" or payload.maybe_text("status") != "completed":
            return None
        return Done(again=payload.number("loop_count") > 0)

    def answer(self, event: Event, objection: Objection) -> Mapping[str, object] | None:
        """See `Agent.answer`."""
        if not isinstance(event, Done):
            what = objection.text.partition("\n")[0]
            return {"permission": "deny", "user_message": what, "agent_message": objection.text}
        return None if event.again else {"followup_message": objection.text}

    def tell(self, event: Event, remark: str) -> None:
        """See `Agent.tell`. A message needs a decision, and permissions are the user's to give."""
