"""Standard output and error that may be closed, full, no longer read, or limited to few characters.

A character that the stream cannot encode is replaced by a similar one or escaped. If standard output cannot
be written, the command ends. If standard error cannot be written, the text is dropped.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from arena.core.errors import Unwritable
from arena.core.files import why

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("─━═╌╍┄┅┈┉‐‑‒–—―−", "-"),
        **dict.fromkeys("│┃║╎╏┆┇┊┋", "|"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╯╰╔╗╚╝╠╣╦╩╬┏┓┗┛┡┩╇", "+"),
        **dict.fromkeys("‘’‚", "'"),
        **dict.fromkeys("“”„", '"'),
        "…": "...",
        "•": "*",
        "\xa0": " ",
    }
)


class Unheard(Unwritable):
    """Nobody reads standard output any more, for example after ``| head -1``."""


@contextmanager
def guarded() -> Iterator[None]:
    """Guard standard output and error until the block ends, then write what is buffered.

    Raises:
        Unheard: if nobody reads standard output any more.
        Unwritable: if it cannot be written for another reason.
    """
    usual = sys.stdout, sys.stderr
    out, err = _Stream(sys.stdout, is_output=True), _Stream(sys.stderr, is_output=False)
    sys.stdout, sys.stderr = out, err
    try:
        yield
    finally:
        sys.stdout, sys.stderr = usual
        err.flush()
        out.flush()


class _Stream:
    """A text stream in place of `sys.stdout` or `sys.stderr`. Other calls go to the original stream."""

    def __init__(self, stream: Any, *, is_output: bool) -> None:
        self._stream = stream
        self._is_output = is_output
        self._broken: Unwritable | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        """Whether it is a terminal. A closed stream is not."""
        return self._stream is not None and bool(self._stream.isatty())

    def write(self, text: str) -> int:
        """Write text, and return the number of characters.

        Raises:
            Unwritable: if standard output cannot be written any more.
        """
        self._try(lambda: self._write(text))
        return len(text)

    def flush(self) -> None:
        """Write what is buffered.

        Raises:
            Unwritable: if standard output cannot be written any more.
        """
        if self._stream is not None:
            self._try(self._stream.flush)

    def _write(self, text: str) -> None:
        if self._stream is None:
            raise OSError("it is closed")
        try:
            self._stream.write(text)
        except UnicodeEncodeError:
            encoding = self._stream.encoding
            shown = "".join(_shown(character, encoding) for character in text)
            self._stream.write(shown)

    def _try(self, action: Callable[[], object]) -> None:
        try:
            if self._broken is None:
                action()
        except BrokenPipeError:
            self._broken = Unheard("Nobody reads standard output any more.")
            self._let_go()
        except OSError as error:
            self._broken = Unwritable(f"Standard output cannot be written: {why(error)}.")
            self._let_go()
        if self._broken is not None and self._is_output:
            raise self._broken

    def _let_go(self) -> None:
        """Discard what is still buffered. Otherwise Python would try to write it on exit, and complain."""
        # What stands in for a stream, as in a test, has no descriptor.
        with suppress(OSError, ValueError, AttributeError):
            descriptor = self._stream.fileno()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)


def _shown(character: str, encoding: str) -> str:
    """Return a replacement for a character that an encoding cannot represent."""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        alike = character.translate(_ALIKE)
        return alike if alike.isascii() else character.encode("ascii", "backslashreplace").decode("ascii")
    return character
