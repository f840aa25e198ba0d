"""Looking ahead: a model of the world predicts, the agent chooses, and predictions are scored by horizon."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.lookahead import Lookahead, foreseen
from agents.shared.drafts import NoDraft
from arena.cache.cache import agent_digest
from arena.core.errors import UsageError
from arena.forms import Choice
from arena.registry import make_agent
from arena.seat.agent import Reply, Stop
from scenarios.foresight import overlap, same
from tests.agents.test_best_of import PAST, request_for
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched

CHOICE = Choice(("bet", "pass"))


def record(reply: Reply) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(reply.reasoning)
    return found


class TestPredictions:
    async def test_are_asked_for_after_each_answer_with_all_that_the_seat_was_sent(self) -> None:
        model, agent = Watched("call\nfold"), Watched("Answer: bet")
        await Lookahead(agent, model=model, horizon=2).reply(request_for(CHOICE))
        assert [list(sent.view) for sent in model.sent] == [[*PAST, request_for().prompt]] * 2
        for option, sent in zip(CHOICE.options, model.sent, strict=True):
            assert f"is this: {option}." in sent.prompt.text
        assert len({sent.seed for sent in (*model.sent, *agent.sent)}) == 3

    async def test_are_read_quoted_above_what_is_asked_each_with_its_answer(self) -> None:
        agent = Watched("Answer: bet")
        model = Watched(lambda request: "call" if "this: bet" in request.prompt.text else "fold\nIf you")
        await Lookahead(agent, model=model).reply(request_for(CHOICE))
        (sent,) = agent.sent
        assert "If you answer bet:\n> call" in sent.prompt.text
        assert "If you answer pass:\n> fold\n> If you" in sent.prompt.text
        assert sent.prompt.text.endswith("\n\nMake your case.")
        assert list(sent.view) == PAST

    async def test_there_is_one_where_answers_are_free_or_too_many(self) -> None:
        for form, options in ((request_for().form, 5), (CHOICE, 1)):
            model = Watched("They agree.")
            reply = await Lookahead(Watched("Answer: bet"), model=model, options=options).reply(
                request_for(form)
            )
            assert len(model.sent) == 1
            assert "Suppose" not in model.sent[0].prompt.text
            assert [one["option"] for one in record(reply)["predictions"]] == [""]

    async def test_are_kept_with_the_own_reasoning(self) -> None:
        agent = Watched(lambda request: Reply("Answer: bet", reasoning="hm"))
        reply = await Lookahead(agent, model=Watched("call")).reply(request_for(CHOICE))
        assert record(reply)["reasoning"] == "hm"
        assert [(one.option, one.replies) for one in foreseen(reply.reasoning)] == [
            ("bet", ("call",)),
            ("pass", ("call",)),
        ]
        assert foreseen("hm") == foreseen('{"predictions": 3}') == ()

    async def test_one_in_json_is_read_as_what_it_says(self) -> None:
        model = Watched(lambda request: Reply('{"speech": "call\\nfold"}', structured=True))
        agent = Watched("Answer: bet")
        reply = await Lookahead(agent, model=model).reply(request_for(CHOICE))
        assert [one.replies for one in foreseen(reply.reasoning)] == [("call", "fold")] * 2
        assert "> call\n> fold" in agent.sent[0].prompt.text

    async def test_one_that_fails_is_not_read(self) -> None:
        agent, refusing = Watched("Answer: bet"), Watched(lambda request: Reply("No.", stop=Stop.REFUSED))
        reply = await Lookahead(agent, model=refusing).reply(request_for(CHOICE))
        assert agent.sent[0].prompt.text == "Make your case."
        assert foreseen(reply.reasoning) == ()
        assert not reply.notes

    async def test_an_agent_that_fails_fails(self) -> None:
        def broken(request: object) -> str:
            raise RuntimeError("it broke")

        with pytest.raises(NoDraft, match="it broke"):
            await Lookahead(Watched(broken), model="random").reply(request_for())


class TestStandingIn:
    async def test_its_usage_is_that_of_both(self) -> None:
        usage = {"prompt_tokens": 10, "attempts": 1}
        both = Watched(lambda request: Reply("bet", usage=usage, model="m"))
        reply = await Lookahead(both).reply(request_for(CHOICE))
        assert reply.usage == {"prompt_tokens": 30, "attempts": 3}

    def test_its_name_is_a_specification_of_it(self) -> None:
        ahead = Lookahead("kuhn-nash?alpha=0.2", model="random", horizon=3, options=0)
        again = make_agent(ahead.name)
        assert isinstance(again, Lookahead)
        assert (again.name, again.horizon, again.options) == (ahead.name, 3, 0)

    def test_what_it_cannot_be_made_of(self) -> None:
        for bad in ("horizon=0", "horizon=many", "options=-1", "model=nobody"):
            with pytest.raises(UsageError):
                make_agent(f"lookahead:random?{bad}")

    def test_the_cache_keeps_horizons_apart(self) -> None:
        digests = {agent_digest(Lookahead("random", horizon=horizon)) for horizon in (1, 2)}
        assert len(digests) == 2

    def test_all_of_it_is_expected(self) -> None:
        model = make_agent("scripted")
        one = model.expects(request_for(CHOICE))
        expected = Lookahead(model).expects(request_for(CHOICE))
        assert expected["completion_tokens"] == 3 * one["completion_tokens"]
        assert expected["prompt_tokens"] == 3 * one["prompt_tokens"] + 2 * one["completion_tokens"]


def test_predictions_are_scored_by_horizon_where_something_came(arena: Typist) -> None:
    """The model says rock and then paper, and the other always plays rock. The last hand has no horizon 2."""
    (arena.folder / "world.py").write_text(
        "def world(request):\n    return 'Rock\\npaper'\n\n\ndef rock(request):\n    return 'rock'\n"
    )
    looking = "looking=lookahead:random?model=world.py:world"
    game = ("play", "--set", "protocol.game=repeated:rock-paper-scissors?n=3")
    said = arena("run", *game, "--agents", looking, "world.py:rock", "--episodes", "1", "--out", "run")
    assert said.code == 0, said.err
    said = arena("judge", "run", "--with", "scenarios.foresight:Foresight")
    assert said.code == 0, said.err
    found = Found(sections_in(arena.folder / "run"))
    group = "play: foresight.py:Foresight, afterwards"
    assert found.shown("Mean score", f"{group}, exact, horizon 1, of player") == (1.0, 3, 3)
    assert found.shown("Mean score", f"{group}, exact, horizon 2, of player") == (0.0, 2, 2)


def test_texts_are_compared_by_hand() -> None:
    assert same("Call ", "call")
    assert not same("call", "fold")
    assert overlap("I offer 5 coins", "I offer 6") == pytest.approx(4 / 7)
    assert (overlap("", ""), overlap("a", "")) == (1, 0)
