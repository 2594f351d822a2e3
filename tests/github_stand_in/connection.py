"""HTTP on loopback."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.github_stand_in.serving import serve

if TYPE_CHECKING:
    from tests.github_stand_in.hub import StandIn


def listening(hub: StandIn) -> ThreadingHTTPServer:
    """A server, a thread to each connection; it is not started yet."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _connection(hub))
    server.daemon_threads = True
    return server


def _connection(hub: StandIn) -> type[BaseHTTPRequestHandler]:
    class Connection(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body go out together, and at once.
        wbufsize = -1
        disable_nagle_algorithm = True

        def answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            reply = serve(hub, self.command, self.path, self.headers, raw)
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Connection
