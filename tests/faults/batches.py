"""A server on loopback that speaks OpenAI's Batch API and Anthropic's Message Batches.

It keeps files and batches as the providers do, and ends a batch after some looks at it. `seen` is called
before and after each request is dealt with, so that a test may stop the client there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

Answering = Callable[[dict[str, Any]], str]


class BatchServer:
    """A provider of both dialects.

    Args:
        answer: returns the text of the reply to the body of a request.
        looks: how many times a batch is looked at before it has ended.

    `lines` may change the results of a batch, as objects or as texts, before they are sent. `troubles` are
    sent once in the place of the response to the last part of a path.
    """

    def __init__(self, answer: Answering, looks: int = 1) -> None:
        self.answer = answer
        self.looks = looks
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.requests: dict[str, list[dict[str, Any]]] = {}
        self.seen: Callable[[str], None] = lambda _: None
        self.expires: Callable[[dict[str, Any]], bool] = lambda _: False
        self.refuses = ""
        self.is_cut_off = False
        self.troubles: dict[str, bytes] = {}
        self.lines: Callable[[list[dict[str, Any]]], list[Any]] = list
        self.url = ""

    async def __aenter__(self) -> BatchServer:
        app = web.Application(client_max_size=2**28)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def submitted(self) -> list[str]:
        """The ids of all requests in batches."""
        return [one["custom_id"] for listed in self.requests.values() for one in listed]

    async def _handle(self, request: web.Request) -> web.Response:
        what = f"{request.method} {request.path}"
        self.seen(f"before {what}")
        if self.is_cut_off:
            return web.Response(status=503)
        response = await self._dealt_with(request)
        self.seen(f"after {what}")
        trouble = self.troubles.pop(request.path.rpartition("/")[2], None)
        if trouble is not None:
            return web.Response(body=trouble)
        return web.Response(status=503) if self.is_cut_off else response

    async def _dealt_with(self, request: web.Request) -> web.Response:
        path, is_post = request.path, request.method == "POST"
        match path.strip("/").split("/"):
            case ["v1", "models", _]:
                return web.json_response({"id": "m"})
            case ["v1", "files"] if is_post:
                form = await request.post()
                assert form["purpose"] == "batch"
                name = f"file-{len(self.files)}"
                upload = form["file"]
                assert isinstance(upload, web.FileField)
                self.files[name] = upload.file.read()
                return web.json_response({"id": name, "object": "file"})
            case ["v1", "files", name, "content"]:
                return web.Response(body=self.files[name])
            case ["v1", "batches"] if is_post:
                return self._created(await request.json())
            case ["v1", "batches"]:
                return self._page(request, "after")
            case ["v1", "batches", number]:
                return self._of(number, self._looked_at)
            case ["v1", "messages", "batches"] if is_post:
                return self._made(await request.json())
            case ["v1", "messages", "batches"]:
                return self._page(request, "after_id")
            case ["v1", "messages", "batches", number]:
                return self._of(number, self._told)
            case ["v1", "messages", "batches", number, "results"]:
                found = [self._result(one) for one in self.requests[number]]
                return web.Response(body=self._as_lines(found))
        return web.json_response({"error": {"message": f"no such path: {path}"}}, status=404)

    def _of(self, number: str, look: Callable[[str], dict[str, Any]]) -> web.Response:
        if number not in self.batches:
            return web.json_response({"error": {"message": f"no batch {number}"}}, status=404)
        return web.json_response(look(number))

    def _page(self, request: web.Request, name: str) -> web.Response:
        listed = list(reversed(self.batches.values()))
        ids = [batch["id"] for batch in listed]
        start = ids.index(request.query[name]) + 1 if name in request.query else 0
        page = listed[start : start + 2]  # pages are short, so that several are read
        return web.json_response({"data": page, "has_more": start + 2 < len(listed)})

    def _as_lines(self, results: list[dict[str, Any]]) -> bytes:
        lines = [one if isinstance(one, str) else json.dumps(one) for one in self.lines(results)]
        return "\n".join(lines).encode()

    # OpenAI's dialect.

    def _created(self, body: dict[str, Any]) -> web.Response:
        assert body["completion_window"] == "24h"
        assert body["endpoint"] == "/v1/chat/completions"
        number = f"batch_{len(self.batches)}"
        lines = self.files[body["input_file_id"]].splitlines()
        self.requests[number] = [json.loads(line) for line in lines]
        assert all(
            one["method"] == "POST" and one["url"] == body["endpoint"] for one in self.requests[number]
        )
        self.batches[number] = {
            "id": number,
            "object": "batch",
            "endpoint": body["endpoint"],
            "errors": None,
            "input_file_id": body["input_file_id"],
            "completion_window": "24h",
            "status": "validating",
            "output_file_id": None,
            "error_file_id": None,
            "created_at": int(time.time()),
            "metadata": body.get("metadata"),
            "looks": 0,
        }
        return web.json_response(self.batches[number])

    def _looked_at(self, number: str) -> dict[str, Any]:
        batch = self.batches[number]
        batch["looks"] += 1
        if batch["looks"] <= self.looks:
            batch["status"] = "in_progress"
        elif self.refuses:
            batch["status"] = "failed"
            batch["errors"] = {"object": "list", "data": [{"code": "x", "message": self.refuses}]}
        elif batch["status"] == "in_progress" or batch["status"] == "validating":
            done = [self._line(one) for one in self.requests[number] if not self.expires(one["body"])]
            gone = [self._gone(one) for one in self.requests[number] if self.expires(one["body"])]
            batch["status"] = "expired" if gone else "completed"
            for name, lines in (("output", done), ("error", gone)):
                if lines:
                    batch[f"{name}_file_id"] = f"{name}-{number}"
                    self.files[f"{name}-{number}"] = self._as_lines(lines)
        return batch

    def _line(self, one: dict[str, Any]) -> dict[str, Any]:
        message = {"role": "assistant", "content": self.answer(one["body"])}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        body = {"object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}
        response = {"status_code": 200, "request_id": "r", "body": body}
        return {"id": "batch_req", "custom_id": one["custom_id"], "response": response, "error": None}

    def _gone(self, one: dict[str, Any]) -> dict[str, Any]:
        error = {"code": "batch_expired", "message": "This request could not be executed in time."}
        return {"id": "batch_req", "custom_id": one["custom_id"], "response": None, "error": error}

    # Anthropic's dialect.

    def _made(self, body: dict[str, Any]) -> web.Response:
        number = f"msgbatch_{len(self.batches)}"
        self.requests[number] = body["requests"]
        self.batches[number] = {
            "id": number,
            "type": "message_batch",
            "processing_status": "in_progress",
            "request_counts": {
                "processing": len(body["requests"]),
                "succeeded": 0,
                "errored": 0,
                "canceled": 0,
                "expired": 0,
            },
            "created_at": datetime.now(UTC).isoformat(),
            "results_url": None,
            "looks": 0,
        }
        return web.json_response(self.batches[number])

    def _told(self, number: str) -> dict[str, Any]:
        batch = self.batches[number]
        batch["looks"] += 1
        if batch["looks"] > self.looks:
            self.end(number)
        return batch

    def end(self, number: str) -> None:
        """End one of Anthropic's batches."""
        batch, count = self.batches[number], len(self.requests[number])
        batch["processing_status"] = "ended"
        batch["request_counts"] |= {"processing": 0, "succeeded": count}

    def _result(self, one: dict[str, Any]) -> dict[str, Any]:
        if self.expires(one["params"]):
            return {"custom_id": one["custom_id"], "result": {"type": "expired"}}
        message = {
            "type": "message",
            "role": "assistant",
            "model": "m",
            "content": [{"type": "text", "text": self.answer(one["params"])}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 100, "output_tokens": 10},
        }
        return {"custom_id": one["custom_id"], "result": {"type": "succeeded", "message": message}}
