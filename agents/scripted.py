"""A model whose replies, pace and faults a test decides.

It needs no network, no key and no client. Its calls go through the same code as every model's calls: they
wait for the account's limits, they are retried by the same rules, and they end in the same replies, failures
and stopped runs. So a test sees what it would see with a real provider. The waits between attempts are real,
too.

An answer depends only on the request, so a run is the same at any concurrency. Faults that are listed by the
number of the call are an exception, because this number depends on which call is made first.
"""

from __future__ import annotations

import asyncio
import inspect
import itertools
import random
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, InstanceOf

from agents.providers.attempts import answered, ended
from agents.providers.completion import Completion, json_object
from agents.providers.faults import Fault, FaultKind, status_fault
from arena.core.errors import UsageError
from arena.core.ranges import Iterations, Seconds, TokenCount, TokensOrCalls, Waits
from arena.core.seeds import derive
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.calls import Calling
from arena.seat.function import Answering
from arena.seat.messages import expected_usage
from arena.seat.transcript import EventKind
from arena.spending.rate_limits import CALLS_IN_FLIGHT, RateLimiter, RateLimits, shared

REQUESTS_KEPT = 10_000
_CHARACTERS_PER_TOKEN = 4


class Trouble(StrEnum):
    """A fault that a call can meet."""

    LIMITED = "429"
    """The provider refuses the call because there are too many."""
    LIMITED_FOR = "429-retry-after"
    """The provider refuses the call because there are too many, and asks for a wait of five seconds."""
    BROKEN = "500"
    """The provider fails."""
    TIMED_OUT = "time-out"
    """The call is given up at once, as if its time were over."""
    HANG = "hang"
    """The call is never answered, and is given up after the model's `timeout`."""
    GARBAGE = "garbage"
    """The response is not a completion."""
    REFUSAL = "refusal"
    """The model refuses."""
    TRUNCATION = "truncation"
    """The reply is cut off in the middle."""
    BAD_KEY = "bad-key"
    """The provider refuses the key, which stops the run."""


TRANSIENT_FAULTS = (Trouble.LIMITED, Trouble.BROKEN, Trouble.GARBAGE)
"""The faults that a retry mends soon. They are used if only a rate of faults is set."""
_RESPONSES: Mapping[Trouble, tuple[int, str, Mapping[str, str]]] = {
    Trouble.LIMITED: (429, "Too many requests.", {}),
    Trouble.LIMITED_FOR: (429, "Too many requests.", {"retry-after": "5"}),
    Trouble.BROKEN: (500, "Internal error.", {}),
    Trouble.BAD_KEY: (401, "Invalid key.", {}),
}

Script = str | Reply | Answering | Sequence[str | Reply | None]
Met = Trouble | str | InstanceOf[Fault] | None


@dataclass(eq=False)
class ScriptedModel(Agent):
    """Answers from a script, as a model behind a provider's interface would.

    `replies` may be one text or `Reply` for all requests, a list with one for each request of a seat in an
    episode, in order, or a function of the request, which may be async. It may also be a mapping from seats
    to any of these. Where the script has None or is over, the model gives a reply that the request's form
    accepts, drawn by the request's seed.

    `latency` is a number, or a function of the request such as ``lambda request:
    request.random().expovariate(20)``. `faults` may be a list for the model's calls in the order in which
    they are made, with None for a call without a fault. With `rate_of_faults`, each call meets one of them
    with this probability, drawn by the request's seed (one of `TRANSIENT_FAULTS` if the list is empty).
    `faults` may also be a function of the request and the number of the attempt, from 0. A `Fault` is raised
    as it is.

    A `Reply` that has usage keeps it. The rate limits bound all scripted models with the same `priced_as`
    together.

    Tests may read three attributes: `requests` holds the latest 10,000 requests in the order in which they
    came, `calls` is the number of attempts, and `usage` is the total usage that the calls reported.

    Args:
        replies: What the model replies: a text for all requests, or a list of texts in order. The default is
            usable replies drawn by the seed.
        name: The name of the agent.
        priced_as: The model by whose prices it is priced, and with which it shares rate limits.
        latency: The seconds that a call takes.
        faults: The fault of each call, such as ``429,,500``.
        rate_of_faults: The probability that a call meets one of the faults.
        completion_tokens: The tokens of a reply. The default is a fourth of its characters.
        caches: Whether the model reports the tokens that the seat was sent before as ``cached_tokens``.
        timeout: The most seconds that a call may take. A call that takes longer is given up.
        concurrency: The most calls at the same time, over all scripted models that are priced the same.
        requests_per_minute: The most requests per minute, over all scripted models that are priced the same.
        tokens_per_minute: The most tokens per minute, over all scripted models that are priced the same.
        calling: How it calls tools: native, by the calls of a `Reply`, or text, by lines of its text.
    """

    replies: Script | Mapping[str, Script] | None = None
    _: KW_ONLY
    name: str = "scripted"
    priced_as: str = "scripted"
    latency: Waits | Callable[[Request], float] = 0.0
    faults: str | Sequence[Met] | Callable[[Request, int], Met] = ()
    rate_of_faults: Annotated[float, Field(ge=0, le=1)] = 0.0
    completion_tokens: TokenCount | None = None
    caches: bool = False
    timeout: Seconds = 300.0
    concurrency: Iterations = CALLS_IN_FLIGHT
    requests_per_minute: TokensOrCalls | None = None
    tokens_per_minute: TokensOrCalls | None = None
    calling: Calling = Calling.TEXT

    def __post_init__(self) -> None:
        listed = self.faults.split(",") if isinstance(self.faults, str) else self.faults
        self._listed = () if callable(listed) else tuple(map(_trouble, listed))
        self.requests: deque[Request] = deque(maxlen=REQUESTS_KEPT)
        self.calls = 0
        self.usage: Counter[str] = Counter()
        self._proven = False
        self._limiter: RateLimiter | None = None

    @property
    def shaped_by(self) -> Mapping[str, Any]:
        """The script and the model's name. The other parameters only decide how calls go."""
        return {"replies": self.replies, "priced_as": self.priced_as}

    @property
    def continues(self) -> bool:
        """It is up to the script to go on with what is begun."""
        return True

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the same estimate as for other models."""
        return expected_usage(request)

    async def reply(self, request: Request) -> Reply:
        """Answer from the script, with as many attempts as the faults require.

        Raises:
            ProviderFailed: if no attempt succeeded. The message says how each of them ended.
            StopRun: if no call can be answered, for example because of a bad key.
        """
        self.requests.append(request)
        attempts = itertools.count()
        said = Reply("")

        async def call() -> Completion:
            nonlocal said
            try:
                said = await self._call(request, next(attempts))
            except Fault as fault:
                self.usage.update(fault.usage)
                raise
            self.usage.update(said.usage)
            return Completion(said.text, said.reasoning, said.stop, said.usage, said.tokens)

        limits = RateLimits(self.concurrency, self.requests_per_minute, self.tokens_per_minute)
        # The limiter is held here, because the loop's table does not hold it. It is looked up for every
        # request, because a test may use one loop after another.
        self._limiter = shared(self.priced_as, "", "", limits)
        tokens = sum(self.expects(request).values())
        outcome, usage, _, faults = await answered(call, self._limiter, request, tokens, self.priced_as)
        if isinstance(outcome, Fault):
            return ended(outcome, usage, faults, self.priced_as, proven=self._proven)
        self._proven = True
        return said._replace(usage=usage, model=self.priced_as, faults=faults)

    async def _call(self, request: Request, attempt: int) -> Reply:
        trouble = self._meets(request, attempt, self.calls)
        self.calls += 1
        latency = self.latency(request) if callable(self.latency) else self.latency
        late = Fault(FaultKind.TIMED_OUT, f"no answer within {self.timeout:g} seconds")
        try:
            async with asyncio.timeout(self.timeout):
                await asyncio.sleep(latency)
                if trouble is Trouble.HANG:
                    await asyncio.Event().wait()
        except TimeoutError:
            raise late from None
        match trouble:
            case Fault():
                raise trouble.with_traceback(None)
            case Trouble.TIMED_OUT:
                raise late
            case Trouble.GARBAGE:
                json_object(b"<html>")
            case Trouble.LIMITED | Trouble.LIMITED_FOR | Trouble.BROKEN | Trouble.BAD_KEY:
                status, message, headers = _RESPONSES[trouble]
                raise status_fault(status, {"error": {"message": message}}, headers, "")
            case Trouble.REFUSAL:
                return self._counted(request, Reply("I cannot help with that.", stop=Stop.REFUSED))
        said = await self._said(request)
        if trouble is Trouble.TRUNCATION:
            said = said._replace(text=said.text[: len(said.text) // 2], stop=Stop.TRUNCATED, parts=())
        return said if said.usage else self._counted(request, said)

    def _meets(self, request: Request, attempt: int, number: int) -> Trouble | Fault | None:
        """Return the fault of an attempt, which is the model's call of this number; None if there is none."""
        if callable(self.faults):
            return _trouble(self.faults(request, attempt))
        if self.rate_of_faults:
            rng = random.Random(derive(request.seed, "fault", attempt))
            return (
                rng.choice(self._listed or TRANSIENT_FAULTS) if rng.random() < self.rate_of_faults else None
            )
        return self._listed[number] if number < len(self._listed) else None

    async def _said(self, request: Request) -> Reply:
        """Return the script's reply to a request."""
        script: Any = self.replies
        if isinstance(script, Mapping):
            script = script.get(request.seat)
        if callable(script):
            script = script(request)
            if inspect.isawaitable(script):
                script = await script
        elif not isinstance(script, str | Reply | None):
            script = script[request.count] if request.count < len(script) else None
        if script is None:
            script = request.form.sample(request.random())
        return Reply(script) if isinstance(script, str) else script

    def _counted(self, request: Request, said: Reply) -> Reply:
        """Return the reply with the usage that a provider would report."""
        written = -(-len(said.text + said.reasoning) // _CHARACTERS_PER_TOKEN)
        usage = {
            "prompt_tokens": self.expects(request)["prompt_tokens"],
            "completion_tokens": written if self.completion_tokens is None else self.completion_tokens,
        }
        if self.caches:
            usage["cached_tokens"] = _sent_before(request)
        return said._replace(usage=usage)


def _trouble(met: Met) -> Trouble | Fault | None:
    """Return the fault that `met` is or names.

    Raises:
        UsageError: if there is no fault of this name.
    """
    if not met or isinstance(met, Fault):
        return met or None
    try:
        return Trouble(met)
    except ValueError:
        raise UsageError(f"There is no fault {met!r}. The faults are: {', '.join(Trouble)}.") from None


def _sent_before(request: Request) -> int:
    """Return the number of tokens of the seat's previous request. This request begins with them."""
    read, sent = len(request.brief), 0
    for event in request.view:
        read += len(event.text)
        if event.kind is EventKind.ASKED and event.seat == request.seat:
            sent = read
    return sent // _CHARACTERS_PER_TOKEN
