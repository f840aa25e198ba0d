"""What a judge reads of a stored episode: public words, quoted, by speakers without names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.episode.plan import Plan
from arena.journal import StoredEpisode, StoredRun
from arena.judging.rendering import rendered
from arena.seat.transcript import Audience, Event, EventKind
from arena.tasks.task import Task
from tests.arena.judging.debating import stored_debate
from tests.shared.examples import some

EVERYONE = frozenset(("pro", "con", "judge"))
SIDES = ("pro", "con")


def episode_of(*events: Event) -> StoredEpisode:
    plan = Plan(0, Task(), dict.fromkeys(sorted(EVERYONE), "agent"), chance=0)
    return StoredEpisode(0, plan, {}, tuple((event,) for event in events), (), None)


def says(seat: str, text: str, audience: Audience = EVERYONE, kind: EventKind = EventKind.SAID) -> Event:
    return Event(kind, seat, audience, text)


async def one(folder: Path, pro: str = "They swim.", con: str = "They suckle.") -> StoredEpisode:
    with StoredRun(await stored_debate(folder / "run", pro, con)) as stored:
        return stored.episode(0)


class TestWhatIsShown:
    async def test_beliefs_prompts_and_names_are_not(self, tmp_path: Path) -> None:
        text = rendered(await one(tmp_path), SIDES)
        assert "They swim." in text
        assert "77" not in text
        assert "Make your case" not in text
        assert "says They" not in text  # the agents' names

    async def test_the_verdict_of_the_time_and_who_won_are_not(self, tmp_path: Path) -> None:
        text = rendered(await one(tmp_path), SIDES)
        assert "winner" not in text
        assert "Who won" not in text
        assert text.endswith("> They suckle.")

    def test_a_bet_that_comes_after_the_verdict_does_not_bring_it_along(self) -> None:
        episode = episode_of(
            says("pro", "I am right."),
            says("judge", "Why?"),
            Event(EventKind.SAID, "judge", EVERYONE, "pro", '{"choice":"pro"}'),
            says("con", "No."),
            Event(EventKind.SAID, "judge", EVERYONE, "pro", '{"choice":"pro"}'),
            Event(EventKind.TOLD, None, EVERYONE, "The winner is there."),
            Event(EventKind.SAID, "con", EVERYONE, "3%", '{"probability":0.03}'),
        )
        text = rendered(episode, SIDES)
        assert text.endswith("judge says:\n> Why?\n\nSpeaker 2 says:\n> No.")

    async def test_announcements_name_the_speakers_as_they_are_numbered(self, tmp_path: Path) -> None:
        episode = await one(tmp_path)
        assert "> Round 1. Speaker 1 is for it, Speaker 2 against." in rendered(episode, SIDES)
        assert "> Round 1. Speaker 2 is for it, Speaker 1 against." in rendered(episode, SIDES[::-1])

    async def test_speeches_at_the_same_time_stand_in_the_order_of_the_speakers(self, tmp_path: Path) -> None:
        episode = await one(tmp_path)
        swapped = rendered(episode, SIDES[::-1])
        assert swapped.index("> They suckle.") < swapped.index("> They swim.")
        assert swapped.endswith("Speaker 2 says:\n> They swim.")

    async def test_the_two_orders_differ_in_nothing_but_the_numbers(self, tmp_path: Path) -> None:
        """So a verdict that changes with them is the place's doing."""
        episode = await one(tmp_path, pro="The same.", con="The same.")
        one_order, other = rendered(episode, SIDES), rendered(episode, SIDES[::-1])
        assert one_order.replace("Speaker 1", "?").replace("Speaker 2", "?") == other.replace(
            "Speaker 1", "?"
        ).replace("Speaker 2", "?")

    def test_what_some_did_not_hear_is_not_shown(self) -> None:
        episode = episode_of(
            says("pro", "to the judge alone", frozenset(("pro", "judge"))),
            says("con", "to all"),
            says("con", "unusable", frozenset(("con",)), EventKind.FAILED),
        )
        assert "to the judge alone" not in rendered(episode, SIDES)
        assert "to the judge alone" in rendered(episode, SIDES, "judge")
        assert "unusable" not in rendered(episode, SIDES, "con")

    def test_a_view_of_nobody_is_refused(self) -> None:
        with pytest.raises(UsageError, match="No seat is called jury"):
            rendered(episode_of(says("pro", "hello")), SIDES, "jury")

    def test_player_10_is_not_player_1(self) -> None:
        """Elsewhere a substring decided who was meant."""
        plan = Plan(0, Task(), {"player_1": "a", "player_10": "b"}, chance=0)
        everyone = frozenset(plan.seats)
        events = (
            Event(EventKind.TOLD, None, everyone, "player_10 bets; player_1 may call."),
            Event(EventKind.SAID, "player_1", everyone, "call"),
        )
        text = rendered(
            StoredEpisode(0, plan, {}, (events[:1], events[1:]), (), None), ("player_1", "player_10")
        )
        assert "> Speaker 2 bets; Speaker 1 may call." in text

    def test_where_nobody_said_anything_there_is_nothing(self) -> None:
        assert rendered(episode_of(says("judge", "hello")), SIDES) == ""


class TestQuoting:
    @some
    @given(st.lists(st.tuples(st.sampled_from(SIDES), st.text()), min_size=1, max_size=4))
    def test_every_line_of_what_was_said_is_quoted(self, speeches: Sequence[tuple[str, str]]) -> None:
        """Whatever line breaks it has: whoever forges a speaker or an end stays inside his own words."""
        text = rendered(episode_of(*(says(seat, speech) for seat, speech in speeches)), SIDES)
        _, *parts = text.split("\n\n")
        assert len(parts) == len(speeches)
        for part, (seat, _) in zip(parts, speeches, strict=True):
            head, *lines = part.splitlines()
            assert head == f"Speaker {SIDES.index(seat) + 1} says:"
            assert all(line.startswith("> ") for line in lines)
