"""Reading a reply's tokens from a server's response in the format of OpenAI's chat completions.

OpenAI and vLLM list each token with its log-probability. vLLM sends the ids apart from that list, and
llama.cpp sends them in it. Values of a wrong type are left out. A list is kept only if it has an entry for
every token.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import TypeVar

from arena.core.text import storable
from arena.seat.agent import Tokens

T = TypeVar("T")

_MOST = 1_000_000
_LONGEST = 1_000
_LOWEST, _HIGHEST = -1e6, 1e-3


def read_tokens(
    said: object,
    alternatives: int = 0,
    *,
    ids: object = None,
    ids_read: object = None,
    made: int | None = None,
) -> Tokens | None:
    """Return the tokens, or None if the response holds nothing usable about them.

    A list that holds ids is kept only if its length is `made`. llama.cpp joins the tokens of a character that
    takes several tokens, and sends only the id and the log-probability of the last one. A list that is not as
    long as `ids` is left out, and only the ids are kept.

    Args:
        said: the list of tokens with their log-probabilities, as the server sent it.
        alternatives: how many of the likeliest tokens are kept at each place.
        ids: the reply's ids, as the server sent them, if they are apart from the list.
        ids_read: the prompt's ids, as the server sent them.
        made: how many tokens the model made.
    """
    if said is None and ids is None and ids_read is None:
        return None
    apart = _ids(ids)
    entries = _entries(said)
    listed = _ids([entry.get("id") for entry in entries])
    if (listed and len(listed) != made) or (apart and len(apart) != len(entries)):
        entries, listed = [], ()
    tokens = Tokens(
        texts=_whole(map(_text, entries)),
        ids=apart or listed,
        logprobs=_whole(map(_logprob, entries)),
        likely=_whole(_likely(entry, alternatives) for entry in entries) if alternatives else (),
        ids_read=_ids(ids_read),
    )
    return tokens if any(tokens) else None


def _entries(said: object) -> list[Mapping[str, object]]:
    if not isinstance(said, list) or len(said) > _MOST:
        return []
    return said if all(isinstance(entry, Mapping) for entry in said) else []


def _whole(found: Iterable[T | None]) -> tuple[T, ...]:
    """Return everything that was found, or () if a part is missing."""
    kept = []
    for part in found:
        if part is None:
            return ()
        kept.append(part)
    return tuple(kept)


def _ids(said: object) -> tuple[int, ...]:
    return _whole(map(_id, said)) if isinstance(said, list) and len(said) <= _MOST else ()


def _id(said: object) -> int | None:
    whole = isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 2**53
    return said if whole else None  # type: ignore[return-value]  # that is what it says


def _text(entry: Mapping[str, object]) -> str | None:
    """Return a token's text. Bytes that are not a whole character are written as escapes."""
    text, said = entry.get("token"), entry.get("bytes")
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    if "\ufffd" in text and isinstance(said, list) and all(_is_byte(value) for value in said):
        return bytes(said).decode(errors="backslashreplace")
    return storable(text)


def _is_byte(said: object) -> bool:
    return isinstance(said, int) and 0 <= said < 256


def _logprob(entry: Mapping[str, object]) -> float | None:
    said = entry.get("logprob")
    known = isinstance(said, int | float) and not isinstance(said, bool) and _LOWEST <= said <= _HIGHEST
    return float(said) if known else None  # type: ignore[arg-type]  # that is what it says


def _likely(entry: Mapping[str, object], alternatives: int) -> dict[str, float] | None:
    said = entry.get("top_logprobs")
    if not isinstance(said, list):
        return None
    likely: dict[str, float] = {}
    for other in islice(said, alternatives):
        text, logprob = (_text(other), _logprob(other)) if isinstance(other, Mapping) else (None, None)
        if text is None or logprob is None:
            return None
        likely.setdefault(text, logprob)
    return likely
