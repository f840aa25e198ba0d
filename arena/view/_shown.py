"""Moments as the templates show them: cards, lanes and what is folded in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic_core import from_json

from arena.annotations import AnnotationRow, Answer, Belief, Label, Reward, Score, Verdict
from arena.forms import Status
from arena.pictures import Picture
from arena.seat.transcript import EventKind
from arena.view._beliefs import about
from arena.view._components import (
    LaneEntry,
    LaneFinding,
    ShownCard,
    ShownImage,
    ShownMoment,
    ShownRow,
    Tried,
)
from arena.view._moments import Attempted, EpisodeMoment, Exchange, PlacedEvent, PublicRow
from arena.web.folding import Text, cut_text, event_text
from arena.web.rendering import percent

COLOURS = 6
"""How many colours seats have. After the last, they begin again."""
_COLUMNS = 4
"""The most seats that have a column each."""

Address = Callable[..., str]
"""Makes the address of a part of the episode: ``text``, ``asked``, ``drawing`` or ``picture``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """Shows the moments of an episode.

    Args:
        seats: the seats that have a column.
        colours: the number of each seat among all seats.
        address: makes addresses.
        cited: phrases that verdicts cite.
        drawings: which seats see a drawing after an event, by its place; drawings of a kind are shown once.
        of_seat: the seat whose page it is; empty for the owner.
        of_game: whether a game is played, whose announcements may be boards.
    """

    seats: Sequence[str]
    colours: Mapping[str, int]
    address: Address
    cited: Sequence[str] = ()
    drawings: Mapping[int, Mapping[str, str]]
    of_seat: str = ""
    of_game: bool = False

    def moment(self, moment: EpisodeMoment) -> ShownMoment:
        """Return a moment as its template shows it."""
        said = {one.step: one.seat for row in moment.rows for one in row.said}
        lanes = [(self.colours[seat], seat, list(self._lane(seat, moment))) for seat in self.seats]
        count = sum(len(entries) for _, _, entries in lanes)
        steps = _steps(moment)
        note = f"{steps}, spoken at the same time" if moment.together and said else steps
        folded = ""
        if len(self.seats) > _COLUMNS:
            folded = f"{count} private {'entry' if count == 1 else 'entries'} in lanes" if count else ""
        return ShownMoment(
            moment=moment,
            note=note,
            rows=list(map(self._row, moment.rows)),
            lanes=lanes if count else (),
            folded=folded,
            apart=sorted(moment.steps.keys() - {row.step for row in moment.rows}),
        )

    def _row(self, row: PublicRow) -> ShownRow:
        cards = [self._said(exchange) for exchange in row.said]
        if row.told is not None:
            who = "everyone is told" if row.to_all else f"{' and '.join(row.audience)} are told"
            who = f"{self.of_seat} is told" if self.of_seat else who
            card = self._card(who, None, row.step, row.told)
            cards = [replace(card, aligned=self.of_game and "\n" in row.told.event.text)]
        if row.to_all or self.of_seat:
            return ShownRow(cards=cards, step=row.step)
        places = [self.seats.index(seat) for seat in row.audience]
        beside = places == list(range(places[0], places[0] + len(places))) if places else False
        fits = beside and len(self.seats) <= _COLUMNS
        span = {"start": places[0] + 1, "span": len(places)} if fits else {}
        return ShownRow(cards=cards, step=row.step, readers=self._readers(row.audience), **span)

    def _readers(self, audience: Sequence[str]) -> str:
        """Return who alone can read something, or who cannot if these are few among many."""
        missing = [seat for seat in self.seats if seat not in audience]
        if len(audience) > _COLUMNS > len(missing):
            return f"everyone but {' and '.join(missing)}"
        return f"only {', '.join(audience)}"

    def _said(self, exchange: Exchange) -> ShownCard:
        assert exchange.said is not None
        return self._card(exchange.seat, self.colours.get(exchange.seat), exchange.step, exchange.said)

    def _card(self, who: str, colour: int | None, step: int, one: PlacedEvent) -> ShownCard:
        text, pictures, drawings = self._event(one)
        return ShownCard(who=who, colour=colour, step=step, text=text, pictures=pictures, drawings=drawings)

    def _lane(self, seat: str, moment: EpisodeMoment) -> Iterator[LaneEntry]:
        for one in moment.lanes.get(seat, ()):
            if isinstance(one, PlacedEvent):
                yield self._told(seat, one)
            else:
                yield self._exchange(one)
        yield from self._own_drawings(seat, moment)

    def _told(self, seat: str, one: PlacedEvent) -> LaneEntry:
        text, pictures, drawings = self._event(one)
        only = f"{seat} is told" if self.of_seat else f"only {seat}"
        return LaneEntry(only=only, step=-1, text=text, pictures=pictures, drawings=drawings)

    def _exchange(self, one: Exchange) -> LaneEntry:
        found = [finding for row in one.found if (finding := _finding(row)) is not None]
        drawings: list[ShownImage] = []
        entry = LaneEntry(only=self._only(one), step=one.step, found=found)
        if one.said is not None:
            text, pictures, drawings = self._event(one.said)
            heard = one.said.event.audience - {one.seat}
            if not heard and not found:
                entry = replace(entry, text=text)
            if heard:
                drawings, pictures = [], []
            entry = replace(entry, pictures=pictures, drawings=drawings)
        more = "" if self.of_seat else self.address("asked", one.step, self.colours[one.seat])
        reasons = _reasons(one)
        return replace(
            entry,
            reasons=cut_text(reasons, more, self.cited) if reasons else None,
            tried=[self._tried(attempt, more) for attempt in one.attempts],
            more=more,
        )

    def _only(self, one: Exchange) -> str:
        if one.is_belief:
            if self.of_seat:
                return f"{one.seat} believes: asked apart, not in its view"
            return f"{one.seat} believes, heard by nobody"
        asked = one.attempts[0].asked.event if one.attempts else None
        if asked is not None and not asked.audience:
            return f"{one.seat} is asked apart" + (": not in its view" if self.of_seat else "")
        return f"only {one.seat}"

    def _tried(self, attempt: Attempted, more: str) -> Tried:
        asked = cut_text(attempt.asked.event.text, more)
        failed, call = attempt.failed, attempt.call
        problem = ""
        if failed is not None and failed.kind is EventKind.FAILED:
            problem = f"{failed.data['status']}: {failed.data['reason']}"
        reply = None if failed is None else cut_text(failed.text, more)
        reasoning = None
        if call is not None and call.reply is not None:
            reply = cut_text(call.reply.text, more)
            reasoning = cut_text(call.reply.reasoning, more) if call.reply.reasoning else None
        elif call is not None and call.status is not Status.OK:
            problem = f"{call.status.value}: {call.reason}"
        return Tried(asked, reply, reasoning, problem)

    def _event(self, one: PlacedEvent) -> tuple[Text, list[ShownImage], list[ShownImage]]:
        text = event_text(one.event, self.address("text", one.place), self.cited)
        pictures = [
            ShownImage(self._picture(picture, one.place, number), str(picture))
            for number, picture in enumerate(one.event.pictures)
        ]
        return text, pictures, list(self._drawn(one.place))

    def _picture(self, picture: Picture, place: int, number: int) -> str:
        """Return where a picture is; nothing of one that only an address on the network is known of."""
        if picture.address:
            return ""
        ending = ".png" if picture.media_type == "image/png" else ".jpg"
        return self.address("picture", place, number, ending=ending)

    def _drawn(self, place: int) -> Iterator[ShownImage]:
        """Yield the drawing after an event if all seats see the same; else each has its own in its lane."""
        drawn = self.drawings.get(place, {})
        if len(set(drawn.values())) == 1 and not self.of_seat:
            yield self.drawing(place, next(iter(drawn)), " and ".join(drawn))

    def _own_drawings(self, seat: str, moment: EpisodeMoment) -> Iterator[LaneEntry]:
        """Yield what a seat alone can see of the game, after each event of a moment."""
        for place in (place for places in moment.steps.values() for place in places):
            drawn = self.drawings.get(place, {})
            if seat in drawn and (self.of_seat or len(set(drawn.values())) > 1):
                yield LaneEntry(
                    only=f"{seat} can see",
                    step=-1,
                    drawings=[self.drawing(place, seat, seat)._replace(caption=False)],
                )

    def drawing(self, place: int, seat: str, seats: str) -> ShownImage:
        """Return the drawing that a seat sees after an event, as what `seats` can see."""
        source = self.address("drawing", place, self.colours[seat], ending=".svg")
        return ShownImage(source, f"What {seats} can see")


def _steps(moment: EpisodeMoment) -> str:
    if moment.first == moment.last:
        return f"step {moment.first}"
    return f"steps {moment.first} to {moment.last}"


def _reasons(one: Exchange) -> str:
    """Return the reasons in the last reply that could be used."""
    for attempt in reversed(one.attempts):
        parsed = attempt.call.parsed if attempt.call is not None else None
        fields = from_json(parsed) if parsed is not None else None
        if isinstance(fields, dict) and isinstance(fields.get("reasons"), str):
            return str(fields["reasons"])
    return ""


def _finding(row: AnnotationRow) -> LaneFinding | None:
    """Return an annotation as a strong word and a phrase; None if it says nothing that is shown in a lane."""
    if row.status not in ("ok", "abstained"):
        return LaneFinding(f"no {row.kind}", ": ".join(filter(None, (row.status, row.reason))))
    match row.kind:
        case Belief.kind if row.value is not None:
            return LaneFinding(percent(row.value), about(row))
        case Answer.kind | Verdict.kind:
            sure = "" if row.confidence is None else f", {percent(row.confidence)} sure"
            text = row.text if row.text is not None else "does not know"
            return LaneFinding(text, f"is the {row.name}{sure}")
        case Label.kind if row.text is not None:
            return LaneFinding(row.text, row.name)
        case Score.kind if row.value is not None:
            return LaneFinding(f"{row.value:g}", " ".join(filter(None, (row.method, row.name))))
        case Reward.kind if row.value is not None:
            return LaneFinding(f"{row.value:+g}", f"reward {row.name}")
    return None
