"""What a page shows, kept in its address: a link brings back the same view, and so does the browser's "back".

The address decides. A picker is set from it each time a page is drawn, and only writes to it; what an address says that
no picker offers is ignored. An address holds no more than differs from the defaults.
"""

from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlencode

import streamlit as st

_MOST_DIGITS = 9

Value = str | int | Iterable[str] | None
"""What a parameter can be: None, an empty text or an empty list takes it out of the address."""


def text(name: str) -> str:
    """Return a parameter as it stands in the address; empty where it does not."""
    return st.query_params.get(name, "")


def texts(name: str) -> tuple[str, ...]:
    """Return all values of a parameter that may be given several times, in order, each once."""
    return tuple(dict.fromkeys(value for value in st.query_params.get_all(name) if value))


def number(name: str, default: int = 1) -> int:
    """Return a whole number from 0; the default where the address has none."""
    given = text(name)
    return int(given) if given.isdecimal() and given.isascii() and len(given) <= _MOST_DIGITS else default


def one_of(name: str, options: Sequence[str], default: str = "") -> str:
    """Return which of the options the address names; the default where it is none of them."""
    given = text(name)
    return given if given in options else default


def put(**parameters: Value) -> None:
    """Write parameters into the address, and leave all others as they are: one step for the browser's "back"."""
    kept: dict[str, str | list[str]] = {name: st.query_params.get_all(name) for name in st.query_params}
    for name, value in parameters.items():
        written = _written(value)
        if written:
            kept[name] = written
        else:
            kept.pop(name, None)
    st.query_params.from_dict(kept)


def to(page: str, /, **parameters: Value) -> str:
    """Return the address of a page: `to("claims", benchmark="gsm8k")`. The page is named as in app.py; "" is the first.

    It is relative, so that it also holds where the dashboard is served below another path.
    """
    pairs = [(name, written) for name, value in parameters.items() if (written := _written(value))]
    query = urlencode(pairs, doseq=True)
    return f"./{page}" + (f"?{query}" if query else "")


def searched(label: str, name: str, *, placeholder: str = "", resets: Sequence[str] = ("page",)) -> str:
    """Put a field for words on the page, and return what the address has in it."""
    key = _follow(name, text(name))
    st.text_input(
        label, type="search", key=key, placeholder=placeholder, on_change=_store, args=(name, key, "", tuple(resets))
    )
    return text(name).strip()


def picked(  # noqa: PLR0913 — what a picker has
    label: str,
    name: str,
    options: Sequence[str],
    *,
    shown: Callable[[str], str] = str,
    default: str | None = None,
    resets: Sequence[str] = ("page",),
    read: Callable[[str], str] | None = None,
    write: Callable[[str], dict[str, Value]] | None = None,
    help: str | None = None,
) -> str:
    """Put a list to pick one option from on the page, which people can search, and return the one that is picked.

    The default is the first option. What `shown` returns is shown as text. `resets` names parameters that mean nothing
    after another choice. `read` makes an option of what the address says, `write` parameters of an option, where these
    are not the same.
    """
    standard = options[0] if default is None else default
    current = read(text(name)) if read else text(name)
    current = current if current in options else standard
    key = _follow(name, current)

    def store() -> None:
        value = st.session_state[key]
        put(**dict.fromkeys(resets), **(write(value) if write else {name: None if value == standard else value}))

    st.selectbox(label, options, format_func=shown, key=key, help=help, on_change=store)
    return current


def several(  # noqa: PLR0913 — what a picker has
    label: str,
    name: str,
    options: Sequence[str],
    *,
    shown: Callable[[str], str] = str,
    most: int | None = None,
    placeholder: str = "",
    resets: Sequence[str] = ("page",),
) -> tuple[str, ...]:
    """Put a list to pick any number of options from on the page, and return those that are picked."""
    chosen = [value for value in texts(name) if value in options][:most]
    key = _follow(name, chosen)
    st.multiselect(
        label,
        options,
        format_func=shown,
        key=key,
        max_selections=most,
        placeholder=placeholder,
        on_change=_store,
        args=(name, key, None, tuple(resets)),
    )
    return tuple(chosen)


def switched(  # noqa: PLR0913 — what a picker has
    label: str,
    name: str,
    options: Sequence[str],
    *,
    shown: Callable[[str], str] = str,
    default: str | None = None,
    resets: Sequence[str] = ("page",),
    help: str | None = None,
) -> str:
    """Put a few options side by side on the page, and return the one that is on.

    Without a default none need be on, which is the empty text. Labels must be our own words: they may be Markdown.
    """
    key = _follow(name, one_of(name, options, default or "") or None)
    st.segmented_control(
        label,
        options,
        format_func=shown,
        required=default is not None,
        wrap=True,
        key=key,
        help=help,
        on_change=_store,
        args=(name, key, default or "", tuple(resets)),
    )
    return one_of(name, options, default or "")


def ticked(label: str, name: str, *, resets: Sequence[str] = ("page",), help: str | None = None) -> bool:
    """Put a switch on the page, and return whether it is on."""
    key = _follow(name, text(name) == "yes")

    def store() -> None:
        put(**{name: "yes" if st.session_state[key] else None}, **dict.fromkeys(resets))

    st.toggle(label, key=key, help=help, on_change=store)
    return text(name) == "yes"


def _follow(name: str, value: object) -> str:
    """Set the picker of a parameter from the address, and return its key."""
    key = f"pick_{name}"
    st.session_state[key] = value
    return key


def _store(name: str, key: str, standard: object, resets: tuple[str, ...]) -> None:
    value = st.session_state[key]
    put(**dict.fromkeys(resets), **{name: None if value == standard else value})


def _written(value: Value) -> str | list[str]:
    if value is None:
        return ""
    return str(value) if isinstance(value, str | int) else [str(item) for item in value]
