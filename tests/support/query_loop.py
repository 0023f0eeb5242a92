"""Queries a database over and over, as another program would that looks at it while it is written.

    python tests/support/query_loop.py DATABASE

Until standard input ends; then it prints how often it looked. An error ends it with its traceback.
"""

import sys
import threading
import time
from pathlib import Path

from models.store import Store


def main() -> None:
    database, looks, over = Path(sys.argv[1]), 0, threading.Event()

    def wait() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait, daemon=True).start()
    while not over.is_set():
        if database.exists():
            Store(database).query("SELECT count(*), count(DISTINCT paper_id) FROM claims")
            looks += 1
        time.sleep(0.02)
    print(looks)


if __name__ == "__main__":
    main()
