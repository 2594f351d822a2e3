"""Who asks the server at once, and what becomes of a fault of ours: by a desk that a test plays."""

import threading

import anyio
from mcp.shared.memory import create_connected_server_and_client_session as connected

from indict_review.agents.answers import Answer
from indict_review.agents.mcp_server import MOST_WAITING, _OneLine, _server


class Desk:
    """Answers when it is let, and counts how many it works for at once."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.busy = self.most = 0

    def answer(self, tool, arguments, listen=None):
        if tool == "explain_finding":
            return Answer({}, "explained")
        if tool == "apply_revision":
            raise KeyError("a fault with\nAKIA" + "Q" * 16)
        self.busy += 1
        self.most = max(self.most, self.busy)
        assert self.let.wait(20)
        self.busy -= 1
        return Answer({}, "reviewed")


def held(conversation):
    async def talk():
        desk = Desk()
        async with connected(_server(desk)) as session:
            with anyio.fail_after(30):
                await conversation(desk, session)

    anyio.run(talk)


async def told(session, tool, into):
    # Not `call_tool`: these answers have no shape.
    from mcp import types

    request = types.CallToolRequest(params=types.CallToolRequestParams(name=tool, arguments={}))
    found = await session.send_request(types.ClientRequest(request), types.CallToolResult)
    into.append((found.isError, found.content[0].text))


def test_one_review_runs_at_a_time_and_a_look_at_one_does_not_wait():
    async def conversation(desk, session):
        reviews, looks = [], []
        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(told, session, "review_staged", reviews)
            await told(session, "explain_finding", looks)
            assert (looks, reviews) == ([(False, "explained")], [])
            desk.let.set()
        assert reviews == [(False, "reviewed")] * 3
        assert desk.most == 1

    held(conversation)


def test_more_than_can_wait_are_refused():
    async def conversation(desk, session):
        answers = []
        async with anyio.create_task_group() as tasks:
            for _ in range(MOST_WAITING + 3):
                tasks.start_soon(told, session, "review_staged", answers)
            while len(answers) < 2:
                await anyio.sleep(0.01)
            desk.let.set()
        assert sum(is_error for is_error, _ in answers) == 2
        assert "too many requests" in answers[0][1]

    held(conversation)


def test_a_fault_of_ours_is_an_answer_in_two_lines_and_one_in_the_log(caplog):
    async def conversation(desk, session):
        answers = []
        await told(session, "apply_revision", answers)
        await told(session, "explain_finding", answers)
        (is_error, text), after = answers
        assert is_error
        assert text.splitlines()[0] == "KeyError within indict-review"
        assert len(text.splitlines()) == 2
        assert after == (False, "explained")

    held(conversation)
    (logged,) = (record for record in caplog.records if record.name == "indict-review")
    line = _OneLine().format(logged)
    assert "test_mcp_turns.py:" in line
    assert "KeyError" in line
    assert "a fault with" in line
    assert len(line.splitlines()) == 1
    assert "AKIA" not in line
