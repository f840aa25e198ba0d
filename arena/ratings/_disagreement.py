"""Where the order by rating and the order by mean score disagree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from arena.ratings.standings import Standing

_WHY = (
    "A rating counts who was beaten and not by how much; a mean score counts by how much and not against "
    "whom."
)


def disagreements(table: Sequence[Standing], *, why: str = _WHY) -> list[str]:
    """Return a sentence if a player is rated above another whose mean score is higher. It may be empty.

    The two can disagree, because a rating depends on who was beaten and not on how high, and a mean score
    depends on how high and not on against whom. The sentence names the pair of the largest difference in mean
    scores, and ends with `why` the two can disagree.
    """
    rated = [
        (one.player, one.rating, one.mean_score)
        for one in table
        if one.rating is not None and one.mean_score is not None
    ]
    pairs = [
        (above, below) if above[1] > below[1] else (below, above)
        for above, below in combinations(rated, 2)
        if above[1] != below[1]
    ]
    turned = [(above, below) for above, below in pairs if above[2] < below[2]]
    if not turned:
        return []
    above, below = max(turned, key=lambda pair: pair[1][2] - pair[0][2])
    several = f" So do {len(turned)} of {len(pairs)} pairs of players." if len(turned) > 1 else ""
    return [
        f"Rating and mean score disagree: {above[0]} is rated above {below[0]} ({above[1]:.0f} and "
        f"{below[1]:.0f}), but its mean score is lower ({above[2]:.3f} and {below[2]:.3f}).{several} "
        f"{why}"
    ]
