"""The table of figures, and computing all those that a study's annotations allow.

A figure is one function. The names of its parameters say which annotations it needs (``answers``,
``beliefs``, ``verdicts``, ``scores``, ``labels``, ``rewards``, or ``rulings``: what each judge came to), and
``study`` gives the conditions, means by task and lines. The first line of its docstring is its convention,
which stands beside its numbers.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType, ModuleType

from arena.annotations import KINDS
from arena.core.errors import UsageError
from arena.core.python_files import load_file
from arena.results.figures._grids import Grid
from arena.results.figures._section import Section
from arena.results.figures.plots import Plot, interval_plots
from arena.results.study import Line, Study

Function = Callable[..., Iterable[Line]]

RULINGS = "rulings"
"""The parameter for what each judge came to, its orders and repeats combined."""
NEEDS = (*(f"{kind}s" for kind in KINDS), RULINGS)
"""The parameters of a figure that stand for annotations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureEntry:
    """A figure and its place in a report.

    Args:
        title: the title of the section in which it stands.
        function: the figure.
        columns: columns that are read for it besides those that always are: ``text``, ``key``, ``truth``,
            ``reason``, ``more``.
        about: what the section is about, if this figure says it.
        plots: what is drawn of it besides its lines, a function of annotations as the figure is.
        grids: its numbers side by side, a function of annotations, or of its `lines`.

    Raises:
        UsageError: if a parameter of the function is not known.
    """

    title: str
    function: Function
    columns: tuple[str, ...] = ()
    about: str = ""
    plots: Callable[..., Iterable[Plot]] | None = None
    grids: Callable[..., Iterable[Grid]] | None = None

    def __post_init__(self) -> None:
        unknown = [name for name in _parameters(self.function) if name not in (*NEEDS, "study")]
        if unknown:
            raise UsageError(
                f"The figure {self.function.__name__} has a parameter {unknown[0]!r}; "
                f"a figure's parameters are among: {', '.join(NEEDS)}, study."
            )

    @property
    def name(self) -> str:
        """What it is called: the name of its function, with hyphens."""
        return self.function.__name__.replace("_", "-")

    def lines(self, study: Study) -> list[Line]:
        """Return the lines, or none if there are no annotations of a kind that it needs.

        Raises:
            UsageError: if the figure is not Arena's own, and raises an error or yields something else.
        """
        given = self._given(self.function, study)
        if given is None:
            return []
        convention = (inspect.getdoc(self.function) or "").partition("\n")[0]
        found = [line for line in self._computed(self.function, given) if line.figure.of]
        return [line if line.convention else replace(line, convention=convention) for line in found]

    def drawn(self, study: Study) -> Iterator[Plot]:
        """Yield what is drawn besides the lines."""
        if self.plots is not None and (given := self._given(self.plots, study)) is not None:
            yield from self.plots(**given)

    def _computed(self, function: Function, given: Mapping[str, object]) -> list[Line]:
        """Return the lines of a function. An error in one that is not Arena's own is the user's to mend."""
        if function.__module__.partition(".")[0] == "arena":
            return list(function(**given))
        try:
            lines = list(function(**given))
        except Exception as error:
            where = _users_own(traceback.extract_tb(error.__traceback__), function)
            raise UsageError(
                f"The figure {function.__name__} raised {type(error).__name__}: {error} "
                f"({where.filename}, line {where.lineno})."
            ) from error
        for line in lines:
            if not isinstance(line, Line):
                raise UsageError(
                    f"The figure {function.__name__} yields {line!r:.100}, which is not a line. "
                    "Make each with study.line(...)."
                )
        return lines

    def compared(self, study: Study, lines: Sequence[Line]) -> Iterator[Grid]:
        """Yield what stands side by side."""
        if self.grids is not None and (given := self._given(self.grids, study, lines)) is not None:
            yield from self.grids(**given)

    def _given(
        self, function: Callable[..., object], study: Study, lines: Sequence[Line] = ()
    ) -> dict[str, object] | None:
        given: dict[str, object] = {}
        for name in _parameters(function):
            if name in ("study", "lines"):
                given[name] = study if name == "study" else lines
                continue
            rows = study.rulings if name == RULINGS else study.annotations(name, more=self.columns)
            if not len(rows):
                return None
            given[name] = rows
        return given


FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "paired": "arena.results.figures._paired:PAIRED",
        "flips": "arena.results.figures._flips:FLIPS",
        "flip-detection": "arena.results.figures._flip_detection:FLIP_DETECTION",
        "accuracy": "arena.results.figures._accuracy:ACCURACY",
        "judgings": "arena.results.figures._judgings:JUDGINGS",
        "open-choice": "arena.results.figures._open_choice:OPEN_CHOICE",
        "calibration": "arena.results.figures._calibration:CALIBRATION",
        "options": "arena.results.figures._options:OPTIONS",
        "confidence": "arena.results.figures._confidence:CONFIDENCE",
        "predictions": "arena.results.figures._predictions:PREDICTIONS",
        "attempts": "arena.results.figures._attempts:ATTEMPTS",
        "thresholds": "arena.results.figures._thresholds:THRESHOLDS",
        "beliefs": "arena.results.figures._beliefs:BELIEFS",
        "juries": "arena.results.figures._juries:JURIES",
        "sides": "arena.results.figures._sides:SIDES",
        "debate-ratings": "arena.results.figures._debate_ratings:DEBATE_RATINGS",
        "soft-wins": "arena.results.figures._soft_wins:SOFT_WINS",
        "half-wins": "arena.results.figures._half_wins:HALF_WINS",
        "agreement": "arena.results.figures._agreement:AGREEMENT",
        "self-preference-in-choices": "arena.results.figures._self_preference:SELF_PREFERENCE",
        "inconsistency": "arena.results.figures._inconsistency:INCONSISTENCY",
        "dispersion": "arena.results.figures._dispersion:DISPERSION",
        "negotiation": "arena.results.figures._negotiation:NEGOTIATION",
        "offers": "arena.results.figures._offers:OFFERS",
        "game-series": "arena.results.figures._game_series:GAME_SERIES",
        "detection": "arena.results.figures._detection:DETECTION",
        "wrong-steps": "arena.results.figures._wrong_steps:WRONG_STEPS",
        "screening": "arena.results.figures._screening:SCREENING",
        "revision": "arena.results.figures._revision:REVISION",
        "forced": "arena.results.figures._forced:FORCED",
        "two-sides": "arena.results.figures._two_sides:TWO_SIDES",
        "series": "arena.results.figures._series:SERIES",
        "switching": "arena.results.figures._switching:SWITCHING",
        "samples": "arena.results.figures._samples:SAMPLES",
        "chosen": "arena.results.figures._chosen:CHOSEN",
        "variety": "arena.results.figures._variety:VARIETY",
        "drafts": "arena.results.figures._drafts:DRAFTS",
        "horizon": "arena.results.figures._horizon:HORIZON",
        "labels": "arena.results.figures._labels:LABELS",
        "completion": "arena.results.figures._completion:COMPLETION",
        "scores": "arena.results.figures._scores:SCORES",
        "rewards": "arena.results.figures._rewards:REWARDS",
        "tokens": "arena.results.figures._tokens:TOKENS",
    }
)
"""The place of each figure, or of a tuple of figures, by name, in the order in which they are reported."""


Own = Path | str | Function | FigureEntry
"""A figure of the user's: a Python file with figures, a function, or an entry."""


def entries(own: Sequence[FigureEntry] = ()) -> Iterator[FigureEntry]:
    """Yield the figures of the table, those of other distributions (``arena.figures``), and `own`.

    Raises:
        UsageError: if a figure of another distribution cannot be used.
    """
    yield from (entry for place in FIGURES.values() for entry in _at(place))
    for point in sorted(entry_points(group="arena.figures"), key=lambda point: point.name):
        if point.name not in FIGURES:
            try:
                yield from _at(point.value)
            except (ImportError, AttributeError) as error:
                raise UsageError(
                    f"The figure {point.name} cannot be loaded from {point.value}: {error}. "
                    "Mend or uninstall the distribution that adds it."
                ) from error
    yield from own


def own_entries(own: Own | Sequence[Own]) -> list[FigureEntry]:
    """Return the figures that a user names: those of files, functions and entries.

    Raises:
        UsageError: if a file does not exist, cannot be run or has no figure, or a function is none.
    """
    if isinstance(own, Sequence) and not isinstance(own, str):
        return [entry for one in own for entry in own_entries(one)]
    if isinstance(own, Path | str):
        return entries_in(load_file(Path(own)))
    return [_entry(own)]


def entries_in(module: ModuleType) -> list[FigureEntry]:
    """Return the figures of a user's module: its `FIGURES`, or else each public function defined in it.

    Raises:
        UsageError: if there is none.
    """
    if (listed := getattr(module, "FIGURES", None)) is not None:
        if not isinstance(listed, Sequence):
            raise UsageError(f"FIGURES in {module.__name__} is {listed!r:.100}, not a list of figures.")
        return [_entry(entry) for entry in listed]
    functions = [
        value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
        if set(_parameters(value)) & set(NEEDS)
    ]
    if not functions:
        raise UsageError(
            f"{module.__name__} has no figure: a function with one of the parameters {', '.join(NEEDS)}."
        )
    return [_entry(function) for function in functions]


def sections_of(study: Study, own: Sequence[FigureEntry] = ()) -> list[Section]:
    """Return all figures that a study's annotations allow, by section."""
    lines: dict[str, list[Line]] = {}
    plots: dict[str, list[Plot]] = {}
    grids: dict[str, list[Grid]] = {}
    about: dict[str, list[str]] = {}
    chosen = list(entries(own))
    for entry in chosen:
        for kind in set(_parameters(entry.function)) & {f"{kind}s" for kind in KINDS}:
            study.expect(kind, entry.columns)
    for entry in chosen:
        found = entry.lines(study)
        if found:
            lines.setdefault(entry.title, []).extend(found)
            plots.setdefault(entry.title, []).extend((*interval_plots(found), *entry.drawn(study)))
            grids.setdefault(entry.title, []).extend(entry.compared(study, found))
            if entry.about and entry.about not in about.setdefault(entry.title, []):
                about[entry.title].append(entry.about)
    return [
        Section(
            title,
            " ".join(about.get(title, ())),
            tuple(found),
            plots=tuple(plots[title]),
            grids=tuple(grids[title]),
        )
        for title, found in lines.items()
    ]


def _at(place: str) -> Iterator[FigureEntry]:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    yield from map(_entry, found if isinstance(found, tuple) else (found,))


def _entry(figure: Function | FigureEntry) -> FigureEntry:
    """Return the entry of a figure; a function has the section that its name says."""
    if isinstance(figure, FigureEntry):
        return figure
    if not inspect.isfunction(figure):
        raise UsageError(f"{figure!r:.100} is no figure: give a function or a FigureEntry.")
    return FigureEntry(title=_titled(figure.__name__), function=figure)


def _users_own(frames: Sequence[traceback.FrameSummary], function: Function) -> traceback.FrameSummary:
    """Return the innermost frame in the file of a user's figure, for the error may be raised further in."""
    own = [frame for frame in frames if frame.filename == function.__code__.co_filename]
    return own[-1] if own else frames[-1]


def _parameters(function: Callable[..., object]) -> list[str]:
    return list(inspect.signature(function).parameters)


def _titled(name: str) -> str:
    return name.replace("_", " ").capitalize()
