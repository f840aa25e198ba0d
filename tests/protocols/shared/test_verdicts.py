"""Verdicts: asked in both orders, combined by a named rule, and never made of something unusable."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.episode.outcome import Ending
from arena.seat.agent import Reply, Request, Stop
from arena.votes.rulings import COMBINATIONS
from protocols import Combination, Debate, Direct, Reading
from protocols.shared.verdicts import OneVerdict, combine
from tests.protocols.asking import RIGHT, THREE, WRONG, Player, details, first_listed, hold, label_of, sure_of
from tests.shared.examples import some

ANSWERS = ("a", "b", "c")


def verdict(choice: str | None, confidence: float | None = None, answers: int = 2) -> OneVerdict:
    order = ANSWERS[:answers]
    probabilities = None
    if choice is not None and confidence is not None:
        other = (1 - confidence) / (answers - 1)
        probabilities = {answer: confidence if answer == choice else other for answer in order}
    status = "ok" if choice else "refused"
    return OneVerdict(order, choice, confidence, probabilities, "", status, "")


choices = st.sampled_from(ANSWERS)
confidences = st.none() | st.floats(0, 1)
several = st.lists(st.builds(verdict, st.none() | choices, confidences, st.just(3)), max_size=4)


class TestCombining:
    def test_two_game_wants_both_to_agree(self) -> None:
        agreed = combine([verdict("a", 0.9), verdict("a", 0.7)], Combination.TWO_GAME)
        assert agreed is not None
        assert (agreed.choice, agreed.agreed, agreed.shares) == ("a", True, {"a": 1, "b": 0})
        assert agreed.confidence == pytest.approx(0.8)
        split = combine([verdict("a", 0.9), verdict("b", 0.7)], Combination.TWO_GAME)
        assert split is not None
        assert (split.choice, split.confidence, split.agreed) == (None, None, False)
        assert split.shares == {"a": 0, "b": 0}

    @pytest.mark.parametrize("rule", Combination)
    def test_an_answer_called_tie_is_an_answer(self, rule: Combination) -> None:
        said = OneVerdict(("win", "tie"), "tie", 0.9, {"win": 0.1, "tie": 0.9}, "", "ok", "")
        found = combine([said, said._replace(order=("tie", "win"))], rule)
        assert found is not None
        assert (found.choice, found.shares) == ("tie", {"win": 0, "tie": 1})

    def test_tie_on_disagreement_shares_the_win(self) -> None:
        split = combine([verdict("a", answers=3), verdict("c", answers=3)], Combination.TIE_ON_DISAGREEMENT)
        assert split is not None
        assert (split.choice, split.shares) == (None, {"a": 0.5, "b": 0, "c": 0.5})

    def test_mean_probability_weighs_how_sure_each_was(self) -> None:
        mean = combine([verdict("a", 0.9), verdict("b", 0.6)], Combination.MEAN_PROBABILITY)
        assert mean is not None
        assert (mean.choice, mean.agreed) == ("a", False)
        assert mean.confidence == pytest.approx(0.65)
        even = combine([verdict("a", 0.7), verdict("b", 0.7)], Combination.MEAN_PROBABILITY)
        assert even is not None
        assert (even.choice, even.shares) == (None, {"a": 0.5, "b": 0.5})

    def test_a_missing_confidence_is_not_a_half(self) -> None:
        """Nor is anything else made of it: the mean is unknown."""
        verdicts = [verdict("a", 0.9), verdict("a")]
        assert combine(verdicts, Combination.MEAN_PROBABILITY) is None
        known = combine(verdicts, Combination.TWO_GAME)
        assert known is not None
        assert (known.choice, known.confidence, known.probabilities) == ("a", None, None)

    def test_the_rules_are_those_of_judging_after_the_run(self) -> None:
        assert set(Combination) == set(COMBINATIONS)

    def test_by_the_net_rule_one_usable_verdict_is_enough(self) -> None:
        for verdicts in ([verdict("a"), verdict(None)], [verdict(None), verdict("a")]):
            known = combine(verdicts, Combination.NET)
            assert known is not None
            assert (known.choice, known.confidence) == ("a", None)
            assert combine(verdicts, Combination.TWO_GAME) is None

    def test_a_confidence_of_nought_is_kept(self) -> None:
        known = combine([verdict("a", 0.0), verdict("a", 0.0)], Combination.TWO_GAME)
        assert known is not None
        assert known.confidence == 0.0

    @some
    @given(several, st.sampled_from(Combination))
    def test_one_unusable_verdict_leaves_none(self, verdicts: list[OneVerdict], rule: Combination) -> None:
        combined = combine(verdicts, rule)
        missing = [one.choice is None for one in verdicts]
        if all(missing) or (any(missing) and rule is not Combination.NET):
            assert combined is None
        elif combined is None:
            assert rule is Combination.MEAN_PROBABILITY
            assert any(one.confidence is None for one in verdicts)
        else:
            assert sum(combined.shares.values()) in (0, pytest.approx(1))
            assert set(combined.shares) == set(ANSWERS)

    @some
    @given(several, st.sampled_from(Combination))
    def test_it_does_not_depend_on_which_was_asked_first(
        self, verdicts: list[OneVerdict], rule: Combination
    ) -> None:
        assert combine(verdicts, rule) == combine(verdicts[::-1], rule)


class TestAsking:
    async def test_in_both_orders_and_neither_knows_of_the_other(self) -> None:
        judge = sure_of(RIGHT)
        playing = await hold(Direct(), {"judge": judge})
        one, two = judge.asked("verdict")
        assert list(one.prompt.data["answers"].values()) == list(two.prompt.data["answers"].values())[::-1]
        assert list(one.view) == list(two.view) == []
        raw = details(playing)["verdicts"]
        assert [each["choice"] for each in raw] == [RIGHT, RIGHT]
        assert raw[0]["order"] == raw[1]["order"][::-1]
        assert details(playing)["verdict"]["choice"] == RIGHT

    async def test_once_if_it_is_not_to_be_swapped(self) -> None:
        judge = sure_of(RIGHT)
        await hold(Direct(swap_verdict=False), {"judge": judge})
        assert len(judge.asked("verdict")) == 1

    async def test_which_answer_stands_first_is_drawn(self) -> None:
        orders = set()
        for seed in range(12):
            playing = await hold(Direct(swap_verdict=False), {"judge": first_listed()}, seed=seed)
            orders.add(details(playing)["verdict"]["choice"])
        assert orders == {RIGHT, WRONG}

    async def test_a_judge_that_prefers_the_first_place_decides_nothing(self) -> None:
        playing = await hold(Debate(rounds=1), {"judge": first_listed()})
        assert playing.outcome.ending is Ending.COMPLETED
        assert details(playing)["verdict"]["choice"] is None
        assert set(playing.outcome.returns.values()) == {0}

    async def test_which_a_tie_shares_and_no_probability_decides(self) -> None:
        tied = await hold(Debate(rounds=1, combination="tie-on-disagreement"), {"judge": first_listed()})
        assert set(tied.outcome.returns.values()) == {0.5}
        unsure = await hold(Debate(rounds=1, combination="mean-probability"), {"judge": first_listed(None)})
        assert unsure.outcome.ending is Ending.FAILED
        assert unsure.outcome.offenders == ("judge",)

    @pytest.mark.parametrize(
        "bad",
        [
            Reply("Verdict: 1\nVerdict: 2"),
            Reply("[[A]] [[B]]"),
            Reply("Both are right."),
            Reply("Verdict: 1", stop=Stop.REFUSED),
            Reply("Verdict: 1", stop=Stop.TRUNCATED),
            Reply(""),
        ],
        ids=repr,
    )
    @pytest.mark.parametrize("which", [0, 1])
    async def test_an_unusable_verdict_is_credited_to_nobody(self, bad: Reply, which: int) -> None:
        """It fails the episode, and both raw verdicts and all that went before are kept."""
        first = True

        def decide(request: Request) -> Reply:
            nonlocal first
            if request.prompt.text.startswith("Who") and "could not be used" not in request.prompt.text:
                number, first = 0 if first else 1, False
            else:
                number = which
            return bad if number == which else Reply(f"Verdict: {label_of(request, RIGHT)}")

        playing = await hold(Debate(rounds=1), {"judge": Player({"verdict": decide})})
        assert playing.outcome.ending is Ending.FAILED
        assert playing.outcome.offenders == ("judge",)
        assert playing.outcome.returns == {}
        found = details(playing)
        assert found["verdict"] is None
        assert len(found["verdicts"]) == 2
        assert found["verdicts"][which]["choice"] is None
        assert found["verdicts"][which]["status"] != "ok"
        assert found["beliefs"]
        assert set(found["defended"].values()) == {RIGHT, WRONG}

    async def test_the_label_of_an_answer_is_no_seats_name(self) -> None:
        judge = sure_of(RIGHT)
        await hold(Debate(rounds=1), {"judge": judge})
        assert set(judge.asked("verdict")[0].prompt.data["answers"]) == {"1", "2"}

    async def test_the_others_share_what_a_stated_confidence_leaves(self) -> None:
        playing = await hold(Direct(), {"judge": sure_of("bob", 0.5)}, task=THREE)
        assert details(playing)["verdict"]["probabilities"] == {"ann": 0.25, "bob": 0.5, "cy": 0.25}


def tells(answer: str, probability: float) -> Player:
    """Return a judge that writes the first label, and tells how likely it was to write the others."""

    def told(request: Request) -> Mapping[str, float]:
        answers = request.prompt.data["answers"]
        other = (1 - probability) / (len(answers) - 1)
        return {label: probability if text == answer else other for label, text in answers.items()}

    return Player({"verdict": "1"}, tells=told)


class TestTokenProbability:
    async def test_the_likeliest_answer_is_chosen_whatever_was_written(self) -> None:
        playing = await hold(Direct(reading=Reading.TOKEN_PROBABILITY), {"judge": tells(RIGHT, 0.75)})
        found = details(playing)["verdict"]
        assert (found["choice"], found["confidence"]) == (RIGHT, 0.75)

    async def test_an_agent_that_tells_nothing_gives_no_verdict(self) -> None:
        playing = await hold(Direct(reading=Reading.TOKEN_PROBABILITY), {"judge": Player({"verdict": "1"})})
        assert playing.outcome.ending is Ending.FAILED
        assert "told no probabilities" in playing.outcome.reason

    async def test_nor_does_one_to_which_all_are_equally_likely(self) -> None:
        playing = await hold(Direct(reading=Reading.TOKEN_PROBABILITY), {"judge": tells(RIGHT, 0.5)})
        assert playing.outcome.ending is Ending.FAILED
        assert details(playing)["verdicts"][0]["probabilities"] == {RIGHT: 0.5, WRONG: 0.5}
