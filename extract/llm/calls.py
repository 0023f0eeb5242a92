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
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from extract.extractor import Stopped
from extract.llm.asked import asked_hash
from extract.llm.journal import Journal, JournalEntry, JournalKey, paper_key
from extract.llm.limits import Allowance, OutOfReach, Slots
from extract.llm.meter import Meter
from extract.llm.prompt import Question
from extract.llm.server import Form, Request, Server
from extract.llm.tokens import most_tokens
from models.paper import Paper

_FIRST_PAUSE = 0.2
"""Seconds before a failed request is sent again, at most; the pauses after that double."""

_LONGEST_PAUSE = 20.0
"""Seconds."""

ATTEMPTS = 6
"""Times that one request is sent before its paper counts as failed."""

PATIENCE = 300.0
"""Seconds for which one request is held back by 'too many requests' before its paper counts as failed."""

_LONGEST_WAIT = 60.0
"""Seconds; a server that asks for more in Retry-After is asked again after this."""

_SILENT = 3
"""Requests in a row that found no server before the run stops."""

_UNSENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ConnectionRefusedError", "gaierror"})
"""What the libraries under the providers' clients raise before a request is on its way."""

_OURS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError)
"""What code that is wrong raises, and no connection."""


class CallFailed(Exception):
    """The server gave no usable reply for one paper; the message is the reason to store."""


class Unanswered(CallFailed):
    """No server was found, or it lets nobody in. Whether that is the paper's fault, later calls will tell."""


class _TooMany(Exception):
    """The server asked for a pause."""


@dataclass
class Ask:
    """What is asked about one paper, reply by reply."""

    meter: Meter
    key: JournalKey | None = None
    """Under which replies are written down, None where they are not."""
    journaled: deque[JournalEntry] = field(default_factory=deque)
    """Replies that a run which was killed received, in their order."""


@dataclass
class Caller:
    """Sends requests of one run."""

    server: Server
    throttle: Slots
    budget: Allowance
    journal: Journal | None = None
    _doubts: int = field(default=0, init=False)
    """Requests in a row that found no server, or one that lets nobody in."""
    _doubt: Stopped | None = field(default=None, init=False)
    _was_answered: bool = field(default=False, init=False)
    _stopped: Stopped | None = field(default=None, init=False)

    def about(self, paper: Paper, questions: Sequence[Question], meter: Meter) -> Ask:
        """Begin to ask about a paper."""
        if self.journal is None:
            return Ask(meter)
        key = JournalKey(paper_key(paper.paper_id, paper.text_hash), asked_hash(questions))
        return Ask(meter, key, self.journal.take(key))

    async def call(self, request: Request, ask: Ask) -> tuple[Any, Form]:
        """Return the server's reply, or the one that it gave to a killed run, and the form in which it was asked for.

        Raises CallFailed where this request came to nothing, Stopped where every request would.
        """
        while ask.journaled:
            found = self.server.restored(ask.journaled.popleft())
            if found is not None:
                ask.meter.call()
                ask.meter.add(found[0])
                return found
        try:
            return await self._repeated(request, ask), request.form
        except Stopped as stop:
            self._stopped = self._stopped or stop
            raise

    @property
    def is_answered(self) -> bool:
        """Whether the server gave some answer to the latest calls."""
        return not self._doubts

    @property
    def doubt(self) -> Stopped | None:
        """What ends a run in which the server never gave a reply, if it left any request without an answer."""
        return None if self._was_answered else self._doubt

    async def _repeated(self, request: Request, ask: Ask) -> Any:
        """Send the request until it is answered, at most `ATTEMPTS` times."""
        try:
            return await self._when_allowed(request, ask)
        except Exception as error:
            failures = [error]

        async def again() -> Any:
            # tenacity takes a tenth of a call, and most are answered at once: it takes over from the first failure.
            if failures:
                raise failures.pop()
            return await self._when_allowed(request, ask)

        attempts = AsyncRetrying(
            retry=retry_if_exception(_is_passing),
            wait=wait_random_exponential(multiplier=_FIRST_PAUSE, max=_LONGEST_PAUSE),
            stop=stop_after_attempt(ATTEMPTS),
            reraise=True,
        )
        try:
            return await attempts(again)
        except (Stopped, CallFailed):
            raise
        except Exception as error:
            raise self._explained(error) from error

    async def _when_allowed(self, request: Request, ask: Ask) -> Any:
        """Send the request, as often as the server says 'too many' and patience lasts."""
        deadline: float | None = None
        while True:
            try:
                async with self.throttle.slot():
                    if not self.budget.bounded:
                        return await self._once(request, ask)
                    async with self.budget.reserved(*most_tokens(request.arguments), ask.meter):
                        return await self._once(request, ask)
            except _TooMany as busy:
                deadline = deadline or time.monotonic() + PATIENCE
                if time.monotonic() > deadline:
                    raise CallFailed(f"'too many requests' for {PATIENCE:g} s: {busy}") from busy

    async def _once(self, request: Request, ask: Ask) -> Any:
        if self._stopped:
            raise self._stopped
        ask.meter.call()
        try:
            async with asyncio.timeout(self.server.timeout):
                reply = await self.server.ask(request.arguments)
        except Exception as error:
            status = status_of(error)
            if status is None and _was_sent(error):
                ask.meter.lose(*most_tokens(request.arguments))
            elif status is not None and status != 403:
                self._doubts = 0
            wait = retry_after(error)
            if (status == 429 and not _is_quota(error)) or (status == 503 and wait):
                # A little later than asked for, and not all at the same moment.
                self.throttle.refused(wait + random.uniform(0.05, 0.25))  # noqa: S311 — jitter, not a secret
                raise _TooMany(self._words(error)) from error
            raise
        self._doubts = 0
        self._was_answered = True
        self.throttle.answered()
        # Before another call takes this one's place: a killed run repeats no more calls than may be under way.
        if self.journal and ask.key:
            self.journal.add(ask.key, self.server.written(reply, request.form))
        ask.meter.add(reply)
        return reply

    def _explained(self, error: Exception) -> Exception:
        """Tell what stops the run from what spoils one paper."""
        status, model, address = status_of(error), self.server.model, self.server.address
        words = self._words(error)
        if status == 401 or (status == 403 and not self._was_answered):
            refused = Stopped(
                f"{address} refuses the key ({status}: {words}); set OPENAI_API_KEY or the provider's own"
            )
            # Some gateways forbid one text in this way, before they have replied to those that are under way.
            return (
                refused
                if status == 401
                else self._doubted(
                    refused, f"the server refused the request: {words}", max(_SILENT, self.throttle.limit)
                )
            )
        if status == 404:
            return Stopped(f"{address} has no model {model.split('/', 1)[1]} ({words}); check --model and --base-url")
        if status == 402 or _is_quota(error):
            return Stopped(f"{address} says the quota is used up ({words}); add credit, then run again")
        if not _is_passing(error):
            return CallFailed(f"the server refused the request: {words}")
        reason = f"no reply after {ATTEMPTS} attempts: {words}"
        if status is not None or isinstance(error, (ValueError, RecursionError)):  # a body, such as it is
            return CallFailed(reason)
        silence = f"does not answer: {words}; start it" if not _is_late(error) else f"gives {words}"
        return self._doubted(Stopped(f"{address} {silence}, then run again"), reason, _SILENT)

    def _doubted(self, doubt: Stopped, reason: str, most: int) -> Exception:
        """Return what ends the run where so many requests in a row were doubtful, else what holds this paper back."""
        self._doubts += 1
        self._doubt = doubt
        return doubt if self._doubts >= most else Unanswered(reason)

    def _words(self, error: BaseException) -> str:
        """Return an error in one short line, without the key: some servers repeat it."""
        if _is_late(error):
            return f"no reply within {self.server.timeout:g} s; raise --timeout"
        return self.server.without_key(" ".join(f"{type(error).__name__}: {error}".split()))[:200]


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status of an error, in whichever attribute the provider's client has it."""
    found = (getattr(error, name, None) for name in ("status_code", "code"))
    return next((status for status in found if isinstance(status, int)), None)


def _is_late(error: BaseException) -> bool:
    """Whether a request that was sent had no reply in time."""
    return (isinstance(error, TimeoutError) or type(error).__name__ == "APITimeoutError") and _was_sent(error)


def _was_sent(error: BaseException) -> bool:
    """Whether the server may have received the request, so that its reply is paid for."""
    cause: BaseException | None = error
    while cause is not None:
        if any(kind.__name__ in _UNSENT for kind in type(cause).__mro__):
            return False
        cause = cause.__cause__ or cause.__context__
    return True


def _is_quota(error: BaseException) -> bool:
    return getattr(error, "code", None) == "insufficient_quota"


def _is_passing(error: BaseException) -> bool:
    """Whether the same request may well succeed later."""
    if isinstance(error, OutOfReach):
        return True
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
