"""The pictures that seats saw, as a page shows them: each once, small, and inside the page itself."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from arena.pictures import Picture, picture_lines

_MOST_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A picture on a page: its label, and its content as a ``data:`` address.

    There is no content if only an address is known, because a page asks nothing of a network, or if the
    picture stands elsewhere on the page. `name` identifies the element that holds it.
    """

    label: str
    name: str = ""
    source: str = ""
    note: str = ""


class Album:
    """The pictures of a page so far. Those that it shows have at most 32 MiB together."""

    def __init__(self) -> None:
        self._shown: set[str] = set()
        self._bytes = 0

    def show(self, picture: Picture, number: int) -> PagePicture:
        """Return a picture as the page shows it in this place, with this number."""
        (label,) = picture_lines([picture], number)
        if picture.address:
            return PagePicture(label)
        name = f"picture-{picture.digest}"
        if picture.digest in self._shown:
            return PagePicture(label, name)
        if self._bytes + len(picture.content) > _MOST_BYTES:
            return PagePicture(label, note=f"The page holds {_MOST_BYTES // 2**20} MiB of pictures already.")
        self._shown.add(picture.digest)
        self._bytes += len(picture.content)
        # The media type is one of two, and base64 has no character that means anything in HTML.
        source = f"data:{picture.media_type};base64,{b64encode(picture.content).decode('ascii')}"
        return PagePicture(label, name, source)
