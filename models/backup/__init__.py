"""A copy of a store that outlives the file and DuckDB itself: a folder of Parquet files with a manifest.

Only what cannot be made again is in it: papers, readings, verdicts, aliases, batches. What follows from these is made
anew when the copy is restored, as this claimboard makes it.
"""

from models.backup.manifest import Manifest
from models.backup.restoring import restore
from models.backup.writing import back_up

__all__ = ["Manifest", "back_up", "restore"]
