"""Words as they are written, at a terminal: below what is finished, escaped, and gone when they are over."""

from __future__ import annotations

import asyncio
import re
from io import StringIO

import pytest
from rich.console import Console

from arena.cli import writing
from arena.cli.writing import TerminalListener
from arena.core.screen import screen
from arena.seat.writing import LiveWriter

ANN, BOB, OTHER = LiveWriter(0, "ann", 0), LiveWriter(0, "bob", 0), LiveWriter(7, "eve", 0)
WIDTH, HEIGHT = 70, 12


class Terminal:
    """A terminal of a few lines, which obeys what may be written to it and fails at anything else."""

    def __init__(self) -> None:
        self.file = StringIO()
        self.console = Console(
            file=self.file, force_terminal=True, width=WIDTH, height=HEIGHT, color_system=None, _environ={}
        )

    @property
    def lines(self) -> list[str]:
        """What is to be seen from the first line on."""
        lines, row, column = [""], 0, 0
        for part in re.findall(r"\x1b\[[?\d;]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", self.file.getvalue()):
            if part == "\n":
                row, column = row + 1, 0
                lines += [""] * (row - len(lines) + 1)
            elif part == "\r":
                column = 0
            elif part == "\x1b[2K":
                lines[row] = ""
            elif up := re.fullmatch(r"\x1b\[(\d+)A", part):
                row -= int(up[1])
            elif part not in ("\x1b[?25l", "\x1b[?25h"):
                assert part.isprintable(), repr(part)
                lines[row] = lines[row][:column].ljust(column) + part
                column += len(part)
        return [line.rstrip() for line in lines]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(writing, "out", terminal.console)
    monkeypatch.setattr(writing, "SECONDS_BETWEEN_PICTURES", 0.0)
    return terminal


async def shown() -> None:
    for _ in range(3):
        await asyncio.sleep(0.001)


async def test_words_are_shown_as_they_come_and_nothing_of_them_stays(terminal: Terminal) -> None:
    listener = TerminalListener()
    terminal.console.print("Episode 0.")
    listener.begin(ANN, "")
    for word in ("I ", "bet ", "it ", "all."):
        listener.more(ANN, word, is_thought=False)
        await shown()
        assert terminal.lines[1] == "ann is writing in episode 0."
        assert terminal.lines[2].strip().endswith(word.strip())
    assert terminal.lines[:3] == ["Episode 0.", "ann is writing in episode 0.", "      I bet it all."]
    listener.end(ANN)
    terminal.console.print("ann: I bet.")
    assert [line for line in terminal.lines if line] == ["Episode 0.", "ann: I bet."]
    assert terminal.file.getvalue().endswith("ann: I bet.\n")
    assert terminal.file.getvalue().count("\x1b[?25h") == terminal.file.getvalue().count("\x1b[?25l")


async def test_a_finished_turn_is_printed_above_what_is_being_written(terminal: Terminal) -> None:
    listener = TerminalListener()
    listener.begin(ANN, "")
    listener.more(ANN, "I bet", is_thought=False)
    await shown()
    terminal.console.print("Episode 4. eve: I call.")
    listener.more(ANN, " it all.", is_thought=False)
    await shown()
    assert terminal.lines[:3] == [
        "Episode 4. eve: I call.",
        "ann is writing in episode 0.",
        "      I bet it all.",
    ]
    listener.end(ANN)


async def test_words_of_one_episode_at_a_time_are_wanted_and_shown(terminal: Terminal) -> None:
    listener = TerminalListener()
    assert listener.wants(0)
    assert listener.wants(7)
    listener.begin(ANN, "")
    assert listener.wants(0)
    assert not listener.wants(7)
    listener.begin(OTHER, "")
    for writer in (ANN, OTHER):
        listener.more(writer, f"{writer.seat} says so", is_thought=False)
    await shown()
    assert "eve" not in terminal.file.getvalue()
    for writer in (ANN, OTHER):
        listener.end(writer)
    assert listener.wants(7)


async def test_words_that_are_taken_back_are_said_to_be(terminal: Terminal) -> None:
    listener = TerminalListener()
    listener.begin(ANN, "")
    listener.more(ANN, "I will fold", is_thought=False)
    await shown()
    listener.taken_back(ANN)
    listener.more(ANN, "I bet", is_thought=True)
    await shown()
    heading = "ann is writing in episode 0. Its earlier words were taken back."
    assert terminal.lines[:2] == [heading, "      I bet"]
    listener.end(ANN)
    assert "".join(terminal.lines) == ""


async def test_control_characters_are_escaped(terminal: Terminal) -> None:
    listener = TerminalListener()
    listener.begin(ANN, "")
    listener.more(ANN, "\x1b[2J\x1b]0;title\x07 [bold]gone[/bold] \u202e\r\n\tall\x00", is_thought=False)
    await shown()
    assert terminal.lines[1] == r"      \x1b[2J\x1b]0;title\x07 [bold]gone[/bold] \u202e\r"
    assert terminal.lines[2] == r"       all\x00"
    listener.end(ANN)


async def test_of_long_words_and_many_writers_the_last_lines_are_shown(terminal: Terminal) -> None:
    listener = TerminalListener()
    writers = [LiveWriter(0, f"seat{number}", 0) for number in range(26)]
    for writer in writers:
        listener.begin(writer, "")
        listener.more(writer, "word " * 50_000 + f"end of {writer.seat}", is_thought=False)
    await shown()
    lines = [line for line in terminal.lines if line]
    assert len(lines) <= HEIGHT - 1
    assert any("end of seat0" in line for line in lines)
    assert lines[-1] == "23 more are writing."
    for writer in writers:
        listener.end(writer)
    assert "".join(terminal.lines) == ""


async def test_they_give_way_to_a_line_that_must_be_said(terminal: Terminal) -> None:
    listener = TerminalListener()
    listener.begin(ANN, "")
    listener.more(ANN, "I bet", is_thought=False)
    await shown()
    screen.give_way()
    terminal.file.write("Finishing the episodes being played.\n")
    listener.more(ANN, " it all.", is_thought=False)
    await shown()
    assert terminal.lines[0] == "Finishing the episodes being played."
    assert terminal.lines[-1].endswith("I bet it all.")
    listener.end(ANN)


async def test_a_reply_in_pieces_is_shown_from_its_beginning(terminal: Terminal) -> None:
    listener = TerminalListener()
    listener.begin(ANN, "")
    listener.more(ANN, "Step 1.", is_thought=False)
    listener.end(ANN)
    listener.begin(ANN, "Step 1. ")
    listener.more(ANN, "Step 2.", is_thought=False)
    await shown()
    assert terminal.lines[1] == "      Step 1. Step 2."
    listener.end(ANN)
