"""One finished episode as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from sys import intern
from typing import Any

from arena.episode.outcome import Ending
from arena.episode.plan import Played
from arena.journal import StoredVerdict
from arena.judging import TIE, Ballot, two_game
from arena.judging.tally import ballot
from arena.results.columns._rows import (
    SPEAKER,
    AskRow,
    BeliefRow,
    DetailsRow,
    EpisodeKey,
    EpisodeRow,
    RulingRow,
    SideRow,
)

JUDGE = "judge"
"""The seat of a judge who takes part."""


class ReadEpisode:
    """What the rows of an episode are made of; where the details say nothing, there are no rows."""

    def __init__(self, played: Played, key: EpisodeKey, condition: str) -> None:
        self.played = played
        self.details = played.outcome.details
        self.place = (key, intern(condition), _cluster(played))

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """The answers there are, in the task's order; none if they are not listed."""
        for listed in (self.details.get("answers"), self.played.plan.task.data.get("answers")):
            if isinstance(listed, list | tuple) and all(isinstance(answer, str) for answer in listed):
                return tuple(intern(str(answer)) for answer in listed)
        return ()

    @cached_property
    def truth(self) -> str | None:
        """The right answer; None if it is unknown, or none of the answers that are listed."""
        truth = self.played.plan.task.truth
        text = str(truth).lower() if isinstance(truth, bool) else truth
        if not isinstance(text, str) or ((self.answers or self.details) and text not in self.answers):
            return None
        return intern(text)

    @cached_property
    def defended(self) -> dict[str, str]:
        """The answer that each speaker defended, by seat."""
        return {intern(seat): intern(answer) for seat, answer in (self.details.get("defended") or {}).items()}

    @cached_property
    def verdicts(self) -> Sequence[Mapping[str, Any]]:
        """What the judge who took part was asked, one after the other."""
        return self.details.get("verdicts") or ()

    @cached_property
    def verdict(self) -> Mapping[str, Any]:
        """What the verdicts came to, or what the protocol came to without any; empty if to nothing."""
        if found := self.details.get("verdict"):
            return dict(found)
        answer = self.details.get("answer") or self.details.get("majority")
        return {"choice": answer} if isinstance(answer, str) else {}

    @property
    def decides(self) -> bool | None:
        """Whether something was to be decided; None if the episode broke before that could be told."""
        broke = self.played.outcome.ending is not Ending.COMPLETED
        if self.verdicts or self.verdict:
            return True
        if broke and "verdict" in self.details:
            return JUDGE in self.played.plan.seats
        if "answer" in self.details or "majority" in self.details:
            return True
        return None if broke and not self.details else False

    @property
    def choice(self) -> str | None:
        """The answer that was decided for."""
        choice = self.verdict.get("choice")
        return intern(choice) if isinstance(choice, str) else None

    def right(self, answer: str | None) -> float | None:
        """Return 1 if an answer is the right one, 0 if not, None if either is unknown."""
        return None if answer is None or self.truth is None else float(answer == self.truth)

    @property
    def shown(self) -> Sequence[str]:
        """The order of the answers when the judge was first asked; empty if it was not, or none is known."""
        return (self.verdicts[0]["order"] or ()) if self.verdicts else ()

    def _label(self, answer: str) -> str:
        """Return what an answer is voted for by; its own name may be that of the tie, or of a seat."""
        return f"answer {self.answers.index(answer) + 1}" if answer in self.answers else answer

    def _vote(self, ask: Mapping[str, Any]) -> str | None:
        if ask.get("tie"):
            return TIE
        return None if ask["choice"] is None else self._label(ask["choice"])

    def row(self) -> EpisodeRow:
        """Return the row of the episode as a whole."""
        probabilities = self.verdict.get("probabilities") or {}
        key, condition, cluster = self.place
        return EpisodeRow(
            key,
            condition,
            self.played.plan.task.id,
            cluster,
            self.truth,
            self.answers,
            self.defended,
            self.choice,
            self.right(self.choice),
            self.verdict.get("confidence"),
            probabilities.get(self.truth),
            self.verdict.get("agreed") if len(self.verdicts) > 1 else None,
            self.shown[0] if self.shown else None,
        )

    def details_row(self, kind: str) -> DetailsRow:
        """Return the row of what the details say of one kind."""
        plan, returns = self.played.plan, self.played.outcome.returns
        values = self.details.get(kind) or {}
        return DetailsRow(*self.place, plan.seats, returns, plan.task.truth, values)

    def asks(self) -> Iterator[AskRow]:
        """Yield a row for each ask of the judge who took part."""
        first: dict[str, Sequence[str]] = {}
        asked: Counter[tuple[str, int]] = Counter()
        for ask in self.verdicts:
            seat, shown = ask.get("judge", JUDGE), [self._label(answer) for answer in ask["order"] or ()]
            order = int(shown != first.setdefault(seat, shown))
            names = self._judge(seat), "", order, asked[seat, order]
            asked[seat, order] += 1
            yield self._ask(names, shown, first[seat], self._vote(ask), ask["choice"])

    def _judge(self, seat: str) -> str:
        agent = self.played.plan.seats.get(seat, seat)
        return agent if seat == JUDGE else f"{seat}: {agent}"

    def rulings(self) -> Iterator[RulingRow]:
        """Yield what each of those who judged in the episode came to, if they were several."""
        judges: dict[str, dict[tuple[str, ...], list[Ballot]]] = {}
        for ask in self.verdicts:
            orders = judges.setdefault(ask.get("judge", JUDGE), {})
            orders.setdefault(tuple(ask["order"] or ()), []).append(Ballot(self._vote(ask)))
        answers = {self._label(answer): answer for answer in self.answers}
        for seat, given in judges.items() if len(judges) > 1 else ():
            vote = two_game([ballot(samples) for samples in given.values()]).vote
            choice = answers.get(vote or "")
            seats = [speaker for speaker, answer in self.defended.items() if answer == choice]
            yield self._ruling("", self._judge(seat), seats[0] if len(seats) == 1 else vote, choice)

    def later_asks(self, verdicts: Iterable[StoredVerdict]) -> Iterator[AskRow]:
        """Yield a row for each ask of judges who chose between sides afterwards."""
        for one in verdicts:
            judge, criterion, _, _, order, sample = one.key
            choice = one.found.choice
            answer = self.defended.get(choice or "")
            sides = (*one.speakers[-order:], *one.speakers[:-order])
            names = judge, criterion, order, sample
            yield self._ask(names, one.speakers, sides, choice, answer)

    def _ask(
        self,
        names: tuple[str, str, int, int],
        shown: Sequence[str],
        in_order: Sequence[str],
        choice: str | None,
        answer: str | None,
    ) -> AskRow:
        """Return the row of an ask; `names` are its judge, criterion, order and sample."""
        judge, criterion, order, sample = names
        of_two = len(shown) == 2
        first_won = points(choice, shown[0]) if of_two else None
        won = points(choice, in_order[0]) if of_two else None
        interned = intern(judge), intern(criterion)
        return AskRow(*self.place, *interned, order, sample, self.right(answer), first_won, won, of_two)

    def sides(self, words: Mapping[str, int]) -> Iterator[SideRow]:
        """Yield a row for each speaker; who won is None if nothing was decided."""
        for seat, answer in self.defended.items():
            yield SideRow(
                *self.place,
                seat,
                intern(self.played.plan.seats.get(seat, "")),
                answer,
                self.answers.index(answer) if answer in self.answers else None,
                self.shown.index(answer) if answer in self.shown else None,
                self.right(answer),
                self._won(answer),
                words[seat],
            )

    def _won(self, answer: str) -> float | None:
        if self.choice is not None:
            return float(self.choice == answer)
        shares = self.verdict.get("shares") or {}
        return 0.5 if len(shares) == 2 and set(shares.values()) == {0.5} else None

    def beliefs(self, later: Mapping[str, str | None]) -> Iterator[BeliefRow]:
        """Yield a row for each belief; `later` is the answer that won by later judges, by criterion."""
        for held in self.details.get("beliefs") or ():
            seat, about, probability = held["seat"], held["about"], held["probability"]
            wins = held["kind"] == "wins"
            yield BeliefRow(
                *self.place,
                intern(seat),
                intern(self.played.plan.seats.get(seat, "")),
                SPEAKER if seat in self.defended else seat.rstrip("0123456789").rstrip("_"),
                intern(held["moment"]),
                held["round"],
                intern(held["method"]),
                intern(held["kind"]),
                intern(about),
                probability,
                (None if self.choice is None else float(self.choice == about)) if wins else self.right(about),
                {name: None if won is None else float(won == about) for name, won in later.items() if wins},
                None if wins else self._of_the_truth(about, probability),
            )

    def _of_the_truth(self, about: str, probability: float | None) -> float | None:
        if probability is None or self.truth is None:
            return None
        if about == self.truth:
            return probability
        return 1 - probability if len(self.answers) == 2 else None

    def ruling(self, criterion: str, judge: str, vote: str | None) -> RulingRow:
        """Return the row of what a later judge came to."""
        return self._ruling(criterion, judge, vote, self.defended.get(vote or ""))

    def _ruling(self, criterion: str, judge: str, side: str | None, answer: str | None) -> RulingRow:
        return RulingRow(*self.place, intern(criterion), intern(judge), side, answer, self.right(answer))


def points(choice: str | None, of: str) -> float | None:
    """Return what a choice gives to one of two: 1, 0 or, of a tie, 1/2; None if there is no choice."""
    if choice is None:
        return None
    return 0.5 if choice == TIE else float(choice == of)


def _cluster(played: Played) -> str:
    """Return what is the same for the same task in any run, and for no other."""
    task = played.plan.task
    name = task.data.get("variant_of", task.id)
    return intern(f"{name} {blake2b(task.text.encode(), digest_size=8).hexdigest()}")
