"""What a client raised, as the fault that it is."""

from __future__ import annotations

import asyncio

import httpx2
import openai

from agents.providers.faults import read_error

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


def test_a_connection_that_took_too_long_is_called_that_and_not_a_cancellation() -> None:
    try:
        try:
            try:
                raise asyncio.CancelledError
            except asyncio.CancelledError as cancelled:
                raise TimeoutError from cancelled  # as asyncio.timeout does
        except TimeoutError as late:
            raise httpx2.NetworkError("TimeoutError", request=REQUEST) from late
    except httpx2.NetworkError as network:
        error = openai.APIConnectionError(request=REQUEST)  # type: ignore[arg-type,unused-ignore]
        error.__cause__ = network
    assert read_error(error, openai, "").reason == "the connection failed (TimeoutError)"
