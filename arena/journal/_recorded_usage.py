"""The usage of a stored run: what its requests took, which models answered, and what was not reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from arena.journal._damage import check_calls
from arena.journal._opened import OpenedJournal
from arena.journal.spending import (
    Noted,
    RecordedUsage,
    ToolUse,
    UnreportedUsage,
    read_answered_by,
    read_episode_tokens,
    read_judge_models,
    read_models,
    read_noted,
    read_tool_use,
    read_total_usage,
    read_unreported,
    read_usage,
)
from arena.seat.agent import AnsweredBy
from arena.spending.limits import TotalUsage


class UsageOfRun(OpenedJournal):
    """The usage that a journal records. The calls are checked once, when the first of it is read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._calls_are_checked = False

    def total(self) -> TotalUsage:
        """Return the usage of all calls to models, including those whose replies left the tape."""
        self._check_calls()
        return read_total_usage(self._rows)

    def took(self, episode: int | None = None) -> Iterator[RecordedUsage]:
        """Yield the reported usage of each request, by episode, seat and count, then of the forgotten ones.

        It covers the run, or one episode. Judges who were asked afterwards are in the seat ``judging``.
        """
        self._check_calls(episode)
        return read_usage(self._rows, self._checks, episode, self._left_out)

    def tokens(self) -> dict[int, int]:
        """Return the tokens of each episode, by its number.

        They are those of its prompts and completions. An episode is left out if a model in it did not report
        them, as in an episode with a reply from the response cache, or if no model was asked.
        """
        self._check_calls()
        return read_episode_tokens(self._rows)

    def noted(self) -> list[Noted]:
        """Return how requests were changed to suit servers and how replies were repaired, by model."""
        self._check_calls()
        return read_noted(self._rows, self._left_out)

    def tool_use(self) -> list[ToolUse]:
        """Return how often each tool was called, and in what its calls ended, by the tool's name."""
        return read_tool_use(self._rows, self._checks, self._left_out)

    def unreported_usage(self, episode: int | None = None) -> Iterator[UnreportedUsage]:
        """Yield the requests without reported usage, by agent, seat and model: the run's, or one
        episode's.
        """
        self._check_calls(episode)
        return read_unreported(self._rows, self._checks, episode, self._left_out)

    def models(self) -> dict[str, set[str]]:
        """Return the models that answered for each seat, by their names in price lists."""
        self._check_calls()
        return read_models(self._rows)

    def judge_models(self) -> dict[str, set[str]]:
        """Return the models that answered for each judge who came afterwards."""
        self._check_calls()
        return read_judge_models(self._rows)

    def answered_by(self) -> dict[str, dict[AnsweredBy, int]]:
        """Return the names that servers gave of their models, and how many calls each answered, by model."""
        self._check_calls()
        return read_answered_by(self._rows, self._left_out)

    def _check_calls(self, episode: int | None = None) -> None:
        """Check once the recorded usage of the run or of one episode."""
        if not self._calls_are_checked:
            check_calls(self._rows, self._checks, episode)
            self._calls_are_checked = episode is None
