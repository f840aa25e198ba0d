"""Which judges are of a debater's model family: they are known to prefer what is like them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_ELSEWHERE = ("local", "openai-compatible", "")
"""Providers that serve everybody's models, so that their name says nothing of the model."""


def family(model: str) -> str:
    """Return the letters that a model's own name begins with.

    >>> family("openai:gpt-5-mini"), family("openai-compatible:Qwen/Qwen2.5-7B"), family("local:qwen2.5-0.5b")
    ('gpt', 'qwen', 'qwen')
    """
    name = model.rpartition(":")[2].rpartition("/")[2].casefold()
    letters = re.match(r"[^\W\d_]+", name)
    return letters.group() if letters else name


def akin(one: str, other: str) -> bool:
    """Return whether two models, as price lists call them, are of one maker or family."""
    if not one or not other:
        return False
    makers = [model.partition(":")[0] if ":" in model else "" for model in (one, other)]
    same_maker = makers[0] == makers[1] and makers[0] not in _ELSEWHERE
    return same_maker or family(one) == family(other)


def kinships(judges: Mapping[str, str], models: Mapping[str, Iterable[str]]) -> list[str]:
    """Return a sentence for each judge that is of the family of a side's model.

    Args:
        judges: the judges' models by their names, as price lists call them.
        models: the models that answered for each side.
    """
    found = []
    for name, judge in judges.items():
        kin = sorted({model for seat in models for model in models[seat] if akin(judge, model)})
        if kin:
            found.append(f"The judge {name} is of the model family of those it judges ({', '.join(kin)}).")
    return found
