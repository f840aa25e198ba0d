"""A model that says what a test tells it to, at the pace and with the troubles the test tells it.

It needs no network, no key and no client. Its calls go the way of every model's calls: they wait for the
account, are tried again as the retries have it, and end as the same replies, failures and stopped runs. So
what a test sees is what a real provider would make of it; the waits between attempts are real as well.

What it answers depends on the request alone, so a run is the same at any concurrency, unless `faults` are
given by the number of the call, which depends on who is first.
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
from arena.core.ranges import Amount, Iterations, Seconds, Tokens, Waits
from arena.core.seeds import derive
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.function import Answering
from arena.seat.messages import expected_usage
from arena.seat.transcript import EventKind
from arena.spending.rate_limits import CONCURRENCY, RateLimiter, RateLimits, shared

REQUESTS_KEPT = 10_000
_CHARACTERS_PER_TOKEN = 4


class Trouble(StrEnum):
    """What can go wrong in a call."""

    LIMITED = "429"
    """Refused as one too many."""
    LIMITED_FOR = "429-retry-after"
    """Refused as one too many, to be made again in five seconds."""
    BROKEN = "500"
    """The provider fails."""
    TIMED_OUT = "time-out"
    """Given up for want of time, at once."""
    HANG = "hang"
    """Never answered; given up after the model's `timeout`."""
    GARBAGE = "garbage"
    """Answered with something that is no completion."""
    REFUSAL = "refusal"
    """The model refuses."""
    TRUNCATION = "truncation"
    """The reply is cut off in the middle."""
    BAD_KEY = "bad-key"
    """The provider refuses the key, which stops the run."""


MENDED = (Trouble.LIMITED, Trouble.BROKEN, Trouble.GARBAGE)
"""Those that trying again mends soon; what goes wrong where only a rate is given."""
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

    `replies` is one text or `Reply` for all requests, a list of them for a seat's requests in each episode,
    in order, or a function from the request, which may be async; or a mapping from seats to any of these.
    What is None, or beyond the script, is some reply that the request's form accepts, drawn by its seed.

    Each call takes `latency` seconds: a number, or a function from the request, such as ``lambda request:
    request.random().expovariate(20)``. `faults` are what goes wrong: a list for the model's calls in the
    order in which they are made, None where all goes well; with `rate_of_faults`, any of them with that
    probability in each call, drawn by the request's seed (of `MENDED` if none are given); or a function from
    the request and the number of the attempt at it, from 0. A `Fault` is raised as it is. In a specification
    they are written ``faults=429,,500``.

    Usage is a fourth of the characters; `completion_tokens` is how many a reply takes, if given, and with
    `caches` the model reports what the seat had been sent before as ``cached_tokens``. A `Reply` that has
    usage keeps it. `timeout`, `concurrency`, `requests_per_minute` and `tokens_per_minute` are as in other
    models, and bound all scripted models together that are `priced_as` the same.

    For tests to look at: `requests`, the latest 10,000 in the order in which they came; `calls`, how many
    attempts there were; `usage`, the total of what the calls reported.

    Args:
        replies: What it replies: a text for all requests, or a list of them in order. Without it, usable
            replies drawn by the seed.
        name: What the agent is called.
        priced_as: The model as which it is priced, and with which it shares rate limits.
        latency: How many seconds a call takes.
        faults: What goes wrong, call by call, such as ``429,,500``.
        rate_of_faults: The probability with which one of the faults happens in a call.
        completion_tokens: How many tokens a reply takes. Without it, a fourth of its characters.
        caches: Whether it reports as cached what the seat had been sent before.
        timeout: After how many seconds a call is given up.
        concurrency: The most calls at once, over all scripted models that are priced the same.
        requests_per_minute: The most requests per minute, over the same.
        tokens_per_minute: The most tokens per minute, over the same.
    """

    replies: Script | Mapping[str, Script] | None = None
    _: KW_ONLY
    name: str = "scripted"
    priced_as: str = "scripted"
    latency: Waits | Callable[[Request], float] = 0.0
    faults: str | Sequence[Met] | Callable[[Request, int], Met] = ()
    rate_of_faults: Annotated[float, Field(ge=0, le=1)] = 0.0
    completion_tokens: Tokens | None = None
    caches: bool = False
    timeout: Seconds = 300.0
    concurrency: Iterations = CONCURRENCY
    requests_per_minute: Amount | None = None
    tokens_per_minute: Amount | None = None

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
        """The script, and what the model is called; the other parameters are about how calls go."""
        return {"replies": self.replies, "priced_as": self.priced_as}

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return what other models expect."""
        return expected_usage(request)

    async def reply(self, request: Request) -> Reply:
        """Answer from the script, in as many calls as it takes.

        Raises:
            ProviderFailed: if they came to nothing; the message says how every attempt ended.
            StopRun: if no call can be answered, such as for a bad key.
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
        # Held here, as the loop's table does not; looked up anew, as there may be one loop after another.
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
            said = said._replace(text=said.text[: len(said.text) // 2], stop=Stop.TRUNCATED)
        return said if said.usage else self._counted(request, said)

    def _meets(self, request: Request, attempt: int, number: int) -> Trouble | Fault | None:
        """Return what goes wrong in an attempt, which is the model's call of this number."""
        if callable(self.faults):
            return _trouble(self.faults(request, attempt))
        if self.rate_of_faults:
            rng = random.Random(derive(request.seed, "fault", attempt))
            return rng.choice(self._listed or MENDED) if rng.random() < self.rate_of_faults else None
        return self._listed[number] if number < len(self._listed) else None

    async def _said(self, request: Request) -> Reply:
        """Return what the script has for a request."""
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
    """Return what is met, given perhaps by its name.

    Raises:
        UsageError: if nothing is called that.
    """
    if not met or isinstance(met, Fault):
        return met or None
    try:
        return Trouble(met)
    except ValueError:
        raise UsageError(f"There is no fault {met!r}. There are: {', '.join(Trouble)}.") from None


def _sent_before(request: Request) -> int:
    """Return the tokens of the seat's previous request, with which this one begins."""
    read, sent = len(request.brief), 0
    for event in request.view:
        read += len(event.text)
        if event.kind is EventKind.ASKED and event.seat == request.seat:
            sent = read
    return sent // _CHARACTERS_PER_TOKEN
