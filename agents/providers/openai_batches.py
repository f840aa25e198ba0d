"""OpenAI's Batch API: a file of requests in, a file of responses and a file of errors out.

https://platform.openai.com/docs/api-reference/batch
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import to_json

from agents.providers.batch_door import BatchDoor, BatchEntry, BatchState, SentBatch, by_id, result_lines
from agents.providers.completion import part
from agents.providers.faults import Fault, FaultKind, scrubbed, status_fault

_URL = "/v1/chat/completions"
_PAGE = 100
_EARLIER = 3_600.0
"""By how many seconds the clocks of the server and of this machine may differ."""
_QUOTED = 300
_ENDED = frozenset({"completed", "expired", "cancelled", "failed"})
_TOKEN = "arena"


class OpenAIBatches(BatchDoor):
    """OpenAI's Batch API, or that of a server which speaks it."""

    async def submit(self, bodies: Mapping[str, Mapping[str, Any]], token: str) -> str:
        """Upload the requests as a file, and make a batch of it that has the token in its metadata."""
        lines = b"".join(
            to_json({"custom_id": id_, "method": "POST", "url": _URL, "body": body}) + b"\n"
            for id_, body in bodies.items()
        )
        file = await self.connection.upload("/files", {"purpose": "batch"}, (f"arena-{token}.jsonl", lines))
        made = await self.connection.send(
            "/batches",
            {
                "input_file_id": _text(file, "id"),
                "endpoint": _URL,
                "completion_window": "24h",
                "metadata": {_TOKEN: token},
            },
        )
        return _text(made, "id")

    async def find(self, sent: SentBatch) -> str | None:
        """Look for the token in the metadata of all batches that were made since."""
        after = ""
        while True:
            query = f"&after={after}" if after else ""
            page = await self.connection.fetch(f"/batches?limit={_PAGE}{query}")
            listed = page.get("data")
            batches = listed if isinstance(listed, list) else []
            for batch in batches:
                if part(batch, "metadata", _TOKEN) == sent.token:
                    return _text(batch, "id")
            last = batches[-1] if batches else None
            made = part(last, "created_at")
            if not page.get("has_more") or not isinstance(made, int | float) or made < sent.at - _EARLIER:
                return None
            after = _text(last, "id")

    async def state(self, number: str) -> BatchState:
        """Return whether the batch is completed, expired or cancelled, or failed before any request."""
        batch = await self.connection.fetch(f"/batches/{number}")
        status = batch.get("status")
        errors = part(batch, "errors", "data")
        said = [str(part(error, "message")) for error in errors] if isinstance(errors, list) else []
        why = scrubbed("; ".join(said), self.connection.key)[:_QUOTED] or "it was refused"
        failed = why if status == "failed" else ""
        return BatchState(status in _ENDED, failed)

    async def results(self, number: str) -> dict[str, BatchEntry]:
        """Return the lines of the output file and of the error file."""
        batch = await self.connection.fetch(f"/batches/{number}")
        found: list[tuple[str, BatchEntry]] = []
        for name in ("output_file_id", "error_file_id"):
            if isinstance(file := batch.get(name), str) and file:
                content = await self.connection.download(f"/files/{file}/content")
                found += self._entries(content, str(batch.get("status")))
        return by_id(found)

    def _entries(self, content: bytes, status: str) -> Iterator[tuple[str, BatchEntry]]:
        key = self.connection.key
        for found in result_lines(content):
            response, error = found.get("response"), found.get("error")
            code, body = part(response, "status_code"), part(response, "body")
            if code == 200 and isinstance(body, dict):
                entry = BatchEntry(to_json(body))
            elif isinstance(code, int):
                entry = BatchEntry(None, status_fault(code, body, {}, key))
            else:
                said = scrubbed(str(part(error, "message") or part(error, "code") or status), key)[:200]
                reason = f"the batch did not answer the request: {said}"
                entry = BatchEntry(None, Fault(FaultKind.GARBLED, reason))
            yield str(found.get("custom_id")), entry


def _text(found: object, name: str) -> str:
    value = part(found, name)
    if not isinstance(value, str) or not value:
        raise Fault(FaultKind.GARBLED, f"the response about a batch has no {name}")
    return value
