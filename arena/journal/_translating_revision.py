"""What old revisions found out: answers by turn and sample, which one was kept, and what feedback decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from arena.annotations import Annotation, Answer, Label, Place, Verdict
from arena.journal._old_episodes import OldEpisode, OldQuestion, said_in
from arena.tasks.grading import AnswerMatch


def of_revision(old: OldEpisode, revision: Mapping[str, Any]) -> Iterator[Annotation]:
    """Yield the annotations of ``details["revision"]``."""
    comparison = _comparison(old, revision["turns"])
    decides, record = _decides(old), revision["turns"][0]
    by_step = old.settings.get("unit") == "step" or _names_steps(old)
    by_turn = groupby(old.questions, lambda question: (question.fields["asks"], question.fields.get("turn")))
    for (asks, turn), asked in by_turn:
        if asks == "answer":
            record = revision["turns"][turn - 1]
            yield from _answers(tuple(asked), record, turn, comparison)
        elif decides:
            yield from (_feedback(question, record["correct"], by_step) for question in asked)


def _feedback(question: OldQuestion, right: bool | None, by_step: bool) -> Annotation:
    """Return what feedback chose: a step, or whether to accept an answer, which is right or wrong."""
    choice = question.parsed["choice"] if question.is_ok else None
    if by_step or right is None:
        return said_in(question, Verdict("feedback", choice, graded=False))
    truth = "accept" if right else "revise"
    correct = None if choice is None else float(choice == truth)
    return said_in(question, Verdict("feedback", choice, truth=truth), correct=correct)


def _answers(
    asked: Sequence[OldQuestion], record: Mapping[str, Any], turn: int, comparison: AnswerMatch
) -> Iterator[Annotation]:
    """Yield the answers of a turn, each at its own place, and then which of several was kept.

    Each sample was asked for in a step of its own. A branch has only the last ones of its first turn.
    """
    samples = record["samples"]
    missing = len(samples) - len(asked)
    several, kept = len(samples) > 1, list[Label]()
    for number, question in enumerate(asked, start=missing):
        sample, correct = samples[number], samples[number]["correct"]
        place = Place(question.seat, asked[0].step - missing, number if several else None)
        by = comparison.value if question.is_ok else ""
        given = Answer("answer", sample["answer"], about=place, turn=turn, comparison=by)
        yield said_in(question, given, correct=None if correct is None else float(correct))
        kept.append(Label("kept", "yes" if number == record["kept"] else "no", about=place))
    if several:
        yield from kept


def _comparison(old: OldEpisode, turns: Sequence[Mapping[str, Any]]) -> AnswerMatch:
    """Return how answers were compared. Where the settings are not known, only numbers have that key."""
    if old.task.get("answers"):
        return AnswerMatch.EXACT
    if "comparison" in old.settings:
        return AnswerMatch(old.settings["comparison"])
    given = [sample["answer"] for turn in turns for sample in turn["samples"] if sample["answer"] is not None]
    numbers = all(AnswerMatch.NUMBER.key(answer) is not None for answer in given)
    return AnswerMatch.NUMBER if numbers else AnswerMatch.CASEFOLD


def _decides(old: OldEpisode) -> bool:
    """Return whether feedback had to choose something."""
    if "unit" in old.settings:
        return old.settings["unit"] == "step" or not {"done", "accepted"}.isdisjoint(old.settings["stop"])
    said = (question.parsed for question in old.asked(asks="feedback"))
    return any(isinstance(parsed, dict) and "choice" in parsed for parsed in said)


def _names_steps(old: OldEpisode) -> bool:
    """Return whether feedback chose a step, by what it chose."""
    said = (question.parsed for question in old.asked(asks="feedback"))
    chosen = (parsed["choice"] for parsed in said if isinstance(parsed, dict) and "choice" in parsed)
    return any(choice not in ("accept", "revise") for choice in chosen)
