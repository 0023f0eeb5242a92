"""Files and batches of the scripted model server: the provider's batch API, with outcomes that a script decides."""

import asyncio
import json
import time
from dataclasses import dataclass, field

from model_reply import ReplyWriter, error_body
from model_script import FateChooser, Json, Script, request_key, uniform

_UNANSWERED = {"reset", "disconnect", "reset_mid_body", "not_http", "hang", "truncated_body", "garbage_body"}
_FINAL = {"completed", "failed", "expired", "cancelled"}


class NotFoundError(LookupError):
    """No file or batch has this id."""


@dataclass
class StoredFile:
    """An uploaded or written file."""

    content: bytes
    description: Json


@dataclass
class Files:
    """Files by id, in memory."""

    stored: dict[str, StoredFile] = field(default_factory=dict)
    _count: int = 0

    def add(self, content: bytes, filename: str, purpose: str) -> Json:
        """Keep a file and return the file object."""
        self._count += 1
        description = {
            "id": f"file-{self._count}",
            "object": "file",
            "bytes": len(content),
            "created_at": int(time.time()),
            "filename": filename,
            "purpose": purpose,
            "status": "processed",
        }
        self.stored[f"file-{self._count}"] = StoredFile(content, description)
        return description

    def get(self, file_id: str) -> StoredFile:
        """Return a file; raises NotFoundError."""
        if file_id not in self.stored:
            raise NotFoundError(f"No such File object: {file_id}")
        return self.stored[file_id]

    def delete(self, file_id: str) -> Json:
        """Forget a file; raises NotFoundError."""
        self.get(file_id)
        del self.stored[file_id]
        return {"id": file_id, "object": "file", "deleted": True}


@dataclass
class Batch:
    """A batch and what its outcome will be."""

    description: Json
    outcome: str
    lines: list[Json]
    looks: int = 0


class Batches:
    """Batches by id. A batch goes on only when it is looked at, so that tests need no clock."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._batches: dict[str, Batch] = {}

    def create(self, request: Json, script: Script) -> Json:
        """Take a batch in; its input is checked when it is first looked at. Raises NotFoundError."""
        self._files.get(request["input_file_id"])
        number = len(self._batches)
        outcomes = script.batch.outcomes
        description = {
            "id": f"batch_{number + 1}",
            "object": "batch",
            "endpoint": request["endpoint"],
            "input_file_id": request["input_file_id"],
            "completion_window": request["completion_window"],
            "metadata": request.get("metadata"),
            "status": "validating",
            "created_at": int(time.time()),
            "errors": None,
            "output_file_id": None,
            "error_file_id": None,
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
        }
        outcome = outcomes[number] if number < len(outcomes) else "completed"
        self._batches[f"batch_{number + 1}"] = Batch(description, outcome, [])
        return description

    def listed(self) -> Json:
        """Return every batch, the newest first."""
        data = [batch.description for batch in reversed(self._batches.values())]
        return {"object": "list", "data": data, "has_more": False}

    def _get(self, batch_id: str) -> Batch:
        if batch_id not in self._batches:
            raise NotFoundError(f"No batch found with id '{batch_id}'.")
        return self._batches[batch_id]

    async def look(self, batch_id: str, script: Script, chooser: FateChooser, writer: ReplyWriter) -> Json:
        """Return a batch after it went one step on; raises NotFoundError."""
        batch = self._get(batch_id)
        description = batch.description
        if description["status"] in _FINAL:
            return description
        batch.looks += 1
        if description["status"] == "validating" and not self._validate(batch, script):
            return description
        if description["status"] == "cancelling":
            await self._finish(batch, "cancelled", script, chooser, writer)
        elif batch.looks > script.batch.polls:
            await self._finish(batch, batch.outcome, script, chooser, writer)
        else:
            done = len(batch.lines) * batch.looks // (script.batch.polls + 1)
            description["request_counts"] = {"total": len(batch.lines), "completed": done, "failed": 0}
        return description

    def cancel(self, batch_id: str) -> Json:
        """Ask for a batch's end; raises NotFoundError."""
        description = self._get(batch_id).description
        if description["status"] not in _FINAL:
            description |= {"status": "cancelling", "cancelling_at": int(time.time())}
        return description

    def _validate(self, batch: Batch, script: Script) -> bool:
        description = batch.description
        batch.lines, errors = _read_lines(self._files.get(description["input_file_id"]).content, description, script)
        if batch.outcome == "failed":
            errors.append({"code": script.batch.failure_code, "message": "The batch was refused.", "line": None})
        if errors:
            listed = {"object": "list", "data": [{"param": None, "line": None, **error} for error in errors]}
            description |= {"status": "failed", "failed_at": int(time.time()), "errors": listed}
            return False
        description |= {"status": "in_progress", "in_progress_at": int(time.time())}
        return True

    async def _finish(
        self, batch: Batch, status: str, script: Script, chooser: FateChooser, writer: ReplyWriter
    ) -> None:
        """Answer the lines, in an order of their own as providers do, and write both files."""
        lines = sorted(batch.lines, key=lambda line: uniform(script.seed, "order", line["custom_id"]))
        share = 1.0 if status == "completed" else script.batch.answered_share
        answered = round(len(lines) * share)
        outputs: list[Json] = []
        errors: list[Json] = []
        for position, line in enumerate(lines):
            if position % 200 == 199:
                await asyncio.sleep(0)
            if position >= answered:
                message = f"This request could not be executed before the batch {status}."
                result = _result(position, line, error={"code": f"batch_{status}", "message": message})
            else:
                result = _answer(position, line, script, chooser, writer)
            sound = result["response"] is not None and result["response"]["status_code"] < 400
            (outputs if sound else errors).append(result)
        description = batch.description
        description |= {
            "status": status,
            f"{status}_at": int(time.time()),
            "output_file_id": self._write(outputs, f"{description['id']}_output.jsonl"),
            "error_file_id": self._write(errors, f"{description['id']}_error.jsonl"),
            "request_counts": {"total": len(lines), "completed": len(outputs), "failed": len(errors)},
        }

    def _write(self, results: list[Json], filename: str) -> str | None:
        if not results:
            return None
        content = "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results)
        file_id: str = self._files.add(content.encode(), filename, "batch_output")["id"]
        return file_id


def _read_lines(content: bytes, description: Json, script: Script) -> tuple[list[Json], list[Json]]:
    """Return the input's lines and what is wrong with them, each error with its line counted from 1."""
    lines: list[Json] = []
    errors: list[Json] = []
    seen: set[str] = set()
    for number, text in enumerate(content.decode("utf-8", "replace").split("\n"), start=1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            custom_id, body = line["custom_id"], line["body"]
        except (ValueError, TypeError, KeyError):
            errors.append({"code": "invalid_json_line", "message": "This line is not a request.", "line": number})
            continue
        if custom_id in seen:
            message = f"The custom_id '{custom_id}' is used twice."
            errors.append({"code": "duplicate_custom_id", "message": message, "line": number, "param": "custom_id"})
        if line.get("url") != description["endpoint"] or line.get("method") != "POST":
            message = f"The line must be a POST to {description['endpoint']}."
            errors.append({"code": "mismatched_endpoint", "message": message, "line": number, "param": "url"})
        if body.get("stream"):
            errors.append({"code": "invalid_request", "message": "Batches do not stream.", "line": number})
        seen.add(custom_id)
        lines.append(line)
    if not lines and not errors:
        errors.append({"code": "empty_file", "message": "The input file has no lines."})
    if len(lines) > script.batch.max_lines:
        message = f"The input file has {len(lines)} lines; {script.batch.max_lines} are allowed."
        errors.append({"code": "too_many_requests", "message": message})
    return lines, errors


def _answer(position: int, line: Json, script: Script, chooser: FateChooser, writer: ReplyWriter) -> Json:
    custom_id, request = line["custom_id"], line["body"]
    if custom_id in script.batch.failing_lines:
        return _result(position, line, status=400, body=error_body(400, "This request is not valid."))
    fate = chooser.choose(request, request_key(request))
    if fate.status:
        return _result(position, line, status=fate.status, body=error_body(fate.status, f"Scripted {fate.status}."))
    if fate.kind in _UNANSWERED:
        return _result(position, line, error={"code": "server_error", "message": f"Scripted {fate.kind}."})
    return _result(position, line, status=200, body=writer.completion(request, fate))


def _result(
    position: int, line: Json, *, status: int | None = None, body: Json | None = None, error: Json | None = None
) -> Json:
    response = {"status_code": status, "request_id": f"req_{position}", "body": body} if status else None
    return {"id": f"batch_req_{position}", "custom_id": line["custom_id"], "response": response, "error": error}
