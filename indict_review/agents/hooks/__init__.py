"""The hook protocols of coding agents: one module each, one line in the table."""

from indict_review.agents.hooks.claude_code import ClaudeCode
from indict_review.agents.hooks.codex import Codex
from indict_review.agents.hooks.copilot import Copilot
from indict_review.agents.hooks.cursor import Cursor
from indict_review.agents.hooks.gemini_cli import GeminiCli
from indict_review.agents.hooks.interface import Agent

# The special ones first: what Codex writes is in Claude Code's form, too.
AGENTS: dict[str, Agent] = {
    agent.name: agent for agent in (Cursor(), GeminiCli(), Codex(), ClaudeCode(), Copilot())
}
