"""What was found out in an episode is shown from its annotations, whatever its details hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import arena
from arena import Episode, Outcome, Protocol, Request, Task
from arena.annotations import Answer, Belief, Label, Place, Reward, Score
from arena.annotations import Verdict as FoundVerdict
from arena.forms import Choice, Probability, Verdict
from arena.results.findings import decided, shown_findings
from arena.seat.function import Function

JUDGE = "judge"
KEYS = ("verdicts", "beliefs", "verdict", "revision")
SHAPES: tuple[Any, ...] = (
    None,
    3,
    "text",
    [],
    ["text"],
    [[1]],
    {"choice": [1]},
    {"turns": 3},
    [{"choice": 1}],
)


class Judged(Protocol):
    """A judge decides, believes and answers; the protocol notes one of each other kind."""

    shape: Any = None

    @property
    def seats(self) -> tuple[str, ...]:
        return (JUDGE,)

    async def play(self, episode: Episode) -> Outcome:
        await episode.ask(JUDGE, Verdict(("yes", "no")), finds=FoundVerdict("verdict", order=1))
        await episode.ask(JUDGE, Probability("it is so"), finds=Belief("right", of="yes", moment="after"))
        await episode.ask(JUDGE, Choice(("yes", "no")), finds=Answer("answer", turn=2))
        episode.annotate(
            FoundVerdict("decision", "yes"),
            Label("habit", "yes", count=2, about=Place(JUDGE, 0)),
            Score("price", 15.5, high=20, unit="dollars"),
            Reward("utterance", -1.0, about=Place(JUDGE, 0)),
        )
        return Outcome.completed({}, **dict.fromkeys(KEYS, self.shape))


def answers(request: Request) -> str:
    if isinstance(request.form, Verdict):
        return "It follows from the first line.\nVerdict: yes\nConfidence: 90"
    return "I cannot say." if isinstance(request.form, Choice) else "Probability: 70"


def played(folder: Path, shape: Any = None) -> arena.Run:
    task = Task(id="one", text="Is it?", truth="yes")
    return arena.run(Judged(shape=shape), folder / "run", tasks=[task], agents={JUDGE: Function(answers)})


def test_a_finding_says_who_when_what_how_sure_and_why(tmp_path: Path) -> None:
    with played(tmp_path).read() as stored:
        episode = stored.episode(0)
    verdict, decision, belief, answer, label, score, reward = shown_findings(episode)
    assert verdict == (
        "verdict", JUDGE, "order 2", "verdict", "yes (right)", "90%", "It follows from the first line."
    )  # fmt: skip
    assert decision[1:5] == ("protocol", "", "decision", "yes (right)")
    assert belief[1:5] == (JUDGE, "after", "right: yes", "70%")
    assert answer[1:4] == (JUDGE, "turn 2", "answer")
    assert answer.found.startswith("unparseable: ")
    assert label[2:5] == ("", f"habit: {JUDGE}", "yes, 2 times")
    assert score.found == "15.5 of 20 dollars"
    assert reward[3:5] == (f"utterance: {JUDGE}", "-1")
    assert decided(episode) == "decided for yes, right"


@pytest.mark.parametrize("shape", SHAPES)
def test_details_of_any_shape_are_shown(
    tmp_path: Path, shape: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from arena.cli.showing import show_episode

    run = played(tmp_path, shape)
    show_episode(str(run.folder), 0, None, as_json=False)
    shown = capsys.readouterr().out
    assert "judge, verdict (order 2): yes (right), confidence 90%" in shown
    assert "reasons: It follows from the first line." in shown.replace("\n", " ")


@pytest.mark.parametrize("shape", SHAPES)
def test_details_of_any_shape_are_reported(tmp_path: Path, shape: Any) -> None:
    pytest.importorskip("matplotlib")
    assert "decided for yes, right" in played(tmp_path, shape).report(samples=0).read_text()


def test_a_seat_sees_no_annotation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from arena.cli.showing import show_episode

    show_episode(str(played(tmp_path).folder), 0, JUDGE, as_json=False)
    assert "Verdicts:" not in capsys.readouterr().out


def test_a_score_that_may_be_below_0_is_shown_with_its_whole_range(tmp_path: Path) -> None:
    class Scoring(Judged):
        async def play(self, episode: Episode) -> Outcome:
            episode.annotate(Score("sum", -3.0, low=-20, high=0), Score("share", 0.5, low=0, high=1))
            return Outcome.completed({})

    task = Task(id="one", text="Is it?", truth="yes")
    with arena.run(
        Scoring(), tmp_path / "run", tasks=[task], agents={JUDGE: Function(answers)}
    ).read() as run:
        assert [found.found for found in shown_findings(run.episode(0))] == ["-3 (-20 to 0)", "0.5 of 1"]
