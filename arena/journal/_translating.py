"""What old episodes found out, as annotations: their details are translated by data alone, once.

Before there were annotations, the protocols wrote what they found out into the details of the outcome. Each
family of protocols has its own key there, and a function of its own that translates it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from arena.annotations import Annotation
from arena.journal._old_episodes import OldEpisode
from arena.journal._translating_answers import of_moderated, of_society
from arena.journal._translating_oversight import of_oversight
from arena.journal._translating_revision import of_revision
from arena.journal._translating_steps import of_detection
from arena.journal._translating_talks import of_coaching, of_negotiation

Translation = Callable[[OldEpisode, Any], Iterator[Annotation]]
"""What makes annotations of an old episode and of one value in its details."""

TRANSLATIONS: Mapping[str, Translation] = {
    "revision": of_revision,
    "detection": of_detection,
    "negotiation": of_negotiation,
    "coaching": of_coaching,
    "defended": of_oversight,
    "moderator": of_moderated,
    "statuses": of_society,
}
"""The translation of each key of details, in the order in which the annotations are numbered."""

_UNEXPECTED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""The errors that a value of another shape causes, such as one that a user's own protocol wrote."""


def annotations_of_details(old: OldEpisode) -> list[Annotation]:
    """Return what the details of an old episode say as annotations.

    A value in the details that has another shape than the protocols wrote is left out as a whole, because a
    user's own protocol may use the same key.
    """
    found: list[Annotation] = []
    for key, translation in TRANSLATIONS.items():
        if key in old.details:
            try:
                found += list(translation(old, old.details[key]))
            except _UNEXPECTED:
                continue
    return found
