"""Gemini CLI's hooks: BeforeTool, AfterTool and AfterAgent.

Source: github.com/google-gemini/gemini-cli, docs/hooks/reference.md, as of November 2026. There is
no `ask`: what nobody could look at is denied. A `systemMessage` alone is shown to the user.
"""

from collections.abc import Mapping

from indict_review.agents.hooks.interface import Done, Event, Moment, Objection, OfAnEdit
from indict_review.agents.hooks.payload import Payload
from indict_review.agents.hooks.tools import tool_event

_MOMENTS: dict[str, OfAnEdit] = {"BeforeTool": Moment.BEFORE, "AfterTool": Moment.AFTER}
_OTHERS = frozenset(
    {"BeforeAgent", "AfterAgent", "BeforeModel", "AfterModel", "BeforeToolSelection"}
    | {"PreCompress"}
)


class GeminiCli:
    """See `Agent`."""

    name = "gemini-cli"

    def knows(self, payload: Payload) -> bool:
        """See `Agent.knows`."""
        return payload.maybe_text("hook_event_name") in {*_MOMENTS, *_OTHERS}

    def event(self, payload: Payload) -> Event | None:
        """See `Agent.event`."""
        named = payload.text("hook_event_name")
        if named in _MOMENTS:
            given = payload.part("tool_input")
            return tool_event(_MOMENTS[named], payload.text("tool_name"), given)
        if named != "AfterAgent":
            return None
        return Done(
            task=payload.maybe_text("prompt"),
            account=payload.maybe_text("prompt_response"),
            again=payload.flag("stop_hook_active"),
        )

    def answer(self, event: Event, objection: Objection) -> Mapping[str, object]:
        """See `Agent.answer`. After a tool, the reason takes the place of what the tool said."""
        if isinstance(event, Done) and event.again:
            return self.tell(event, objection.text)
        return {"decision": "deny", "reason": objection.text}

    def tell(self, event: Event, remark: str) -> Mapping[str, object]:
        """See `Agent.tell`."""
        return {"systemMessage": remark}
