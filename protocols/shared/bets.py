"""A speech and a private bet in one reply, which are published apart.

Prasad and Nguyen 2025, "When two LLMs debate, both think they'll win", ask debaters for the bet in the reply
that holds the speech. The bet and its reasons are cut out before anybody reads the speech.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from arena.annotations import Finding
from arena.episode.episode import Episode
from arena.forms import Form, Status, Unusable
from arena.forms.base import REASONS_WORDS, fields_schema, only_fields, text_schema
from arena.forms.number import percentage_schema, probability_of, sample_percentage
from arena.forms.reading import LineLabel, OwnText, Value, read_announced, said, shortened, without
from arena.prompts import Prompts

_PROMPTS = Prompts(__file__)
_BET = LineLabel("Bet", "bet|my bet|bet amount|wager|stake", strict=False)
_REASONS = LineLabel("Private reasons", "private reasons|private reasoning|private thoughts|bet reasoning")

_REASONS_LINE = re.compile(rf"^[ \t#*_>\-]*(?:{_REASONS.names})[ \t*_]*(?:[:=-]|$)[ \t*_]*", re.I | re.M)
_PRIVATE = re.compile(
    r"^[ \t#*_>\-]*(?:<\s*/?\s*)?(?:my[ _]|the[ _])?"
    r"(?:private[ _]\w+|bet(?:[ _](?:amount|reasons?|reasoning|private))?|wager|stake)[ \t*_]*(?:>|:|=|-|$)",
    re.IGNORECASE | re.MULTILINE,
)
"""The beginning of a line or a tag from which on nothing is public."""
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_TOLD = re.compile(
    r"</?\s*(?:my[ _])?(?:bet|private|wager|stake)\b|\b(?:my|i)\s+(?:\w+\s+)?(?:bet|wager)\b[^.\n]{0,20}\d",
    re.IGNORECASE,
)


class SpeechWithBet(NamedTuple):
    """A speech, the private bet beside it as a probability, and the private reasons for the bet."""

    speech: Any
    bet: float
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class SpeakAndBet(Form[SpeechWithBet]):
    """A speech of the form `speech`, then private reasons and a bet from 0 to 100 that `of` holds.

    Everything from the first private line on is private. A reply is not usable if it has no bet, if its
    speech is empty, or if its speech tells the bet.
    """

    speech: Form[Any]
    of: str

    def instructions(self) -> str:
        """Return how to write the speech, the reasons and the bet."""
        return _PROMPTS.text(
            "form",
            speech=self.speech.instructions(),
            proposition=self.of,
            reasons_line=_REASONS.name,
            bet_line=_BET.name,
        )

    def parse(self, text: str) -> SpeechWithBet:
        """Return the parts of a written reply."""
        written = said(text)
        private = _PRIVATE.search(written)
        if private is None:
            raise Unusable(Status.UNPARSEABLE, f"it has no line '{_BET.name}: ...'")
        if not all(
            _PRIVATE.match(part.strip()) for part in _PARAGRAPH.split(written[private.start() :].strip())
        ):
            raise Unusable(Status.AMBIGUOUS, "it goes on after its private lines")
        own = OwnText.of(_untagged(written[private.start() :]))
        found = read_announced(own, _BET, self._probability)
        if found is None or found[1] is None:
            raise Unusable(Status.UNPARSEABLE, f"it has no line '{_BET.name}: ' with a number from 0 to 100")
        reasons = _REASONS_LINE.sub("", without(own, _BET)).strip()
        return self._parts(self.speech.parse(written[: private.start()]), found[1], reasons)

    def schema(self) -> dict[str, Any]:
        """Return the schema of the speech's fields, ``private_reasons`` and ``bet``."""
        private = {"private_reasons": text_schema(REASONS_WORDS), "bet": percentage_schema(100)}
        return fields_schema({**self.speech.schema()["properties"], **private})

    def parse_structured(self, text: str) -> SpeechWithBet:
        """Return the parts of a reply that follows `schema`."""
        public = tuple(self.speech.schema()["properties"])
        found = only_fields(text, (*public, "private_reasons", "bet"))
        bet = self._probability(Value(str(found["bet"])))
        if bet is None:
            raise Unusable(Status.UNPARSEABLE, f"{shortened(str(found['bet']))!r} is not a number")
        (field,) = public
        return self._parts(self.speech.parse(str(found[field])), bet, str(found["private_reasons"]).strip())

    def sample(self, rng: random.Random) -> str:
        """Return a short speech with any bet."""
        private = f"{_REASONS.name}: It went well.\n{_BET.name}: {sample_percentage(100, rng)}"
        return f"{self.speech.sample(rng)}\n{private}"

    def publish(self, value: SpeechWithBet) -> str:
        """Return the speech alone."""
        return self.speech.publish(value.speech)

    def finding(self, value: SpeechWithBet, name: str) -> Finding:
        """Return the bet."""
        return Finding(number=value.bet)

    def fields(self, value: SpeechWithBet) -> dict[str, Any]:
        """Return the fields of the speech, the bet and its reasons."""
        return {**self.speech.fields(value.speech), "bet": value.bet, "reasons": value.reasons}

    def public_fields(self, value: SpeechWithBet) -> Any:
        """Return the public fields of the speech."""
        return self.speech.public_fields(value.speech)

    def _probability(self, value: Value) -> float | None:
        return probability_of(value, 100)

    def _parts(self, speech: Any, bet: float, reasons: str) -> SpeechWithBet:
        if _TOLD.search(self.speech.publish(speech)):
            raise Unusable(
                Status.AMBIGUOUS, f"its speech tells the bet, which belongs on the '{_BET.name}' line"
            )
        return SpeechWithBet(speech, bet, reasons)


def _untagged(private: str) -> str:
    """Return the private part with its tags as lines, as some models write ``<bet>70</bet>``."""
    opened = re.sub(r"<\s*((?:private[ _]\w+)|bet(?:[ _]\w+)?)\s*>", r"\n\1: ", private, flags=re.IGNORECASE)
    return re.sub(r"<\s*/\s*(?:private[ _]\w+|bet(?:[ _]\w+)?)\s*>", "\n", opened, flags=re.IGNORECASE)


def tell_bets(episode: Episode, bets: Mapping[str, SpeechWithBet], *, public: bool, remember: bool) -> None:
    """Tell the bets that speakers made beside their speeches to those who may know them.

    If they are `public`, the speakers hear each other's numbers; judges hear none, as in the study. If they
    are to be remembered, each speaker sees its own bet and its reasons.
    """
    if public:
        numbers = [_percent(bet) for bet in bets.values()]
        episode.tell(tuple(bets), _PROMPTS.text("public", seats=(*bets,), bets=numbers))
    for seat, bet in bets.items() if remember else ():
        episode.tell((seat,), _PROMPTS.text("own", bet=_percent(bet), reasons=bet.reasons))


def _percent(bet: SpeechWithBet) -> str:
    return f"{bet.bet * 100:.15g}"
