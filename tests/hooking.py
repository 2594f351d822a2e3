"""A project of a few files, and what coding agents call their hooks with, as their docs have it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import indict_review
from indict_review.agents.hook import Answer, Hook
from indict_review.config import Flags

PROJECT = Path(indict_review.__file__).parent.parent

SAFE = """import sqlite3


def find(db: sqlite3.Connection, name: str):
    return db.execute("SELECT * FROM users WHERE name = ?", (name,)).fetchall()
"""
QUERY = 'db.execute("SELECT * FROM users WHERE name = ?", (name,))'
UNSAFE = "db.execute(f\"SELECT * FROM users WHERE name = '{name}'\")"
WEAK = SAFE.replace(QUERY, UNSAFE)


def made(folder: Path, **files: str) -> Path:
    """A repository with one commit."""
    repo = folder / "repo"
    repo.mkdir()
    for name, text in {"app": SAFE, **files}.items():
        (repo / f"{name}.py").write_text(text)
    git(repo, "init", "-q", "-b", "main")
    git(repo, "add", ".")
    git(repo, "-c", "user.name=n", "-c", "user.email=e@x", "commit", "-qm", "first")
    return repo


def git(repo: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=repo, check=True)


def called(repo: Path, payload: object, *options: str) -> subprocess.CompletedProcess[str]:
    """The hook, as an agent calls it: a process of its own."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return subprocess.run(
        [sys.executable, "-m", "indict_review", "agent-hook", *options],
        cwd=repo,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


def answered(payload: object, repo: Path = Path(), **flags: str) -> Answer:
    """The same, within this process."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Hook(repo, flags=Flags(**flags)).answer(raw)


def claude(event: str, tool: str = "", given: object = None, **more: object) -> dict[str, object]:
    """Claude Code's payload."""
    told = {"tool_name": tool, "tool_input": given, "tool_use_id": "toolu_01"} if tool else {}
    return {
        "session_id": "abc123",
        "transcript_path": "/home/somebody/.claude/projects/p/00893aaf.jsonl",
        "cwd": "/home/somebody/elsewhere",
        "permission_mode": "default",
        "hook_event_name": event,
        **told,
        **more,
    }


def codex(event: str, **more: object) -> dict[str, object]:
    """Codex CLI's."""
    return {**claude(event, **more), "model": "a-model", "turn_id": "turn-1"}


def gemini(event: str, **more: object) -> dict[str, object]:
    """Gemini CLI's."""
    return {
        "session_id": "abc123",
        "transcript_path": "/home/somebody/.gemini/t.json",
        "cwd": "/home/somebody/elsewhere",
        "hook_event_name": event,
        "timestamp": "2026-11-22T10:00:00.000Z",
        **more,
    }


def cursor(event: str, **more: object) -> dict[str, object]:
    """Cursor's."""
    return {
        "conversation_id": "668320d2",
        "generation_id": "490b90b7",
        "model": "a-model",
        "hook_event_name": event,
        "cursor_version": "3.21.18",
        "workspace_roots": ["/home/somebody/elsewhere"],
        "user_email": None,
        **more,
    }


def copilot(**more: object) -> dict[str, object]:
    """GitHub Copilot's."""
    return {
        "sessionId": "abc123",
        "timestamp": 1763806800000,
        "cwd": "/home/somebody/elsewhere",
        **more,
    }
