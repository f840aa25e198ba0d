"""Beliefs: asked in calls of their own, by ways that are named, and never a number that nobody gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.episode.outcome import Ending
from arena.forms import Status, Unusable
from arena.seat.agent import Reply, Request, Stop
from protocols import Beliefs, Consultancy, Debate, Direct, Elicitation, Holder, Moment
from protocols.shared.reasoned import Reasoned, ReasonedProbability
from tests.protocols.asking import RIGHT, THREE, WRONG, Player, details, hold, sure_of
from tests.shared.examples import some

RED_TEAM = "First think through why you might lose: the best case against you, and what you left unanswered."

FORM = ReasonedProbability("it rains")


def read(text: str) -> Reasoned | Status:
    try:
        return FORM.parse(text)
    except Unusable as unusable:
        return unusable.status


def records(playing: Any, **wanted: Any) -> list[dict[str, Any]]:
    """Return the records of beliefs whose fields are these."""
    return [one for one in details(playing)["beliefs"] if wanted.items() <= one.items()]


class TestReasonedProbability:
    def test_the_reasons_are_what_stands_beside_the_number(self) -> None:
        assert read("Clouds.\nDark ones.\nProbability: 70") == Reasoned(0.7, "Clouds.\nDark ones.")
        assert read("70") == Reasoned(0.7)
        assert FORM.parse_structured('{"reasons": "Clouds.", "probability": 70}') == Reasoned(0.7, "Clouds.")

    def test_the_reasons_are_recorded_and_not_published(self) -> None:
        value = Reasoned(0.7, "Clouds.")
        assert FORM.fields(value) == {"probability": 0.7, "reasons": "Clouds."}
        assert FORM.public_fields(value) == {"probability": 0.7}
        assert FORM.publish(value) == "70%"

    @pytest.mark.parametrize(
        ("text", "status"),
        [
            ("Clouds, 70 of them.\nSo I think.", Status.UNPARSEABLE),
            ("Probability: 10\nProbability: 90", Status.AMBIGUOUS),
            ("Probability: 700", Status.ILLEGAL),
            ("", Status.UNPARSEABLE),
        ],
    )
    def test_no_number_is_guessed(self, text: str, status: Status) -> None:
        assert read(text) is status

    @some
    @given(st.text(max_size=40), st.integers(0, 100))
    @example(")O", 0)  # the Portuguese article before a label on the next line
    def test_whatever_the_reasons_the_number_alone_gets_out(self, reasons: str, number: int) -> None:
        found = read(f"secret{reasons}\nProbability: {number}")
        if isinstance(found, Reasoned):
            assert FORM.publish(found) == f"{number}%"
            assert "secret" in found.reasons


class TestWhenAndWhose:
    async def test_before_after_each_round_and_after_the_verdict(self) -> None:
        playing = await hold(Debate(rounds=2, onlookers=1), {"judge": sure_of(RIGHT)})
        for seat in ("debater_a", "debater_b", "judge", "onlooker_1"):
            asked = [(one["moment"], one["round"]) for one in records(playing, seat=seat)]
            assert asked == [("before", 0), ("round", 1), ("round", 2), ("after", 2)]

    async def test_debaters_whether_they_win_and_in_the_end_whether_they_are_right(self) -> None:
        playing = await hold(Debate(rounds=1), {"judge": sure_of(RIGHT)})
        kinds = [one["kind"] for one in records(playing, seat="debater_a")]
        assert kinds == ["wins", "wins", "right"]
        assert {one["kind"] for one in records(playing, seat="judge")} == {"right"}
        for seat, answer in details(playing)["defended"].items():
            assert {one["about"] for one in records(playing, seat=seat)} == {answer}

    async def test_of_more_than_two_answers_the_judge_is_asked_about_each(self) -> None:
        playing = await hold(Debate(rounds=1), {"judge": sure_of("ann")}, task=THREE)
        about = [one["about"] for one in records(playing, seat="judge", moment="before")]
        assert sorted(about) == ["ann", "bob", "cy"]

    @pytest.mark.parametrize("protocol", [Debate(rounds=1), Consultancy(rounds=1), Direct()])
    async def test_of_none_if_none_are_to_be_asked(self, protocol: Any) -> None:
        silent = protocol.model_copy(update={"beliefs": Beliefs(holders=())})
        assert records(await hold(silent, {"judge": sure_of(RIGHT)})) == []

    async def test_only_of_those_and_when_it_is_wanted(self) -> None:
        wanted = Beliefs(holders=(Holder.JUDGE,), moments=(Moment.BEFORE, Moment.AFTER))
        playing = await hold(Consultancy(beliefs=wanted), {"judge": sure_of(RIGHT)})
        assert [(one["seat"], one["moment"]) for one in records(playing)] == [
            ("judge", "before"),
            ("judge", "after"),
        ]


class TestPrivacy:
    async def test_a_belief_is_asked_for_in_a_call_of_its_own_and_forgotten(self) -> None:
        debater = Player({"belief": "Because I lie.\nProbability: 83"})
        playing = await hold(Debate(rounds=2), {"debater_a": debater, "judge": sure_of(RIGHT)})
        assert debater.asked("belief")
        for view in (playing.episode.view(seat) for seat in playing.episode.seats):
            assert "83" not in repr(list(view))
            assert "How likely" not in repr(list(view))
        assert records(playing, seat="debater_a")[0]["reasons"] == "Because I lie."

    async def test_remembered_it_is_in_the_seats_own_view_alone_and_without_its_reasons(self) -> None:
        debater = Player({"belief": "Because I lie.\nProbability: 83"})
        settings = Beliefs(remember=True)
        playing = await hold(
            Debate(rounds=2, beliefs=settings), {"debater_a": debater, "judge": sure_of(RIGHT)}
        )
        assert "83%" in repr(list(playing.episode.view("debater_a")))
        assert "I lie" not in repr(list(playing.episode.view("debater_a")))
        assert "83%" not in repr([list(playing.episode.view(seat)) for seat in ("debater_b", "judge")])

    async def test_a_public_bet_is_heard_by_everyone_and_its_reasons_by_nobody(self) -> None:
        debater = Player({"belief": "Because I lie.\nProbability: 83"})
        playing = await hold(
            Debate(rounds=2, beliefs=Beliefs(public=True)), {"debater_a": debater, "judge": sure_of(RIGHT)}
        )
        for seat in ("debater_b", "judge"):
            assert "83%" in repr(list(playing.episode.view(seat)))
        assert "I lie" not in repr(playing.episode.transcript.events)

    async def test_the_judges_beliefs_are_private_even_then(self) -> None:
        judge = sure_of(RIGHT)
        judge.acts = {**judge.acts, "belief": "Probability: 83"}
        playing = await hold(Debate(rounds=2, beliefs=Beliefs(public=True)), {"judge": judge})
        assert "83%" not in repr([list(playing.episode.view(seat)) for seat in playing.episode.seats])

    @pytest.mark.parametrize("method", [Elicitation.VOTE_SHARE, Elicitation.TOKEN_PROBABILITY])
    def test_votes_cannot_be_public(self, method: Elicitation) -> None:
        with pytest.raises(UsageError, match="can be public"):
            Beliefs(method=method, public=True)

    async def test_the_red_team_prompt_is_for_those_who_speak(self) -> None:
        debater, judge = Player(), sure_of(RIGHT)
        await hold(Debate(rounds=1, beliefs=Beliefs(red_team=True)), {"debater_a": debater, "judge": judge})
        assert all(RED_TEAM in request.prompt.text for request in debater.asked("belief"))
        assert not any(RED_TEAM in request.prompt.text for request in judge.asked("belief"))


class TestMethods:
    @pytest.mark.parametrize(
        ("method", "said"),
        [(Elicitation.VERBALISED_100, "Probability: 25"), (Elicitation.VERBALISED_1, "0.25")],
    )
    @pytest.mark.parametrize("reasons", [True, False])
    async def test_a_number_is_said_on_its_scale(self, method: Elicitation, said: str, reasons: bool) -> None:
        settings = Beliefs(method=method, reasons=reasons)
        playing = await hold(
            Debate(rounds=1, beliefs=settings),
            {"debater_a": Player({"belief": said}), "judge": sure_of(RIGHT)},
        )
        for one in records(playing, seat="debater_a"):
            assert (one["probability"], one["method"]) == (0.25, method.value)

    async def test_a_share_of_votes_has_its_denominator(self) -> None:
        """Refusals are no votes, neither for nor against."""
        votes: list[str | Reply] = ["yes", "no", Reply("yes", stop=Stop.REFUSED), "yes"]

        def vote(request: Request) -> str | Reply:
            said = votes[asked[-1]]
            if "could not be used" not in request.prompt.text:
                asked.append(asked[-1] + 1)
                said = votes[asked[-1]]
            return said

        asked = [-1]
        settings = Beliefs(
            holders=(Holder.JUDGE,), moments=(Moment.BEFORE,), method=Elicitation.VOTE_SHARE, samples=4
        )
        judge = sure_of(RIGHT)
        judge.acts = {**judge.acts, "belief": vote}
        (one,) = records(await hold(Direct(beliefs=settings), {"judge": judge}))
        assert one["probability"] == pytest.approx(2 / 3)
        assert one["votes"] == {"yes": 2, "no": 1, "unusable": 1}
        assert one["status"] == "ok"

    async def test_votes_do_not_know_of_each_other(self) -> None:
        settings = Beliefs(method=Elicitation.VOTE_SHARE, remember=True, samples=3, holders=(Holder.JUDGE,))
        judge = sure_of(RIGHT)
        await hold(Direct(beliefs=settings), {"judge": judge})
        assert [list(request.view) for request in judge.asked("belief")[:3]] == [[], [], []]
        assert len({request.seed for request in judge.asked("belief")[:3]}) == 3

    @pytest.mark.parametrize("told", [{"yes": 0.125, "no": 0.875}, {"no": 1.0}, {}])
    async def test_a_token_probability_that_is_not_told_is_unknown(self, told: Mapping[str, float]) -> None:
        """It is not a half, and not nought."""
        settings = Beliefs(method=Elicitation.TOKEN_PROBABILITY, holders=(Holder.SPEAKERS,))
        debater = Player({"belief": "yes"}, tells=lambda _: told)
        playing = await hold(
            Debate(rounds=1, beliefs=settings), {"debater_a": debater, "judge": sure_of(RIGHT)}
        )
        for one in records(playing, seat="debater_a"):
            assert one["probability"] == told.get("yes")
            assert bool(one["reason"]) is ("yes" not in told)


class TestMissing:
    @pytest.mark.parametrize("method", Elicitation)
    @pytest.mark.parametrize(
        ("bad", "status"),
        [
            (Reply("Probability: 50", stop=Stop.REFUSED), "refused"),
            (Reply("50", stop=Stop.TRUNCATED), "truncated"),
            (Reply("I would rather not say.\nOr would I?"), "unparseable"),
        ],
    )
    async def test_a_refusal_is_a_refusal_and_the_episode_goes_on(
        self, bad: Reply, status: str, method: Elicitation
    ) -> None:
        playing = await hold(
            Debate(rounds=1, beliefs=Beliefs(method=method, samples=2)),
            {"debater_a": Player({"belief": lambda _: bad}), "judge": sure_of(RIGHT)},
        )
        assert playing.outcome.ending is Ending.COMPLETED
        refused = records(playing, seat="debater_a")
        assert len(refused) == 3
        for one in refused:
            assert (one["probability"], one["status"]) == (None, status)
            assert one["reason"]
        assert all(one["status"] == "ok" for one in records(playing, seat="debater_b"))

    async def test_a_belief_of_nought_is_nought(self) -> None:
        playing = await hold(
            Debate(rounds=1), {"debater_a": Player({"belief": "Probability: 0"}), "judge": sure_of(WRONG)}
        )
        assert {one["probability"] for one in records(playing, seat="debater_a")} == {0.0}
