"""Writing a long text in the editor that the person has chosen."""

from __future__ import annotations

import asyncio
import os
import shlex
import tempfile
from pathlib import Path

from arena.core.text import storable
from arena.people._fields import NotFitting


async def edited() -> str:
    """Return what the person writes in the editor that ``$VISUAL`` or ``$EDITOR`` names.

    The text is in a file that only the person may read, and which is removed afterwards.

    Raises:
        NotFitting: if there is no editor, or it failed.
    """
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise NotFitting("no editor is known; set EDITOR before the command")
    descriptor, name = tempfile.mkstemp(prefix="arena-", suffix=".txt")
    os.close(descriptor)
    file = Path(name)
    try:
        try:
            process = await asyncio.create_subprocess_exec(*command, name)
        except OSError as error:
            raise NotFitting(f"the editor {command[0]} cannot be started: {error.strerror}") from None
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.terminate()
            await process.wait()
            raise
        if code:
            raise NotFitting(f"the editor {command[0]} ended with code {code}")
        return storable(await asyncio.to_thread(file.read_text, "utf-8", "replace"))
    finally:
        await asyncio.to_thread(file.unlink, missing_ok=True)
