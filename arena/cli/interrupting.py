"""Ctrl-C at any moment: a sentence, exit code 130, and nothing half-written.

Until a command begins, nothing has been done, and the process ends on the spot: an exception could be raised
anywhere in what is being imported. In a command Ctrl-C is an exception, so that what is open is closed; the
commands that run something take it as a wish to end soon. When a command is over, it comes too late.

This is imported before all else, and imports next to nothing: until it has been, Ctrl-C is a traceback.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # type checkers take it for True
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from typing import Any, NoReturn
else:
    import _signal as signal  # what ``signal`` is made of, less the enumerations, which take long to import

INTERRUPTED = 130


class EndingOnTheSpot:
    """Within a ``with`` block Ctrl-C ends the process, until a command begins.

    Args:
        for_good: the process ends after the block, and Ctrl-C is ignored from then on.
    """

    def __init__(self, *, for_good: bool) -> None:
        self._for_good = for_good
        self._before: Any = None

    def __enter__(self) -> None:
        before = signal.getsignal(signal.SIGINT)
        if before is signal.SIG_IGN:  # as by a shell that starts it in the background
            return
        try:
            signal.signal(signal.SIGINT, _end)
        except ValueError:  # this is not the main thread, which alone is interrupted
            return
        self._before = before

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, signal.SIG_IGN if self._for_good else self._before)


def begun(command: Callable[[], Any]) -> Any:
    """Call a command, in which Ctrl-C is an exception that ends in a sentence."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return command()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(INTERRUPTED)


def _end(*_: object) -> NoReturn:
    os.write(2, b"Stopped before anything was begun.\n")
    os._exit(INTERRUPTED)
