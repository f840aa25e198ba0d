"""One row for each reply of each seat: what it saw, what it said, and what came of it.

A row is one attempt at one of the episode's turns, which are numbered as in `arena.episode.turns`. Nobody is
to learn from a row that is *masked*, and it says why: its episode broke, its reply could not be used, it is
too long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from arena.episode.outcome import Ending
from arena.episode.plan import Plan
from arena.episode.record import Call
from arena.episode.turns import turns
from arena.forms import Status
from arena.journal import StoredEpisode
from arena.registry import protocol_name, version_of
from arena.seat.agent import REPAIRED, Tokens
from arena.seat.messages import BETWEEN, SYSTEM_FOLDED, Message, folded
from arena.training.export._viewpoint import Requests, Sent, Steps
from arena.training.export.advantage import Advantages
from arena.training.rewards.shaping import Attempt, Shaping

_SEAT = attrgetter("seat")
_STEP = attrgetter("step")
_SPOILT = {
    Ending.TRUNCATED: "the episode was cut off",
    Ending.FAILED: "the episode failed",
}
NOT_ENDED = "the episode has not ended"
SHARED = "shared with the episode it branches off"
NOT_REBUILT = "the request is not the one that was sent"
NO_RETURN = "no return"
MENDED = "the reply is not letter for letter what was written"


_NOTHING = None, None
_UNKNOWN = Sent((), 0)


class Row(NamedTuple):
    """A seat's attempt at one of its turns.

    `role` is the seat, `agent` who sat there, `turn` counts the turns of the episode from 0 and `attempt`
    those at the turn. `prompt` is what the seat saw, `completion` its reply as it came (empty if there was
    none), and `length` counts the characters of both. `amount` is what the episode returned to the seat,
    `reward` what the attempt earned of it and `advantage` what it earned over the baseline; None if unknown.
    `confidence`, from 0 to 1, is the reply's own, else the last belief that the seat told. `masked` says why
    nobody is to learn from the row; empty if one may.
    """

    run: str
    episode: int
    turn: int
    attempt: int
    agent: str
    role: str
    protocol: str
    game: str
    condition: str
    task: str
    truth: str
    prompt: Sequence[Message]
    completion: str
    length: int
    digest: str
    status: str
    amount: float | None
    reward: float | None
    advantage: float | None
    confidence: float | None
    model: str
    policy_version: str | None
    tokens: Tokens | None
    masked: str

    def facts(self) -> dict[str, Any]:
        """Return all but what was seen and said, by the names that files have for it."""
        return dict(zip(FACTS, _FACTS(self), strict=True))


FACTS: Mapping[str, str] = {
    "run": "run",
    "episode": "episode",
    "turn": "turn",
    "attempt": "attempt",
    "agent": "agent",
    "role": "role",
    "protocol": "protocol",
    "game": "game",
    "condition": "condition",
    "task": "task",
    "status": "status",
    "return": "amount",
    "reward": "reward",
    "advantage": "advantage",
    "confidence": "confidence",
    "model": "model",
    "policy_version": "policy_version",
}
"""What a file tells of each row, and the row's field that holds it."""
TYPES: Mapping[str, str] = {
    **dict.fromkeys(FACTS, "string"),
    **dict.fromkeys(("episode", "turn", "attempt"), "int64"),
    **dict.fromkeys(("return", "reward", "advantage", "confidence"), "float64"),
}
"""The types of the facts, by the names that Arrow and `datasets` have for them."""
_FACTS = attrgetter(*FACTS.values())


class LengthLimit(NamedTuple):
    """How many characters or tokens a row may have, prompt and completion together; None is no limit."""

    characters: int | None = None
    tokens: int | None = None


class RowMaker:
    """Makes the rows of a run's episodes, which come in order.

    Args:
        run: what the run is called.
        config: its configuration.
        steps: reads the steps of one of its episodes, which come without theirs.
        shape: how rewards are shaped.
        advantages: over which baseline.
        most: how long a row may be before it is masked.
    """

    def __init__(
        self,
        run: str,
        config: Mapping[str, Any],
        steps: Callable[[int], Steps],
        shape: Shaping,
        advantages: Advantages,
        most: LengthLimit | None = None,
    ) -> None:
        self._run = run
        self._config = config
        self._steps = lru_cache(maxsize=1)(steps)
        self._requests = Requests(self._steps)
        self._shape = shape
        self._advantages = advantages
        self._most = most or LengthLimit()
        self._is_bounded = self._most != LengthLimit()
        self._games: dict[str, tuple[str, str]] = {}

    def rows(self, episode: StoredEpisode) -> Iterator[Row]:
        """Yield the rows of an episode by turn and attempt."""
        plan = episode.plan
        protocol, game = self._game(plan)
        amounts = _amounts(episode)
        earned = self._earned(episode, amounts, game)
        spoilt = _SPOILT.get(episode.played.outcome.ending, "") if episode.played else NOT_ENDED
        sent = self._requests.of(episode)
        truth = "" if plan.task.truth is None else to_json(plan.task.truth).decode()
        place = protocol, game, plan.condition, plan.task.id, truth
        beliefs: dict[str, float] = {}
        for turn, attempt, call in self._attempts(episode):
            seat, reply = call.seat, call.reply
            prompt, length = _as_sent(sent.get(call.digest, _UNKNOWN), call)
            reward, advantage = earned.get((seat, call.count), _NOTHING)
            said = reply.text if reply else ""
            agent, model = plan.seats[seat], call.spent.model
            row = Row(
                self._run,
                episode.number,
                turn,
                attempt,
                agent,
                seat,
                *place,
                prompt,
                said,
                length + len(said),
                call.digest,
                call.status.value,
                amounts.get(seat),
                reward,
                advantage,
                _confidence(call, beliefs),
                model,
                _version(model, agent),
                reply.tokens if reply else None,
                spoilt or _masked(plan, call, reward, prompt),
            )
            yield self._bounded(row, call) if self._is_bounded and not row.masked else row

    def _attempts(self, episode: StoredEpisode) -> Iterator[tuple[int, int, Call]]:
        """Yield the calls of an episode, each with the numbers of its turn and its attempt at that."""
        by_step: dict[int, list[Call]] = {}
        for call in sorted(episode.calls, key=_STEP):
            by_step.setdefault(call.step, []).append(call)
        by_turn: Iterable[Sequence[Call]] = by_step.values()
        if any(made[0].seat != made[-1].seat for made in by_turn):
            # Where seats were asked together, the events say in which order their turns come.
            by_turn = [turn.calls for turn in turns(self._steps(episode.number), episode.calls)]
        for turn, made in enumerate(by_turn):
            for attempt, call in enumerate(made):
                yield turn, attempt, call

    def _earned(
        self, episode: StoredEpisode, amounts: Mapping[str, float], game: str
    ) -> dict[tuple[str, int], tuple[float | None, float | None]]:
        """Return what calls earned, reward and advantage, by seat and count, if their seat got something."""
        found: dict[tuple[str, int], tuple[float | None, float | None]] = {}
        over = self._advantages.of(episode.played, game) if episode.played else {}
        by_seat: dict[str, list[Call]] = {}
        for call in episode.calls:
            by_seat.setdefault(call.seat, []).append(call)
        for seat, calls in by_seat.items():
            if seat in amounts:
                attempts = _attempts(calls)
                rewards = self._shape(attempts, amounts[seat])
                gains = self._shape(attempts, over[seat]) if seat in over else [None] * len(calls)
                for call, reward, gain in zip(calls, rewards, gains, strict=True):
                    found[seat, call.count] = reward, gain
        return found

    def _bounded(self, row: Row, call: Call) -> Row:
        most = self._most
        if most.characters is not None and row.length > most.characters:
            return row._replace(masked=f"longer than {most.characters:,} characters")
        if most.tokens is None:
            return row
        tokens = _length_in_tokens(call)
        if tokens is None:
            return row._replace(masked="of unknown length in tokens")
        if tokens > most.tokens:
            return row._replace(masked=f"longer than {most.tokens:,} tokens")
        return row

    def _game(self, plan: Plan) -> tuple[str, str]:
        """Return the names of the protocol and of what is played by it."""
        if plan.condition not in self._games:
            config = self._config.get("original", self._config)
            conditions = config["protocol"].get("conditions", {})
            own = conditions.get(plan.condition, config)
            protocol = protocol_name(own)
            self._games[plan.condition] = protocol, str(own["protocol"].get("game", protocol))
        return self._games[plan.condition]


def _as_sent(asked: Sent, call: Call) -> Sent:
    """Return the request as it was changed to suit the server, where it was."""
    if SYSTEM_FOLDED not in call.spent.notes or len(asked.messages) < 2:
        return asked
    return Sent(tuple(folded(asked.messages)), asked.length + len(BETWEEN))


def _amounts(episode: StoredEpisode) -> Mapping[str, float]:
    """Return what the seats got; nothing if that is not a result."""
    outcome = episode.played and episode.played.outcome
    return outcome.returns if outcome and outcome.is_result else {}


def _attempts(calls: Iterable[Call]) -> list[Attempt]:
    """Return a seat's calls, which are in order, as attempts at its turns."""
    found = []
    turn, step = -1, -1
    for call in calls:
        if call.step != step:
            turn, step = turn + 1, call.step
        found.append(Attempt(turn, call.status))
    return found


@lru_cache(maxsize=1024)
def _version(model: str, agent: str) -> str | None:
    return version_of(model) or version_of(agent.partition("?")[0])


def _masked(plan: Plan, call: Call, reward: float | None, prompt: Sequence[Message]) -> str:
    branch = plan.branch
    if branch and (call.step < branch.step or (call.step == branch.step and call.seat != branch.seat)):
        return SHARED
    if not prompt:
        return NOT_REBUILT
    if REPAIRED in call.spent.notes:
        return MENDED
    if call.status is not Status.OK and reward is None:
        return f"the reply is {call.status.value}" if call.reply else "there was no reply"
    return ""


def _confidence(call: Call, beliefs: dict[str, float]) -> float | None:
    """Return the reply's own confidence, else the last belief of its seat; `beliefs` is kept up to date."""
    parsed = call.parsed
    if parsed is not None and ('"probability"' in parsed or '"confidence"' in parsed):
        fields = from_json(parsed)
        named = fields if isinstance(fields, dict) else {}
        if _is_probability(named.get("probability")):
            beliefs[call.seat] = float(named["probability"])
        elif _is_probability(named.get("confidence")):
            return float(named["confidence"])
    return beliefs.get(call.seat)


def _is_probability(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _length_in_tokens(call: Call) -> int | None:
    """Return the tokens of a request and its reply, as the backend told them, ids first."""
    tokens = call.reply.tokens if call.reply else None
    if tokens and tokens.ids and tokens.ids_read:
        return len(tokens.ids) + len(tokens.ids_read)
    counted = [call.spent.usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    known = [count for count in counted if count is not None]
    return sum(known) if len(known) == len(counted) else None
