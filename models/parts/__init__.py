"""Readings that were made on many machines, as Parquet files in a folder or bucket, on their way into one store.

A part is whole or it is refused: its name holds the SHA-256 of its bytes. It holds all that it was made from, so that
the machine that reads needs no database, and whoever has no use for one can query the parts where they are.
"""

from models.parts.loading import LoadResult, load
from models.parts.part import Part, PartHead, Reading
from models.parts.place import Folder, PartName

__all__ = ["Folder", "LoadResult", "Part", "PartHead", "PartName", "Reading", "load"]
