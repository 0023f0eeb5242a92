"""How a fate looks on the wire: a sound reply, a status, or a connection that fails at the point asked for."""

import asyncio
import json
import socket
import struct

from aiohttp import web
from model_reply import error_body
from model_script import Fate, Json, retry_after

_GARBAGE = b"\x1f\x8b\x08" + bytes(range(255, 0, -1)) * 4


async def send(request: web.Request, fate: Fate, body: Json) -> web.StreamResponse | None:
    """Give a request its fate; return the reply, or None where the client got no complete one.

    `body` is what a sound reply holds; for a status, the error, or nothing for one that says it was scripted.
    """
    status = 429 if fate.kind == "quota" else fate.status
    if status:
        return await _whole(request, _error(status, fate, body))
    payload = json.dumps(body, ensure_ascii=False).encode()
    match fate.kind:
        case "hang":
            await asyncio.Event().wait()
        case "reset":
            _reset(request)
        case "disconnect":
            _close(request)
        case "not_http":
            _close(request, _GARBAGE)
        case "reset_mid_body":
            response = await _begun(request, payload)
            await response.write(payload[: len(payload) // 2])
            # What was sent must reach the client before the reset, which discards what waits.
            await asyncio.sleep(0.01)
            _reset(request)
        case "drip":
            response = await _begun(request, payload)
            step = -(-len(payload) // 10)
            for start in range(0, len(payload), step):
                await asyncio.sleep(fate.seconds / 10)
                await response.write(payload[start : start + step])
            await response.write_eof()
            return response
        case _:
            spoilt = {"truncated_body": payload[: len(payload) // 2], "garbage_body": _GARBAGE}
            content = spoilt.get(fate.kind, payload)
            return await _whole(request, web.Response(body=content, content_type="application/json"))
    return None


def _error(status: int, fate: Fate, body: Json) -> web.Response:
    code = {"quota": "insufficient_quota", "429": "rate_limit_exceeded"}.get(fate.kind)
    response = web.json_response(body or error_body(status, f"Scripted {fate.kind}.", code=code), status=status)
    if header := retry_after(fate.argument):
        response.headers["Retry-After"] = header
    return response


async def _whole(request: web.Request, response: web.Response) -> web.Response:
    await response.prepare(request)
    await response.write_eof()
    return response


async def _begun(request: web.Request, payload: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(payload))})
    await response.prepare(request)
    return response


def _close(request: web.Request, last_words: bytes = b"") -> None:
    if request.transport:
        request.transport.write(last_words)
        request.transport.close()


def _reset(request: web.Request) -> None:
    """Close with a TCP reset: a socket that lingers for zero seconds sends one (socket(7), SO_LINGER)."""
    if request.transport:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
