"""A Ray cluster of this machine, for as long as a test needs one; and a worker that misbehaves."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from indict_review.bench.engines.remote import Remote

START = ("start", "--head", "--block", "--node-ip-address=127.0.0.1", "--num-cpus=2",
         "--include-dashboard=false", "--disable-usage-stats")  # fmt: skip


@contextmanager
def cluster():
    """The address of one, and what has to be in the environment of whoever joins it."""
    environ = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    with socket.socket() as free, TemporaryDirectory(prefix="r") as folder:
        # Its sockets lie below: such paths have to be short.
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        free.close()
        own = dict.fromkeys(("HOME", "TMPDIR", "RAY_TMPDIR"), folder)
        command = [sys.executable, "-m", "ray.scripts.scripts", *START]
        head = subprocess.Popen(
            [*command, f"--port={address.partition(':')[2]}", f"--temp-dir={folder}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**own, "PATH": os.environ["PATH"], **environ},
        )  # fmt: skip
        try:
            said = [head.stdout.readline()]
            while "Ray runtime started" not in said[-1]:
                assert said[-1], said
                said.append(head.stdout.readline())
            yield address, environ
        finally:
            head.send_signal(signal.SIGTERM)  # it ends what it began
            head.communicate(timeout=30)


class Unreliable(Remote):
    """Says everything twice; is killed in the middle of one sample; forgets another."""

    def away(self, task):
        if task.sample.ident == "pair-0/fixed":
            return
        for number, sent in enumerate(super().away(task)):
            if number == 1 and task.sample.ident == "pair-1/fixed":
                os.kill(os.getpid(), signal.SIGKILL)
            yield sent
            yield sent
