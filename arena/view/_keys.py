"""The keys of the pages, as the list of them shows them. The script heeds them."""

from __future__ import annotations

KEYS = (
    ("← →", "one step back, one further"),
    ("g, G", "the first step, the last"),
    ("PgUp, PgDn", "moments before, after, where a page ends"),
    ("0, 1 to 9", "see everything, see as a seat"),
    ("[, ]", "the fork before, after"),
    ("f", "follow along"),
    ("n, N", "next page of episodes, earlier page"),
    ("/", "to the search"),
    ("Esc", "out of a field"),
    ("?", "this list"),
)
"""Each key, and what it does."""
