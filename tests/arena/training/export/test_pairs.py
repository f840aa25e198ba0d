"""Preference pairs: cut where replies to one prompt part."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.forms import Speech
from arena.training.export import _lines as lines
from arena.training.export._pairs import (
    ALONE,
    INWARDS,
    NO_ANSWER,
    SAME_AS_FIRST,
    UNPAIRED,
    Candidate,
    PairChoice,
    PairingMode,
    Pairs,
    pairs,
)
from arena.training.export.rows import NO_RETURN, Row
from arena.training.rewards.named import reward_source
from tests.arena.training.export.drafting import drafted
from tests.arena.training.export.making import rows, stored
from tests.arena.training.export.test_exporting import names
from tests.shared.agents import Scripted
from tests.shared.playing import play
from tests.shared.protocols import OneShot

samples = st.builds(
    lambda said, reward, correct: Candidate(said, reward, correct=correct),
    st.text(max_size=2),
    st.integers(-2, 2).map(float),
    st.sampled_from([None, 0.0, 1.0]),
)


async def episode(ann: tuple[str, str], amount: float, number: int) -> list[Row]:
    """Return the rows of an episode in which ann says two things, and bob listens."""

    async def talk(episode: Episode) -> Outcome:
        for _ in ann:
            await episode.ask("ann", Speech(), "Speak.")
        return Outcome.completed({"ann": amount})

    playing = await play(OneShot(method=talk), Scripted(*ann))
    return rows(stored(playing, number=number), over="none")


def written(
    found: list[Row], file: Path, record: Any = lines.trl_dpo, choice: PairChoice = INWARDS
) -> tuple[list[dict[str, Any]], Any]:
    with Pairs(file, record, choice) as sink:
        said = [sink.write(row) for row in found]
        closed = sink.close()
    told = [json.loads(line) for line in file.read_text().splitlines()]
    assert closed.lines == len(told)
    return told, (closed.left_out, said)


class TestPairing:
    @given(st.lists(samples, max_size=8, unique_by=lambda sample: sample.completion))
    def test_the_better_comes_first_and_nobody_comes_twice(self, group: list[Candidate]) -> None:
        found = list(pairs([group]))
        assert all(better.reward > worse.reward for better, worse in found)
        used = [sample.completion for pair in found for sample in pair]
        assert len(used) == len(set(used))
        assert not any(better.is_wrong for better, _ in found)

    @given(st.lists(samples, min_size=2, max_size=8, unique_by=lambda sample: sample.completion))
    def test_the_best_is_held_against_the_worst_if_they_differ(self, group: list[Candidate]) -> None:
        group = [sample._replace(correct=None) for sample in group]
        rewards = [sample.reward for sample in group]
        found = list(pairs([group]))
        if max(rewards) > min(rewards):
            assert (found[0][0].reward, found[0][1].reward) == (max(rewards), min(rewards))
        else:
            assert found == []

    def test_who_says_the_same_is_no_pair(self) -> None:
        assert list(pairs([[Candidate("Yes.", 1.0), Candidate("Yes.", 0.0)]])) == []


class TestFile:
    async def test_a_pair_is_cut_at_the_fork(self, tmp_path: Path) -> None:
        """Preference pairs not cut at the fork."""
        found = [*await episode(("Hello.", "Left."), 1.0, 0), *await episode(("Hello.", "Right."), 0.0, 1)]
        (pair,), _ = written(found, tmp_path / "pairs.jsonl")
        fork = found[1]
        assert pair["prompt"] == [message.record() for message in fork.prompt]
        assert found[3].prompt == fork.prompt
        assert [turn["content"] for turn in pair["prompt"] if turn["role"] == "assistant"] == ["Hello."]
        assert pair["chosen"] == [{"role": "assistant", "content": "Left."}]
        assert pair["rejected"] == [{"role": "assistant", "content": "Right."}]
        assert (pair["chosen_episode"], pair["rejected_episode"], pair["turn"]) == (0, 1, 1)
        assert (pair["chosen_reward"], pair["rejected_reward"]) == (1.0, 0.0)

    async def test_what_follows_a_fork_is_in_no_pair(self, tmp_path: Path) -> None:
        found = [*await episode(("Left.", "On."), 1.0, 0), *await episode(("Right.", "On."), 0.0, 1)]
        (pair,), (left_out, _) = written(found, tmp_path / "pairs.jsonl")
        assert pair["turn"] == 0
        assert left_out == {ALONE: 2}

    async def test_equal_returns_give_no_pair_and_are_counted(self, tmp_path: Path) -> None:
        found = [*await episode(("Left.", "On."), 1.0, 0), *await episode(("Right.", "On."), 1.0, 1)]
        told, (left_out, _) = written(found, tmp_path / "pairs.jsonl")
        assert told == []
        assert left_out == {ALONE: 2, UNPAIRED: 2}

    async def test_a_reply_that_was_given_often_earned_the_mean(self, tmp_path: Path) -> None:
        amounts = (("Left.", 1.0), ("Left.", 0.0), ("Right.", 0.75), ("Right.", 0.0))
        found = [
            row
            for number, (said, amount) in enumerate(amounts)
            for row in (await episode((said, "On."), amount, number))[:1]
        ]
        (pair,), (left_out, _) = written(found, tmp_path / "pairs.jsonl")
        assert pair["chosen"][0]["content"] == "Left."
        assert (pair["chosen_reward"], pair["rejected_reward"]) == (0.5, 0.375)
        assert (pair["chosen_times"], pair["rejected_times"]) == (2, 2)
        assert not left_out

    async def test_who_earned_nothing_known_is_left_out(self, tmp_path: Path) -> None:
        found = [row._replace(reward=None) for row in await episode(("Left.", "On."), 1.0, 0)]
        _, (_, said) = written(found, tmp_path / "pairs.jsonl")
        assert said == [NO_RETURN, NO_RETURN]

    @pytest.mark.parametrize("broken", [True, False])
    async def test_no_database_is_left_behind(self, tmp_path: Path, broken: bool) -> None:
        found = await episode(("Left.", "On."), 1.0, 0)
        with Pairs(tmp_path / "pairs.jsonl", lines.trl_dpo) as sink:
            sink.write(found[0])
            if not broken:
                sink.close()
        assert names(tmp_path) == ([] if broken else ["pairs.jsonl"])

    async def test_openais_form_has_the_prompt_once_and_both_replies(self, tmp_path: Path) -> None:
        found = [*await episode(("Left.", "On."), 1.0, 0), *await episode(("Right.", "On."), 0.0, 1)]
        (pair,), _ = written(found, tmp_path / "pairs.jsonl", lines.openai_dpo)
        assert pair == {
            "input": {"messages": [{"role": "user", "content": "Speak.\nReply in your own words."}]},
            "preferred_output": [{"role": "assistant", "content": "Left."}],
            "non_preferred_output": [{"role": "assistant", "content": "Right."}],
        }


class TestChoice:
    GROUP = (
        Candidate("A.", 3.0),
        Candidate("B.", 2.0, correct=0.0),
        Candidate("C.", 1.5),
        Candidate("D.", 0.0),
    )

    @pytest.mark.parametrize(
        ("choice", "told"),
        [
            (PairChoice(), ["AD"]),
            (PairChoice(margin=3.0), ["AD"]),
            (PairChoice(margin=3.1), []),
            (PairChoice(PairingMode.ALL), ["AB", "AC", "AD", "CD"]),
            (PairChoice(PairingMode.ALL, 1.5), ["AC", "AD", "CD"]),
        ],
    )
    def test_pairs_may_be_all_or_of_a_margin(self, choice: PairChoice, told: list[str]) -> None:
        found = pairs([self.GROUP], choice)
        assert [better.completion[0] + worse.completion[0] for better, worse in found] == told

    async def test_a_first_answer_is_paired_with_the_refined_one_under_its_own_prompt(
        self, tmp_path: Path
    ) -> None:
        plays = [
            await drafted(["1"], ["2"], ["4"], number=0),
            await drafted(["4"], ["4"], number=1),
            await drafted(["4"], ["1"], number=2),
            await drafted(["4"], ["1"], ["4"], number=3),
        ]
        found = rows(*plays, reward=reward_source(["correct"]))
        file = tmp_path / "pairs.jsonl"
        with Pairs(file, lines.trl_dpo, PairChoice(PairingMode.FIRST_REFINED)) as sink:
            left_out = Counter(why for row in found if (why := sink.write(row)))
            left_out += sink.close().left_out
        assert left_out == {NO_ANSWER: 2, SAME_AS_FIRST: 2, ALONE: 2}
        told = [json.loads(line) for line in file.read_text().splitlines()]
        said = [(one["chosen"][0]["content"], one["rejected"][0]["content"]) for one in told]
        assert said == [("4", "1"), ("4", "1")]
        assert [one["chosen_episode"] for one in told] == [0, 2]
        assert {len(one["prompt"]) for one in told} == {len(found[0].prompt)}
        assert told[0]["prompt"] == [message.record() for message in found[0].prompt]
