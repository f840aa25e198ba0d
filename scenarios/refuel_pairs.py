"""The rows of REFUEL: of a run and its fork, the two answers at the turn that was played again.

`refuel_rows` writes a JSON line for each pair, with the fields of the authors' data set: ``chosen`` and
``reject`` (messages), ``masks`` (1 for what is trained on, which is the answer at the turn), their rewards,
and their log-probabilities under the policy that wrote them, null if its interface told none. If both earned
the same, the answer of the fork is chosen, as in the authors' code. A pair is dropped if one of its rewards
is not known, if both answers are the same, or if one of them is too long with its prompt.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import arena
from arena.core.errors import UnknownName, UsageError
from arena.episode.plan import Branch
from arena.episode.record import Call
from arena.journal import StoredRun
from scenarios.refuel import REWARD
from scenarios.simulated_user import ASSISTANT

NO_REWARD, SAME, TOO_LONG = "a reward is not known", "the same answer", "too long"


@dataclass(frozen=True, slots=True)
class RefuelRows:
    """How many pairs were written, and how many others were dropped for which reason."""

    written: int
    dropped: Mapping[str, int]


class _Answer(NamedTuple):
    prompt: list[dict[str, str]]
    text: str
    reward: float


class _Pair(NamedTuple):
    """The episodes of a parent and its fork, and the calls for the answer at the turn of each, in order."""

    parent: int
    child: int
    first: list[Call]
    second: list[Call]


def refuel_rows(parent: Path, child: Path, file: Path, most_tokens: int = 2048) -> RefuelRows:
    """Write the pairs of a run and its fork.

    Args:
        parent: the folder of the run.
        child: the folder of the fork.
        file: the file to write.
        most_tokens: how long a prompt with its answer may be; in words, if the agent told no tokens.

    Raises:
        UsageError: if `child` is no fork, or what was sent before the turn is not the same.
    """
    dropped = Counter[str]()
    written = 0
    firsts, seconds = _answers(parent), _answers(child)
    with file.open("w", encoding="utf-8") as lines:
        for pair in _pairs(parent, child):
            one, two = firsts.get(pair.parent), seconds.get(pair.child)
            if one is None or two is None:
                dropped[NO_REWARD] += 1
            elif one.prompt != two.prompt or pair.first[0].digest != pair.second[0].digest:
                raise UsageError(f"Episode {pair.child} of {child} was not sent what its parent was sent.")
            elif one.text == two.text:
                dropped[SAME] += 1
            elif max(_tokens(one, pair.first[-1]), _tokens(two, pair.second[-1])) > most_tokens:
                dropped[TOO_LONG] += 1
            else:
                both = (one, pair.first[-1]), (two, pair.second[-1])
                lines.write(json.dumps(_row(*both), ensure_ascii=False) + "\n")
                written += 1
    return RefuelRows(written, dict(dropped))


def refuel_loss(
    chosen: float, reject: float, chosen_reward: float, reject_reward: float, eta: float
) -> float:
    """Return the loss of a pair: the squared difference of log-ratios less eta times that of the rewards.

    Args:
        chosen: the logarithm of the policy's probability of the chosen answer over the earlier policy's.
        reject: the same of the rejected answer.
        chosen_reward: the reward of the chosen answer.
        reject_reward: the reward of the rejected answer.
        eta: how much a reward counts; 1000 in the first setting of the paper, and 1 in the second.

    >>> refuel_loss(0.5, -1.5, 4, 2, 1), refuel_loss(0, 0, 3, 1, 0.5)
    (0.0, 1.0)
    """
    return float((chosen - reject - eta * (chosen_reward - reject_reward)) ** 2)


def turn_chances(turns: int) -> list[float]:
    """Return how likely each turn is to be drawn: first a length is drawn, and then a turn up to it.

    >>> [f"{chance:.4f}" for chance in turn_chances(5)]
    ['0.4567', '0.2567', '0.1567', '0.0900', '0.0400']
    """
    return [fsum(1 / (length + 1) for length in range(turn, turns)) / turns for turn in range(turns)]


def _row(one: tuple[_Answer, Call], two: tuple[_Answer, Call]) -> dict[str, Any]:
    chosen, reject = (one, two) if one[0].reward > two[0].reward else (two, one)
    prompt = chosen[0].prompt
    return {
        "chosen": [*prompt, {"role": "assistant", "content": chosen[0].text}],
        "reject": [*prompt, {"role": "assistant", "content": reject[0].text}],
        "masks": [*[0] * len(prompt), 1],
        "chosen_reward": chosen[0].reward,
        "reject_reward": reject[0].reward,
        "chosen_logprob": _logprob(chosen[1]),
        "reject_logprob": _logprob(reject[1]),
    }


def _logprob(call: Call) -> float | None:
    tokens = call.reply.tokens if call.reply else None
    return fsum(tokens.logprobs) if tokens and tokens.logprobs else None


def _tokens(answer: _Answer, call: Call) -> int:
    """Return the tokens of a prompt and its answer, or their words if no tokens were told."""
    used = call.spent.usage
    told = used.get("prompt_tokens", 0) + used.get("completion_tokens", 0)
    return told or sum(len(one["content"].split()) for one in answer.prompt) + len(answer.text.split())


def _pairs(parent: Path, child: Path) -> list[_Pair]:
    """Return each episode of the fork with that of the parent."""
    found = []
    with StoredRun(parent) as one, StoredRun(child) as two:
        for number in sorted(two.numbers(finished=True)):
            branch = two.episode(number).plan.branch
            if branch is None:
                raise UsageError(f"The run in {child} is no fork. Make one with arena fork --at-label fork.")
            first, second = _calls(one, branch.episode, branch), _calls(two, number, branch)
            found.append(_Pair(branch.episode, number, first, second))
    return found


def _calls(run: StoredRun, number: int, branch: Branch) -> list[Call]:
    return [call for call in run.calls(number) if (call.seat, call.step) == (branch.seat, branch.step)]


def _answers(folder: Path) -> dict[int, _Answer]:
    """Return the marked answer of each episode that has a reward, as it is exported."""
    with TemporaryDirectory() as written:
        file = Path(written) / "rows.jsonl"
        try:
            arena.export(folder, file, to="trl-sft", seats=(ASSISTANT,), reward=REWARD, advantage="none")
        except UnknownName:  # no episode of the run has come to a reward
            return {}
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {
        row["episode"]: _Answer(row["prompt"], row["completion"][0]["content"], row["reward"]) for row in rows
    }
