"""What stands in the annotations about each place of an episode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pydantic_core import from_json

from arena.annotations import AnnotationRow, AnnotationStatus, Answer, AuthorKind, Label, Verdict
from arena.seat.drafts import reply_name
from arena.training.rewards.places import Placed

KEPT = "kept"
"""The name of the label that says whether a sample was kept."""
ANSWER = "answer"
"""The name of an answer to what the task asks."""
NO = "no"
TIE = "tie"

Wanted = Callable[[AnnotationRow], bool]
_Key = tuple[str, int | None, int | None]


class FoundByPlace:
    """The annotations of an episode, by what they are about. Those about the whole episode are left out.

    What is about a part of a reply counts as being about the reply.
    """

    def __init__(self, found: Iterable[AnnotationRow]) -> None:
        self._by_place: dict[_Key, list[AnnotationRow]] = {}
        self._choices: list[AnnotationRow] = []
        self._kept: set[tuple[str, int | None]] = set()
        for row in found:
            if row.kind == Verdict.kind and row.more and _among(row):
                self._choices.append(row)
            if row.seat:
                self._by_place.setdefault((row.seat, row.step, row.sample), []).append(row)
                if _says_kept(row) and row.text != NO:
                    self._kept.add((row.seat, row.step))

    def at(self, one: Placed, wanted: Wanted) -> Sequence[AnnotationRow]:
        """Return the wanted annotations about the closest place that has any.

        The places are the sample, then the turn and then the seat. One of several samples has only what is
        about itself. So has a failed attempt at a turn, which is followed by another: nothing.
        """
        if not one.counts:
            return ()
        for key in _places(one):
            if found := [row for row in self._by_place.get(key, ()) if wanted(row)]:
                return found
        return ()

    def exactly(self, one: Placed, wanted: Wanted) -> Sequence[AnnotationRow]:
        """Return the wanted annotations about the turn or sample itself, and not about its seat."""
        if not one.counts:
            return ()
        return [
            row
            for key in _places(one)
            if key[1] is not None
            for row in self._by_place.get(key, ())
            if wanted(row)
        ]

    def answer(self, one: Placed) -> AnnotationRow | None:
        """Return the seat's own answer or verdict in a reply, or None if there is none.

        An answer called ``answer`` comes before others.
        """
        own = self.exactly(one, _is_own_answer)
        return next((row for row in own if reply_name(row.name) == ANSWER), own[0] if own else None)

    def named(self, kind: str, name: str) -> bool:
        """Return whether there is an annotation of a kind with a name."""
        return any(
            row.kind == kind and row.name == name for found in self._by_place.values() for row in found
        )

    def contests(self, one: Placed) -> Iterator[float]:
        """Yield what a reply or its seat got in each choice that it was part of: 1, 0, or 1/2 for a tie."""
        own = set(_places(one)) if one.counts else set()
        for row in self._choices:
            shown = _among(row)
            mine = [number for number, place in enumerate(shown) if place[:3] in own]
            chosen = _chosen(row, shown)
            if mine and chosen is not None:
                yield 0.5 if chosen < 0 else float(chosen in mine)

    def contested(self, wanted: Wanted) -> FoundByPlace:
        """Return only the choices that are wanted."""
        return FoundByPlace(row for row in self._choices if wanted(row))

    def group(self, one: Placed) -> str:
        """Return the first `group` of the annotations about a reply, or an empty text."""
        return next((row.grp for row in self.exactly(one, _has_group)), "")

    def is_kept(self, one: Placed) -> bool | None:
        """Return whether a sample was kept, or None if no label says which one of its turn was."""
        found = self.exactly(one, _says_kept)
        if found:
            return found[-1].text != NO
        return False if one.place[:2] in self._kept else None


def _places(one: Placed) -> tuple[_Key, ...]:
    seat, step, sample, *_ = one.place
    own = seat, step, sample
    if one.is_sample:
        return (own,)
    turn = ((seat, step, None),) if sample is not None else ()
    return (own, *turn, (seat, None, None))


def _among(row: AnnotationRow) -> list[_Key]:
    """Return the places in this episode that a choice was made among, in the order shown."""
    shown = from_json(row.more).get("among", ()) if row.more else ()
    return [tuple(place[:3]) for episode, place in shown if episode in (None, row.episode)]


def _chosen(row: AnnotationRow, shown: Sequence[_Key]) -> int | None:
    """Return the number of the place that was chosen, -1 for a tie, or None if there is no such choice."""
    if row.status != AnnotationStatus.OK or row.text is None:
        return None
    if row.text == TIE:
        return -1
    if row.text.isdecimal():
        return int(row.text)
    return next((number for number, place in enumerate(shown) if place[0] == row.text), None)


def _is_own_answer(row: AnnotationRow) -> bool:
    return row.kind in (Answer.kind, Verdict.kind) and row.by == AuthorKind.SEAT and row.author == row.seat


def _has_group(row: AnnotationRow) -> bool:
    return bool(row.grp)


def _says_kept(row: AnnotationRow) -> bool:
    return row.kind == Label.kind and row.name == KEPT and row.text is not None
