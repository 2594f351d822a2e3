"""For every test: no settings of the machine, no network but loopback, and honest skips."""

import ipaddress
import os
import socket
from pathlib import Path

import pytest

from indict_review.config import cache_dir
from indict_review.models import weights
from tests.sandboxes import sandbox  # noqa: F401 (a fixture for all)

WEIGHTS = weights.find(cache_dir(os.environ))
"""Looked up before the environment is scrubbed."""


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "GIT_", "INDICT_REVIEW_")) or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "no-cache"))


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """Nothing that a test runs in this process reaches outside the machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = address[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise OSError(f"a test tried to reach {host}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def model_weights() -> Path:
    if WEIGHTS is None:
        pytest.skip("the model's weights are not here: run `indict-review model pull`")
    return WEIGHTS


_SKIPPED: list[str] = []


def pytest_runtest_logreport(report):
    if report.skipped:
        _SKIPPED.append(report.nodeid)


def pytest_sessionfinish(session, exitstatus):
    """In CI everything runs: a skipped test is a failure there."""
    if os.environ.get("INDICT_REVIEW_NO_SKIPS") and _SKIPPED and exitstatus == 0:
        print("\nskipped, where nothing may be:", *_SKIPPED, sep="\n  ")
        session.exitstatus = 1
