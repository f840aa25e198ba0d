"""What answering again does: accuracy after each turn, what is mended and spoilt, and CL, CS and RSS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._accuracy import as_wrong
from arena.results.figures._entries import FigureEntry
from arena.results.metrics import relative_self_correction
from arena.results.study import NOT_REACHED, Annotations, Line, Study, group_codes

Floats = NDArray[np.float64]

ABOUT = (
    "What became of answers that were given again. Those that could not be used are neither right nor wrong, "
    "and so is what stands after them: they lower the coverage. Undecided as wrong, they are wrong. With a "
    "hint, which tells that an answer is wrong, no right answer is asked for again, so that none can be "
    "spoilt. A turn of a check is that of the answer which was checked. Episodes of one task are its "
    "samples; CL and CS are those of Yang et al. 2024 if each task has equally many."
)
KEPT = "kept"
"""The label of the sample that stands as its turn's answer."""
MOST_TURNS_WITHOUT_A_MAJORITY = 2


@dataclass(frozen=True, slots=True)
class Revised:
    """What each author of an episode answered, turn by turn.

    Args:
        rows: a row for each author and episode.
        stood: (rows, turns), whether the answer that stood after each turn was right; NaN where unknown.
        as_wrong: the same, where an answer that could not be used was wrong; NaN where not reached.
    """

    rows: Annotations
    stood: Floats
    as_wrong: Floats


def answers_revised(answers: Annotations, study: Study) -> Iterator[Line]:
    """What becomes of answers that are given again; one that ends earlier keeps its last answer."""
    turns = _standing(answers, study)
    for condition, name, agent, rows in turns.grouped("condition", "name", "agent"):
        revised = _revised(rows)
        if np.isnan(revised.stood).all():
            continue
        group = f"{condition}: {agent}" + ("" if name == "answer" else f", {name}")
        yield from _lines(study, group, revised)
        yield from _over_turns(study, group, rows)


def _over_turns(study: Study, group: str, rows: Annotations) -> Iterator[Line]:
    """Yield what the answers of three turns or more come to together: their majority, and the best one."""
    courses: dict[tuple[int, str], list[int]] = {}
    for row, course in enumerate(zip(rows.episode.tolist(), rows.author, strict=True)):
        courses.setdefault(course, []).append(row)
    if max(map(len, courses.values())) < MOST_TURNS_WITHOUT_A_MAJORITY + 1:
        return
    own = rows.where(np.array([members[0] for members in courses.values()]))
    for name, convention, figure in (
        (
            "Majority of the turns",
            "share of episodes whose most frequent answer is right; one with a tie has none",
            _majority_is_right,
        ),
        ("Right in any turn", "share of episodes in which some answer is right", _any_is_right),
    ):
        values = [figure(rows, members) for members in courses.values()]
        yield study.line(name, group, values, own, unit="episodes", convention=convention)


def _majority_is_right(rows: Annotations, members: list[int]) -> float:
    counts = Counter(rows.key[row] for row in members if rows.key[row] is not None).most_common()
    if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
        return np.nan
    return float(next(rows.correct[row] for row in members if rows.key[row] == counts[0][0]))


def _any_is_right(rows: Annotations, members: list[int]) -> float:
    right = rows.correct[members]
    if (right > 0.5).any():
        return 1.0
    return np.nan if np.isnan(right).any() else 0.0


def feedback_on_answers(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """Whether those who checked answers accepted the right ones, and found the wrong ones wrong."""
    rows = verdicts.where(verdicts.name.is_("feedback"))
    for condition, agent, own in rows.grouped("condition", "agent"):
        if np.isnan(own.correct).all():
            continue
        group = f"{condition}: {agent}"
        yield from _checks(study, group, own)
        turn = _turns_checked(own, study)
        turns = np.unique(turn[~np.isnan(turn)]).astype(int).tolist()
        for number in turns if len(turns) > 1 else ():
            at = own.where((turn == number) | own.status.is_(NOT_REACHED))
            yield from _checks(study, f"{group}, turn {number}", at, ", by turn")


def _checks(study: Study, group: str, own: Annotations, told: str = "") -> Iterator[Line]:
    right, accepted = own.truth.is_("accept"), own.text.is_("accept")
    known = ~np.isnan(own.correct)
    for name, convention, belongs, values in (
        ("Answers accepted", "share of the answers that were checked", known, accepted),
        ("Right answers accepted", "share of the right ones", right, accepted),
        ("Wrong answers found wrong", "share of the wrong ones", ~right, ~accepted),
        ("Accepted answers that are right", "share of the accepted ones", accepted, right),
    ):
        belongs = belongs | ~known
        found = np.where(known, values, np.nan)[belongs]
        rows = own.where(belongs)
        yield study.line(f"{name}{told}", group, found, rows, unit="answers", convention=convention)


def _turns_checked(checks: Annotations, study: Study) -> Floats:
    """Return the turn of the last answer before each check, (rows,); NaN where there is none."""
    answers = study.annotations("answer", "answer")
    given: dict[int, list[tuple[float, float]]] = {}
    for episode, step, turn in zip(
        answers.episode.tolist(), answers.step.tolist(), answers.turn.tolist(), strict=True
    ):
        given.setdefault(episode, []).append((step, turn))
    places = zip(checks.episode.tolist(), checks.step.tolist(), strict=True)
    before = ([one for one in given.get(episode, ()) if one[0] < step] for episode, step in places)
    return np.array([max(found)[1] if found else np.nan for found in before], dtype=np.float64)


def _standing(answers: Annotations, study: Study) -> Annotations:
    """Return the answer of each turn: the sample that was kept, where samples were drawn."""
    rows = answers.where(~np.isnan(answers.turn))
    labels = study.annotations("label", KEPT, ("text",))
    kept = {place for place, text in zip(_places(labels), labels.text, strict=True) if text == "yes"}
    drawn = {(episode, step) for episode, _, step, _ in _places(labels)}
    stands = np.ones(len(rows), dtype=np.bool_)
    for row, place in enumerate(_places(rows) if drawn else ()):
        episode, _, step, sample = place
        # Of samples none of which was usable, the first stands for them all.
        stands[row] = place in kept or ((episode, step) not in drawn and not sample > 0)
    if drawn:
        stands = _with_a_turn(rows, stands)
    return rows.where(stands)


def _with_a_turn(rows: Annotations, stands: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows stand, so that every turn has one: its first where none was kept."""
    turn = group_codes(rows.episode, rows.author, rows.name, rows.turn)
    has = np.zeros(int(turn.max()) + 1 if len(turn) else 0, dtype=np.bool_)
    has[turn[stands]] = True
    _, first = np.unique(turn, return_index=True)
    stands = stands.copy()
    stands[first[~has]] = True
    return stands


def _places(rows: Annotations) -> list[tuple[int, str, float, float]]:
    sample = np.nan_to_num(rows.sample, nan=0.0)
    return list(zip(rows.episode.tolist(), rows.seat, rows.step.tolist(), sample.tolist(), strict=True))


def _revised(rows: Annotations) -> Revised:
    """Return the answers by turn: an answer stands on after the last one."""
    course = group_codes(rows.episode, rows.author)
    _, firsts = np.unique(course, return_index=True)
    turns, turn = np.unique(rows.turn, return_inverse=True)
    asked = np.zeros((len(firsts), len(turns)), dtype=np.bool_)
    asked[course, turn] = True
    last = np.where(asked, np.arange(len(turns)), 0)
    np.maximum.accumulate(last, axis=1, out=last)

    def standing(right: Floats) -> Floats:
        given = np.full(asked.shape, np.nan)
        given[course, turn] = right
        return np.asarray(given[np.arange(len(firsts))[:, None], last], dtype=np.float64)

    return Revised(rows.where(firsts), standing(rows.correct), standing(as_wrong(rows)))


def _lines(study: Study, group: str, revised: Revised) -> Iterator[Line]:
    rows, stood = revised.rows, revised.stood
    yield from _shares_of_all(study, group, rows, stood, "")
    yield from _shares_of_all(study, group, rows, revised.as_wrong, ", undecided as wrong")
    if stood.shape[1] < 2:
        return
    first, last = stood[:, 0], stood[:, -1]
    known = ~np.isnan(first + last)
    for name, convention, values, belongs in (
        (
            "Confidence level (CL)",
            "share of right first answers whose last is right",
            last > 0.5,
            (first > 0.5) | np.isnan(first),
        ),
        (
            "Critique score (CS)",
            "share of wrong first answers whose last is right",
            last > 0.5,
            (first < 0.5) | np.isnan(first),
        ),
    ):
        found = np.where(known, values, np.nan)[belongs]
        yield study.line(name, group, found, rows.where(belongs), unit="episodes", convention=convention)
    yield study.measure(
        "Relative self-correction (RSS)",
        group,
        relative_self_correction,
        (first, last),
        rows,
        unit="episodes",
        convention="where the last accuracy is between the bounds that follow from the first; "
        "1/2 is no change",
    )


def _shares_of_all(study: Study, group: str, rows: Annotations, stood: Floats, told: str) -> Iterator[Line]:
    """Yield how many of all episodes are right after each turn, mended and spoilt."""
    convention = "share of episodes whose answer is right then; one that ended earlier keeps its last answer"
    for turn in range(stood.shape[1]):
        name = f"Accuracy after turn {turn + 1}{told}"
        yield study.line(name, group, stood[:, turn], rows, unit="episodes", convention=convention)
    if stood.shape[1] < 2:
        return
    first, last = stood[:, 0], stood[:, -1]
    known = ~np.isnan(first + last)
    for name, convention, values in (
        (
            "Wrong to correct",
            "share of all whose first answer is wrong and last is right",
            (first < 0.5) & (last > 0.5),
        ),
        (
            "Correct to wrong",
            "share of all whose first answer is right and last is wrong",
            (first > 0.5) & (last < 0.5),
        ),
    ):
        found = np.where(known, values, np.nan)
        yield study.line(f"{name}{told}", group, found, rows, unit="episodes", convention=convention)


REVISION = (
    FigureEntry(title="Answering again", function=answers_revised, columns=("key",), about=ABOUT),
    FigureEntry(
        title="Answering again", function=feedback_on_answers, columns=("text", "truth"), about=ABOUT
    ),
)
