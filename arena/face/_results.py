"""What a run in Python gives to read: annotations, figures, reports and exports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from arena.core.errors import ArenaError
from arena.core.terminal import guarded
from arena.face._reading import annotations_of, exported, figures_of, reported, table_of_run
from arena.journal import StoredRun
from arena.results.figures import Figures, Own
from arena.results.report import summary_html
from arena.results.showing import show_run
from arena.results.study import Annotations
from arena.results.tables import as_pandas, as_polars
from arena.training.export.card import Card

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    import polars as pl


class RunResults:
    """A run's folder, and what is read from the journal in it.

    Args:
        folder: the folder of its journal.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    def read(self) -> StoredRun:
        """Return a reader of everything in the journal. Use it as a context manager.

        Raises:
            UsageError: if there is no run in the folder.
            JournalError: if its journal is damaged or newer than this version of Arena.
        """
        return StoredRun(self.folder)

    def show(self) -> None:
        """Print the run's summary, as ``arena show`` does."""
        with guarded():
            show_run(str(self.folder), as_json=False)

    def figures(self, *, samples: int = 1000, own: Own | Sequence[Own] = (), by: str = "") -> Figures:
        """Return the figures of the run, each with its interval and its coverage. They print as a table.

        Args:
            samples: the number of bootstrap resamples for each interval.
            own: figures of your own: the path of a Python file, a function, or a sequence of these.
            by: ``category`` for the figures of each category of tasks.

        Raises:
            UsageError: if the file does not exist or has no figure, or no task has a category.
        """
        return figures_of([self.folder], samples, own, by)

    def annotations(self, kind: str, name: str = "", *, texts: bool = True) -> Annotations:
        """Return what was found out, as columns: ``run.annotations("answers").correct``.

        Iterating gives the records, such as `arena.Answer`. Verdicts of judges who came afterwards are among
        them.

        Args:
            kind: the kind, in the singular or the plural: beliefs, answers, verdicts, scores, labels or
                rewards.
            name: the name that an annotation must have; all if it is empty.
            texts: whether free texts are read too. They take memory, and records need them.

        Raises:
            UsageError: if there is no such kind.
        """
        return annotations_of(self.folder, kind, name, texts=texts)

    def to_pandas(self, what: str, name: str = "") -> pd.DataFrame:
        """Return a table of the run as a data frame of pandas.

        ``episodes``, ``turns`` and ``calls`` say how it was played; ``beliefs``, ``answers``, ``verdicts``,
        ``scores``, ``labels`` and ``rewards`` hold what was found out, with the verdicts of judges who came
        afterwards. Columns are texts, whole numbers or real numbers, and what is not known is missing. What
        an episode broke off before is an annotation with the status ``not-reached``. The frame holds private
        words, too. `arena.results.tables` says what each column holds.

        Args:
            what: the table; a kind of annotation may be named in the singular.
            name: the name that an annotation must have; all if it is empty.

        Raises:
            UsageError: if there is no such table.
            MissingExtra: if pandas is not installed.
        """
        return as_pandas(table_of_run(self.folder, what, name))

    def to_polars(self, what: str, name: str = "") -> pl.DataFrame:
        """Return a table of the run as a data frame of polars (see `to_pandas`).

        Raises:
            UsageError: if there is no such table.
            MissingExtra: if polars is not installed.
        """
        frame: pl.DataFrame = as_polars(table_of_run(self.folder, what, name))
        return frame

    def report(
        self,
        file: Path | str | None = None,
        *,
        episodes: int = 20,
        samples: int = 1000,
        own: Own | Sequence[Own] = (),
    ) -> Path:
        """Write a report to one HTML file, and return its path.

        Args:
            file: the file to write, by default ``report.html`` in the run's folder.
            episodes: the largest number of transcripts in it.
            samples: the number of bootstrap resamples for each interval.
            own: figures of your own, as for `figures`.

        Raises:
            UsageError: if matplotlib is not installed.
            Unwritable: if the file cannot be written.
        """
        return reported([self.folder], file, episodes, samples, own)

    def export(self, file: Path | str | None = None, *, to: str = "jsonl", **settings: Any) -> Card:
        """Write the run to a file for other programs, with a card beside it, and return the card.

        Args:
            file: the file to write. By default, it is in the run's folder and named after the format.
            to: the format. ``"jsonl"`` holds whole episodes, and ``"annotations"`` what was found out, as CSV
                or Parquet by the end of the file's name. The others, such as ``"trl-sft"``, hold rows to
                train on.
            settings: the fields of `arena.training.export.ExportOptions`, such as ``reward="terminal"``. They
                select and shape the rows.

        Raises:
            UsageError: if the format, or another named thing, does not exist, or a setting is not valid.
            Unwritable: if the file or the card beside it cannot be written.
        """
        return exported([self.folder], file, to, settings)

    def _repr_html_(self) -> str | None:
        """Return the run's summary in HTML for a notebook. Text that others wrote is escaped."""
        try:
            with self.read() as stored:
                return summary_html(stored)
        except ArenaError:
            return None

    def __getattr__(self, name: str) -> NoReturn:
        if not name.startswith("_") and hasattr(StoredRun, name):
            raise AttributeError(
                f"A Run has no {name!r}; to read it from the journal, write: "
                f"with arena.open_run(folder).read() as stored: stored.{name}"
            )
        raise AttributeError(f"A Run has no {name!r}.")
