"""What the tests of oversight share: a task, agents that answer by what they are asked for, and settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from hypothesis import strategies as st

from agents.random import Random
from arena.forms import Choice
from arena.seat.agent import Agent, Reply, Request, Tokens
from arena.seat.messages import messages
from arena.tasks.task import Task
from protocols import Consultancy, Debate, Direct
from protocols.debate import Order
from protocols.shared.beliefs import Beliefs, Elicitation, Holder, Moment
from protocols.shared.oversight import Oversight
from protocols.shared.questions import Readers, Sides
from protocols.shared.verdicts import Combination, Reading
from tests.shared.agents import Sent
from tests.shared.playing import Playing, play

SOURCE = (
    "In the morning the cook took the key from its hook and left the house by the garden gate. "
    "Nobody saw the gardener before noon."
)
RIGHT, WRONG = "the cook", "the gardener"
TASK = Task(
    id="key", text="Who took the key?", data={"answers": [WRONG, RIGHT], "source": SOURCE}, truth=RIGHT
)
CLAIM = Task(id="claim", text="The cook took the key.", truth="true")
SOURCED_CLAIM = Task(id="sourced", text="The cook took the key.", data={"source": SOURCE}, truth="true")
THREE = Task(id="three", text="Who took the key?", data={"answers": ["ann", "bob", "cy"]}, truth="bob")

Act = Callable[[Request], str | Reply | None]


def asks_for(request: Request | Sent) -> str:
    """Return what a request asks for: belief, verdict, side, question or speech."""
    return str(request.prompt.data["asks"])


def as_read(request: Request | Sent) -> str:
    """Return the text of a request as a model reads it, what others said fenced."""
    return "\n\n".join(message.content for message in messages(cast(Request, request)))


def label_of(request: Request, answer: str) -> str:
    """Return the label that an answer has in a verdict or in the choice of a side."""
    labels: Mapping[str, str] = request.prompt.data["answers"]
    return next(label for label, text in labels.items() if text == answer)


@dataclass
class Player(Agent):
    """Does for each thing that is asked for what its function says, and answers at random elsewhere.

    With `tells`, it says how likely it was to give each answer of a choice. It keeps its requests.
    """

    acts: Mapping[str, Act | str] = field(default_factory=dict)
    tells: Callable[[Request], Mapping[str, float]] | None = None
    name: str = "player"

    def __post_init__(self) -> None:
        self.requests: list[Sent] = []

    async def reply(self, request: Request) -> Reply:
        self.requests.append(Sent.of(request))
        act = self.acts.get(asks_for(request))
        said = act(request) if callable(act) else act
        if said is None:
            said = request.form.sample(request.random())
        reply = Reply(said) if isinstance(said, str) else said
        if self.tells and isinstance(request.form, Choice):
            reply = reply._replace(tokens=Tokens(answers=self.tells(request)))
        return reply

    def asked(self, what: str) -> list[Sent]:
        """Return the requests for one kind of thing."""
        return [request for request in self.requests if asks_for(request) == what]


def sure_of(answer: str, confidence: float = 0.9, reasons: str = "It is plain.") -> Player:
    """Return a judge that always decides for `answer`, as sure as this."""

    def decide(request: Request) -> str:
        return f"{reasons}\nVerdict: {label_of(request, answer)}\nConfidence: {confidence * 100:.15g}"

    return Player({"verdict": decide}, name=f"sure of {answer}")


def first_listed(confidence: float | None = 0.9) -> Player:
    """Return a judge that decides for whatever stands first."""
    said = "Verdict: 1" if confidence is None else f"Verdict: 1\nConfidence: {confidence * 100:.15g}"
    return Player({"verdict": said}, name="first")


async def hold(
    protocol: Oversight, seated: Mapping[str, Agent] | None = None, task: Task = TASK, seed: int = 0
) -> Playing:
    """Play `protocol` with these agents in their seats and random ones elsewhere."""
    agents = {seat: (seated or {}).get(seat) or Random() for seat in protocol.seats}
    return await play(protocol, agents, task=task.public, seed=seed)


def details(playing: Playing) -> dict[str, Any]:
    """Return the details of a playing's outcome."""
    return dict(playing.outcome.details)


# Settings ---------------------------------------------------------------------------------------------------


@st.composite
def any_beliefs(draw: st.DrawFn) -> Beliefs:
    method = draw(st.sampled_from(Elicitation))
    spoken = method in (Elicitation.VERBALISED_100, Elicitation.VERBALISED_1)
    return Beliefs(
        holders=draw(st.lists(st.sampled_from(Holder), unique=True).map(tuple)),
        moments=draw(st.lists(st.sampled_from(Moment), unique=True).map(tuple)),
        method=method,
        reasons=draw(st.booleans()),
        remember=draw(st.booleans()),
        public=spoken and draw(st.booleans()),
        red_team=draw(st.booleans()),
        samples=draw(st.integers(1, 3)),
    )


beliefs = any_beliefs()
shared: Mapping[str, st.SearchStrategy[Any]] = {
    "source": st.sampled_from(Readers),
    "quotes": st.booleans(),
    "words": st.none() | st.integers(1, 40),
    "beliefs": beliefs,
    "onlookers": st.integers(0, 2),
    "reading": st.sampled_from(Reading),
    "swap_verdict": st.booleans(),
    "combination": st.sampled_from(Combination),
}


@st.composite
def any_debates(draw: st.DrawFn) -> Debate:
    judged = draw(st.booleans())
    stages = st.lists(st.sampled_from(["opening", "rebuttal", "closing", "coda"]), min_size=1, max_size=3)
    return Debate(
        debaters=draw(st.integers(2, 4)),
        rounds=draw(st.integers(1, 3) | stages.map(tuple)),
        order=draw(st.sampled_from(Order)),
        sides=draw(st.sampled_from(Sides)),
        interactive=judged and draw(st.booleans()),
        cross_examination=draw(st.booleans()),
        informed=draw(st.booleans()),
        judged=judged,
        **{name: draw(strategy) for name, strategy in shared.items()},
    )


debates = any_debates()
consultancies = st.builds(
    Consultancy,
    rounds=st.integers(1, 3),
    sides=st.sampled_from(Sides),
    interactive=st.booleans(),
    **shared,
)
directs = st.builds(Direct, **shared)
protocols = debates | consultancies | directs
tasks = st.sampled_from([TASK, CLAIM, THREE, SOURCED_CLAIM])
