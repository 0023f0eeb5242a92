"""A server that answers every request with one body: for what no scripted reply of a model says."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextlib.contextmanager
def fixed_server(status: int, body: bytes, content_type: str = "application/json") -> Iterator[str]:
    """Run a server in a thread for as long as the block lasts; give its base URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


def refusing_server(status: int, words: str) -> contextlib.AbstractContextManager[str]:
    """Run a server that refuses everything, in these words."""
    return fixed_server(status, json.dumps({"error": {"message": words, "type": "invalid_request_error"}}).encode())
