"""The server as an agent has it: a process of its own, spoken to by the official client."""

import os
import sys
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client

import indict_review

PROJECT = Path(indict_review.__file__).parent.parent

WEAK = """\
--- a/app.py
+++ b/app.py
@@ -1 +1,5 @@
 import subprocess
+
+
+def run(name):
+    return subprocess.run("ls " + name, shell=True)
"""
CLEAN = WEAK.replace('subprocess.run("ls " + name, shell=True)', "len(name)")
MENDED = """\
--- /dev/null
+++ b/load.py
@@ -0,0 +1,5 @@
+import yaml
+
+
+def load(text):
+    return yaml.load(text)
"""
"""The rule that finds it knows the fix."""


@dataclass(frozen=True)
class Said:
    """What came back of one call."""

    is_error: bool
    text: str
    data: dict[str, Any]


class Client:
    """A session of the official client, which holds every answer to the tool's own schema."""

    def __init__(self, portal: BlockingPortal, session: ClientSession) -> None:
        self.portal, self.session = portal, session

    def tools(self) -> list[types.Tool]:
        return self.portal.call(self.session.list_tools).tools

    def call(self, tool: str, heard: list[str] | None = None, /, **arguments: Any) -> Said:
        return self.later(tool, heard, **arguments).result(60)

    def later(
        self, tool: str, heard: list[str] | None = None, /, **arguments: Any
    ) -> "Future[Said]":
        """The same, not waited for."""

        async def hear(progress: float, total: float | None, message: str | None) -> None:
            assert heard is not None
            heard.append(message or "")

        async def called() -> Said:
            callback = None if heard is None else hear
            found = await self.session.call_tool(tool, arguments, progress_callback=callback)
            (content,) = found.content
            return Said(found.isError, content.text, found.structuredContent or {})

        return self.portal.start_task_soon(called)


def command(repo: Path, *flags: str) -> list[str]:
    return ["-m", "indict_review", "mcp", "--repo", str(repo), *flags]


def environ() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(PROJECT)}


@asynccontextmanager
async def _session(repo: Path, flags: tuple[str, ...]) -> AsyncIterator[ClientSession]:
    server = StdioServerParameters(
        command=sys.executable, args=command(repo, *flags), env=environ(), cwd=repo
    )
    with open(os.devnull, "w") as nothing:
        async with stdio_client(server, nothing) as ends, ClientSession(*ends) as session:
            await session.initialize()
            yield session


@contextmanager
def served(repo: Path, *flags: str) -> Iterator[Client]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(_session(repo, flags)) as session,
    ):
        yield Client(portal, session)
