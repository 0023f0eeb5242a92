"""What the store remembers of a batch."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

IN_TOKYO = """
import sys
from datetime import UTC, datetime, timedelta, timezone
from models.batches import Batch, BatchPaper, Batches
from models.store import Store
store = Store(sys.argv[1])
paper = BatchPaper(number=1, paper_id="p", text_hash="t", asked_hash="a")
zones = {"aware": UTC, "elsewhere": timezone(timedelta(hours=-5)), "naive": None}
for name, zone in zones.items():
    moment = datetime(2026, 1, 2, 12, tzinfo=UTC).astimezone(zone) if zone else datetime(2026, 1, 2, 12)
    fields = {"run_id": "r", "model": "a/b", "form": "json", "papers": 1, "requests": 1}
    Batches(store).add(Batch(batch_id=name, created_at=moment, **fields), [paper])
for batch in Batches(store).in_state("starting"):
    print(batch.created_at.isoformat())
"""


def test_a_batch_keeps_its_moment_in_utc_wherever_the_machine_is(path: Path) -> None:
    command = [sys.executable, "-c", IN_TOKYO, str(path)]
    zone = {**os.environ, "TZ": "Asia/Tokyo"}
    done = subprocess.run(command, cwd=ROOT, env=zone, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["2026-01-02T12:00:00"] * 3
