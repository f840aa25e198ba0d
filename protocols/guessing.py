"""Guessing games: twenty questions and guess my city, in which a guesser asks and an oracle answers.

The games are those of LMRL-Gym (Abdulhai et al. 2023), with the rules by which Zhou et al. 2024, "ArCHer:
training language model agents via hierarchical multi-turn RL", train on them. A task's data have the ``word``
with its other spellings behind ``;``, such as ``"Truck;lorry"``, the ``country`` of a city, and the
``candidates`` if the guesser is to be told what it may be. A question that names two of the cities that it
may be is invalid.

Each question earns -1, and the one that finds the word earns 0: the reward ``utterance``. Their sum is the
guesser's return, from minus `turns` (never found) to 0 (found at once).

Agents that are programs find the ``game`` (things or cities), the ``turn``, the ``turns`` and the
``candidates`` in the data of a guesser's prompt, and the ``question`` and the ``word`` in the oracle's.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from arena.annotations import Annotation, Label, Place, Reward, Score
from arena.core.errors import UsageError
from arena.core.ranges import Rounds, Words
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Choice, Form, Speech, Unusable
from arena.prompts import Prompts
from arena.tasks.task import PublicTask
from protocols.shared.naming import count_named, ends_with, names_it, spells_it, words_of

GUESSER, ORACLE = "guesser", "oracle"

_PROMPTS = Prompts(__file__)


class OracleAnswer(StrEnum):
    """What the oracle of twenty questions answers."""

    YES = "Yes"
    NO = "No"
    INVALID = "Invalid question"


class _Guessing(Protocol):
    """A guesser asks, and an oracle answers, until the word is found or there are no questions left.

    A reply of the guesser that cannot be used costs a turn, as an invalid question does. If the oracle gives
    no usable answer, the episode fails, and nobody earns anything.

    Args:
        turns: How many questions the guesser has.
        words: The largest number of words in a question, and in an answer of the oracle's own words.
    """

    turns: Rounds = 20
    words: Words = 40
    _game: ClassVar[str]

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``guesser`` and ``oracle``."""
        return GUESSER, ORACLE

    @property
    def players(self) -> tuple[str, ...]:
        """Only the guesser competes."""
        return (GUESSER,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"utterance": Reward, "trajectory reward": Score, "found": Label}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the rules, with the word for the oracle and the candidates for the guesser."""
        if seat == GUESSER:
            shown = _candidates(task)
            alone = {"alone": bool(self._listed(shown))} if self._game == "cities" else {}
            told = _PROMPTS.text(f"guesser_{self._game}", turns=self.turns, candidates=shown, **alone)
        else:
            first, *others = spellings(task)
            word = f"{first} (also: {', '.join(others)})" if others else first
            country = {"country": str(task.data.get("country", ""))} if self._game == "cities" else {}
            told = _PROMPTS.text(f"oracle_{self._game}", word=word, **country)
        return "\n\n".join(part for part in (super().brief(seat, task), told) if part)

    async def play(self, episode: Episode) -> Outcome:
        """Ask and answer."""
        names, candidates = spellings(episode.task), _candidates(episode.task)
        listed = list(map(_spelled, self._listed(candidates)))
        asked: list[Place] = []
        is_found, lost = False, ""
        while not is_found and len(asked) < self.turns:
            turn = {"turn": len(asked) + 1, "turns": self.turns}
            said = await episode.ask(
                GUESSER,
                Speech(self.words),
                _PROMPTS.text(f"ask_{self._game}", **turn, lost=lost),
                audience={ORACLE},
                fields={"asks": "question", "game": self._game, **turn, "candidates": candidates},
            )
            asked.append(said.place)
            lost = "refused" if said.status.is_the_agents_doing else ""
            if not lost and listed and count_named(said.value, [names, *filter(None, listed)]) > 1:
                lost = "several"
            if not lost:
                question = said.value
                is_found = self._finds(names, question, "") or self._finds(
                    names, question, await self._answer(episode, question, names)
                )
        earned = [*[-1.0] * (len(asked) - 1), 0.0 if is_found else -1.0]
        episode.annotate(
            *(Reward("utterance", paid, about=at) for paid, at in zip(earned, asked, strict=True))
        )
        own = Place(GUESSER)
        episode.annotate(
            Score("trajectory reward", sum(earned), low=-self.turns, high=0, about=own),
            Label("found", "yes" if is_found else "no", about=own),
        )
        return Outcome.completed({GUESSER: sum(earned)}, questions=len(asked), found=is_found)

    async def _answer(self, episode: Episode, question: str, names: Sequence[str]) -> str:
        """Have the oracle answer a question."""
        said = await episode.ask(
            ORACLE,
            self._form(names),
            _PROMPTS.text(f"answer_{self._game}", word=names[0]),
            audience={GUESSER},
            fields={"asks": "answer", "question": question, "word": names},
        )
        return said.value

    def _listed(self, candidates: Sequence[str]) -> Sequence[str]:
        """Return the words of which a question may name only one, with their spellings."""
        return ()

    @abstractmethod
    def _form(self, names: Sequence[str]) -> Form[str]:
        """Return the form of the oracle's answers."""

    @abstractmethod
    def _finds(self, names: Sequence[str], question: str, answer: str) -> bool:
        """Return whether a question finds the word, with an answer that is empty before it is given."""


class TwentyQuestions(_Guessing):
    """The oracle answers yes, no or invalid question; a question finds the thing by its last word.

    The thing is found if the answer is yes and the question ends with one of its spellings. Case, accents and
    punctuation do not count.

    Args:
        turns: How many questions the guesser has.
        words: The largest number of words in a question.
    """

    _game = "things"

    def _form(self, names: Sequence[str]) -> Form[str]:
        return YesOrNo()

    def _finds(self, names: Sequence[str], question: str, answer: str) -> bool:
        return answer == OracleAnswer.YES and any(ends_with(question, name) for name in names)


class GuessMyCity(_Guessing):
    """The oracle answers in its own words; a question that names the city finds it.

    A question may name one city alone. One that names several of those that it may be is invalid: it costs a
    turn, and the oracle is not asked. An answer that names the city is kept back, and the guesser reads that
    it was. Case, accents and punctuation do not count. In a question a name is found only as whole words, and
    in an answer also if other signs stand between its letters.

    Args:
        turns: How many questions the guesser has.
        words: The largest number of words in a question or an answer.
        cities: The cities of which a question may name only one, each with its other spellings behind ``;``.
            The candidates of the task are among them.
    """

    cities: tuple[str, ...] = ()
    _game = "cities"

    def _listed(self, candidates: Sequence[str]) -> Sequence[str]:
        return (*self.cities, *candidates)

    def _form(self, names: Sequence[str]) -> Form[str]:
        return CityAnswer(self.words, tuple(names), _PROMPTS.text("kept_back"))

    def _finds(self, names: Sequence[str], question: str, answer: str) -> bool:
        return any(names_it(question, name) for name in names)


@dataclass(frozen=True, slots=True)
class YesOrNo(Choice):
    """The answer of an oracle. "Invalid" alone stands for an invalid question."""

    options: tuple[str, ...] = tuple(OracleAnswer)

    def parse(self, text: str) -> str:
        """Return the answer."""
        try:
            return Choice.parse(self, text)
        except Unusable:
            with suppress(Unusable):
                if _SHORT.parse(text) == _INVALID:
                    return OracleAnswer.INVALID
            raise


_INVALID = "Invalid"
_SHORT = Choice((OracleAnswer.YES, OracleAnswer.NO, _INVALID))


@dataclass(frozen=True, slots=True)
class CityAnswer(Speech):
    """Free text that is published only if it has none of `names`; otherwise `instead` is."""

    names: tuple[str, ...] = ()
    instead: str = ""

    def publish(self, value: str) -> str:
        """Return the text, or what stands in its place."""
        return self.instead if any(spells_it(value, name) for name in self.names) else value

    def public_fields(self, value: str) -> dict[str, str]:
        """Return ``{"speech": text}`` of what is published."""
        return {"speech": self.publish(value)}


def spellings(task: PublicTask) -> tuple[str, ...]:
    """Return the spellings of a task's word.

    Raises:
        UsageError: if the task has no word.
    """
    word = task.data.get("word")
    found = _spelled(word) if isinstance(word, str) else ()
    if not found:
        raise UsageError(f"Task {task.id!r} has no word to guess; its data need one, such as 'Truck;lorry'.")
    return found


def _spelled(word: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in word.split(";") if words_of(one))


def _candidates(task: PublicTask) -> tuple[str, ...]:
    return tuple(map(str, task.data.get("candidates", ())))
