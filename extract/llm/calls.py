"""One reply from a model server, through everything that servers do: slowness, refusals, cuts, garbage.

A call that the server could not answer is sent again, with growing and jittered pauses; one that it will never answer
stops the run at once, since every other would fare alike.
"""

import asyncio
import email.utils
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
from openai import OpenAIError
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from extract.extractor import Stopped
from extract.llm.prices import Price
from extract.llm.server import Server
from extract.llm.throttle import Throttle
from models.run import Usage

ATTEMPTS = 6
"""Times that one request is sent before its paper counts as failed."""

PATIENCE = 300.0
"""Seconds for which one request is held back by 'too many requests' before its paper counts as failed."""

_LONGEST_WAIT = 60.0
"""Seconds; a server that asks for more in Retry-After is asked again after this."""

_SILENT = 3
"""Requests in a row that found no server before the run stops."""


class CallFailed(Exception):
    """The server gave no usable reply for one paper; the message is the reason to store."""


class _TooMany(Exception):
    """The server asked for a pause."""


@dataclass
class Caller:
    """Sends requests of one run, and counts what they take."""

    server: Server
    throttle: Throttle
    _silent: int = field(default=0, init=False)

    async def call(self, arguments: Mapping[str, Any], meter: "Meter") -> Any:
        """Return the server's reply.

        Raises CallFailed where this request came to nothing, Stopped where every request would.
        """
        attempts = AsyncRetrying(
            retry=retry_if_exception(_is_passing),
            wait=wait_random_exponential(multiplier=0.2, max=20.0),
            stop=stop_after_attempt(ATTEMPTS),
            reraise=True,
        )
        try:
            return await attempts(self._when_allowed, arguments, meter)
        except (Stopped, CallFailed):
            raise
        except Exception as error:
            if not _is_passing(error):
                raise self._explained(error) from error
            self._silent += _status(error) is None
            if self._silent >= _SILENT:
                raise Stopped(
                    f"{self.server.address} does not answer: {_words(error)}; start it, then run again"
                ) from error
            raise CallFailed(f"no reply after {ATTEMPTS} attempts: {_words(error)}") from error

    async def _when_allowed(self, arguments: Mapping[str, Any], meter: "Meter") -> Any:
        """Send the request, as often as the server says 'too many' and patience lasts."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                async with self.throttle.slot():
                    return await self._once(arguments, meter)
            except _TooMany as busy:
                if time.monotonic() > deadline:
                    raise CallFailed(f"'too many requests' for {PATIENCE:g} s: {busy}") from busy

    async def _once(self, arguments: Mapping[str, Any], meter: "Meter") -> Any:
        meter.calls += 1
        try:
            async with asyncio.timeout(self.server.timeout):
                reply = await self.server.ask(arguments)
        except Exception as error:
            if _status(error) is not None:
                self._silent = 0
            if _status(error) == 429 and not _is_quota(error):
                self.throttle.refused(_retry_after(error))
                raise _TooMany(_words(error)) from error
            raise
        self._silent = 0
        self.throttle.answered()
        meter.add(reply)
        return reply

    def _explained(self, error: Exception) -> Exception:
        """Tell what stops the run from what spoils one paper."""
        status, model, address = _status(error), self.server.model, self.server.address
        if status in (401, 403):
            return Stopped(
                f"{address} refuses the key ({status}: {_words(error)}); set OPENAI_API_KEY or the provider's own"
            )
        if status == 404:
            return Stopped(
                f"{address} has no model {model.split('/', 1)[1]} ({_words(error)}); check --model and --base-url"
            )
        if _is_quota(error):
            return Stopped(f"{address} says the quota is used up ({_words(error)}); add credit, then run again")
        return CallFailed(f"the server refused the request: {_words(error)}")


@dataclass
class Meter:
    """Counts what reading one paper takes."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    began: float = field(default_factory=time.monotonic)

    def add(self, reply: Any) -> None:
        """Count the tokens of a reply, in whichever words the provider reports them."""
        usage = getattr(reply, "usage", None) or getattr(reply, "usage_metadata", None)
        if usage is None:
            return
        self.tokens_in += _first(usage, "prompt_tokens", "input_tokens", "prompt_token_count")
        self.tokens_out += _first(usage, "completion_tokens", "output_tokens", "candidates_token_count")
        details = getattr(usage, "prompt_tokens_details", None)
        self.tokens_cached += _first(
            details or usage, "cached_tokens", "cache_read_input_tokens", "cached_content_token_count"
        )

    def usage(self, price: Price | None) -> Usage:
        """Return what was counted until now."""
        counts = {"tokens_in": self.tokens_in, "tokens_out": self.tokens_out, "tokens_cached": self.tokens_cached}
        return Usage(
            calls=self.calls,
            seconds=time.monotonic() - self.began,
            cost_usd=price.cost(**counts) if price else None,
            **counts,
        )


def _first(usage: Any, *names: str) -> int:
    """Return the first of several counts that an object has, 0 where it has none."""
    return next((int(value) for name in names if (value := getattr(usage, name, None)) is not None), 0)


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _is_quota(error: BaseException) -> bool:
    return getattr(error, "code", None) == "insufficient_quota"


def _is_passing(error: BaseException) -> bool:
    """Whether the same request may well succeed later."""
    if isinstance(error, Stopped | CallFailed):
        return False
    status = _status(error)
    if status is not None:
        return status in (408, 409, 425) or status >= 500
    # A body that is cut or garbled ends in ValueError; what else openai and others raise without a status is a
    # connection that was refused, reset or too slow.
    return isinstance(error, OpenAIError | httpx2.HTTPError | OSError | TimeoutError | ValueError)


def _retry_after(error: BaseException) -> float:
    """Return the seconds that the server wants to be left alone, from Retry-After in either form (RFC 9110, 10.2.3)."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        moment = email.utils.parsedate_to_datetime(value).timestamp() if value.endswith("GMT") else time.time()
        seconds = moment - time.time()
    return min(max(seconds, 0.0) + random.uniform(0.05, 0.25), _LONGEST_WAIT)  # noqa: S311 — jitter, not a secret


def _words(error: BaseException) -> str:
    """Return an error in one short line, without what a server may have echoed of the request."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
