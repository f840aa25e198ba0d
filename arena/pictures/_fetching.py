"""Reading a picture from an address, which happens only if a user's own code says so."""

from __future__ import annotations

from arena.core.errors import UsageError
from arena.core.text import one_line
from arena.pictures._files import check_size
from arena.pictures._picture import Picture

_MOST_REDIRECTS = 5
_MOST_SAID = 200


def fetch(address: str, seconds: float = 30.0) -> Picture:
    """Return the picture that is at an address now, with its bytes.

    A run records these bytes, so that they stay the same whatever the address holds later. Nothing else in
    Arena reads the address of a picture: `Picture.at` passes it on to the model's server as it is. This
    blocks until the picture is here.

    Args:
        address: where the picture is. It begins with https or http.
        seconds: how long to wait for the server, each time that nothing comes.

    Raises:
        UsageError: if the address cannot be used or read, or holds no whole PNG or JPEG of the allowed size.
    """
    import httpx2

    place = Picture.at(address).address
    where = f"What is at {one_line(place, _MOST_SAID)}"
    content = bytearray()
    try:
        with (
            httpx2.Client(follow_redirects=True, max_redirects=_MOST_REDIRECTS, timeout=seconds) as client,
            client.stream("GET", place) as response,
        ):
            response.raise_for_status()
            for part in response.iter_bytes():
                content += part
                check_size(len(content), where)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise UsageError(f"{where} cannot be read: {one_line(str(error), _MOST_SAID)}") from None
    return Picture.from_bytes(bytes(content), where)
