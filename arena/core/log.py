"""Structured logs: JSON lines in the run's folder, and readable lines at the terminal on request.

Text that agents wrote is logged at debug level only. A separate thread writes the lines, so the event loop is
not blocked.
"""

from __future__ import annotations

import logging
import logging.handlers
import queue
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from arena.core.text import LONGEST_SHOWN, one_line

_logger = logging.getLogger("arena")
_logger.addHandler(logging.NullHandler())


def _hand_over(_: Any, __: str, event: MutableMapping[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    return (str(event["event"]),), {"extra": {"fields": event}}


log: structlog.stdlib.BoundLogger = structlog.wrap_logger(
    _logger,
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hand_over,
    ],
    wrapper_class=structlog.stdlib.BoundLogger,
)
"""The one logger. Bind the subject of a line to it."""


class _Formatter(logging.Formatter):
    def __init__(self, renderer: Any, longest: int) -> None:
        super().__init__()
        self._renderer = renderer
        self._longest = longest

    def format(self, record: logging.LogRecord) -> str:
        fields = dict(getattr(record, "fields", {"event": record.getMessage()}))
        # What providers and files said may stand in it; only a traceback has lines.
        lines = str(self._renderer(None, record.levelname.lower(), fields)).split("\n")
        return "\n    ".join(one_line(line, self._longest) for line in lines)


@contextmanager
def logging_to(file: Path | None, *, verbose: bool = False) -> Iterator[None]:
    """Append log lines to `file` as JSON; without a file, print them on stderr.

    If `verbose`, all lines are printed on stderr, debug included.
    """
    handlers: list[logging.Handler] = []
    if file is not None:
        written = logging.FileHandler(file, encoding="utf-8", delay=True)
        written.setFormatter(_Formatter(structlog.processors.JSONRenderer(), sys.maxsize))
        handlers.append(written)
    if verbose or file is None:
        shown = logging.StreamHandler()
        shown.setFormatter(_Formatter(structlog.dev.ConsoleRenderer(colors=False), LONGEST_SHOWN))
        handlers.append(shown)
    lines: queue.SimpleQueue[Any] = queue.SimpleQueue()
    entrance = logging.handlers.QueueHandler(lines)
    entrance.prepare = lambda record: record  # type: ignore[method-assign]
    listener = logging.handlers.QueueListener(lines, *handlers)
    level, propagate = _logger.level, _logger.propagate
    _logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    _logger.addHandler(entrance)
    _logger.propagate = False
    listener.start()
    for handler in handlers:
        # What is said of a run must not end it, nor tell of itself where a full disk tells already.
        handler.handleError = lambda record: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        listener.stop()
        _logger.removeHandler(entrance)
        _logger.setLevel(level)
        _logger.propagate = propagate
        for handler in handlers:
            handler.close()
