"""Runs that are played by people: the command of a user, the links it prints, and a browser at each link."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_LINK = re.compile(r"(\S+) sits at (http://\S+)")
ARENA = str(Path(sys.executable).with_name("arena"))
PATIENCE = 15_000
"""How many milliseconds a page has to show what has come."""


class Played:
    """A command of arena that asks people, while it runs. `said` is all that it has printed."""

    def __init__(self, where: Path, *arguments: str) -> None:
        environment = {**os.environ, "COLUMNS": "200"}
        self.process = subprocess.Popen(
            [ARENA, *arguments],
            cwd=where,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.append(line)

    @property
    def said(self) -> str:
        return "".join(self._lines)

    def links(self, count: int, seconds: float = 60) -> dict[str, str]:
        """Return the links of so many people, by name, once they are printed."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = dict(_LINK.findall(self.said))
            if len(found) >= count:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"No link was printed: {self.said}")

    def link(self) -> str:
        """Return the only link."""
        return next(iter(self.links(1).values()))

    def ended(self, seconds: float = 60) -> int:
        """Wait for the end, and return the exit code."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        assert "never retrieved" not in self.said
        assert "Traceback" not in self.said
        return code

    def close(self) -> None:
        """Close what its words came by."""
        self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def played(where: Path, *arguments: str) -> Iterator[Played]:
    """Run a command of arena in a folder, and kill it at the end if it has not ended."""
    running = Played(where, *arguments)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait(10)
        running.close()


class Tap:
    """A proxy between a browser and the servers of this machine. `received` is every byte it passes on."""

    def __init__(self) -> None:
        self.received = bytearray()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head, _, body = self._head(client)
            first, *fields = head.decode("latin-1").split("\r\n")
            method, address, _ = first.split(" ")
            parts = urlsplit(address)
            kept = [one for one in fields if not one.lower().startswith(("connection:", "proxy-"))]
            lines = [f"{method} {parts.path} HTTP/1.1", *kept, "Connection: close", "", ""]
            length = sum(int(one.split(":")[1]) for one in kept if one.lower().startswith("content-length:"))
            while len(body) < length:
                body += client.recv(65_536)
            with socket.create_connection((parts.hostname or "", parts.port or 80)) as server:
                server.sendall("\r\n".join(lines).encode("latin-1") + body)
                while piece := server.recv(65_536):
                    self.received += piece
                    client.sendall(piece)

    @staticmethod
    def _head(client: socket.socket) -> tuple[bytes, bytes, bytes]:
        read = b""
        while b"\r\n\r\n" not in read:
            piece = client.recv(65_536)
            if not piece:
                raise OSError
            read += piece
        return read.partition(b"\r\n\r\n")

    def close(self) -> None:
        self._listening.close()


class Sat:
    """A person's page in a browser of the person's own. `troubles` are errors of scripts."""

    def __init__(self, browser: Any, address: str, **context: Any) -> None:
        self.tap = Tap()
        proxy = {"server": self.tap.address, "bypass": "<-loopback>"}
        self.context = browser.new_context(proxy=proxy, **context)
        self.troubles: list[str] = []
        self.page = self.tab(address)

    def tab(self, address: str) -> Any:
        """Open a page in a tab."""
        page = self.context.new_page()
        page.on("console", lambda said: self.troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", self._dismissed)
        page.goto(address)
        return page

    def _dismissed(self, dialog: Any) -> None:
        self.troubles.append("dialog")
        dialog.dismiss()

    def turn(self, timeout: int = PATIENCE) -> None:
        """Wait until it is this person's turn."""
        self.page.wait_for_selector("h2:text-is('It is your turn')", timeout=timeout)

    def turn_or_end(self) -> bool:
        """Wait until it is this person's turn, or all is over; return whether it is their turn."""
        self.page.wait_for_selector(
            "h2:text-is('It is your turn'), h2:text-is('It is over')", timeout=PATIENCE
        )
        return "It is your turn" in str(self.page.inner_text("#question"))

    def wait(self, text: str, timeout: int = PATIENCE) -> None:
        """Wait until the page shows a text."""
        self.page.wait_for_selector(f"text={text}", timeout=timeout)

    def press(self, *keys: str) -> None:
        """Press keys. The last one sends a form; wait for the page that follows."""
        for key in keys[:-1]:
            self.page.keyboard.press(key)
        with self.page.expect_navigation(timeout=PATIENCE):
            self.page.keyboard.press(keys[-1])

    def kept(self) -> str:
        """Return all that this browser was sent, and what its page holds."""
        received = self.tap.received.decode("utf-8", "replace")
        return "\n".join([received, self.page.content(), self.page.title(), self.page.url])

    @staticmethod
    def arena(where: Path, *arguments: str) -> str:
        """Return what another command of arena prints."""
        done = subprocess.run(
            [ARENA, *arguments], cwd=where, capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout + done.stderr

    def close(self) -> None:
        """Close the browser and what it is connected by."""
        self.context.close()
        self.tap.close()
