"""Anthropic's Message Batches. They have no metadata, so an unknown one is recognised by its requests' ids.

https://platform.claude.com/docs/en/build-with-claude/batch-processing
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from agents.providers.batch_door import BatchDoor, BatchEntry, BatchState, SentBatch, by_id, result_lines
from agents.providers.completion import part
from agents.providers.faults import Fault, FaultKind, status_fault

_PATH = "/v1/messages/batches"
_PAGE = 100
_EARLIER = 3_600.0
"""By how many seconds the clocks of the server and of this machine may differ."""
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
}
"""The HTTP status with which an error comes outside of batches. That of all others is 500."""
_COUNTS = ("processing", "succeeded", "errored", "canceled", "expired")


class AnthropicBatches(BatchDoor):
    """Anthropic's Message Batches."""

    async def submit(self, bodies: Mapping[str, Mapping[str, Any]], token: str) -> str:
        """Make a batch of the requests."""
        requests = [{"custom_id": id_, "params": body} for id_, body in bodies.items()]
        return _number(await self.connection.send(_PATH, {"requests": requests}))

    async def find(self, sent: SentBatch) -> str | None:
        """Look for the ids in all batches of as many requests that were made since.

        The ids can be read only when a batch has ended. One that has not is not told apart, so its end is
        waited for: this raises a fault until then.
        """
        after, open_one = "", False
        while True:
            page = await self.connection.fetch(
                f"{_PATH}?limit={_PAGE}" + (f"&after_id={after}" if after else "")
            )
            listed = page.get("data")
            for batch in listed if isinstance(listed, list) else []:
                counts = [part(batch, "request_counts", name) or 0 for name in _COUNTS]
                if _made(batch) < sent.at - _EARLIER or sum(counts) != len(sent.ids):
                    continue
                if batch.get("processing_status") != "ended":
                    open_one = True
                elif set(await self.results(_number(batch))) & set(sent.ids):
                    return _number(batch)
            last = listed[-1] if isinstance(listed, list) and listed else None
            if not page.get("has_more") or last is None or _made(last) < sent.at - _EARLIER:
                break
            after = _number(last)
        if open_one:
            raise Fault(FaultKind.FAILED, "a batch that may be ours has not ended yet")
        return None

    async def state(self, number: str) -> BatchState:
        """Return whether the batch has ended."""
        batch = await self.connection.fetch(f"{_PATH}/{number}")
        return BatchState(batch.get("processing_status") == "ended")

    async def results(self, number: str) -> dict[str, BatchEntry]:
        """Return the results of the requests."""
        content = await self.connection.download(f"{_PATH}/{number}/results")
        key = self.connection.key
        return by_id(
            (str(one.get("custom_id")), _entry(one.get("result"), key)) for one in result_lines(content)
        )


def _entry(result: object, key: str) -> BatchEntry:
    kind, message = part(result, "type"), part(result, "message")
    if kind == "succeeded" and isinstance(message, dict):
        return BatchEntry(to_json(message))
    if kind == "errored":
        error = part(result, "error", "error") or part(result, "error") or {}
        return BatchEntry(None, status_fault(_STATUS.get(part(error, "type"), 500), error, {}, key))
    reason = f"the batch did not answer the request: it is {kind}"
    return BatchEntry(None, Fault(FaultKind.GARBLED, reason))


def _number(batch: object) -> str:
    number = part(batch, "id")
    if not isinstance(number, str) or not number:
        raise Fault(FaultKind.GARBLED, "the response about a batch has no id")
    return number


def _made(batch: object) -> float:
    try:
        return datetime.fromisoformat(str(part(batch, "created_at"))).timestamp()
    except ValueError:
        return float("inf")
