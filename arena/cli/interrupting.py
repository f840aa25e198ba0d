"""Ctrl-C at any moment ends the command with a sentence and exit code 130, and leaves nothing half-written.

So do termination and hang-up while a command runs.

Before a command begins, Ctrl-C ends the process at once. Nothing has been done yet, and an exception could
surface anywhere in the modules that are being imported. While a command runs, Ctrl-C raises an exception, so
open files are closed. The commands that play or judge drain their work first. After a command, Ctrl-C is
ignored.

This module is imported before all others and imports almost nothing, because Ctrl-C prints a traceback until
it is loaded.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # type checkers assume that it is True
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
    from typing import Any, NoReturn
else:
    import _signal as signal  # ``signal`` without its enumerations, which are slow to import

INTERRUPTED = 130


class EndingOnTheSpot:
    """A context manager in which Ctrl-C ends the process, until a command begins.

    Args:
        for_good: whether the process ends after the block. Then Ctrl-C is ignored after the block.
    """

    def __init__(self, *, for_good: bool) -> None:
        self._for_good = for_good
        self._before: Any = None

    def __enter__(self) -> None:
        before = signal.getsignal(signal.SIGINT)
        if before is signal.SIG_IGN:  # a shell ignores it for commands in the background
            return
        try:
            signal.signal(signal.SIGINT, _end)
        except ValueError:  # only the main thread receives signals
            return
        self._before = before

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, signal.SIG_IGN if self._for_good else self._before)


def begun(command: Callable[[], Any]) -> Any:
    """Call a command. Ctrl-C, termination and hang-up raise an exception in it, and the process then ends.

    What was set to be ignored, such as hang-up by nohup, stays so.
    """
    others: list[int] = []
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.unraisablehook = _again
        known = (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP"))
        others = [one for one in known if one is not None and signal.getsignal(one) is signal.SIG_DFL]
        for one in others:
            signal.signal(one, signal.default_int_handler)
    try:
        return command()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(INTERRUPTED)
    finally:
        for one in others:
            signal.signal(one, signal.SIG_DFL)


def _again(lost: Any) -> None:
    """Interrupt once more if Ctrl-C came while Python called a destructor, whose exceptions are lost."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        import _thread
        import time

        here = _thread.get_ident()

        def soon() -> None:
            time.sleep(0.02)  # Here it would be lost again.
            signal.pthread_kill(here, signal.SIGINT)

        _thread.start_new_thread(soon, ())
    else:
        sys.__unraisablehook__(lost)


def _end(*_: object) -> NoReturn:
    os.write(2, b"Stopped before anything began.\n")
    os._exit(INTERRUPTED)
