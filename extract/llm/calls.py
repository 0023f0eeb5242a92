"""One reply from a model server, through everything that servers do: slowness, refusals, cuts, garbage.

A call that the server could not answer is sent again, with growing and jittered pauses; one that it will never answer
stops the run at once, since every other would fare alike.
"""

import asyncio
import email.utils
import math
import random
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from extract.extractor import Stopped
from extract.llm.budget import Budget
from extract.llm.journal import Journal, KeptReply
from extract.llm.meter import Meter
from extract.llm.server import Server
from extract.llm.throttle import Throttle
from extract.llm.tokens import most_tokens

_FIRST_PAUSE = 0.2
"""Seconds before a failed request is sent again, at most; the pauses after that grow."""

ATTEMPTS = 6
"""Times that one request is sent before its paper counts as failed."""

PATIENCE = 300.0
"""Seconds for which one request is held back by 'too many requests' before its paper counts as failed."""

_LONGEST_WAIT = 60.0
"""Seconds; a server that asks for more in Retry-After is asked again after this."""

_SILENT = 3
"""Requests in a row that found no server before the run stops."""

_OURS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError)
"""What code that is wrong raises, and no connection."""


class CallFailed(Exception):
    """The server gave no usable reply for one paper; the message is the reason to store."""


class Unanswered(CallFailed):
    """No server was found in any attempt. Whether that is the paper's fault or the server's, later calls will tell."""


class _TooMany(Exception):
    """The server asked for a pause."""


@dataclass
class Ask:
    """What is asked about one paper, reply by reply."""

    key: str
    """Names the text of the paper."""
    kept: deque[KeptReply] = field(default_factory=deque)
    """Replies that a run which was killed received, in their order."""
    meter: Meter = field(default_factory=Meter)


@dataclass
class Caller:
    """Sends requests of one run."""

    server: Server
    throttle: Throttle
    budget: Budget
    journal: Journal | None = None
    _silent: int = field(default=0, init=False)
    _was_answered: bool = field(default=False, init=False)
    _stopped: Stopped | None = field(default=None, init=False)

    def about(self, key: str) -> Ask:
        """Begin to ask about a paper."""
        return Ask(key, self.journal.take(key) if self.journal else deque())

    async def call(self, arguments: Mapping[str, Any], ask: Ask) -> Any:
        """Return the server's reply, or the one that it gave to a killed run.

        Raises CallFailed where this request came to nothing, Stopped where every request would.
        """
        while ask.kept:
            reply = self.server.restored(ask.kept.popleft())
            if reply is not None:
                ask.meter.call()
                ask.meter.add(reply)
                return reply
        try:
            if not self.budget.bounded:
                return await self._repeated(arguments, ask)
            async with self.budget.reserved(*most_tokens(arguments), ask.meter):
                return await self._repeated(arguments, ask)
        except Stopped as stop:
            self._stopped = self._stopped or stop
            raise

    async def _repeated(self, arguments: Mapping[str, Any], ask: Ask) -> Any:
        """Send the request until it is answered."""
        try:
            try:
                # The first time by hand: tenacity costs a tenth of a call, and most are answered at once.
                return await self._when_allowed(arguments, ask)
            except Exception as error:
                if not _is_passing(error):
                    raise
                await asyncio.sleep(random.uniform(0.0, _FIRST_PAUSE))  # noqa: S311 — jitter, not a secret
            again = AsyncRetrying(
                retry=retry_if_exception(_is_passing),
                wait=wait_random_exponential(multiplier=2 * _FIRST_PAUSE, max=20.0),
                stop=stop_after_attempt(ATTEMPTS - 1),
                reraise=True,
            )
            return await again(self._when_allowed, arguments, ask)
        except (Stopped, CallFailed):
            raise
        except Exception as error:
            if not _is_passing(error):
                raise self._explained(error) from error
            reason = f"no reply after {ATTEMPTS} attempts: {self._words(error)}"
            if status_of(error) is not None or isinstance(error, (ValueError, RecursionError)):  # a body, such as it is
                raise CallFailed(reason) from error
            self._silent += 1
            if self._silent >= _SILENT:
                raise self.no_answer(self._words(error)) from error
            raise Unanswered(reason) from error

    @property
    def is_answered(self) -> bool:
        """Whether the server gave some answer to the latest calls."""
        return not self._silent

    @property
    def was_answered(self) -> bool:
        """Whether it ever gave one in this run."""
        return self._was_answered

    def no_answer(self, words: str) -> Stopped:
        """Return what ends a run for want of a server."""
        return Stopped(f"{self.server.address} does not answer: {words}; start it, then run again")

    def _heard(self) -> None:
        self._silent = 0
        self._was_answered = True

    async def _when_allowed(self, arguments: Mapping[str, Any], ask: Ask) -> Any:
        """Send the request, as often as the server says 'too many' and patience lasts."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                async with self.throttle.slot():
                    if self._stopped:
                        raise self._stopped
                    return await self._once(arguments, ask)
            except _TooMany as busy:
                if time.monotonic() > deadline:
                    raise CallFailed(f"'too many requests' for {PATIENCE:g} s: {busy}") from busy

    async def _once(self, arguments: Mapping[str, Any], ask: Ask) -> Any:
        ask.meter.call()
        try:
            async with asyncio.timeout(self.server.timeout):
                reply = await self.server.ask(arguments)
        except Exception as error:
            status = status_of(error)
            if status is not None:
                self._heard()
            wait = retry_after(error)
            if (status == 429 and not _is_quota(error)) or (status == 503 and wait):
                # A little later than asked for, and not all at the same moment.
                self.throttle.refused(wait + random.uniform(0.05, 0.25))  # noqa: S311 — jitter, not a secret
                raise _TooMany(self._words(error)) from error
            raise
        self._heard()
        self.throttle.answered()
        # Before another call takes this one's place: a killed run repeats no more calls than may be under way.
        if self.journal:
            self.journal.add(ask.key, self.server.kept(reply))
        ask.meter.add(reply)
        return reply

    def _explained(self, error: Exception) -> Exception:
        """Tell what stops the run from what spoils one paper."""
        status, model, address = status_of(error), self.server.model, self.server.address
        words = self._words(error)
        if status in (401, 403):
            return Stopped(f"{address} refuses the key ({status}: {words}); set OPENAI_API_KEY or the provider's own")
        if status == 404:
            return Stopped(f"{address} has no model {model.split('/', 1)[1]} ({words}); check --model and --base-url")
        if _is_quota(error):
            return Stopped(f"{address} says the quota is used up ({words}); add credit, then run again")
        return CallFailed(f"the server refused the request: {words}")

    def _words(self, error: BaseException) -> str:
        """Return an error in one short line, without the key: some servers repeat it."""
        return self.server.without_key(" ".join(f"{type(error).__name__}: {error}".split()))[:200]


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status of an error, in whichever attribute the provider's client has it."""
    found = (getattr(error, name, None) for name in ("status_code", "code"))
    return next((status for status in found if isinstance(status, int)), None)


def _is_quota(error: BaseException) -> bool:
    return getattr(error, "code", None) == "insufficient_quota"


def _is_passing(error: BaseException) -> bool:
    """Whether the same request may well succeed later."""
    # tenacity asks about a cancelled call too, which is none of the server's doing.
    if not isinstance(error, Exception) or isinstance(error, (Stopped, CallFailed, *_OURS)):
        return False
    status = status_of(error)
    # Without a status it is a connection that was refused, reset or too slow, or a body that is cut or garbled.
    return status is None or status in (408, 409, 425) or status >= 500


_SECONDS = re.compile(r"\d+(?:\.\d+)?")


def retry_after(error: BaseException) -> float:
    """Return the seconds that the server wants to be left alone, from Retry-After in either form (RFC 9110, 10.2.3)."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = str(headers.get("retry-after", "")).strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), _LONGEST_WAIT)
    try:
        seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return min(max(math.ceil(seconds), 0.0), _LONGEST_WAIT)
