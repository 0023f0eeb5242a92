"""Parts to test with, and what a store makes of them."""

from collections.abc import Callable

from models.backup.tables import KEPT
from models.parts import LoadResult, Part, PartHead, load
from models.store import Store

HEAD = PartHead(claimboard="1", extractor="rules", fingerprint="rules-1")
MakePart = Callable[..., Part]


def taken_in(store: Store, *places: str) -> tuple[LoadResult, list[str]]:
    result, refusals = LoadResult(), []
    load(store, places, HEAD.fingerprint, result, refused=lambda error: refusals.append(str(error)))
    return result, refusals


def rows(store: Store) -> dict[str, list[object]]:
    return {table: store.query(f"FROM store.{table} ORDER BY ALL").to_pylist() for table in KEPT}
