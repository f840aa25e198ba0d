"""The pictures of a row's request, as the formats that hold any want them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import Any

from arena.pictures import Picture
from arena.seat.messages import Message

LEFT_OUT = (
    "its request shows pictures, which this format does not hold; trl-vision-sft, trl-vision-dpo, "
    "verl-vision, openai-sft, openai-dpo and transitions do"
)
ADDRESS_ALONE = "a picture of its request is an address, whose bytes are not in the run"
PLACEHOLDER = "<image>"
"""What stands in a text where verl puts a picture."""
HAS_PLACEHOLDER = f"its request says {PLACEHOLDER}, which would be taken for the place of a picture"


def pictures_of(messages: Iterable[Message]) -> list[Picture]:
    """Return the pictures of messages, in their order."""
    return [picture for message in messages for _, picture in message.pictures]


def why_not_held(messages: Sequence[Message]) -> str:
    """Return why the bytes of the pictures cannot be written, or "" if they can."""
    return ADDRESS_ALONE if any(picture.address for picture in pictures_of(messages)) else ""


def openai_content(message: Message) -> str | list[dict[str, Any]]:
    """Return a message's content as OpenAI's chat takes it: parts, if it has pictures.

    A picture is a data URI (RFC 2397) of the bytes that were sent, or the address that was.
    """
    if not message.pictures:
        return message.content
    return [
        {"type": "text", "text": piece}
        if isinstance(piece, str)
        else {"type": "image_url", "image_url": {"url": piece.address or data_uri(piece)}}
        for piece in message.pieces
    ]


def data_uri(picture: Picture) -> str:
    """Return a picture as a data URI."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"


def trl_content(message: Message) -> list[dict[str, str | None]]:
    """Return a message's content as TRL takes it: parts, of which those of pictures are empty places."""
    return [
        {"type": "text", "text": piece} if isinstance(piece, str) else {"type": "image", "text": None}
        for piece in message.pieces
    ]


def with_placeholders(message: Message) -> str:
    """Return a message's text with `PLACEHOLDER` where each picture stands."""
    return "".join(piece if isinstance(piece, str) else PLACEHOLDER for piece in message.pieces)
