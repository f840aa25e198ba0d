"""How diverse the words and sentences of a text are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import fmean, pstdev
from typing import NamedTuple

_TOKEN = re.compile(r"[\w'\u2019]+|[.?!]")
_ENDS = ".?!"
_WORDS = (
    "a an the this that these those and or but if because while as of to in on at by for with from "
    "about into i you he she it we they me him her us them my your his its our their is are was were be "
    "been am do does did have has had can could may might must shall should will would not no nor so "
    "than then there here who whom whose which what when where why how all any both each few more most "
    "other some such only own same too very"
)
FUNCTION_WORDS = frozenset(_WORDS.split())
"""The function words that are counted. The paper does not give its list, so this one is ours."""


class TextDiversity(NamedTuple):
    """Eight measures of the diversity of a text, each at least 0, most of them at most 1.

    Args:
        lexical: different tokens by all tokens.
        entropy: the entropy of the tokens by that of as many equally frequent ones; 0 of a single token.
        length: the standard deviation (n) of the lengths of the sentences by their mean.
        pattern: the entropy of the kinds of sentences (``.``, ``?``, ``!``) by ln 3.
        adjacent: the mean over neighbouring sentences of 1 less the share of their words that both have.
        yule: 1 / (1 + K), K being Yule's.
        bigrams: different pairs of neighbouring tokens by all.
        function: the entropy of the function words by the logarithm of how many there are in the list.
    """

    lexical: float
    entropy: float
    length: float
    pattern: float
    adjacent: float
    yule: float
    bigrams: float
    function: float

    @property
    def mean(self) -> float:
        """The mean of the eight, which is the reward."""
        return fmean(self)


def text_diversity(text: str) -> TextDiversity | None:
    """Return how diverse a text is, or None if it has no words.

    Wang et al. 2025, "MultiRole-R1" (arXiv 2507.20187), whose reward is the mean of these eight. Tokens are
    words in small letters, and the marks that end a sentence. Of one sentence alone `length` and `adjacent`
    are 0. The paper then normalises by length, by a rule that it does not state; that is left out.
    """
    tokens = _TOKEN.findall(text.lower())
    sentences = list(_sentences(tokens))
    if not sentences:
        return None
    counts = Counter(tokens)
    lengths = [len(words) for words, _ in sentences]
    bigrams = list(pairwise(tokens))
    apart = [1 - len(one & other) / len(one | other) for one, other in pairwise(set(w) for w, _ in sentences)]
    return TextDiversity(
        lexical=len(counts) / len(tokens),
        entropy=_entropy(counts.values()) / math.log(len(counts)) if len(counts) > 1 else 0.0,
        length=pstdev(lengths) / fmean(lengths),
        pattern=_entropy(Counter(end for _, end in sentences).values()) / math.log(len(_ENDS)),
        adjacent=fmean(apart) if apart else 0.0,
        yule=1 / (1 + yule_k(tokens)),
        bigrams=len(set(bigrams)) / len(bigrams) if bigrams else 0.0,
        function=_entropy(counts[word] for word in FUNCTION_WORDS) / math.log(len(FUNCTION_WORDS)),
    )


def yule_k(tokens: Sequence[str]) -> float:
    """Return Yule's K, ``10,000 * (sum of the squared counts - n) / n^2``.

    >>> yule_k("the cat sat . the dog sat .".split())
    937.5
    """
    squares = sum(count * count for count in Counter(tokens).values())
    return 1e4 * (squares - len(tokens)) / len(tokens) ** 2


def _sentences(tokens: Iterable[str]) -> Iterable[tuple[list[str], str]]:
    """Yield the words of each sentence and the mark at its end; the last one may lack it, as a full stop."""
    words: list[str] = []
    for token in (*tokens, "."):
        if token not in _ENDS:
            words.append(token)
        elif words:
            yield words, token
            words = []


def _entropy(counts: Iterable[int]) -> float:
    known = [count for count in counts if count]
    total = sum(known)
    return -sum(count / total * math.log(count / total) for count in known)
