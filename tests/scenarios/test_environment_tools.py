"""ArCHer's, WebEvolver's and UFO's environments as tools: how often they are called, and what is found."""

from __future__ import annotations

from typing import Any

import pytest

from arena.journal import StoredRun
from arena.seat.calls import ToolCall, ToolResult, ToolStatus
from arena.tools import ToolContext, ToolFailed
from scenarios import guessing_tools, web_tools
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

ASKING = "scenarios.guessing_tools:Asking"


def called(name: str, text: str, arguments: str = "{}") -> ToolResult:
    return ToolResult(ToolCall("1", name, arguments), ToolStatus.OK, text)


def knowing(truth: str, *history: ToolResult) -> ToolContext:
    return ToolContext(history=history, right=lambda answer, by="exact": answer == truth)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "calls"),
    [
        # Six of ten things need three questions, four need four, and each one more: see test_archer.
        (("twenty-questions-tools", "--agents", ASKING), {"ask": 44}),
        # Two wrong answers and the right one, in three tasks.
        (("try-answer", "--agents", "scenarios.try_answer:Trying"), {"try_answer": 9}),
        # A search and a click for each of five tasks.
        (("web-tools", "--agents", "scenarios.web_tools:Clicking"), {"type_text": 5, "click": 5}),
    ],
)
def test_the_calls_are_as_many_as_by_hand_and_all_is_found(
    arena: Typist, words: tuple[str, ...], calls: dict[str, int]
) -> None:
    said = arena("run", *words, "--out", "run")
    assert said.code == 0, said.err
    with StoredRun(arena.folder / "run") as run:
        ended = [episode.played for episode in run.episodes()]
        assert {use.name: use.calls for use in run.tool_use()} == calls
        assert all(use.failed == 0 for use in run.tool_use())
    assert [played and played.outcome.returns for played in ended] == [{"answerer": 1.0}] * len(ended)
    assert Found(sections_in(arena.folder / "run"))


@pytest.mark.parametrize(
    ("truth", "question", "answer"),
    [
        ("Dog", "Is it an animal?", "Yes"),
        ("Dog", "Can you eat it?", "No"),
        ("Dog", "How old is it?", "Invalid question"),
        ("Dog", "Is it a dog?", "Yes. That is it."),
        ("Dog", "Is it a banana?", "No"),
        ("Truck", "Is it a lorry?", "Yes. That is it."),
        ("Paris", "Is it Paris?", "Yes. That is it."),
        ("Paris", "Is it Paris or Rome?", "Invalid question"),
    ],
)
def test_the_oracle_answers_by_the_tables(truth: str, question: str, answer: str) -> None:
    assert guessing_tools.ask(question, knowing(truth)) == answer


def test_the_oracle_answers_no_more_when_the_word_is_found_or_not_in_its_tables() -> None:
    with pytest.raises(ToolFailed, match="found already"):
        guessing_tools.ask("Is it a dog?", knowing("Dog", called("ask", "Yes. That is it.")))
    with pytest.raises(ToolFailed, match="do not know"):
        guessing_tools.ask("Is it a dog?", knowing("Xylophone"))


def test_the_page_follows_from_the_earlier_calls_alone() -> None:
    """The search for "salt" finds one book, and the page of that book has 412 pages."""
    searched = called("type_text", "", '{"element": "2.0", "text": "salt"}')
    clicked = called("click", "", '{"element": 2}')
    refused = clicked._replace(status=ToolStatus.TIMED_OUT)
    other = called("calculator", "4", '{"expression": "2 + 2"}')
    assert "The Salt Road" in web_tools.look(knowing("", searched, refused, other))
    assert "'412 pages'" in web_tools.look(knowing("", searched, clicked))
    assert "'412 pages'" in web_tools.click(2, knowing("", searched))
    assert "The Salt Road" in web_tools.goback(knowing("", searched, clicked)).splitlines()[2]
    assert "Harbour Library" in web_tools.restart(knowing("", searched, clicked))
    assert web_tools.scroll("down", knowing("")).startswith("[0] RootWebArea")


@pytest.mark.parametrize("text", ["a] [b", "", "a\nb"])
def test_a_text_that_cannot_be_typed_is_told(text: str) -> None:
    with pytest.raises(ToolFailed, match="There is no action"):
        web_tools.type_text(2, text, knowing(""))


def test_tools_are_those_of_the_scenarios() -> None:
    tools: Any = web_tools.scenario.tools["answerer"]
    assert [name.split(":")[1] for name in tools] == [
        "look", "click", "type_text", "scroll", "goback", "restart",
    ]  # fmt: skip
