"""The user's aliases in a store: added, listed and removed, each time with all that is made of them.

An alias acts at once, without a new extraction: the same transaction that stores it renews what is derived from the
papers whose claims print a name concerned. An alias of a name that the vocabulary knows takes with it all names that
the vocabulary has for the same thing.

The table is flat: what an alias names is never itself an alias. Where it would be, the alias gets what that one names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from models.aliases.alias import Alias
from models.current import refresh_names
from models.errors import ClaimboardError
from models.moment import utc_now
from models.nearness import near
from models.store import Store
from models.vocabulary import NameKind, vocabulary
from models.vocabulary.tables import NAMED_IN

_Key = tuple[NameKind, str]
_Known = dict[_Key, Alias]
"""By kind and form of the printed name."""


@dataclass(frozen=True)
class Counted:
    """An alias, and how many claims print the name: as model or baseline, metric, or benchmark."""

    alias: Alias
    claims: int
    before: str | None = None
    """What the printed name was an alias of until now."""
    added_at: datetime | None = None
    """UTC."""
    added_by: str | None = None
    shown: str | None = None
    """What views call the name now: the vocabulary's spelling, where it knows the name."""


class Aliases:
    """The user's aliases in one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, aliases: Sequence[Alias], *, replace: bool = False, added_by: str | None = None) -> list[Counted]:
        """Store aliases, all or none, and return them as they stand then, with what followed them.

        One that is there already changes nothing. Raises ClaimboardError where one names itself, also in a circle, or
        names something else than one that is there; `replace` puts it in the place of that one.
        """
        with self._store.write() as connection:
            known = _known(connection)
            changed = _merged(known, aliases, replace=replace)
            if changed:
                connection.executemany(
                    "INSERT OR REPLACE INTO store.user_aliases VALUES (?, ?, ?, ?, ?, ?)",
                    [(*key, known[key].printed, known[key].name, utc_now(), added_by) for key in changed],
                )
                # What they were names of before may be called otherwise without them.
                before = ((known[key], name) for key, name in changed.items() if name)
                former = (alias.model_copy(update={"name": name}) for alias, name in before)
                _renew(connection, [*(known[key] for key in changed), *former])
            counts = _counts(connection)
            asked = [(alias.kind, vocabulary().form(alias.kind, alias.printed)) for alias in aliases]
            shown = _shown(connection)
            return [
                Counted(known[key], counts.get(key, 0), changed.get(key), shown=shown.get(key))
                for key in dict.fromkeys((*asked, *changed))
            ]

    def remove(self, kind: NameKind, printed: str) -> Counted:
        """Remove the alias of a printed name, in any spelling, and return it. Raises ClaimboardError where none is."""
        with self._store.write() as connection:
            key = kind, vocabulary().form(kind, printed)
            known = _known(connection)
            if key not in known:
                raise ClaimboardError(
                    f"{self._store.path} has no alias of the {kind} {printed!r}: {_near(known, kind, printed)}"
                )
            count = _counts(connection).get(key, 0)
            connection.execute("DELETE FROM store.user_aliases WHERE kind = ? AND form = ?", list(key))
            _renew(connection, [known[key]])
            return Counted(known[key], count)

    def listed(self, kind: NameKind | None = None) -> list[Counted]:
        """Return the aliases, of one kind or all, by kind, name and printed name."""
        with self._store.read() as connection:
            counts = _counts(connection)
            rows = connection.execute(
                """
                SELECT kind, form, printed, name, added_at, added_by FROM store.user_aliases
                WHERE kind = coalesce(?, kind) ORDER BY kind, lower(name), lower(printed), form
                """,
                [kind],
            ).fetchall()
        return [
            Counted(Alias(kind=of, printed=printed, name=name), counts.get((of, form), 0), None, added_at, added_by)
            for of, form, printed, name, added_at, added_by in rows
        ]


def _known(connection: duckdb.DuckDBPyConnection) -> _Known:
    rows = connection.execute("SELECT kind, form, printed, name FROM store.user_aliases").fetchall()
    return {(kind, form): Alias(kind=kind, printed=printed, name=name) for kind, form, printed, name in rows}


def _shown(connection: duckdb.DuckDBPyConnection) -> dict[_Key, str]:
    """Return what views call what each alias is a name of."""
    rows = connection.execute(
        "SELECT kind, form, name FROM store.current_aliases SEMI JOIN store.user_aliases USING (kind, form)"
    ).fetchall()
    return {(kind, form): name for kind, form, name in rows}


def _merged(known: _Known, aliases: Iterable[Alias], *, replace: bool) -> dict[_Key, str | None]:
    """Put aliases into the known ones; return the keys of what changed, with what each was an alias of before."""
    words = vocabulary()
    changed: dict[_Key, str | None] = {}
    for alias in aliases:
        kind, form = alias.kind, words.form(alias.kind, alias.printed)
        if form == words.form(kind, alias.name):
            raise ClaimboardError(f"{alias.printed!r} and {alias.name!r} are one {kind} already, in two spellings")
        name = _final(known, kind, alias.name)
        if words.form(kind, name) == form:
            raise ClaimboardError(
                f"the {kind} {alias.name!r} is a name of {name!r} already, so that {alias.printed!r} cannot be one of "
                f"{alias.name!r}: claimboard alias remove {kind} {alias.name!r} first, if that is wrong"
            )
        before = known.get((kind, form))
        if before is not None:
            if words.key(kind, before.name) == words.key(kind, name):
                continue
            if not replace:
                raise ClaimboardError(
                    f"the {kind} {alias.printed!r} is an alias of {before.name!r} already, not of {name!r}: "
                    "--replace has the new one take its place"
                )
        changed[kind, form] = before.name if before else None
        known[kind, form] = Alias(kind=kind, printed=alias.printed, name=name)
        for key, other in known.items():
            if key[0] == kind and words.form(kind, other.name) == form:
                changed.setdefault(key, other.name)
                known[key] = other.model_copy(update={"name": name})
    return changed


def _final(known: _Known, kind: NameKind, name: str) -> str:
    """Return what a name counts as by the known aliases, of it or of what the vocabulary knows it as; else itself."""
    words = vocabulary()
    for form in (words.form(kind, name), words.key(kind, name)):
        if alias := known.get((kind, form)):
            return alias.name
    return name


def _renew(connection: duckdb.DuckDBPyConnection, aliases: Iterable[Alias]) -> None:
    """Renew what is derived from the papers that print a name concerned."""
    names: dict[NameKind, set[str]] = {}
    for alias in aliases:
        names.setdefault(alias.kind, set()).update((alias.printed, alias.name))
    for kind, concerned in names.items():
        refresh_names(connection, kind, concerned)


def _counts(connection: duckdb.DuckDBPyConnection) -> dict[_Key, int]:
    """Return how many claims each alias acts on."""
    fields = " UNION ALL ".join(
        f"SELECT paper_id, claim_id, '{kind}' AS kind, {field} AS printed FROM claims"  # noqa: S608 — our own names
        for field, kind in NAMED_IN.items()
    )
    rows = connection.execute(
        f"""
        WITH acting AS (
            SELECT names.kind, names.printed, coalesce(own.form, shown.form) AS form
            FROM store.names
            LEFT JOIN store.user_aliases AS own ON own.kind = names.kind AND own.form = names.form
            LEFT JOIN store.aliases ON aliases.kind = names.kind AND aliases.form = names.form
            LEFT JOIN store.user_aliases AS shown ON shown.kind = aliases.kind AND shown.form = aliases.key
            WHERE own.form IS NOT NULL OR shown.form IS NOT NULL
        )
        SELECT kind, form, count(DISTINCT (paper_id, claim_id)) FROM ({fields}) JOIN acting USING (kind, printed)
        GROUP BY kind, form
        """  # noqa: S608
    ).fetchall()
    return {(kind, form): count for kind, form, count in rows}


def _near(known: _Known, kind: NameKind, printed: str) -> str:
    names = [alias.printed for alias in known.values() if alias.kind == kind]
    return near(printed, names) or "claimboard alias list shows what it has"
