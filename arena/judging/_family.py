"""Finding judges of a debater's model family. Such judges are known to prefer answers like their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_ELSEWHERE = ("local", "openai-compatible", "")
"""Providers that serve the models of many makers, so their names say nothing about the model."""


def family(model: str) -> str:
    """Return the family of a model: the letters that its own name begins with.

    >>> family("openai:gpt-5-mini"), family("openai-compatible:Qwen/Qwen2.5-7B"), family("local:qwen2.5-0.5b")
    ('gpt', 'qwen', 'qwen')
    """
    name = model.rpartition(":")[2].rpartition("/")[2].casefold()
    letters = re.match(r"[^\W\d_]+", name)
    return letters.group() if letters else name


def akin(one: str, other: str) -> bool:
    """Return whether two models have the same maker or family. The names are those of price lists."""
    if not one or not other:
        return False
    makers = [model.partition(":")[0] if ":" in model else "" for model in (one, other)]
    same_maker = makers[0] == makers[1] and makers[0] not in _ELSEWHERE
    return same_maker or family(one) == family(other)


def kinships(judges: Mapping[str, str], models: Mapping[str, Iterable[str]]) -> list[str]:
    """Return a warning for each judge that has the same maker or family as the model of a side.

    Args:
        judges: the model of each judge, as price lists call it, by the judge's name.
        models: the models that answered for each side, by side.
    """
    found = []
    for name, judge in judges.items():
        kin = sorted({model for seat in models for model in models[seat] if akin(judge, model)})
        if kin:
            found.append(
                f"The judge {name} is of the same model family as a side that it judges ({', '.join(kin)})."
            )
    return found
