"""The provider's side of batches: files go up, batches run, files come down.

openai's client sends again what failed in passing. Only the start of a batch is not sent again blindly, since a reply
that was lost may have started it: before each further attempt the provider is asked for the batch by our name.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    AuthenticationError,
    DefaultHttpxClient,
    InternalServerError,
    NotFoundError,
    OpenAI,
    OpenAIError,
    PermissionDeniedError,
    RateLimitError,
)
from openai.types import Batch as ProviderBatch
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from extract.llm.server import Server, certificates
from models.errors import ClaimboardError

_ATTEMPTS = 4
"""Times that one request is sent before the command gives up."""

_TIMEOUT = 60.0
"""Seconds without a sign of the provider before a request is sent again."""

_OPENAI = "https://api.openai.com/v1"

_OUR_NAME = "claimboard_batch"
"""Key of the batch's metadata under which the provider keeps our name of it."""

FINAL = frozenset({"completed", "failed", "expired", "cancelled"})
"""States of a batch of which nothing more will come (OpenAI, API reference, the batch object)."""


class UnknownBatch(ClaimboardError):
    """The provider has no batch, or no file, of this name."""


class NoAnswer(ClaimboardError):
    """The provider cannot be reached, or answers that it is busy: later it may well."""


class Provider:
    """Batches of one provider or server that speaks OpenAI's protocol."""

    def __init__(self, server: Server) -> None:
        client = server.openai_client
        if client is None:
            raise ClaimboardError(
                f"--model {server.model}: this provider has no batches in OpenAI's form; name one that has"
            )
        self._server = server
        # No address is OpenAI's own, whatever OPENAI_BASE_URL says by now: it was heeded when the batch was submitted.
        is_openai = server.base_url is None and server.model.startswith("openai/")
        self.address = _OPENAI if is_openai else server.address
        self._client = OpenAI(
            api_key=client.api_key,
            base_url=_OPENAI if is_openai else client.base_url,
            max_retries=_ATTEMPTS - 1,
            timeout=_TIMEOUT,
            http_client=DefaultHttpxClient(verify=certificates()),
        )
        self._once = self._client.with_options(max_retries=0)

    def upload(self, path: Path, name: str) -> str:
        """Upload a file of requests; return the provider's id of it."""
        with self._explained(), path.open("rb") as file:
            return self._client.files.create(file=(f"{name}.jsonl", file), purpose="batch").id

    def start(self, file_id: str, batch_id: str) -> str:
        """Start a batch over an uploaded file, once; return the provider's id of it."""
        with self._explained():
            for attempt in _attempts():
                with attempt:
                    found = _found(self._once, batch_id) if attempt.retry_state.attempt_number > 1 else None
                    return found or _created(self._once, file_id, batch_id)
        raise AssertionError("unreachable")

    def find(self, batch_id: str) -> str | None:
        """Return the provider's id of a batch that may have been started, None where it was not."""
        with self._explained():
            return _found(self._client, batch_id)

    def look(self, provider_id: str) -> ProviderBatch:
        """Return a batch as it is now. Raises UnknownBatch."""
        with self._explained():
            return self._client.batches.retrieve(provider_id)

    def cancel(self, provider_id: str) -> ProviderBatch:
        """Ask for the end of a batch. Raises UnknownBatch."""
        with self._explained():
            return self._client.batches.cancel(provider_id)

    def download(self, file_id: str, path: Path) -> None:
        """Write a file of the provider's to a path. Raises UnknownBatch."""
        with self._explained():
            # The client itself does not send again what was cut in the middle.
            for attempt in _attempts():
                with attempt, self._once.files.with_streaming_response.content(file_id) as response:
                    response.stream_to_file(path)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Raise what the client raises as one line that says what to do."""
        try:
            yield
        except (AuthenticationError, PermissionDeniedError) as error:
            raise ClaimboardError(
                f"{self.address} refuses the key ({self._words(error)}); set OPENAI_API_KEY or the provider's own"
            ) from error
        except NotFoundError as error:
            raise UnknownBatch(
                f"{self.address} does not know it ({self._words(error)}); check the key, its project and --base-url"
            ) from error
        except APIStatusError as error:
            kind = NoAnswer if _is_passing(error) else ClaimboardError
            raise kind(f"{self.address} refused: {self._words(error)}; run the command again to go on") from error
        except (OpenAIError, OSError, httpx2.HTTPError) as error:
            raise NoAnswer(
                f"{self.address} does not answer ({self._words(error)}); run the command again to go on"
            ) from error

    def _words(self, error: BaseException) -> str:
        """Return an error in one short line, without the key."""
        message = getattr(error, "message", None) or str(error)
        status = getattr(error, "status_code", None) or type(error).__name__
        return self._server.without_key(" ".join(f"{status}: {message}".split()))[:300]


def _attempts() -> Retrying:
    return Retrying(
        retry=retry_if_exception(_is_passing),
        wait=wait_random_exponential(multiplier=0.2, max=20.0),
        stop=stop_after_attempt(_ATTEMPTS),
        reraise=True,
    )


def _created(client: OpenAI, file_id: str, batch_id: str) -> str:
    batch = client.batches.create(
        input_file_id=file_id,
        endpoint="/v1/chat/completions",
        completion_window="24h",
        metadata={_OUR_NAME: batch_id},
    )
    return batch.id


def _found(client: OpenAI, batch_id: str) -> str | None:
    listed = client.batches.list(limit=100)
    return next((batch.id for batch in listed if (batch.metadata or {}).get(_OUR_NAME) == batch_id), None)


def _is_passing(error: BaseException) -> bool:
    if isinstance(error, RateLimitError):
        return error.code != "insufficient_quota"
    return isinstance(error, APIConnectionError | InternalServerError | httpx2.TransportError)
