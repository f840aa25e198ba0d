"""ArCHer: twenty questions and guess my city, where each question has its own reward.

The games are those on which Zhou et al. 2024, "ArCHer: training language model agents via hierarchical
multi-turn RL", train. ``twenty-questions`` is the subset of ten things, which are shown to the guesser, and
``guess-my-city`` the whole table of cities. The things, the cities and what is true of them are our own.
``--set seats.oracle=AGENT`` says who answers. The record that ArCHer trains on, with the reward of each
question, what was seen next and the discounted return, is ``arena export RUN --to transitions
--reward utterance --gamma 0.95``.

Two agents need no model. ``scenarios.archer:TableOracle`` answers from a table, and any question that is not
in it is invalid. ``scenarios.archer:Halving`` halves what is left with each question, and names the last.
With ten things it needs three or four questions, and one more to name it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from arena import Agent, Reply, Request, Scenario, Task
from arena.seat.transcript import EventKind
from protocols.guessing import GUESSER, ORACLE, GuessMyCity, OracleAnswer, TwentyQuestions
from protocols.shared.naming import names_it
from scenarios.cities import CITIES, CITY_FACTS
from scenarios.things import TEN, THING_FACTS, THINGS

_NAMING = re.compile(r"is it (?:an? |the |some )?(?P<name>.+)")


class GuessingFacts(NamedTuple):
    """Words with their spellings, and for each question those for which the answer is yes."""

    words: Sequence[str]
    yes: Mapping[str, frozenset[str]]


THINGS_KNOWN = GuessingFacts(THINGS, THING_FACTS)
CITIES_KNOWN = GuessingFacts(tuple(CITIES), CITY_FACTS)


def _first(word: str) -> str:
    return word.split(";")[0]


def things(words: Sequence[str] = THINGS, *, shown: bool = False) -> list[Task]:
    """Return a task of twenty questions for each thing.

    Args:
        words: the things, with their spellings.
        shown: whether all of them are shown to the guesser.
    """
    candidates = [_first(word) for word in words] if shown else []
    return [
        Task(id=_first(word).lower(), data={"word": word, "candidates": candidates}, truth=_first(word))
        for word in words
    ]


def cities(words: Mapping[str, str] = CITIES) -> list[Task]:
    """Return a task of guess my city for each city.

    Args:
        words: the cities, with their spellings, and their countries.
    """
    return [
        Task(id=_first(word).lower(), data={"word": word, "country": country}, truth=_first(word))
        for word, country in words.items()
    ]


twenty_questions = Scenario(
    name="twenty-questions",
    protocol=TwentyQuestions(),
    tasks=things(TEN, shown=True),
    seats=dict.fromkeys((GUESSER, ORACLE), "local?reproducible=false"),
)

guess_my_city = Scenario(
    name="guess-my-city",
    protocol=GuessMyCity(cities=tuple(CITIES)),
    tasks=cities(),
    first=10,
    seats=dict.fromkeys((GUESSER, ORACLE), "local?reproducible=false"),
)


@dataclass
class TableOracle(Agent):
    """Answers for the oracle from our tables of things and cities.

    It knows the questions of the tables, and "Is it a dog?". Any other question is invalid.
    """

    async def reply(self, request: Request) -> Reply:
        """Return the answer."""
        return Reply(table_answer(request.prompt.data["question"], request.prompt.data["word"]))


@dataclass
class Halving(Agent):
    """Asks the guesser's questions from our tables, and halves what is left with each.

    An answer that is neither yes nor no, such as one that was kept back, rules nothing out, and its question
    is not asked again.
    """

    async def reply(self, request: Request) -> Reply:
        """Return the question that divides the words that are left most evenly, or names the last."""
        candidates = request.prompt.data["candidates"]
        facts = CITIES_KNOWN if request.prompt.data["game"] == "cities" else THINGS_KNOWN
        left, asked = list(candidates or map(_first, facts.words)), set()
        question = ""
        for event in request.view:
            if event.kind is EventKind.SAID and event.seat == GUESSER:
                question = event.text
                asked.add(question)
            elif event.kind is EventKind.SAID:
                left = words_left(left, facts, question, event.text)
        return Reply(halving_question(left, facts, asked))


def table_answer(question: str, names: Sequence[str]) -> OracleAnswer:
    """Return the answer of our tables to a question about the word with these spellings."""
    asked = _plain(question)
    for known in (THINGS_KNOWN, CITIES_KNOWN):
        for text, yes in known.yes.items():
            if _plain(text) == asked:
                return OracleAnswer.YES if names[0] in yes else OracleAnswer.NO
    naming = _NAMING.fullmatch(asked)
    if naming and any(_plain(naming["name"]) == _plain(name) for name in names):
        return OracleAnswer.YES
    words = (*THINGS_KNOWN.words, *CITIES_KNOWN.words)
    every = (name for word in words for name in word.split(";"))
    is_known = naming is not None and any(_plain(name) == naming["name"] for name in every)
    return OracleAnswer.NO if is_known else OracleAnswer.INVALID


def halving_question(left: Sequence[str], facts: GuessingFacts, asked: Collection[str]) -> str:
    """Return the question that divides the words that are left most evenly, or that names the last."""
    open_questions = [one for one in facts.yes if one not in asked]
    best = min(
        open_questions, key=lambda one: abs(2 * sum(word in facts.yes[one] for word in left) - len(left))
    )
    if len(left) > 1 and 0 < sum(word in facts.yes[best] for word in left) < len(left):
        return best
    return f"Is it {left[0]}?" if facts is CITIES_KNOWN else f"Is it a {left[0].lower()}?"


def words_left(words: Sequence[str], facts: GuessingFacts, question: str, answer: str) -> list[str]:
    """Return the words that an answer leaves, which are all of them if it would leave none."""
    is_yes, is_no = names_it(answer, OracleAnswer.YES), names_it(answer, OracleAnswer.NO)
    if is_yes is is_no:
        return list(words)
    if question in facts.yes:
        left = [word for word in words if (word in facts.yes[question]) is is_yes]
    else:
        left = [word for word in words if names_it(question, word) is is_yes]
    return left or list(words)


def _plain(text: str) -> str:
    """Return a text in small letters, with single spaces and without the marks at its end."""
    return " ".join(text.casefold().split()).rstrip("?.! ")
