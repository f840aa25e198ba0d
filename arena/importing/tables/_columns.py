"""Which column of a table of results holds what: guessed by the columns' names, or as a person says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from arena.core.errors import UsageError, did_you_mean
from arena.core.text import one_line

MOST_AT_TABLE = 64
"""The largest number of players of one match."""

_ALONE: Mapping[str, tuple[str, ...]] = {
    "result": ("result", "outcome", "verdict"),
    "winner": ("winner", "win", "preferred", "preference"),
    "loser": ("loser",),
    "wins": ("wins", "won", "w", "wins_1", "wins_a"),
    "ties": ("ties", "tied", "draws", "drawn", "d", "t"),
    "losses": ("losses", "lost", "l", "losses_1", "wins_2", "wins_b"),
    "match": ("match", "match_id", "game", "game_id", "episode", "id"),
    "player": ("player", "agent", "model", "name", "team", "bot"),
    "score": ("score", "points", "return", "reward"),
    "place": ("place", "rank", "position"),
    "players": ("players", "agents", "models", "teams"),
    "scores": ("scores", "points", "returns", "rewards"),
    "places": ("places", "ranks", "ranking"),
}
"""The parts that stand once in a row, with the names of columns that hold them."""

_NAMED = "player|agent|model|team|bot|competitor|opponent|name"
_PLAYER = re.compile(rf"(?:{_NAMED}|p)?_?([1-9]\d?|[a-h])(?:_name)?")
_SCORE = re.compile(rf"(?:{_NAMED})?_?(?:score|points|return|reward)_?([1-9]\d?|[a-h])")
_SCORE_AFTER = re.compile(rf"(?:{_NAMED}|p)?_?([1-9]\d?|[a-h])_(?:score|points|return|reward)")
_PLACE = re.compile(r"(?:place|rank|position)_?([1-9]\d?|[a-h])")
_PLACE_AFTER = re.compile(rf"(?:{_NAMED}|p)?_?([1-9]\d?|[a-h])_(?:place|rank|position)")
_PAIRS = (
    ("white", "black"),
    ("left", "right"),
    ("home", "away"),
    ("player", "opponent"),
    ("first", "second"),
)

SHAPES = (
    "player_1 and player_2 with result, winner, wins and losses (and ties), score_1 and score_2, or place_1 "
    "and place_2 (and more of them); winner and loser; match, player and score or place, with a row for each "
    "player; or players with scores or places, as lists"
)
"""The shapes of tables, in words."""


def guessed(names: Sequence[str]) -> dict[str, str]:
    """Return the column of each part that a column's name gives away.

    >>> guessed(["White", "Black", "Result", "WhiteElo"])
    {'result': 'Result', 'player_1': 'White', 'player_2': 'Black'}
    """
    by_name = {re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_"): name for name in reversed(names)}
    found: dict[str, str] = {}
    for part, known in _ALONE.items():
        held = next((by_name[name] for name in known if name in by_name), None)
        if held is not None and held not in found.values():
            found[part] = held
    found |= dict(_numbered(by_name, "player", _PLAYER))
    found |= dict(_numbered(by_name, "score", _SCORE, _SCORE_AFTER))
    found |= dict(_numbered(by_name, "place", _PLACE, _PLACE_AFTER))
    for pair in _PAIRS:
        if "player_1" not in found and all(name in by_name for name in pair):
            found |= {f"player_{place}": by_name[name] for place, name in enumerate(pair, start=1)}
            found |= {
                f"score_{place}": by_name[own]
                for place, name in enumerate(pair, start=1)
                for own in (f"{name}_score", f"score_{name}", f"{name}_points")
                if own in by_name
            }
    return found


def _numbered(by_name: Mapping[str, str], part: str, *patterns: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for name, column in by_name.items():
        for pattern in patterns:
            if said := pattern.fullmatch(name):
                number = int(said[1]) if said[1].isdigit() else ord(said[1]) - ord("a") + 1
                yield f"{part}_{number}", column


def checked(file: object, names: Sequence[str], typed: Mapping[str, str]) -> dict[str, str]:
    """Return the parts that a person named, after a check that there are such parts and such columns.

    Raises:
        UsageError: if there are not.
    """
    for part, column in typed.items():
        if part not in _ALONE and not re.fullmatch(r"(player|score|place)_[1-9]\d?", part):
            raise UsageError(
                f"A table of results has no part {part!r}.{did_you_mean(part, _ALONE)} Its parts are: "
                f"{', '.join(_ALONE)}, and player_N, score_N and place_N with a number."
            )
        if column not in names:
            raise UsageError(
                f"{file} has no column {column!r} for the {part}.{did_you_mean(column, names)} "
                f"It has: {columns_in_words(names)}."
            )
    return dict(typed)


def columns_in_words(names: Sequence[str]) -> str:
    """Return the names of columns as a sentence lists them, the first twenty."""
    said = [one_line(name, 60) or '""' for name in names[:20]]
    return ", ".join(said) + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def _numbers(parts: Mapping[str, str], of: str) -> list[int]:
    found = sorted(int(part.rpartition("_")[2]) for part in parts if re.fullmatch(rf"{of}_\d+", part))
    return found if found == list(range(1, len(found) + 1)) else []


def shape_of(file: object, names: Sequence[str], parts: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the shape of a table, and the parts that it uses, with their columns.

    Raises:
        UsageError: if the parts make no results.
    """
    players = [f"player_{number}" for number in _numbers(parts, "player")]
    needed: list[tuple[str, list[str]]] = []
    if len(players) >= 2:
        two = players[:2] if len(players) == 2 else []
        needed += [("result", [*two, "result"]), ("winner", [*two, "winner"])] if two else []
        needed += [
            (shape, [*players, *(f"{part}_{number}" for number in range(1, len(players) + 1))])
            for shape, part in (("places", "place"), ("scores", "score"))
        ]
        needed += [("counts", [*two, "wins", "losses"])] if two else []
    needed += [("beaten", ["winner", "loser"])]
    needed += [("long-place", ["match", "player", "place"]), ("long-score", ["match", "player", "score"])]
    needed += [("list-places", ["players", "places"]), ("list-scores", ["players", "scores"])]
    for shape, own in needed:
        if all(part in parts for part in own):
            own += ["ties"] if shape == "counts" and "ties" in parts else []
            if len(own) > 2 * MOST_AT_TABLE:
                raise UsageError(f"{file} has more than {MOST_AT_TABLE} players in a match.")
            return shape, {part: parts[part] for part in own}
    known = ", ".join(f"{part}={one_line(column, 60)}" for part, column in parts.items())
    raise UsageError(
        f"{file} does not say who met whom and how it ended. It has the columns {columns_in_words(names)}"
        f"{f' (read as {known})' if known else ''}. A table has {SHAPES}. Say which column holds what, as in "
        "--columns player_1=White,player_2=Black,result=Result."
    )
