"""A scripted model server: speaks the OpenAI protocol over real HTTP on loopback, and fails exactly as told.

Tests and benchmarks of the LLM extractor run against it, so that client library, connection pool, timeouts and retries
are the real ones. It is a process of its own: a benchmark can tell the server's share of the processor from its own.

    with running_server(script="500x2", delay=0.2) as server:
        client = AsyncOpenAI(base_url=server.base_url, api_key="any")

or `python tests/support/model_server.py --port 8001 --config '{"delay": 0.2}'`. What can be scripted is in
`model_script`; who answers in `schema_instance`, unless a responder is given. `/control/log`, `/control/stats` and
`POST /control/script` look at it and change it while it runs.
"""

import argparse
import asyncio
import atexit
import contextlib
import http.client
import inspect
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import model_wire
from aiohttp import web
from model_batches import Batches, Files, NotFoundError
from model_reply import ReplyWriter, error_body
from model_script import Fate, FateChooser, Json, Script, request_key
from pydantic import ValidationError

LOG_LIMIT = 200_000


class ModelServer:
    """The routes, and what they count."""

    def __init__(self, script: Script) -> None:
        self.started_at = time.time()
        self._first_script = script
        self.in_flight = 0
        self._set_script(script)
        self._reset()

    def _set_script(self, script: Script) -> None:
        self.script, self.chooser, self.writer = script, FateChooser(script), ReplyWriter(script)

    def _reset(self) -> None:
        self.files = Files()
        self.batches = Batches(self.files)
        self.calls: deque[Json] = deque(maxlen=LOG_LIMIT)
        self.counts: Counter[str] = Counter()
        self.fates: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.api_calls: Counter[str] = Counter()
        self.max_in_flight = self.in_flight

    def application(self) -> web.Application:
        """Return the application with every route."""
        application = web.Application(client_max_size=1 << 30, middlewares=[self._guard])
        application.add_routes(
            [
                web.get("/health", self._health),
                web.get("/v1/models", self._models),
                web.post("/v1/chat/completions", self._chat),
                web.post("/v1/files", self._upload),
                web.get("/v1/files/{id}", self._file),
                web.delete("/v1/files/{id}", self._delete_file),
                web.get("/v1/files/{id}/content", self._file_content),
                web.post("/v1/batches", self._create_batch),
                web.get("/v1/batches", self._list_batches),
                web.get("/v1/batches/{id}", self._batch),
                web.post("/v1/batches/{id}/cancel", self._cancel_batch),
                web.get("/control/log", self._log),
                web.get("/control/stats", self._stats),
                web.post("/control/script", self._control),
            ]
        )
        return application

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Check the key, and give the files and batches endpoints their fates."""
        if not request.path.startswith("/v1/"):
            return await handler(request)
        if self.script.api_key and request.headers.get("Authorization") != f"Bearer {self.script.api_key}":
            return web.json_response(error_body(401, "Incorrect API key.", code="invalid_api_key"), status=401)
        if request.path == "/v1/chat/completions":
            return await handler(request)
        self.api_calls[f"{request.method} {request.match_info.handler.__name__.lstrip('_')}"] += 1
        fate = self.chooser.choose_api()
        if fate.status or fate.kind not in {"ok", "delay"}:
            return await self._send(request, fate, {})
        await asyncio.sleep(fate.seconds)
        try:
            return await handler(request)
        except NotFoundError as error:
            return web.json_response(error_body(404, str(error)), status=404)

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _models(self, _: web.Request) -> web.Response:
        names = self.script.models or ["scripted"]
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "scripted"} for name in names]
        return web.json_response({"object": "list", "data": data})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        arrived = time.time()
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        entry: Json = {"time": arrived, "in_flight": self.in_flight, "answered": False, "status": None}
        self.calls.append(entry)
        try:
            return await self._chat_logged(request, entry)
        finally:
            self.in_flight -= 1
            entry["seconds"] = time.time() - arrived

    async def _chat_logged(self, request: web.Request, entry: Json) -> web.StreamResponse:
        body = await _json_body(request, "messages")
        key = request_key(body)
        entry |= {"key": key, "custom_id": request.headers.get("X-Custom-Id")}
        if self.script.keep_requests:
            entry["request"] = body
        fate = self.chooser.limited()
        if fate:
            entry["fate"] = "rate_limit"
        elif refusal := _unsupported(body, self.script):
            entry["fate"] = "unsupported"
            self._count(entry, None)
            return await self._send(request, Fate(str(refusal[0])), refusal[1], entry)
        else:
            fate = self.chooser.choose(body, key)
            entry["fate"] = fate.kind
        entry["attempt"] = self.chooser.seen[key]
        if fate.status or fate.kind == "quota":
            self._count(entry, None)
            return await self._send(request, fate, {}, entry)
        completion = self.writer.completion(body, fate)
        self._count(entry, completion["usage"])
        delay = self.chooser.delay(key) + (fate.seconds if fate.kind == "delay" else 0)
        if delay:
            await asyncio.sleep(delay)
        return await self._send(request, fate, completion, entry)

    def _count(self, entry: Json, usage: Json | None) -> None:
        self.fates[entry["fate"]] += 1
        self.counts["repeated"] += entry.get("attempt", 0) > 1
        if usage:
            self.counts["prompt_tokens"] += usage["prompt_tokens"]
            self.counts["completion_tokens"] += usage["completion_tokens"]
            self.counts["cached_tokens"] += usage["prompt_tokens_details"]["cached_tokens"]

    async def _send(
        self, request: web.Request, fate: Fate, body: Json, entry: Json | None = None
    ) -> web.StreamResponse:
        response = await model_wire.send(request, fate, body)
        if response is not None and entry is not None:
            entry |= {"answered": True, "status": response.status}
            self.statuses[response.status] += 1
        return response or web.Response()

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        upload = form.get("file")
        if not isinstance(upload, web.FileField) or "purpose" not in form:
            return web.json_response(error_body(400, "'file' and 'purpose' are required."), status=400)
        return web.json_response(self.files.add(upload.file.read(), upload.filename, str(form["purpose"])))

    async def _file(self, request: web.Request) -> web.Response:
        return web.json_response(self.files.get(request.match_info["id"]).description)

    async def _delete_file(self, request: web.Request) -> web.Response:
        return web.json_response(self.files.delete(request.match_info["id"]))

    async def _file_content(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["id"]).content
        return web.Response(body=content, content_type="application/octet-stream")

    async def _create_batch(self, request: web.Request) -> web.Response:
        body = await _json_body(request, "input_file_id", "endpoint", "completion_window")
        return web.json_response(self.batches.create(body, self.script))

    async def _list_batches(self, _: web.Request) -> web.Response:
        return web.json_response(self.batches.listed())

    async def _batch(self, request: web.Request) -> web.Response:
        batch_id = request.match_info["id"]
        return web.json_response(await self.batches.look(batch_id, self.script, self.chooser, self.writer))

    async def _cancel_batch(self, request: web.Request) -> web.Response:
        return web.json_response(self.batches.cancel(request.match_info["id"]))

    async def _log(self, _: web.Request) -> web.Response:
        return web.json_response(list(self.calls))

    async def _stats(self, _: web.Request) -> web.Response:
        stats = {
            "calls": self.fates.total(),
            "answered": self.statuses.total(),
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "fates": dict(self.fates),
            "statuses": {str(status): count for status, count in self.statuses.items()},
            "api_calls": dict(self.api_calls),
            **{name: self.counts[name] for name in ("repeated", "prompt_tokens", "completion_tokens", "cached_tokens")},
            "uptime_seconds": time.time() - self.started_at,
            "processor_seconds": time.process_time(),
        }
        return web.json_response(stats)

    async def _control(self, request: web.Request) -> web.Response:
        """Change the settings that are given and start the script anew; `reset` forgets all that came before."""
        changes = await request.json()
        reset = changes.pop("reset", False)
        try:
            script = Script.model_validate((self._first_script if reset else self.script).model_dump() | changes)
            self._set_script(script)
        except (ValidationError, ImportError, AttributeError) as error:
            return web.json_response(error_body(400, str(error)), status=400)
        if reset:
            self._reset()
        return web.json_response(script.model_dump(mode="json"))


async def _json_body(request: web.Request, *required: str) -> Json:
    try:
        body: Json = json.loads(await request.read())
        missing = [name for name in required if name not in body]
    except (ValueError, TypeError):
        missing = ["a JSON object"]
    if missing:
        message = json.dumps(error_body(400, f"Missing required parameter: {', '.join(missing)}.", param=missing[0]))
        raise web.HTTPBadRequest(text=message, content_type="application/json")
    return body


def _unsupported(request: Json, script: Script) -> tuple[int, Json] | None:
    """Return status and body of the refusal of a request that this model does not take."""
    model = request.get("model")
    if script.models is not None and model not in script.models:
        return 404, error_body(404, f"The model `{model}` does not exist.", param="model", code="model_not_found")
    for name in sorted(script.rejected_parameters & request.keys()):
        message = f"Unsupported parameter: '{name}' is not supported with this model."
        return 400, error_body(400, message, param=name, code="unsupported_parameter")
    if request.get("stream"):
        return 400, error_body(400, "Streaming is not supported.", param="stream")
    asked = (request.get("response_format") or {}).get("type", "text")
    if asked not in script.modes:
        message = f"Invalid parameter: 'response_format' of type '{asked}' is not supported with this model."
        return 400, error_body(400, message, param="response_format")
    if request.get("tools") and "tools" not in script.modes:
        return 400, error_body(400, "Tool calls are not supported with this model.", param="tools")
    return None


async def serve(script: Script, port: int, *, stop_at_eof: bool) -> None:
    """Serve until SIGTERM or SIGINT, or until standard input ends where that is asked for; print the address first."""
    runner = web.AppRunner(
        ModelServer(script).application(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if stop_at_eof:
        loop.add_reader(sys.stdin, stopped.set)
    await stopped.wait()
    await runner.cleanup()


@dataclass(frozen=True)
class ServerHandle:
    """A server that runs, seen from the process that started it."""

    address: str
    process_id: int

    @property
    def base_url(self) -> str:
        """What OpenAI clients take."""
        return f"{self.address}/v1"

    def stats(self) -> Json:
        """Return counts since the last reset: calls, answers, fates, statuses, tokens, requests in flight."""
        return cast(Json, self._call("GET", "/control/stats"))

    def log(self) -> list[Json]:
        """Return one entry per chat request, in order of arrival.

        `time` (seconds since the epoch), `seconds` from arrival to end, `key` (`model_script.request_key`), `custom_id`
        (header X-Custom-Id), `fate`, `attempt`, `in_flight` at arrival, `answered` in full, `status`.
        """
        return cast(list[Json], self._call("GET", "/control/log"))

    def configure(self, *, reset: bool = False, **changes: Any) -> Json:
        """Change fields of `model_script.Script` and start the script anew.

        `reset` forgets what came before: earlier changes, log and counts, files and batches.
        Raises ValueError where a field or value is unknown.
        """
        return cast(Json, self._call("POST", "/control/script", _settings(changes) | {"reset": reset}))

    def _call(self, method: str, path: str, body: Json | None = None) -> Any:
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, json.dumps(body) if body is not None else None)
            response = connection.getresponse()
            reply = json.loads(response.read())
        if response.status != 200:
            raise ValueError(reply["error"]["message"])
        return reply


def _settings(config: Json) -> Json:
    """Name functions by file, and check what can be checked on this side. Raises ValidationError."""
    settings = {
        name: f"{inspect.getsourcefile(value)}:{value.__qualname__}" if inspect.isfunction(value) else value
        for name, value in config.items()
    }
    return Script.model_validate(settings).model_dump(mode="json", include=set(settings))


@contextlib.contextmanager
def running_server(**config: Any) -> Iterator[ServerHandle]:
    """Run a server in a process of its own on a free port, for as long as the context lasts.

    `config` holds fields of `model_script.Script`; `responder` and `mutator` may be functions of a module's top level.
    """
    command = [sys.executable, str(Path(__file__)), "--port", "0", "--stop-at-eof"]
    process = subprocess.Popen(
        [*command, "--config", json.dumps(_settings(config))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    with process:
        try:
            # The address is printed once the socket listens; no line means that the process ended.
            address = process.stdout.readline().strip() if process.stdout else ""
            if not address:
                raise RuntimeError(f"the model server ended with status {process.wait()}; its error is printed above")
            handle = ServerHandle(address, process.pid)
            handle._call("GET", "/health")
            yield handle
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()


_running = contextlib.ExitStack()
atexit.register(_running.close)
_idle: list[ServerHandle] = []


@contextlib.contextmanager
def model_server(**config: Any) -> Iterator[ServerHandle]:
    """Give a block a server that nobody has asked anything yet; to start one for each test takes longer than the test.

    `config` is what `running_server` takes. A server that still has requests when the block ends is not used again; all
    end with this process.
    """
    server = _idle.pop() if _idle else _running.enter_context(running_server())
    server.configure(reset=True, **config)
    yield server
    if not server.stats()["in_flight"]:
        _idle.append(server)


def main() -> None:
    """Run a server from the command line."""
    parser = argparse.ArgumentParser(description="Scripted OpenAI-compatible model server on loopback.")
    parser.add_argument("--port", type=int, default=8001, help="0 takes a free one; the address is printed")
    parser.add_argument("--config", default="{}", help="JSON with fields of model_script.Script")
    parser.add_argument("--stop-at-eof", action="store_true", help="end when standard input does")
    arguments = parser.parse_args()
    script = Script.model_validate_json(arguments.config)
    asyncio.run(serve(script, arguments.port, stop_at_eof=arguments.stop_at_eof))


if __name__ == "__main__":
    main()
