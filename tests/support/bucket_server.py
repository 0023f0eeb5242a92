"""A bucket on this machine: rclone's server, which speaks S3 and knows one key."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEY, SECRET = "key", "secret"
_STARTED = "Starting s3 server on ["


@contextmanager
def bucket_server(root: Path) -> Iterator[str]:
    """Serve each folder in `root` as a bucket, and yield the server's address."""
    command = [str(Path(sys.executable).with_name("rclone")), "serve", "s3", str(root)]
    command += ["--addr", "127.0.0.1:0", "--auth-key", f"{KEY},{SECRET}", "--config", ""]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        try:
            said = next(line for line in server.stderr if _STARTED in line)
            yield said.partition(_STARTED)[2].partition("/]")[0]
        finally:
            server.terminate()
