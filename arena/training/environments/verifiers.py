"""Any scenario as an environment of Prime Intellect's `verifiers` (its v1 interface; extra ``verifiers``).

verifiers finds an environment by the name of a package, which is ``scenarios`` here. A *task* is the plan of
one of a scenario's episodes. A *rollout* plays that episode in this process, on its event loop, with
`arena.episode.playing.play_episode`. Each seat of the policy is an *interaction* with verifiers' agent. So
each seat has a *trace* with its own reward, which holds what the seat was sent and what it sampled, and
nothing else.

A trace branches if the next request to a seat does not continue what the seat sampled. That happens when its
reply ``I call. Move: call`` is published as ``call``, or when it was asked something on the side. Each branch
is a training sample. Only sampled tokens are trained on, and each of them in only one branch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI, DefaultAsyncHttpxClient
from pydantic import Field

from arena.core.errors import AgentFailed, MissingExtra
from arena.core.version import __version__
from arena.episode.context import EpisodeContext
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.episode.record import NO_RECORD, Recorder
from arena.journal import recording
from arena.running.running import new_folder
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.spending.prices import Prices
from arena.tasks.task import Task
from arena.training.environments._seats import (
    POLICY,
    Counting,
    Outside,
    chat,
    find_scenario,
    own_seats,
    plans,
    seat_return,
    with_policy,
)
from arena.training.environments._traces import part_branches, tokens, trace_info
from arena.workers.opening import open_agents

try:
    import verifiers.v1 as vf
except ModuleNotFoundError as missing:
    raise MissingExtra(
        "Scenarios as environments of verifiers need the package verifiers", "verifiers", below=(3, 15)
    ) from missing

# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False, warn-unused-ignores=False

__all__ = ["ScenarioEnv", "ScenarioHarness", "ScenarioTaskset"]

ID = "scenarios"
RETRIES = 4
"""The largest number of retries of a call to the model after a temporary error, such as 429 or 503."""


class ScenarioTasksetConfig(vf.TasksetConfig):
    """The scenario and the agents in its seats (``--env.taskset.*``)."""

    scenario: str = "kuhn"
    """The name of a scenario or a game, or a Python file that defines `scenario`."""
    policy: list[str] = Field(default_factory=list)
    """The seats of the policy. By default, all players' seats."""
    agents: dict[str, str] = Field(default_factory=dict)
    """Agents for other seats, which replace the scenario's own."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Settings of the scenario by their paths, such as ``{"protocol.hands": 5, "seed": 1}``."""


class EpisodeData(vf.TaskData):
    """The plan of one episode, and the seat whose trace this is.

    It holds the task's truth, as verifiers' tasks do, but no message contains it.
    """

    plan: dict[str, Any]
    seat: str = ""


class SeatState(vf.State):
    """The reason why the last reply ended, which verifiers does not keep."""

    stop: Stop = Stop.COMPLETE


class EpisodeTask(vf.Task[EpisodeData, SeatState, vf.TaskConfig]):
    """One episode. The reward of a trace is its seat's return."""

    @property
    def plan(self) -> Plan:
        """The episode's plan."""
        plan = self.data.plan
        return Plan(**{**plan, "task": Task.model_validate(plan["task"])})

    def of(self, seat: str) -> EpisodeTask:
        """Return the task for one seat."""
        return EpisodeTask(self.data.model_copy(update={"seat": seat}), self.config)

    @vf.reward
    async def seat_return(self, trace: vf.Trace) -> float:
        """Return the seat's return."""
        return float(trace.info["arena"]["return"])

    @vf.metric
    async def figures(self, trace: vf.Trace) -> dict[str, float]:
        """Return the seat's figures."""
        return dict(trace.info["arena"]["figures"])


class ScenarioTaskset(vf.Taskset[EpisodeTask, ScenarioTasksetConfig]):
    """The episodes of a scenario in which the policy has a seat. Each is a task."""

    def __init__(self, config: ScenarioTasksetConfig) -> None:
        super().__init__(config)
        found = find_scenario(config.scenario, config.settings)
        self.scenario = with_policy(found, config.policy, config.agents)

    def load(self) -> Iterable[EpisodeTask]:
        """Yield a task for each plan, in order. The same configuration always gives the same tasks."""
        for plan in plans(self.scenario):
            name = f"{self.scenario.name}-{plan.number}"
            data = EpisodeData(idx=plan.number, name=name, plan=_record(plan))
            yield EpisodeTask(data, self.config.task)


def _record(plan: Plan) -> dict[str, Any]:
    fields = ("number", "chance", "round", "match", "match_size", "condition")
    task = plan.task.model_dump(mode="json")
    return {name: getattr(plan, name) for name in fields} | {"task": task, "seats": dict(plan.seats)}


class ScenarioHarness(vf.Harness[vf.HarnessConfig]):
    """Sends one request to the model from this process, without a program.

    Each segment gets all messages that the seat is sent, as `arena.training.environments._seats.chat` returns
    them.
    """

    APPENDS_SYSTEM_PROMPT = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def launch(self, *_: Any, **__: Any) -> vf.ProgramResult:
        """Refuse to run, because only an episode sends requests."""
        raise TypeError("this harness answers for the seats of a ScenarioEnv, which drives it")

    async def resume(
        self,
        ctx: vf.ModelContext,
        trace: vf.Trace,
        runtime: vf.Runtime,
        endpoint: str,
        secret: str,
        mcp_urls: dict[str, str],
        data: vf.TaskData,
        messages: vf.Messages,
        tool_interception_url: str | None = None,
    ) -> vf.ProgramResult:
        """Ask the model once, through verifiers' interception, which records the trace."""
        said = [{"role": message.role, "content": message.content} for message in messages]
        # The endpoint is on this machine, so it needs no proxy and no certificates.
        http_client = DefaultAsyncHttpxClient(trust_env=False, verify=False)
        async with AsyncOpenAI(
            base_url=endpoint, api_key=secret, max_retries=RETRIES, timeout=None, http_client=http_client
        ) as client:
            completion = await client.chat.completions.create(model=ctx.model, messages=said)  # type: ignore[arg-type]
        choice = completion.choices[0]
        refused = choice.message.refusal or choice.finish_reason == "content_filter"
        complete = choice.finish_reason == "stop"
        trace.state.stop = Stop.REFUSED if refused else Stop.COMPLETE if complete else Stop.TRUNCATED
        return vf.ProgramResult(exit_code=0, stdout="", stderr="")


class ScenarioEnvConfig(vf.EnvConfig):
    """The policy's agent and the journal (``--env.*``)."""

    agent: vf.AgentConfig = vf.AgentConfig(runtime=vf.SubprocessConfig())
    """The policy, in all of its seats. Its runtime is only a folder, in which nothing runs."""
    journal: Path | None = None
    """A folder for journals.

    Each process of the environment records its episodes there as a run of its own.
    """


class ScenarioEnv(vf.Env[ScenarioEnvConfig]):
    """Plays a scenario's episodes with verifiers' policy in some of the seats."""

    def __init__(self, config: ScenarioEnvConfig) -> None:
        super().__init__(config)
        self._opened = AsyncExitStack()
        self._others: dict[str, Agent] = {}
        self._recorder: Recorder = NO_RECORD
        self._numbers = count()

    async def start(self) -> None:
        """Open the other agents and the journal, if there is one."""
        scenario = self.taskset.scenario
        others = {name: agent for name, agent in scenario.cast().items() if name != POLICY}
        self._others = await self._opened.enter_async_context(open_agents(others, Prices()))
        if self.config.journal is not None:
            header = {"config": scenario.config(), "version": __version__, "source": None}
            folder = new_folder(scenario.name, self.config.journal)
            self._recorder = await self._opened.enter_async_context(recording(folder, header))

    async def stop(self) -> None:
        """Close what `start` opened."""
        self._recorder, self._others = NO_RECORD, {}
        await self._opened.aclose()

    async def run(self, task: EpisodeTask, agents: vf.Agents) -> None:
        """Play one episode, and write the result into each of the policy's traces.

        Raises:
            NoReturn: if the episode has no reward. Then no trace has a reward, and all have this error.
        """
        plan, scenario = task.plan, self.taskset.scenario
        counting = Counting(self._recorder, next(self._numbers))
        async with AsyncExitStack() as stack:
            seats: dict[str, vf.Interaction] = {}
            for seat in own_seats(plan):
                interaction = agents.agent.interaction(task.of(seat))
                seats[seat] = await stack.enter_async_context(interaction)
            played = await play_episode(
                scenario.protocol_of(plan),
                plan,
                {**self._others, POLICY: Outside(lambda request: _reply(seats[request.seat], request))},
                EpisodeContext(
                    seed=scenario.seed,
                    limits=scenario.limits,
                    recorder=counting,
                    probes=scenario.probes,
                    wording=scenario.wording_of(plan),
                ),
            )
            for seat, interaction in seats.items():
                interaction.trace.info["arena"] = trace_info(seat, played, counting)
                part_branches(interaction.trace.nodes)
            for seat, interaction in seats.items():
                interaction.trace.info["arena"]["return"] = seat_return(played.outcome, seat)


async def _reply(seat: vf.Interaction, request: Request) -> Reply:
    """Send a request to verifiers' agent, and return the answer that the trace then holds."""
    segment = await seat.turn([message.record() for message in chat(request)])
    trace = seat.trace
    if segment.terminated:
        error = trace.last_error
        raise AgentFailed(f"{error.type}: {error.message}" if error else f"stopped by {trace.stop_condition}")
    call = trace.calls[-1]
    node = trace.nodes[call.node]
    usage = {}
    if call.usage is not None:
        usage = {"prompt_tokens": call.usage.input_tokens, "completion_tokens": call.usage.completion_tokens}
    return Reply(
        node.message.content or "",
        reasoning=node.message.reasoning_content or "",
        stop=trace.state.stop,
        usage=usage,
        model=call.model or "",
        tokens=tokens(trace.nodes, call.node),
    )


def load_environment(
    scenario: str = "kuhn",
    *,
    policy: Sequence[str] = (),
    agents: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    journal: Path | str | None = None,
) -> ScenarioEnv:
    """Return the environment of a scenario.

    Args:
        scenario: the name of a scenario or a game, or a Python file that defines `scenario`.
        policy: the seats of the policy. By default, all players' seats.
        agents: agents for other seats, which replace the scenario's own.
        settings: settings of the scenario by their paths.
        journal: a folder in which the episodes are recorded as a run. By default, they are not recorded.

    Raises:
        UsageError: if the scenario, a seat or a setting does not exist.
    """
    named = {"id": ID, "scenario": scenario, "policy": list(policy)}
    given = {"agents": dict(agents or {}), "settings": dict(settings or {})}
    return ScenarioEnv(ScenarioEnvConfig(taskset=ScenarioTasksetConfig(**named, **given), journal=journal))
