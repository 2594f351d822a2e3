"""Whether there is somebody at an address: Ray itself waits a quarter of an hour to find out."""

from __future__ import annotations

import socket

from indict_review.errors import ConfigError

PATIENCE = 10
"""Seconds to answer in."""
HINT = "`ray start --head` begins one; --ray-address HOST:PORT names one. Its token has to be here."


def check(address: str) -> None:
    """Raises `ConfigError`."""
    host, _, port = address.rpartition(":")
    if "/" in host or not (host and port.isdecimal()):
        raise ConfigError(
            f"--ray-address {address}: it is not HOST:PORT",
            "Call it on a machine of the cluster: through ray:// nothing comes back in time.",
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
    except (OSError, OverflowError, ValueError) as e:
        raise absent(f"nobody answers at {address}") from e


def absent(reason: str) -> ConfigError:
    """For a cluster that cannot be joined."""
    return ConfigError(f"there is no Ray cluster to join: {reason}", HINT)
