"""How likely a model was to give each answer, read off the tokens at the place where its answer begins.

A server that tells the likeliest tokens at each place tells with them how sure the model was of the answer it
wrote, and of the others: what G-Eval (Liu et al. 2023) makes expected scores of. They are the probabilities
of the first token of each answer, given all that the model had written before it, and only where that token
tells the answers apart; else nothing is known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import accumulate

from arena.forms import Unusable
from arena.forms.reading import ANSWER, one_of, place_of_answer
from arena.seat.agent import Reply

_AROUND = " \t\r\n\"'`*_()[]{}<>.,"


def likely_answers(reply: Reply, answer: str, options: Sequence[str]) -> dict[str, float]:
    """Return the probability of each option, in all 1, of a reply that was read as the option `answer`.

    An option none of whose tokens is among those that were told has probability 0. Empty if the tokens are
    not told, are not those of the reply's text, or do not tell the options apart, as "1" does not tell 1 from
    10.

    >>> from arena.seat.agent import Tokens
    >>> told = Tokens(texts=("Answer", ": ", "1"), likely=({}, {}, {"1": -0.1, "2": -2.4}))
    >>> likely = likely_answers(Reply("Answer: 1", tokens=told), "1", ("1", "2"))
    >>> f"{likely['1']:.2f}"
    '0.91'
    """
    logprobs = _logprobs_at(reply, answer, options)
    found = dict.fromkeys(options, 0.0)
    for token, logprob in logprobs.items():
        begun = token.strip(_AROUND).casefold()
        able = [option for option in options if begun and option.casefold().startswith(begun)]
        if len(able) > 1:
            return {}
        if able:
            found[able[0]] += math.exp(min(logprob, 0.0))
    total = sum(found.values())
    return {option: chance / total for option, chance in found.items()} if total > 0 else {}


def _logprobs_at(reply: Reply, answer: str, options: Sequence[str]) -> Mapping[str, float]:
    """Return the likeliest tokens where the answer begins, with their logarithms."""
    tokens = reply.tokens
    if tokens is None or len(tokens.likely) < len(tokens.texts) or "".join(tokens.texts) != reply.text:
        return {}
    try:
        begins = place_of_answer(reply.text, ANSWER, one_of(options))
    except Unusable:
        return {}
    found = re.compile(re.escape(answer), re.IGNORECASE).search(reply.text, begins)
    if found is None or not found.group():
        return {}
    ends = accumulate(map(len, tokens.texts))
    return tokens.likely[next(at for at, end in enumerate(ends) if end > found.start())]
