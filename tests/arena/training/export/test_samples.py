"""Samples of a turn: each is paid for itself, and pairs are made of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from arena.annotations import Answer, Reward
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.forms import Choice
from arena.journal import StoredEpisode
from arena.training.export._pairs import NO_LAST_ANSWER, PairChoice, PairingMode
from arena.training.export._row import Row
from arena.training.export.rows import PromptChoice
from arena.training.rewards.named import RecordedNames, reward_source
from arena.training.rewards.sources import KEPT_UNKNOWN, NOT_KEPT
from games.repeated_settings import Payoff
from protocols import Play
from tests.arena.training.export.drafting import OPTIONS, drafted
from tests.arena.training.export.making import rows, stored
from tests.arena.training.export.test_pairs import written
from tests.shared.agents import Scripted
from tests.shared.playing import play
from tests.shared.protocols import OneShot

FIRST_REFINED = PairChoice(PairingMode.FIRST_REFINED)


def under(condition: str, episode: StoredEpisode) -> StoredEpisode:
    return replace(episode, plan=replace(episode.plan, condition=condition))


CONFIG = {
    "protocol": {
        "class": "arena.comparison:Comparison",
        "conditions": {
            name: {"protocol": {"class": "tests.shared.protocols:OneShot"}} for name in ("a", "b")
        },
    }
}


class TestReturns:
    async def test_only_the_sample_that_was_kept_has_the_return(self) -> None:
        """Revise(samples=3, keep="right") with 1, 1, 4 (truth 4) gave all three rows the reward 1."""
        found = rows(await drafted(("1", "1", "4"), kept=(2,)))
        assert [(row.completion, row.reward, row.masked) for row in found] == [
            ("1", None, NOT_KEPT),
            ("1", None, NOT_KEPT),
            ("4", 1.0, ""),
        ]

    async def test_samples_are_of_one_turn_and_are_numbered(self) -> None:
        found = rows(await drafted(("1", "4"), ("4",), kept=(0, 0)))
        assert [(row.turn, row.sample, row.attempt) for row in found] == [(0, 0, 0), (0, 1, 0), (2, None, 0)]
        assert [row.reward for row in found] == [1.0, None, 1.0]

    async def test_without_a_label_nobody_knows_who_is_paid(self) -> None:
        found = rows(await drafted(("1", "4"), kept=(None,)))
        assert [(row.reward, row.masked) for row in found] == [(None, KEPT_UNKNOWN)] * 2

    @pytest.mark.parametrize(("reward", "second"), [("last", 0.0), ("discounted?gamma=0.5", 0.5)])
    async def test_all_samples_of_a_turn_are_as_far_from_the_end(self, reward: str, second: float) -> None:
        found = rows(await drafted(("1", "4"), ("4", "4"), kept=(1, 0)), reward=reward)
        assert [row.reward for row in found] == [None, second, 1.0, None]


class TestPairs:
    async def test_pairs_are_within_a_condition_and_no_wrong_answer_is_chosen(self, tmp_path: Path) -> None:
        """`trl-dpo` over `arena run revise`: 27 of 27 pairs mixed conditions, 12 chose a wrong answer."""
        plays = [
            under("a", await drafted(("1",), ("4",), number=0)),  # wrong at first, and paid in the end
            under("a", await drafted(("4",), ("1",), number=1)),  # right at first, and not paid
            under("b", await drafted(("4",), ("4",), number=2)),
            under("b", await drafted(("2",), ("2",), number=3)),
        ]
        told, _ = written(rows(*plays, config=CONFIG), tmp_path / "pairs.jsonl")
        assert [(pair["condition"], pair["chosen_episode"], pair["rejected_episode"]) for pair in told] == [
            ("a", 0, 1),
            ("b", 2, 3),
            ("b", 2, 3),
        ]
        assert {pair["chosen"][0]["content"] for pair in told} == {"4"}
        assert told[0]["turn"] == 1

    async def test_the_same_answer_in_other_words_is_one_candidate(self, tmp_path: Path) -> None:
        found = rows(
            await drafted(("1",), number=0),
            await drafted(("Answer: 1",), number=1),
            await drafted(("4",), number=2),
        )
        (pair,), (left_out, _) = written(found, tmp_path / "pairs.jsonl")
        assert (pair["chosen"][0]["content"], pair["rejected"][0]["content"]) == ("4", "1")
        assert (pair["chosen_times"], pair["rejected_times"]) == (1, 2)
        assert not left_out

    async def test_texts_that_differ_in_white_space_and_case_alone_are_one_candidate(
        self, tmp_path: Path
    ) -> None:
        (row,) = rows(await drafted(("4",)))
        same: list[Row] = [
            row._replace(key=None, correct=None, completion=said, reward=reward, episode=number)
            for number, (said, reward) in enumerate([("Go on", 1.0), ("go  on\n", 0.0)])
        ]
        told, _ = written(same, tmp_path / "pairs.jsonl")
        assert told == []


class TestWeights:
    async def test_are_a_column_beside_the_reward(self) -> None:
        """RISE with tau 0.4: samples 1, " 1", 4 (truth 4) weigh 1, 1 and e**2.5."""
        correct, weight = reward_source(("correct",)), reward_source(("exp-weight?tau=0.4",))
        found = rows(await drafted(("1", " 1", "4"), kept=(2,)), reward=correct, weight=weight)
        assert [row.reward for row in found] == [0, 0, 1]
        assert [row.facts()["weight"] for row in found] == pytest.approx([1, 1, 12.1825], abs=5e-5)

    async def test_are_no_column_unless_they_are_asked_for(self) -> None:
        (row,) = rows(await drafted(("4",)))
        assert "weight" not in row.facts()


class TestAnchors:
    async def test_a_refined_answer_may_stand_under_the_first_request_of_its_seat(self) -> None:
        found = rows(await drafted(("1",), ("4",)), under=PromptChoice.FIRST)
        assert [row.prompt for row in found] == [found[0].prompt] * 2
        assert len({row.digest for row in found}) == 1
        assert [row.facts().get("reanchored") for row in found] == [None, True]

    async def test_a_reward_says_under_which_turn_its_row_stands(self, tmp_path: Path) -> None:
        async def method(episode: Episode) -> Outcome:
            first = await episode.ask("ann", Choice(OPTIONS), "Answer.", finds=Answer("answer"))
            second = await episode.ask("ann", Choice(OPTIONS), "Again.", finds=Answer("answer"))
            for one, value in ((first, 0.0), (second, 1.0)):
                episode.annotate(Reward("refined", value, about=one.place, anchor=first.place))
            return Outcome.completed({})

        playing = await play(OneShot(method=method), Scripted("1", "4"), truth="4")
        recorded = RecordedNames(("refined",), ())
        found = rows(
            stored(playing, truth="4"), reward=reward_source(("refined",), recorded=recorded), over="none"
        )
        assert "Again." not in repr(found[1].prompt)
        assert [row.facts().get("reanchored") for row in found] == [None, True]
        (pair,), _ = written(found, tmp_path / "pairs.jsonl")
        assert (pair["chosen"][0]["content"], pair["rejected"][0]["content"]) == ("4", "1")


class TestFirstRefined:
    async def test_of_samples_those_that_were_kept_are_paired(self, tmp_path: Path) -> None:
        found = rows(
            await drafted(("2", "1"), ("3", "4"), kept=(1, 1)),
            reward=reward_source(("correct",)),
            over="none",
        )
        (pair,), (_, said) = written(found, tmp_path / "pairs.jsonl", choice=FIRST_REFINED)
        assert (pair["chosen"][0]["content"], pair["rejected"][0]["content"]) == ("4", "1")
        assert said == [NOT_KEPT, "", NOT_KEPT, ""]


class TestSeats:
    async def test_the_last_answers_of_two_seats_are_paired_under_the_prompt_of_the_first(
        self, tmp_path: Path
    ) -> None:
        async def method(episode: Episode) -> Outcome:
            for seat, question in (("bob", "Solve it."), ("ann", "Correct it."), ("bob", "Go on.")):
                await episode.ask(seat, Choice(OPTIONS), question, finds=Answer("answer"))
            return Outcome.completed({})

        # Each seat says these in turn.
        playing = await play(OneShot(method=method), Scripted("1", "4"), truth="4")
        found = rows(stored(playing, truth="4"), reward=reward_source(("correct",)), over="none")
        (pair,), (left_out, _) = written(found, tmp_path / "p.jsonl", choice=PairChoice(PairingMode.SEATS))
        assert (pair["chosen"][0]["content"], pair["rejected"][0]["content"]) == ("4", "1")
        assert "Solve it." in repr(pair["prompt"])
        assert left_out == {NO_LAST_ANSWER: 1}


class TestGroups:
    async def test_samples_of_a_prompt_are_siblings(self) -> None:
        plays = [await drafted((said,), number=number) for number, said in enumerate("1444")]
        found = rows(*plays, over="group-mean?by=prompt")
        assert [row.advantage for row in found] == [-0.75, 0.25, 0.25, 0.25]

    @pytest.mark.parametrize(("divide", "first"), [("none", -0.75), ("sd", -1.7320508), ("sample-sd", -1.5)])
    async def test_a_difference_may_be_divided(self, divide: str, first: float) -> None:
        plays = [await drafted((said,), number=number) for number, said in enumerate("1444")]
        found = rows(*plays, over=f"group-mean?by=task&divide={divide}")
        assert found[0].advantage == pytest.approx(first)

    async def test_who_is_alone_has_no_advantage_and_the_row_says_why(self) -> None:
        found = rows(await drafted(("4",)), over="group-mean?by=prompt")
        assert [(row.reward, row.advantage, row.unearned) for row in found] == [
            (1.0, None, "no sibling by prompt")
        ]

    async def test_another_agent_is_no_sibling(self) -> None:
        one, two = await drafted(("1",)), await drafted(("4",), number=1)
        other = replace(two, plan=replace(two.plan, seats={"ann": "another", "bob": "another"}))
        found = rows(one, other, over="group-mean?by=prompt")
        assert [row.advantage for row in found] == [None, None]


class TestHands:
    async def test_five_hands_have_another_baseline_than_one(self) -> None:
        """One advantage baseline for `hands=5` and `hands=1`."""
        from arena.training.export.settings import Settings

        known = [
            Settings({"protocol": {"class": "protocols.play:Play", **Play(hands=hands).model_dump()}}).of("")
            for hands in (1, 5)
        ]
        assert [setting.baseline for setting in known] == ["kuhn", "kuhn, 5 hands"]
        assert [setting.game for setting in known] == ["kuhn", "kuhn"]
        assert known[0].digest != known[1].digest

    async def test_returns_that_are_paid_otherwise_have_another_baseline(self) -> None:
        from arena.training.export.settings import Settings

        play = Play(hands=5, payoff=Payoff.SIGN, begins=1, forfeit=-1.5, forfeit_others=0.5)
        settings = play.model_dump(mode="json")
        known = Settings({"protocol": {"class": "protocols.play:Play", **settings}}).of("")
        expected = "kuhn, 5 hands, payoff sign, begins 1, forfeit -1.5, forfeit_others 0.5"
        assert (known.game, known.baseline) == ("kuhn", expected)
