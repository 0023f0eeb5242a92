"""Made-up input for parsers: samples of what they read, cut, joined and changed in every way that hypothesis thinks of.

A run of the suite tries the same inputs each time. `make fuzz` sets CLAIMBOARD_FUZZ_SECONDS and tries other ones for so
long; there, an input eight times as long may not take as long as with the square of its length either.
"""

import json
import os
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SECONDS = float(os.environ.get("CLAIMBOARD_FUZZ_SECONDS", "0"))
_EXAMPLES = 60
_LONGEST_SECONDS = 1.0
"""Of the processor, for eight times an input that hypothesis made: less is not told from noise."""

_TIMES_AS_LONG = 40
"""Between the 8 of what is read once and the 64 of what goes over all of it for each part."""

_CHARACTERS = st.text(
    st.one_of(
        st.sampled_from("0123456789%.,;:\"'\\{}[]()<>@#=-+ \t\r\n\0\x1a\u2028\ufeff\u202e\ud800²½①٣×±"),
        st.characters(),
    ),
    max_size=20,
)


def mutated(*samples: bytes) -> st.SearchStrategy[bytes]:
    """Return samples with pieces cut out, doubled, swapped between them, overwritten, and put in."""
    pieces = st.one_of(
        st.sampled_from(samples),
        st.binary(max_size=20),
        _CHARACTERS.map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.sampled_from(
            [b"\n" * 9, b'"', b"1" * 400, b"1e999", b"NaN", b"[" * 2_000, b"(" * 200, b"\xff\xfe", b"\x80"]
        ),
    )
    changes = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), pieces), max_size=5)

    def change(sample: bytes, changes: list[tuple[float, float, bytes]]) -> bytes:
        for start, length, piece in changes:
            at = int(start * len(sample))
            sample = sample[:at] + piece + sample[at + int(length**4 * (len(sample) - at)) :]
        return sample[:20_000]

    return st.builds(change, st.sampled_from(samples), changes)


def eight_times(data: bytes) -> bytes:
    """Return input with all of it eight times."""
    return data * 8


def eight_times_in_json(data: bytes) -> bytes:
    """Return JSON of the same form with eight times as much in its lists and tables; else all of it eight times."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return eight_times(data)
    return json.dumps(_longer(value)).encode()


def _longer(value: Any) -> Any:
    if isinstance(value, list):
        return value * 8
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(item, dict) for item in value.values()):
        return {f"{key}{number or ''}": item for number in range(8) for key, item in value.items()}
    return {key: _longer(item) for key, item in value.items()}


def fuzz(
    check: Callable[[bytes], object],
    *samples: bytes,
    longest: int | None = None,
    longer: Callable[[bytes], bytes] = eight_times,
) -> int:
    """Give inputs made from the samples to a check, which raises what should not be; return how many there were.

    Each is cut off after `longest` bytes; `longer` makes one eight times as long of it, to compare the time.
    """
    tried = 0

    @settings(
        max_examples=200 if SECONDS else _EXAMPLES,
        derandomize=not SECONDS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(mutated(*samples))
    def run(data: bytes) -> None:
        nonlocal tried
        tried += 1
        data = data[:longest]
        once = _seconds(check, data)
        if SECONDS:
            seconds = _seconds(check, longer(data))
            assert seconds < max(_LONGEST_SECONDS, _TIMES_AS_LONG * once), f"{once:.2f} s, then {seconds:.2f} s"

    until = time.monotonic() + SECONDS
    run()
    while time.monotonic() < until:
        run()
    print(f"{tried:,} inputs")
    return tried


def _seconds(check: Callable[[bytes], object], data: bytes) -> float:
    began = time.process_time()
    check(data)
    return time.process_time() - began


def text_of(data: bytes) -> str:
    """Return bytes as text, whatever they are, with lone surrogates where they stand for such."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")
