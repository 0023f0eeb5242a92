"""A model in a file on this machine: llama.cpp's server runs inside the process for as long as papers are read.

It speaks the same protocol as any other server, so nothing else of the extractor knows that it is local.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from models.errors import ClaimboardError

PREFIX = "llamacpp/"
"""Before the path of the weights, where other models have their provider."""

_CONTEXT = 8192
"""Tokens for one call: instructions, the longest abstract and the longest reply."""

_MOST_SLOTS = 4
"""Calls at once; each takes memory for a context of its own."""


def is_file(model: str) -> bool:
    """Whether a model is named as a file that is run in this process."""
    return model.startswith(PREFIX)


def weights_of(model: str) -> Path | None:
    """Return the file that `llamacpp/PATH` names, None for a model of another kind.

    Raises ClaimboardError where it cannot be run: no such file, another format, or llama.cpp is not installed.
    """
    if not is_file(model):
        return None
    path = Path(model.removeprefix(PREFIX)).expanduser()
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ClaimboardError(f"--model {model}: {path}: {error.strerror}; name a GGUF file") from error
    # The format's specification begins with these four bytes (ggml, docs/gguf.md).
    if magic != b"GGUF":
        raise ClaimboardError(f"--model {model}: {path} is not a GGUF file; download or convert the model to GGUF")
    if find_spec("xllamacpp") is None:
        raise ClaimboardError(f"--model {model}: llama.cpp is not installed; pip install 'claimboard[local]'")
    return path


def slots(concurrency: int) -> int:
    """Return how many calls are worth having under way: one for every two cores."""
    return max(1, min(concurrency, (os.cpu_count() or 1) // 2, _MOST_SLOTS))


@contextmanager
def local_server(weights: Path, concurrency: int) -> Iterator[str]:
    """Run a server for the weights inside the block; give its base URL on loopback."""
    import xllamacpp  # noqa: PLC0415 — a heavy extra that few runs need

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_parallel = slots(concurrency)
    parameters.n_ctx = _CONTEXT * parameters.n_parallel
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = _free_cores()
    parameters.port = 0
    parameters.ui = parameters.endpoint_slots = False
    parameters.verbosity = -1
    try:
        server = xllamacpp.Server(parameters)
    except RuntimeError as error:
        raise ClaimboardError(
            f"--model {PREFIX}{weights}: llama.cpp cannot load this file; it may be cut, or too large for the memory"
        ) from error
    try:
        yield f"{server.listening_address}/v1"
    finally:
        # It stops when nothing refers to it any more.
        del server


def _free_cores() -> int:
    """Return how many cores nobody else uses: threads of llama.cpp that share one wait for each other for minutes."""
    cores = os.cpu_count() or 1
    busy = int(os.getloadavg()[0]) if hasattr(os, "getloadavg") else 0
    return max(1, cores - busy)
