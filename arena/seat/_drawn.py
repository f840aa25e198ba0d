"""How likely each option of a choice was, where an agent drew its reply from known probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.forms import Choice, Form, Unusable, Verdict


def options_drawn(form: Form[Any], likely: Mapping[str, float]) -> dict[str, float]:
    """Return the probability of each option of a choice or a verdict; empty of any other form.

    It is also empty if a reply that may be drawn cannot be read, because the probabilities must sum to 1.
    """
    if not isinstance(form, Choice | Verdict):
        return {}
    read: Form[Any] = form
    found = dict.fromkeys(form.options, 0.0)
    try:
        for text, chance in likely.items():
            found[read.vote(read.parse(text))] += chance
    except Unusable:
        return {}
    return found
