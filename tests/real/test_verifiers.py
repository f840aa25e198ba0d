"""Scenarios as environments of verifiers, run by its own evaluation against a model server on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from arena.episode.outcome import Ending
from arena.importing import import_transcripts
from arena.journal import StoredRun
from arena.seat.transcript import EventKind
from tests.docs.snippets import snippets
from tests.faults.dialects import Body
from tests.faults.server import FaultServer, Trouble, Troubling, always, first
from tests.shared.waiting import until

# mypy: disallow-subclassing-any=False

pytest.importorskip("verifiers.v1", reason="Verifiers is not installed; make test-verifiers installs it.")

import verifiers.v1 as vf
from verifiers.v1.cli.eval.runner import run_eval
from verifiers.v1.clients.train import serialize_completion
from verifiers.v1.configs.cli.eval import EvalConfig
from verifiers.v1.graph import MessageNode
from verifiers.v1.interception import server as interception
from verifiers.v1.types import SamplingMask

from arena.training.environments._traces import part_branches
from arena.training.environments.verifiers import ScenarioEnv, load_environment

KUHN = {"scenario": "kuhn", "policy": ["player_0"], "agents": {"player_1": "kuhn-nash"}}
DEBATE = {"scenario": "debate", "agents": {"judge": "random"}, "settings": {"protocol.rounds": 2}}

NO_TROUBLE = always(None)


def asked(body: Body) -> str:
    """Return the last message."""
    return str(body["messages"][-1]["content"])


def answer(body: Body) -> str:
    """Play Kuhn poker, and debate; some answers are not published as they were written."""
    if "Probability" in asked(body):
        return "I am sure of it.\nProbability: 70"
    if "legal moves: check" in asked(body).lower():
        return "I had better wait.\nMove: check"
    return "call" if "call" in asked(body) else "The cook took it."


async def evaluate(
    folder: Path,
    taskset: dict[str, Any],
    tasks: int,
    *,
    trouble: Troubling = NO_TROUBLE,
    reply: Callable[[Body], str] = answer,
    rollouts: int = 1,
    **env: Any,
) -> tuple[list[vf.Episode], FaultServer]:
    """Return what verifiers' evaluation makes of a scenario, and the server that it asked."""
    # By their names in verifiers 0.3 and, the last one, in 0.4.
    bounds = {"num_tasks": tasks, "serve": None, "select": {"limit": tasks}}
    async with FaultServer(trouble=trouble, answer=reply) as server:
        config = EvalConfig(
            env={"taskset": {"id": "scenarios", **taskset}, **env},
            model="m",
            client={"type": "eval", "base_url": server.url, "api_key_var": "ARENA_NO_KEY"},
            **{name: value for name, value in bounds.items() if name in EvalConfig.model_fields},
            num_rollouts=rollouts,
            rich=None,
            push=False,
            output_dir=folder,
            run={"name": "run"},
        )
        return await run_eval(config), server


def traces(episodes: Sequence[vf.Episode]) -> list[vf.Trace]:
    return [trace for episode in episodes for trace in episode.traces]


def sampled(trace: vf.Trace) -> list[str]:
    return [message.content for message in trace.assistant_messages]


def prompts(trace: vf.Trace) -> list[list[dict[str, str]]]:
    """Return what was sent before each sampled message, by walking the trace's graph."""
    found = []
    for node in trace.nodes:
        if node.sampled:
            path, parent = [], node.parent
            while parent is not None:
                path.append(trace.nodes[parent].message)
                parent = trace.nodes[parent].parent
            found.append([{"role": one.role, "content": one.content} for one in reversed(path)])
    return found


def sent(server: FaultServer) -> list[list[dict[str, str]]]:
    """Return the messages of every call that the server received."""
    return [[dict(message) for message in body["messages"]] for body in server.bodies]


class TestKuhn:
    async def test_every_rollout_is_an_episode_with_its_return_as_reward(self, tmp_path: Path) -> None:
        episodes, server = await evaluate(tmp_path, KUHN, 20)
        assert [episode.ok for episode in episodes] == [True] * 20
        rewards = [trace.reward for trace in traces(episodes)]
        assert set(rewards) <= {-2.0, -1.0, 1.0, 2.0}
        assert len(set(rewards)) > 1
        for trace in traces(episodes):
            assert trace.reward == trace.info["arena"]["returns"]["player_0"]
            assert trace.metrics["completed"] == 1
            assert trace.metrics["replies"] == trace.num_turns == len(trace.calls)
        assert sum(trace.num_turns for trace in traces(episodes)) == server.calls

    async def test_a_trace_holds_what_its_seat_was_sent_and_said_and_nothing_else(
        self, tmp_path: Path
    ) -> None:
        """In self-play; each reply stands after exactly the prompt upon which it was sampled."""
        episodes, server = await evaluate(tmp_path, {"scenario": "kuhn"}, 4)
        assert [len(episode.traces) for episode in episodes] == [2] * 4
        stored = [prompt for trace in traces(episodes) for prompt in prompts(trace)]
        assert sorted(map(json.dumps, stored)) == sorted(map(json.dumps, sent(server)))
        for trace in traces(episodes):
            seat = trace.task.data.seat
            assert f"You are {seat}." in trace.nodes[0].message.content
            assert sampled(trace) == [answer({"messages": prompt}) for prompt in prompts(trace)]

    async def test_seats_of_one_policy_have_their_own_rewards(self, tmp_path: Path) -> None:
        episodes, _ = await evaluate(tmp_path, {"scenario": "kuhn"}, 4)
        for episode in episodes:
            rewards = {trace.info["arena"]["seat"]: trace.reward for trace in episode.traces}
            assert rewards.keys() == {"player_0", "player_1"}
            assert sum(rewards.values()) == 0
            assert set(rewards.values()) != {0.0}

    async def test_the_same_task_is_the_same_deal_whenever_it_is_played(self, tmp_path: Path) -> None:
        one, _ = await evaluate(tmp_path / "one", KUHN, 3, rollouts=2)
        other, _ = await evaluate(tmp_path / "other", KUHN, 3)
        played: dict[int, list[object]] = {}
        for trace in traces([*one, *other]):
            played.setdefault(trace.task.data.idx, []).append((prompts(trace), sampled(trace), trace.reward))
        assert {idx: len(rollouts) for idx, rollouts in played.items()} == {0: 3, 1: 3, 2: 3}
        assert all(rollouts[0] == each for rollouts in played.values() for each in rollouts)

    async def test_garbage_forfeits_and_is_in_the_trace(self, tmp_path: Path) -> None:
        (episode,), _ = await evaluate(tmp_path, KUHN, 1, reply=lambda body: "I bet, or I check.")
        (trace,) = episode.traces
        assert (trace.reward, trace.metrics["forfeited"], trace.metrics["unusable"]) == (-2, 1, 3)
        assert sampled(trace) == ["I bet, or I check."] * 3


class TestDebate:
    async def test_both_debaters_are_trained_by_the_verdict(self, tmp_path: Path) -> None:
        episodes, _ = await evaluate(tmp_path, DEBATE, 2)
        for episode in episodes:
            assert episode.ok
            rewards = {trace.info["arena"]["seat"]: trace.reward for trace in episode.traces}
            assert rewards == episode.traces[0].info["arena"]["returns"]
            assert rewards.keys() == {"debater_a", "debater_b"}
            assert {trace.metrics["confidence"] for trace in episode.traces} == {0.7}

    async def test_everything_sampled_is_in_one_branch_and_nothing_of_the_opponents_is(
        self, tmp_path: Path
    ) -> None:
        """Although beliefs, which are not remembered, branch off after each speech."""

        def reply(body: Body) -> str:
            seat = body["messages"][0]["content"].split("You are ")[1].split(" ")[0]
            return answer(body) if "Probability" in asked(body) else f"Said by {seat}."

        episodes, server = await evaluate(tmp_path, DEBATE, 2, reply=reply)
        for trace in traces(episodes):
            seat = trace.task.data.seat
            other = "debater_b" if seat == "debater_a" else "debater_a"
            assert any(f"> Said by {other}." in node.message.content for node in trace.nodes)
            in_branches = [node for branch in trace.branches for node in branch.nodes if node.sampled]
            assert len(in_branches) == trace.num_turns == len(trace.calls)
            assert not any(other in node.message.content for node in in_branches)
        assert sorted(map(json.dumps, sent(server))) == sorted(
            json.dumps(prompt) for trace in traces(episodes) for prompt in prompts(trace)
        )


class TestFailures:
    async def test_what_may_pass_is_asked_again(self, tmp_path: Path) -> None:
        (episode,), server = await evaluate(tmp_path, KUHN, 1, trouble=first(Trouble.UNAVAILABLE))
        assert episode.ok
        (trace,) = episode.traces
        assert [call.error is None for call in trace.calls][:2] == [False, True]
        assert server.calls == len(trace.calls) == trace.num_turns + 1

    async def test_a_provider_that_refuses_is_an_error_and_no_reward(self, tmp_path: Path) -> None:
        (episode,), _ = await evaluate(tmp_path, KUHN, 1, trouble=always(Trouble.BAD_KEY))
        (trace,) = episode.traces
        assert not episode.ok
        assert not trace.ok
        assert trace.rewards == {}
        assert [error.type for error in trace.errors] == ["ProviderError", "NoReturn"]
        assert trace.info["arena"]["ending"] == Ending.FAILED

    @pytest.mark.parametrize(
        ("trouble", "status"), [(Trouble.LENGTH, "truncated"), (Trouble.REFUSAL, "refused")]
    )
    async def test_a_cut_off_or_refused_reply_is_recorded_as_that(
        self, tmp_path: Path, trouble: Trouble, status: str
    ) -> None:
        """Also when what there is of it could be read."""
        (episode,), _ = await evaluate(
            tmp_path, KUHN, 1, trouble=always(trouble), reply=lambda body: "check", journal=tmp_path / "runs"
        )
        (trace,) = episode.traces
        assert trace.metrics["unusable"] == 3
        with StoredRun(tmp_path / "runs" / "kuhn-1") as run:
            assert {call.status.value for call in run.calls(0) if call.seat == "player_0"} == {status}

    async def test_verifiers_own_limits_end_an_episode_without_a_reward(self, tmp_path: Path) -> None:
        (episode,), _ = await evaluate(
            tmp_path,
            {**KUHN, "settings": {"protocol.hands": 20}},
            1,
            agent={"max_turns": 2},
        )
        (trace,) = episode.traces
        assert (trace.num_turns, trace.ok, trace.rewards) == (2, False, {})
        assert "max_turns" in trace.info["arena"]["reason"]

    async def test_a_seat_that_is_paid_nothing_has_no_reward(self, tmp_path: Path) -> None:
        others = dict.fromkeys(["debater_a", "debater_b"], "random")
        taskset = {**DEBATE, "policy": ["judge"], "agents": others}
        (episode,), _ = await evaluate(tmp_path, taskset, 1, reply=lambda body: "1")
        (trace,) = episode.traces
        assert (episode.ok, trace.ok, trace.rewards) == (False, False, {})
        assert "gives judge no return" in trace.errors[-1].message

    async def test_cancelling_leaves_no_task_behind(self, tmp_path: Path) -> None:
        before = asyncio.all_tasks()
        async with FaultServer(trouble=always(Trouble.HANG)) as server:
            env = load_environment("kuhn", journal=tmp_path)
            client = vf.EvalClientConfig(base_url=server.url, api_key_var="ARENA_NO_KEY")
            context = vf.ModelContext(model="m", client=client)
            async with env.serving():
                task = next(iter(env.taskset))
                running = asyncio.create_task(env.run_episode(task, context))
                await until(lambda: server.busy)
                running.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await running
        await asyncio.sleep(0)
        assert {task for task in asyncio.all_tasks() - before if not task.done()} == set()


class TestJournal:
    async def test_episodes_are_a_run_of_ours(self, tmp_path: Path) -> None:
        episodes, _ = await evaluate(tmp_path / "out", KUHN, 4, rollouts=2, journal=tmp_path / "runs")
        by_number = {trace.info["arena"]["journal_number"]: trace for trace in traces(episodes)}
        assert sorted(by_number) == [*range(8)]
        with StoredRun(tmp_path / "runs" / "kuhn-1") as run:
            for stored in run.episodes():
                trace = by_number[stored.number]
                assert stored.played is not None
                assert stored.played.outcome.returns["player_0"] == trace.reward
                replies = [call.reply.text for call in stored.calls if call.reply and call.seat == "player_0"]
                assert replies == sampled(trace)
                assert stored.plan.seats == {"player_0": "policy", "player_1": "kuhn-nash"}


class CharacterClient(vf.Client):
    """A trainer's client whose model has a token for each character, and says ``check`` or ``call``."""

    async def get_response(self, dialect: Any, body: dict[str, Any], sampling: Any, **_: Any) -> vf.Response:
        ids: list[int] = []
        spans = []
        for message in body["messages"]:
            begun = len(ids)
            ids += map(ord, f"<{message['role']}>{message['content']}")
            spans.append((begun, len(ids)))
        text = answer(body)
        tokens = vf.TurnTokens(
            prompt_ids=[*ids, *map(ord, "<assistant>")],
            completion_ids=[*map(ord, text)],
            completion_logprobs=[-0.25] * len(text),
            message_spans=spans,
        )
        response = vf.Response(
            id="1",
            created=0,
            model="m",
            message=vf.AssistantMessage(content=text),
            finish_reason="stop",
            usage=vf.Usage(prompt_tokens=len(ids), completion_tokens=len(text)),
            tokens=tokens,
        )
        response.raw = serialize_completion(response, "m")
        return response


class TestTrainingSamples:
    @pytest.mark.parametrize("taskset", [{"scenario": "kuhn"}, DEBATE])
    async def test_every_sampled_token_is_trained_on_once_and_no_other(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taskset: dict[str, Any]
    ) -> None:
        monkeypatch.setattr(interception, "resolve_client", lambda config: CharacterClient())
        episodes, _ = await evaluate(tmp_path, taskset, 3, journal=tmp_path / "runs")
        trained = []
        for branch in [branch for trace in traces(episodes) for branch in trace.branches]:
            ids, mask, logprobs = branch.token_ids, branch.sampled_mask, branch.logprobs
            assert len(ids) == len(mask) == len(logprobs)
            assert [logprob == -0.25 for logprob in logprobs] == mask
            begun = None
            for at, (now, then) in enumerate(pairwise([*mask, False])):
                begun = at if now and begun is None else begun
                if now and not then:
                    trained.append((tuple(ids[:begun]), tuple(ids[begun : at + 1])))
                    begun = None
        with StoredRun(tmp_path / "runs" / f"{taskset['scenario']}-1") as run:
            tokens = [call.reply.tokens for stored in run.episodes() for call in stored.calls if call.reply]
        recorded = [(tuple(one.ids_read), tuple(one.ids)) for one in tokens if one]
        assert sorted(trained) == sorted(recorded)
        assert len(recorded) == sum(trace.num_turns for trace in traces(episodes))


class TestBranches:
    def test_a_copy_that_is_only_read_keeps_nothing_of_what_was_sampled(self) -> None:
        """Whatever verifiers keeps for each sampled token: its masks, its log-probabilities, its credit."""
        said = [vf.UserMessage(content="Well?"), vf.AssistantMessage(content="I call.")]
        sampling_mask = SamplingMask.from_sampling_mask([[7, 8], [7]])
        of_tokens: dict[str, Any] = {"logprobs": [-0.5, -0.25], "sampling_mask": sampling_mask}
        of_tokens |= {name: [1.0, 2.0] for name in ("advantages", "trainer_logprobs", "entropies")}
        nodes = [
            MessageNode(message=said[0], token_ids=[1], mask=[False]),
            MessageNode(
                message=said[1], parent=0, sampled=True, token_ids=[7, 8], mask=[True] * 2, **of_tokens
            ),
            MessageNode(message=said[0], parent=1, token_ids=[2], mask=[False]),
            MessageNode(message=said[0], parent=1, token_ids=[3], mask=[False]),
        ]
        untouched = MessageNode(message=said[1], token_ids=[7, 8], mask=[False] * 2)
        part_branches(nodes)
        (copy,) = nodes[4:]
        changed = {"parent", "timestamp"}
        assert copy.model_dump(exclude=changed) == untouched.model_dump(exclude=changed)
        assert nodes[1].sampling_mask is sampling_mask
        assert [node.parent for node in nodes] == [None, 0, 1, 4, 0]


class TestCommand:
    def test_what_the_how_to_shows_plays(self, tmp_path: Path) -> None:
        server = asyncio.run(self.follow_the_page(tmp_path))
        traces = [file.read_text().splitlines() for file in tmp_path.rglob("traces.jsonl")]
        assert sorted(map(len, traces)) == [2, 20]
        assert server.calls > 20 + 2 * 2

    async def follow_the_page(self, folder: Path) -> FaultServer:
        """Type what the page shows, but for the model, and return the server that was asked."""
        page = Path(__file__).parents[2] / "docs" / "how-to" / "train-with-verifiers.md"
        (shown,) = [block.text for block in snippets(page.read_text()) if "vf-eval" in block.text]
        shown = shown.replace("vf-eval", f"'{Path(sys.executable).parent / 'vf-eval'}'")
        shown = shown.replace("-m MODEL", "-m m").replace("openai:gpt-5-mini", "random")
        async with FaultServer(answer=answer) as server:
            shown = shown.replace("http://localhost:8000/v1", server.url)
            environment = {**os.environ, "HOME": str(folder), "OPENAI_API_KEY": "none"}
            process = await asyncio.create_subprocess_exec(
                *("bash", "-ec", shown), cwd=folder, env=environment, stdin=subprocess.DEVNULL
            )
            assert await process.wait() == 0
        return server


class TestEnvironment:
    def test_it_is_found_by_verifiers_under_the_name_of_our_scenarios(self) -> None:
        env = vf.load_environment(vf.resolve_env_config({"taskset": {"id": "scenarios", **KUHN}}))
        assert isinstance(env, ScenarioEnv)
        assert isinstance(load_environment("leduc", settings={"episodes": 3}), ScenarioEnv)

    def test_a_tasks_data_is_enough_to_play_it_elsewhere(self) -> None:
        """As verifiers' workers do, which are sent nothing else."""
        task, *_ = load_environment("kuhn", settings={"episodes": 3}).taskset
        data = json.loads(json.dumps(task.data.model_dump(mode="json")))
        assert type(task)(type(task.data).model_validate(data)).plan == task.plan


class TestImport:
    async def test_somebody_elses_traces_become_a_run(self, tmp_path: Path) -> None:
        """By the mapping that docs/how-to/train-with-verifiers.md shows."""
        how_to = Path(__file__).parents[2] / "docs" / "how-to" / "train-with-verifiers.md"
        mapping = how_to.read_text().split("```toml\n")[1].split("```")[0]
        (tmp_path / "verifiers.toml").write_text(mapping)
        episodes, _ = await evaluate(tmp_path / "out", KUHN, 3)
        file = tmp_path / "out" / "run" / "traces.jsonl"
        imported = await asyncio.to_thread(
            import_transcripts, [file], tmp_path / "run", mapping=tmp_path / "verifiers.toml"
        )
        assert imported.episodes == 3
        with StoredRun(tmp_path / "run") as run:
            stored = list(run.episodes())
        heard = [
            [event for step in one.steps for event in step if event.kind is EventKind.SAID] for one in stored
        ]
        said = [[node.message for node in trace.nodes] for trace in traces(episodes)]
        assert sorted([(event.seat, event.text) for event in one] for one in heard) == sorted(
            [(message.role, message.content) for message in one] for one in said
        )
        assert {one.plan.seats["assistant"] for one in stored} == {"m"}
