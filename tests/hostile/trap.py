"""What the attacks may find on the host if they get there: planted files, listeners, a process."""

import contextlib
import json
import os
import platform
import secrets
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

from indict_review.sandbox.interface import Limits

ENVIRON = "HOSTILE_TEST_TOKEN"
"""The variable of the caller's environment that holds the secret."""

PLACES = ("host-secret.txt", "home/.ssh/id_ed25519", "home/.netrc", "home/.aws/credentials")


@dataclass
class Trap:
    """Set before any sandbox is started. All of it can be reached by any user of the host."""

    secret: str = field(default_factory=lambda: f"SECRET-{secrets.token_hex(16)}")
    tag: str = field(default_factory=lambda: f"hostile{secrets.token_hex(8)}")
    """In the command line of whatever an attack starts, and in the name of what it writes."""
    folders: list[Path] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    """What came to the listeners."""

    def __post_init__(self):
        self._left = contextlib.ExitStack()
        for parent in ("/tmp", "/var/tmp"):
            self._plant(Path(tempfile.mkdtemp(prefix="indict-hostile-", dir=parent)))
        self._before = self._seen()
        self._left.callback(os.environ.__setitem__, "HOME", os.environ.get("HOME", "/"))
        os.environ[ENVIRON] = self.secret
        os.environ["HOME"] = str(self.folders[0] / "home")
        self._left.callback(os.environ.pop, ENVIRON, None)
        self._listen()
        self.bystander = f"bystander-{self.tag}"
        waiting = "import sys; sys.stdin.read()"
        other = subprocess.Popen(
            [sys.executable, "-c", waiting, self.bystander], stdin=subprocess.PIPE, env={}
        )
        self._left.callback(other.wait)
        self._left.callback(other.stdin.close)

    def _plant(self, folder):
        self._left.callback(shutil.rmtree, folder, ignore_errors=True)
        self.folders.append(folder)
        for place in PLACES:
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{self.secret}\n")
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)

    def _seen(self):
        return {
            str(path): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
            for folder in self.folders
            for path in sorted(folder.rglob("*"))
            if not path.is_socket()
        }

    def _listen(self):
        self._selector = selectors.DefaultSelector()
        self.tcp4 = self._bind(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))[1]
        self.udp = self._bind(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))[1]
        try:
            self.tcp6 = self._bind(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0))[1]
        except OSError:  # a machine without IPv6
            self.tcp6 = 0
        self.abstract = f"abstract-{self.tag}"
        self._bind(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.abstract}")
        self.socket = str(self.folders[0] / "socket")
        self._bind(socket.AF_UNIX, socket.SOCK_STREAM, self.socket)
        os.chmod(self.socket, 0o777)
        stop, self._stop = socket.socketpair()
        self._selector.register(stop, selectors.EVENT_READ, None)
        thread = threading.Thread(target=self._serve, daemon=True)
        thread.start()
        self._left.callback(thread.join)
        self._left.callback(self._stop.close)

    def _bind(self, family, kind, address):
        server = self._left.enter_context(socket.socket(family, kind))
        server.bind(address)
        if kind == socket.SOCK_STREAM:
            server.listen()
        self._selector.register(server, selectors.EVENT_READ, kind)
        return server.getsockname()

    def _serve(self):
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                if key.data == socket.SOCK_STREAM:
                    key.fileobj.accept()[0].close()
                else:
                    _, sender = key.fileobj.recvfrom(4096)
                    key.fileobj.sendto(b"an answer", sender)
                self.touched.append(str(key.fileobj.getsockname()))

    def told(self, limits: Limits) -> str:
        """What the attacker knows, as the file `trap.json` of its workspace."""
        files = [str(folder / place) for folder in self.folders for place in PLACES]
        machine = Path("/etc/machine-id")
        known = {name: getattr(self, name) for name in ("tag", "secret", "tcp4", "tcp6", "udp")}
        return json.dumps(
            {
                **known,
                "abstract": self.abstract,
                "socket": self.socket,
                "bystander": self.bystander,
                "files": files,
                "hostname": platform.node(),
                "machine": machine.read_text().strip() if machine.is_file() else "",
                "limits": vars(limits),
            }
        )

    def links(self) -> dict[str, str]:
        """Symbolic links of the workspace, to everything planted."""
        targets = [str(folder / place) for folder in self.folders for place in PLACES]
        targets += [str(folder / "home") for folder in self.folders]
        ups = "/".join([".."] * 40)
        ways = ("", ups, "/proc/1/root", "/proc/self/root", f"/proc/self/cwd/{ups}")
        return {
            f"links/{n}-{w}": way + t for n, t in enumerate(targets) for w, way in enumerate(ways)
        }

    def sprung(self) -> list[str]:
        """What happened to it on the host since it was set."""
        now = self._seen()
        changed = [p for p in {*now, *self._before} if now.get(p) != self._before.get(p)]
        return [*(f"{path} was changed" for path in changed), *self.touched]

    def reset(self) -> None:
        """After an attack that was let through on purpose."""
        self.touched.clear()
        for path in {*self._seen()} - {*self._before}:
            os.unlink(path)
        for path, (_, content) in self._before.items():
            if os.path.isfile(path):
                Path(path).write_bytes(content)

    def close(self) -> None:
        """Take everything away."""
        self._left.close()
