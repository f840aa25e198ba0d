"""Rewards by name: which reply has which, and where a name is looked up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from arena.annotations import Annotation, AnnotationStatus, Label, Place, Reward, Score, Verdict
from arena.core.errors import UnknownName, UsageError
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.forms import Choice, Speech
from arena.journal import StoredEpisode
from arena.training.export._row import Row
from arena.training.rewards.combined import CombineRewards
from arena.training.rewards.functions import SHAPING_FUNCTIONS
from arena.training.rewards.named import RecordedNames, reward_source
from tests.arena.training.export.drafting import drafted
from tests.arena.training.export.making import rows, stored
from tests.shared.agents import Scripted
from tests.shared.playing import play
from tests.shared.protocols import OneShot

RECORDED = RecordedNames(["game", "utterance"], ["quality", "kind", "wins"])


def rewarded(*episodes: StoredEpisode, by: str | Sequence[str], combine: str = "sum") -> list[Row]:
    """Return the rows with the rewards of some names."""
    names = [by] if isinstance(by, str) else by
    return rows(*episodes, reward=reward_source(names, CombineRewards(combine), RECORDED), over="none")


async def spoken(
    *found: Annotation, replies: Sequence[str] = ("One.", "Two."), number: int = 0
) -> StoredEpisode:
    """Return an episode in which ann speaks twice and bob once, after which annotations are recorded.

    Ann is asked in the steps 0 and 2, and bob in step 1.
    """

    async def method(episode: Episode) -> Outcome:
        for place, seat in enumerate(("ann", "bob", "ann")):
            await episode.ask(seat, Speech(retries=0), f"Question {place}.")
        episode.annotate(*found)
        return Outcome.completed({"ann": 1.0, "bob": 0.0})

    agents = {"ann": Scripted(*replies), "bob": Scripted("Hm.")}
    return stored(await play(OneShot(method=method), agents), number=number)


class TestPlaces:
    async def test_a_turn_has_what_stands_at_it_and_else_what_its_seat_has(self) -> None:
        episode = await spoken(
            Reward("game", 3.0, about=Place("ann")), Reward("game", -1.0, about=Place("ann", 2))
        )
        assert [row.reward for row in rewarded(episode, by="game")] == [3.0, None, -1.0]

    async def test_nothing_falls_back_to_the_episode(self) -> None:
        found = rewarded(await spoken(Reward("game", 1.0)), by="game")
        assert [(row.reward, row.masked) for row in found] == [(None, "no game at its place")] * 3

    async def test_a_seat_that_was_not_asked_earns_nothing_and_has_no_row(self) -> None:
        """The generator of a sneaky critic was paid for steps that it had been told to leave."""
        found = rewarded(await spoken(Reward("game", 1.0, about=Place("bob", 1))), by="annotation:game")
        assert [(row.role, row.reward) for row in found] == [("ann", None), ("bob", 1.0), ("ann", None)]

    async def test_a_reward_of_none_masks_the_row_with_why(self) -> None:
        episode = await spoken(Reward("game", None, about=Place("ann", 0), status=AnnotationStatus.UNKNOWN))
        assert rewarded(episode, by="game")[0].masked == "game is unknown"

    async def test_a_failed_reply_has_its_own_reward_and_not_its_seats(self) -> None:
        whole, own = Reward("game", 1.0, about=Place("ann")), Reward("game", -1.5, about=Place("ann", 2))
        failed = await spoken(whole, replies=("One.", ""))
        assert [row.reward for row in rewarded(failed, by="game")] == [1.0, None, None]
        forfeited = await spoken(whole, own, replies=("One.", ""))
        assert [(row.reward, row.masked) for row in rewarded(forfeited, by="game")][2] == (-1.5, "")

    async def test_later_rewards_of_a_seat_are_discounted(self) -> None:
        episode = await spoken(
            Reward("utterance", 1.0, about=Place("ann", 0)), Reward("utterance", 4.0, about=Place("ann", 2))
        )
        assert [row.reward for row in rewarded(episode, by="utterance?gamma=0.5")] == [3.0, None, 4.0]


class TestCriteria:
    async def test_scores_of_judges_are_combined_and_scaled(self) -> None:
        about = Place("ann", 0)
        scores = [
            Score("quality", value, about=about, author=name)
            for name, value in zip("abc", (1, 2, 9), strict=True)
        ]
        episode = await spoken(*scores)
        for by, reward in (
            ("judge:quality", 4.0),
            ("quality?combine=median", 2.0),
            ("quality?combine=min&scale=10", 0.1),
            ("quality?judge=c", 9.0),
        ):
            assert rewarded(episode, by=by)[0].reward == pytest.approx(reward)

    async def test_a_moment_may_be_chosen(self) -> None:
        about = Place("ann", 0)
        episode = await spoken(
            Score("quality", 1.0, about=about, moment="before"),
            Score("quality", 2.0, about=about, moment="after"),
        )
        assert rewarded(episode, by="quality?moment=after")[0].reward == 2.0

    async def test_a_label_pays_for_the_value_that_is_wanted(self) -> None:
        episode = await spoken(
            Label("kind", "yes", about=Place("ann", 0)),
            Label("kind", "no", about=Place("bob", 1)),
            Label("kind", None, about=Place("ann", 2), status=AnnotationStatus.REFUSED),
        )
        found = rewarded(episode, by="kind?is=yes")
        assert [(row.reward, row.masked) for row in found] == [
            (1.0, ""),
            (0.0, ""),
            (None, "kind is refused"),
        ]
        assert "?is=VALUE" in rewarded(episode, by="kind")[0].masked

    async def test_a_verdict_pays_if_it_is_right(self) -> None:
        episode = await spoken(Verdict("wins", "x", about=Place("bob", 1), correct=1.0, graded=False))
        assert [row.reward for row in rewarded(episode, by="judge:wins")] == [None, 1.0, None]

    async def test_a_verdict_between_seats_pays_the_one_that_it_chose(self) -> None:
        among = ((None, Place("ann")), (None, Place("bob")))
        episode = await spoken(Verdict("wins", "bob", among=among), Verdict("wins", "tie", among=among))
        assert [row.reward for row in rewarded(episode, by="wins?is=chosen")] == [0.25, 0.75, 0.25]


class TestFunctions:
    @pytest.mark.parametrize(
        ("answers", "earned"),
        [(("1", "1"), [0, 0]), (("1", "4"), [0, 11]), (("4", "1"), [1, -10]), (("4", "4"), [1, 1])],
    )
    async def test_shaped_correction(self, answers: tuple[str, str], earned: list[float]) -> None:
        found = rewarded(await drafted(*([one] for one in answers)), by="shaped-correction?alpha=10")
        assert [row.reward for row in found] == earned

    async def test_an_answer_that_is_missing_may_count_as_wrong(self) -> None:
        episode = await drafted(["nothing"], ["4"])
        assert [row.reward for row in rewarded(episode, by="shaped-correction")] == [None, None]
        found = rewarded(episode, by="shaped-correction?missing=wrong")
        assert [row.reward for row in found] == [0.0, 11.0]

    async def test_samples_are_right_or_wrong_each_for_itself(self) -> None:
        """Revise(samples=3) with 1, 1, 4 (truth 4) gave all three rows the reward 1."""
        episode = await drafted(("1", " 1", "4"), kept=(2,))
        assert [row.reward for row in rewarded(episode, by="correct")] == [0.0, 0.0, 1.0]
        weights = [row.reward for row in rewarded(episode, by="exp-weight?tau=0.4")]
        assert weights == pytest.approx([1, 1, 12.18249396])

    @pytest.mark.parametrize(
        ("answers", "reward"),
        [("4", 1.0), ("14", 0.5), ("114", 0.25 - 0.5 / 3), ("11", -0.25), ("12", 0.0)],
    )
    async def test_unary_feedback(self, answers: str, reward: float) -> None:
        found = rewarded(await drafted(*([one] for one in answers)), by="unary-feedback?decay=0.5&weight=0.5")
        assert [row.reward for row in found] == pytest.approx([reward] * len(answers))

    async def test_revision_gain_is_what_a_turn_made_better(self) -> None:
        found = rewarded(await drafted(["1"], ["4"], ["4"], ["2"]), by="revision-gain")
        assert [row.reward for row in found] == [None, 1.0, 0.0, -1.0]

    async def test_a_critique_gains_what_the_answer_after_it_does(self) -> None:
        from arena.annotations import Answer

        async def method(episode: Episode) -> Outcome:
            for seat in ("ann", "bob", "ann"):
                form = Choice(("1", "4")) if seat == "ann" else Speech()
                await episode.ask(seat, form, finds=Answer("answer") if seat == "ann" else ())
            return Outcome.completed({"ann": 1.0})

        agents = {"ann": Scripted("1", "4"), "bob": Scripted("No.")}
        episode = stored(await play(OneShot(method=method), agents, truth="4"), truth="4")
        assert [row.reward for row in rewarded(episode, by="revision-gain")] == [None, 1.0, 1.0]

    async def test_sibling_win_rate(self) -> None:
        """SPO's example: of four samples the first wins all, and the last none."""

        async def method(episode: Episode) -> Outcome:
            options = Choice(("1", "2", "3", "4"))
            for sample in range(4):
                await episode.ask("ann", options, remember=False, audience=(), sample=sample)
            places = [Place("ann", 0, sample) for sample in range(4)]
            for better in range(4):
                for worse in range(better + 1, 4):
                    for shown in ((better, worse), (worse, better)):
                        among = tuple((None, places[one]) for one in shown)
                        episode.annotate(
                            Verdict("better", str(shown.index(better)), among=among, author="bob")
                        )
            failed = ((None, places[0]), (None, places[1]))
            episode.annotate(Verdict("better", among=failed, status=AnnotationStatus.REFUSED, author="bob"))
            return Outcome.completed({"ann": 1.0})

        episode = stored(await play(OneShot(method=method), Scripted("1", "2", "3", "4")))
        source = reward_source(["sibling-win-rate"])
        found = rows(episode, reward=source, over="group-mean?by=prompt")
        assert [row.reward for row in found] == pytest.approx([1, 2 / 3, 1 / 3, 0])
        assert [row.advantage for row in found] == pytest.approx([0.5, 1 / 6, -1 / 6, -0.5])

    @pytest.mark.parametrize(
        ("divide", "advantages"),
        [("sd", [0.7809, 0.4685, 0.4685, -1.7179]), ("sample-sd", [0.6763, 0.4058, 0.4058, -1.4878])],
    )
    async def test_scores_that_a_policy_gave_its_own_samples(
        self, divide: str, advantages: list[float]
    ) -> None:
        """SSR-Zero's example."""
        ratings = (90, 80, 80, 10)

        async def method(episode: Episode) -> Outcome:
            for sample in range(4):
                said = await episode.ask("ann", Speech(), remember=False, audience=(), sample=sample)
                episode.annotate(Score("quality", ratings[sample], about=said.place, author="ann"))
            return Outcome.completed({"ann": 1.0})

        episode = stored(await play(OneShot(method=method), Scripted("A.", "B.", "C.", "D.")))
        source = reward_source(["judge:quality?scale=100"], recorded=RECORDED)
        found = rows(episode, reward=source, over=f"group-mean?by=prompt&divide={divide}")
        assert [row.advantage for row in found] == pytest.approx(advantages, abs=5e-5)


class TestSeveral:
    async def test_a_weight_stands_before_a_name(self) -> None:
        episode = await spoken(
            Score("quality", 4.0, about=Place("ann", 0)), Reward("game", 1.0, about=Place("ann"))
        )
        found = rewarded(episode, by=["0.5*quality", "-1*game"])
        assert [row.reward for row in found] == [1.0, None, None]
        assert found[2].masked == "no quality at its place"

    async def test_each_may_be_normalised_first(self) -> None:
        about = [Place("ann", 0), Place("bob", 1), Place("ann", 2)]
        scores = [
            Score("quality", value, about=place) for place, value in zip(about, (10, 20, 30), strict=True)
        ]
        labels = [
            Label("kind", value, about=place) for place, value in zip(about, ("no", "no", "yes"), strict=True)
        ]
        found = rewarded(await spoken(*scores, *labels), by=["quality", "2*kind?is=yes"], combine="z-score")
        low, high = -(0.5**0.5), 2**0.5
        assert [row.reward for row in found] == pytest.approx(
            [-(1.5**0.5) + 2 * low, 2 * low, 1.5**0.5 + 2 * high]
        )

    async def test_a_function_may_read_the_whole_export(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from arena.training.rewards import RewardColumns, functions
        from arena.training.rewards.functions import ShapingFunction

        def shorter(rows: RewardColumns, times: float = 1.0) -> Sequence[float | None]:
            """Pay what is shorter than the mean of the export."""
            return [times * float(length < rows.characters.mean()) for length in rows.characters]

        entry = {**SHAPING_FUNCTIONS, "shorter": ShapingFunction(shorter, whole=True)}
        monkeypatch.setattr(functions, "SHAPING_FUNCTIONS", entry)
        long, short = await spoken(replies=("A long reply.", "A long reply.")), await spoken(number=1)
        found = rewarded(long, short, by="shorter?times=2")
        assert [row.reward for row in found] == [0.0, 2.0, 0.0, 2.0, 2.0, 2.0]


class TestNames:
    @pytest.mark.parametrize(
        ("name", "error", "said"),
        [
            ("gane", UnknownName, "There is no reward called 'gane'. Did you mean game?"),
            ("judge:game", UnknownName, "There are: judge:quality, judge:kind, judge:wins."),
            ("quality?combine=max", UsageError, "combine is one of mean, median, min, not 'max'"),
            ("quality?of=me", UsageError, "has no parameter 'of'"),
            ("quality?scale=0", UsageError, "scale is above 0"),
            ("shaped-correction?alpha=much", UsageError, "alpha is no number of at least 0"),
            ("shaped-correction?missing=right", UsageError, "missing is one of nothing, wrong"),
        ],
    )
    def test_what_does_not_fit_is_said(self, name: str, error: type[Exception], said: str) -> None:
        with pytest.raises(error) as refused:
            reward_source([name], recorded=RECORDED)
        assert said in str(refused.value)

    def test_a_name_that_is_found_twice_needs_its_prefix(self) -> None:
        twice = RecordedNames(["last", "quality"], ["quality"])
        for name, said in (
            ("last", "There are 2 rewards called 'last'; write returns:last or annotation:last."),
            ("quality", "There are 2 rewards called 'quality'; write annotation:quality or judge:quality."),
        ):
            with pytest.raises(UsageError) as refused:
                reward_source([name], recorded=twice)
            assert str(refused.value) == said
        assert reward_source(["returns:last"], recorded=twice).is_return
        assert not reward_source(["annotation:last"], recorded=twice).is_return

    @pytest.mark.parametrize("name", ["returns", "terminal", "returns:terminal", "discounted?gamma=1"])
    async def test_returns_are_what_they_were(self, name: str) -> None:
        episode = await spoken()
        assert [row.reward for row in rewarded(episode, by=name)] == [1.0, 0.0, 1.0]
