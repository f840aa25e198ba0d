"""The five conditions of "When Two LLMs Debate": what they have in common, and in what they differ."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from arena import Ending, Run, run
from arena.building import Source, build
from arena.journal import StoredEpisode
from arena.transcript import NOBODY
from protocols.beliefs import RED_TEAM

CONDITIONS = ("cross-model", "self-debate", "informed", "public-bets", "red-team")


async def episodes(folder: Path) -> list[StoredEpisode]:
    source = Source(
        name="overconfidence", agents=("random", "noisy:random"), settings={"seats.judge": "random"}
    )
    result = await run(build(source), folder)
    assert result.ended[Ending.COMPLETED] == 60
    with Run(folder) as stored:
        return list(stored.episodes())


async def test_sixty_debates_under_five_conditions(tmp_path: Path) -> None:
    found = await episodes(tmp_path / "run")
    assert Counter(episode.plan.condition for episode in found) == dict.fromkeys(CONDITIONS, 12)
    for episode in found:
        condition, seats = episode.plan.condition, episode.plan.seats
        assert (seats["debater_a"] != seats["debater_b"]) == (condition == "cross-model")
        assert ("exactly 50%" in episode.briefs["debater_a"]) == (condition == "informed")
        assert episode.played is not None
        bets = [one for one in episode.played.outcome.details["beliefs"] if one["kind"] == "wins"]
        assert Counter(bet["round"] for bet in bets) == {1: 2, 2: 2, 3: 2}
        said = [event for event in episode.events if event.kind == "said" and "probability" in event.data]
        heard = NOBODY.union(*(event.audience for event in said))
        assert heard == (set(seats) if condition == "public-bets" else NOBODY)
        asked = [
            event.text for event in episode.events if event.kind == "asked" and "How likely" in event.text
        ]
        assert {RED_TEAM in text for text in asked} == {condition == "red-team"}


async def test_the_conditions_have_the_same_sides(tmp_path: Path) -> None:
    sides: dict[int, set[str]] = {}
    for episode in await episodes(tmp_path / "run"):
        assert episode.played is not None
        sides.setdefault(episode.plan.match, set()).add(str(episode.played.outcome.details["defended"]))
    assert len(sides) == 12
    assert all(len(defended) == 1 for defended in sides.values())
