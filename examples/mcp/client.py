"""An agent's side of it, in a few lines: have a patch reviewed, then write what may land.

    python client.py PROJECT REPLY.md "what was asked for"

It writes into PROJECT what the gate lets through, and prints what an agent would read. Needs
`pip install 'indict-review[mcp]'`.
"""

import asyncio
import sys
from pathlib import Path

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main(project: str, reply: str, task: str) -> int:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "indict_review", "mcp", "--repo", project],
    )
    async with stdio_client(server) as (incoming, outgoing):
        async with ClientSession(incoming, outgoing) as session:
            await session.initialize()

            patch = Path(reply).read_text(encoding="utf-8")
            review = await session.call_tool("review_patch", {"patch": patch, "task": task})
            print(review.content[0].text)
            found = review.structuredContent
            if review.isError or found is None:
                return 2

            about = {"review_id": found["review_id"]}
            for finding in found["findings"]:
                which = about | {"fingerprint": finding["fingerprint"]}
                explained = await session.call_tool("explain_finding", which)
                print(f"\n{explained.content[0].text}")

            if found["gate"] not in {"accepted", "revised"}:
                return 1
            written = await session.call_tool("apply_revision", about)
            print(f"\n{written.content[0].text}")
            return 2 if written.isError else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(asyncio.run(main(*sys.argv[1:])))
