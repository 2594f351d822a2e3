"""Codex CLI's hooks: Claude Code's protocol, with apply_patch as the tool that edits.

Source: github.com/openai/codex, codex-rs/hooks (schema/generated, src/engine/output_parser.rs), as
of November 2026. The patch is in `tool_input.command`. `ask` is an error there, after which the
edit goes ahead: what nobody could look at is denied. A `systemMessage` alone keeps nothing from
happening there, too.
"""

from indict_review.agents.hooks.claude_code import ClaudeCode
from indict_review.agents.hooks.payload import Payload


class Codex(ClaudeCode):
    """See `Agent`."""

    name = "codex"
    asks = False

    def knows(self, payload: Payload) -> bool:
        """See `Agent.knows`."""
        return super().knows(payload) and payload.has("turn_id", "model")
