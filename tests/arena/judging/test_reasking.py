"""A run's own judge is asked again: the same question, byte for byte, unless something was changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from arena import NOBODY, Answer, Comparison, Condition, Episode, Outcome, Protocol, Scenario, Task
from arena.core.errors import UsageError
from arena.forms import Choice, Form, Probability, Speech, Verdict
from arena.journal import StoredRun
from arena.judging import Asks, Criterion, Judged, JudgingOptions, judge_run
from arena.running import run
from arena.seat.agent import Request
from arena.seat.messages import messages
from protocols import Consultancy, Debate, Direct, Mad
from protocols.mad import Some
from protocols.shared.beliefs import Beliefs, Holder
from tests.shared.agents import Watched

TRUTH = "the cook, that is 8c1f0e"
TASK = Task(
    id="key",
    text="Who kept the key?",
    data={"answers": ["the gardener", TRUTH], "source": "In the morning the cook had it."},
    truth=TRUTH,
    briefs={"debater_a": "A private word: 7d2a."},
)
ASKED_ALL = Beliefs(holders=(Holder.JUDGE, Holder.SPEAKERS))


class Jury(Protocol):
    """A protocol of a user's own: one speaks, and a judge is asked twice; the second time it counts."""

    @property
    def seats(self) -> tuple[str, ...]:
        return ("speaker", "judge")

    @property
    def players(self) -> tuple[str, ...]:
        return ("speaker",)

    async def play(self, episode: Episode) -> Outcome:
        for number in range(2):
            await episode.ask("speaker", Speech(), f"Speak, {number}.")
            await episode.ask("speaker", Speech(), "Aside, what do you think?", audience=NOBODY)
            said = await episode.ask("judge", Verdict(("the gardener", TRUTH)), "Who was it?")
        return Outcome.completed({"speaker": float(said.value.choice == TRUTH)})


PROTOCOLS: dict[str, Protocol] = {
    "direct": Direct(),
    "direct with beliefs": Direct(beliefs=Beliefs(holders=(Holder.JUDGE,))),
    "consultancy": Consultancy(rounds=2),
    "debate": Debate(rounds=2, quotes=True),
    "interactive debate": Debate(rounds=2, interactive=True, beliefs=ASKED_ALL, onlookers=1),
    "debate in one order": Debate(rounds=1, swap_verdict=False),
    "debate with a choice aside": Debate(rounds=1, ask_choice=True, cross_examination=True),
    "mad": Mad(),
    "own": Jury(),
}


def own_reply(request: Request) -> str:
    """Reply as anybody in any seat would, and in the judge's seat by the order of the answers."""
    form: Form[object] = request.form
    if isinstance(form, Probability):
        return "70"
    if isinstance(form, Verdict):
        goes_on = request.seat == "moderator"
        return f"I think so.\nVerdict: {form.options[-1 if goes_on else 0]}\nConfidence: 80"
    if isinstance(form, Some):
        return f"Candidates: {', '.join(form.options)}"
    if isinstance(form, Choice):
        return form.options[0]
    if "answer" in type(form).__name__.lower():
        return f"So it is.\nAnswer: {'the gardener' if request.seat == 'affirmative' else TRUTH}"
    return f"It was so, says {request.seat}, {request.count}."


async def played(folder: Path, protocol: Protocol, task: Task = TASK, episodes: int = 1) -> Path:
    """Play a protocol, and return where it is stored."""
    seats = {seat: Watched(own_reply, f"the {seat}") for seat in protocol.seats}
    scenario = Scenario(protocol=protocol, tasks=(task,), seats=seats, episodes=episodes, seed=5)
    return (await run(scenario, folder)).folder


async def again(folder: Path, *judges: Watched, **options: object) -> Judged:
    settings = {name: options.pop(name) for name in tuple(options) if name in Criterion.model_fields}
    return await judge_run(
        folder,
        judges or [Watched(own_reply, "another")],
        Criterion.model_validate({"asks": Asks.ANSWER, **settings}),
        JudgingOptions(**options),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS.keys())
async def test_another_judge_is_sent_what_the_runs_own_judge_was_sent(
    tmp_path: Path, protocol: Protocol
) -> None:
    sent: dict[str, list[Request]] = {"own": [], "another": []}

    def noting(who: str) -> Callable[[Request], str]:
        def reply(request: Request) -> str:
            sent[who].append(request)
            return own_reply(request)

        return reply

    seats = {seat: Watched(own_reply, f"the {seat}") for seat in protocol.seats}
    seats["judge"] = Watched(noting("own"), "the judge")
    scenario = Scenario(protocol=protocol, tasks=(TASK,), seats=seats, seed=5)
    folder = (await run(scenario, tmp_path / "run")).folder
    judged = await judge_run(
        folder,
        [Watched(noting("another"), "another")],
        Criterion(asks=Asks.ANSWER),
        JudgingOptions(concurrency=1),
        scenario=scenario,
    )
    asked_again = sent["another"]
    assert asked_again
    verdicts = [one for one in sent["own"] if isinstance(one.form, Verdict | Choice)][-len(asked_again) :]
    assert [messages(one) for one in asked_again] == [messages(one) for one in verdicts]
    assert [one.form for one in asked_again] == [one.form for one in verdicts]
    assert {one.root for one in asked_again} == {one.root for one in verdicts}
    assert not [one for one in asked_again if "7d2a" in str(messages(one))]
    (judge,) = judged.tally.judges.values()
    assert judge.parsed == {"ok": len(asked_again)}


@pytest.mark.parametrize("protocol", [Direct(), Consultancy(rounds=1), Debate(rounds=1)])
async def test_the_same_judge_comes_to_the_same_verdicts(tmp_path: Path, protocol: Protocol) -> None:
    folder = await played(tmp_path / "run", protocol, episodes=3)
    await again(folder)
    with StoredRun(folder) as stored:
        later = {
            (one.key.episode, one.key.order): (one.found.choice, one.found.confidence, one.found.correct)
            for one in stored.verdicts()
        }
        own = {
            (row.episode, row.ordering): (row.text, row.confidence, row.correct)
            for episode in stored.episodes()
            for row in episode.annotations
            if row.kind == "verdict" and row.name == "verdict"
        }
    assert later == own
    assert {order for _, order in own} == {0, 1}


async def test_a_protocol_is_made_from_the_runs_configuration_alone(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Debate(rounds=1, words=77))
    judged = await judge_run(folder, [Watched(own_reply, "another")])
    assert judged.asks is Asks.ANSWER  # which the run's own judge was asked
    assert judged.tally.judges["another"].usable == 2


async def test_words_of_the_users_own_change_only_what_the_judge_is_told(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Debate(rounds=1))
    prompts = tmp_path / "words"
    prompts.mkdir()
    prompts.joinpath("verdicts.jinja").write_text(
        "=== verdict: question*, answers*\nSay it, {{ question }}: {{ answers }}\n"
    )
    prompts.joinpath("debate.jinja").write_text("=== judge: speakers[]\nYou weigh words.\n")
    judge = Watched(own_reply, "another")
    judged = await again(folder, judge, prompts=prompts, concurrency=1)
    (first, _) = judge.sent
    assert "You weigh words." in first.brief
    assert first.prompt.text.startswith("Say it, ")
    with StoredRun(folder) as stored:
        said = [event.text for event in stored.episode(0).events if event.kind == "said"]
    heard = [event.text for event in first.view if event.kind == "said"]
    assert len(heard) == 2
    assert heard == said[:2]
    assert judged.tally.judges["another"].usable == 2


async def test_another_order_rule_asks_in_both_orders_or_in_one(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Debate(rounds=1, swap_verdict=False))
    assert (await again(folder)).tally.judges["another"].verdicts == 1
    both = await again(folder, swap=True, append=True)
    assert both.tally.judges["another"].verdicts == 2
    with StoredRun(folder) as stored:
        one, other = [verdict.speakers for verdict in stored.verdicts()]
    assert other == one[::-1]


async def test_the_rule_is_that_of_the_runs_own_judge_unless_another_is_named(tmp_path: Path) -> None:
    own = Debate.model_validate({"rounds": 1, "combination": "tie-on-disagreement"})
    folder = await played(tmp_path / "run", own)
    judged = await again(folder)
    assert judged.tally.rule.combine == "tie-on-disagreement"
    assert judged.tally.judges["another"].answered() == {"tied": 1}
    judged = await again(folder, append=True, combine="two-game")
    assert judged.tally.judges["another"].answered() == {"undecided": 1}


async def test_an_episode_that_failed_by_its_own_judge_can_be_judged(tmp_path: Path) -> None:
    protocol = Direct()
    seats = {"judge": Watched("I refuse to say.", "the judge")}
    scenario = Scenario(protocol=protocol, tasks=(TASK,), seats=seats)
    folder = (await run(scenario, tmp_path / "run")).folder
    judged = await again(folder)
    assert (judged.episodes, judged.left_out) == (1, 0)
    assert judged.tally.judges["another"].usable == 2


async def test_what_a_panel_in_the_judges_seat_drafted_is_no_question(tmp_path: Path) -> None:
    panel = "panel:random?members=random;random;random&by=majority"
    scenario = Scenario(protocol=Direct(), tasks=(TASK,), seats={"judge": panel}, seed=5)
    folder = (await run(scenario, tmp_path / "run")).folder
    assert (await again(folder)).tally.judges["another"].parsed == {"ok": 2}


async def test_samples_have_randomness_of_their_own(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Direct())
    judge = Watched(own_reply, "another")
    await again(folder, judge, samples=3, concurrency=1)
    assert len({request.seed for request in judge.sent}) == 6
    assert len({request.prompt.text for request in judge.sent}) == 2


async def test_a_judge_that_is_asked_again_after_a_bad_reply_goes_on_from_the_journal(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Direct())
    replies = iter(["hm", "Verdict: 1", "hm", "Verdict: 2"])
    judge = Watched(lambda _: next(replies), "another")
    judged = await again(folder, judge, concurrency=1)
    assert judged.tally.judges["another"].parsed == {"re-asked": 2}
    await again(folder, judge, append=True)
    assert len(judge.sent) == 4


async def test_orders_asked_at_once_keep_their_own_messages(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Direct())

    async def slow(request: Request) -> str:
        await asyncio.sleep(0.01)
        return own_reply(request) if "could not be used" in request.prompt.text else "hm"

    judged = await again(folder, Watched(slow, "another"))
    assert judged.tally.judges["another"].parsed == {"re-asked": 2}
    with StoredRun(folder) as stored:
        for verdict in stored.verdicts():
            for call in verdict.calls:
                shown = "\n".join(f"{n}: {one}" for n, one in enumerate(verdict.speakers, start=1))
                assert shown in call.messages[-1].content


async def test_settings_about_speakers_are_refused(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Direct())
    with pytest.raises(UsageError, match="so ties cannot be set; change its words by prompts"):
        Criterion(asks=Asks.ANSWER, ties=True)
    with pytest.raises(UsageError, match="method=choice is now asks=speaker"):
        Criterion(method="choice")  # type: ignore[call-arg]
    with pytest.raises(UsageError, match=r"Nobody says the prompts of mad\.jinja here"):
        await again(folder, prompts={"mad": {"judge": "x"}})


async def test_a_run_without_a_judge_is_asked_what_everybody_heard(tmp_path: Path) -> None:
    folder = await played(tmp_path / "run", Debate(rounds=1, judged=False))
    judge = Watched(own_reply, "another")
    judged = await again(folder, judge, concurrency=1)
    first, second = judge.sent
    assert first.prompt.text.startswith("Speaker 1 defends: ")
    assert f"1: the gardener\n2: {TRUTH}" in first.prompt.text
    assert f"1: {TRUTH}\n2: the gardener" in second.prompt.text
    assert judged.tally.judges["another"].answered() == {"undecided": 1}


async def test_it_is_an_answer_of_the_users_own_protocol_too(tmp_path: Path) -> None:
    assert Answer("x").kind == "answer"
    folder = await played(tmp_path / "run", Jury())
    scenario = Scenario(
        protocol=Jury(), tasks=(TASK,), seats={seat: Watched(own_reply, seat) for seat in Jury().seats}
    )
    judge = Watched(own_reply, "another")
    judged = await judge_run(folder, [judge], scenario=scenario)
    assert judged.asks is Asks.ANSWER
    assert len([event for event in judge.sent[0].view if event.kind == "said"]) == 3
    assert judged.tally.judges["another"].answered() == {"wrong": 1}


class TestComparison:
    """Conditions of several protocols, as a study of oversight has them."""

    async def stored(self, folder: Path) -> Path:
        seats = {
            seat: Watched(own_reply, f"the {seat}")
            for seat in ("judge", "consultant", "debater_a", "debater_b")
        }
        conditions = {
            "direct": Condition(protocol=Direct()),
            "debate": Condition(protocol=Debate(rounds=1)),
            "consultancy": Condition(protocol=Consultancy(rounds=1)),
        }
        comparison = Comparison(conditions=conditions, seats=seats, tasks=(TASK,))
        return (await run(comparison, folder)).folder

    async def test_each_is_asked_in_its_own_protocols_words(self, tmp_path: Path) -> None:
        folder = await self.stored(tmp_path / "run")
        judge = Watched(own_reply, "another")
        judged = await again(folder, judge, concurrency=1)
        assert judged.episodes == 3
        roles = [
            "You are the judge. Decide",
            "You are the judge of a debate",
            "You are the judge. A consultant",
        ]
        assert all(any(role in request.brief for request in judge.sent) for role in roles)

    async def test_words_of_one_condition_may_change(self, tmp_path: Path) -> None:
        folder = await self.stored(tmp_path / "run")
        judge = Watched(own_reply, "another")
        await again(folder, judge, concurrency=1, prompts={"debate": {"judge": "You weigh words."}})
        weighed = ["You weigh words." in request.brief for request in judge.sent]
        assert weighed.count(True) == 2
        assert weighed.count(False) == 4


@pytest.mark.parametrize("changed", ["truth", "brief", "scratchpad"])
async def test_what_the_judge_may_not_see_changes_nothing_of_what_it_is_sent(
    tmp_path: Path, changed: str
) -> None:
    """The same debate with another truth, another private brief, and other private beliefs."""
    sent = []
    for number, value in enumerate(("one 4f1d", "two 9c3b")):
        task = TASK.model_copy(
            update={
                "truth": TASK.data["answers"][number] if changed == "truth" else TRUTH,
                "briefs": {"debater_a": value} if changed == "brief" else {},
            }
        )

        def reply(request: Request, value: str = value) -> str:
            if isinstance(request.form, Probability) and changed == "scratchpad":
                return f"I think of {value}.\nProbability: {60 + len(value)}"
            return own_reply(request)

        protocol = Debate(rounds=2, beliefs=Beliefs(holders=(Holder.SPEAKERS,)))
        seats = {seat: Watched(reply, f"the {seat}") for seat in protocol.seats}
        scenario = Scenario(protocol=protocol, tasks=(task,), seats=seats, seed=5)
        folder = (await run(scenario, tmp_path / str(number))).folder
        judge = Watched(own_reply, "another")
        await again(folder, judge, concurrency=1)
        sent.append([(one.brief, [event.text for event in one.view], one.prompt.text) for one in judge.sent])
    assert sent[0] == sent[1]
    assert len(sent[0]) == 2
    assert not any(secret in str(sent) for secret in ("4f1d", "9c3b"))
