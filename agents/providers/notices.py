"""Notices for a user while a provider answers: requests are changed, or another model answers."""

from __future__ import annotations

from agents.providers.dialect import Adjustment, Change
from arena.core.log import log
from arena.core.text import printable
from arena.seat.agent import NOT_SAID, AnsweredBy
from arena.workers.notices import on_stderr

_MOST_SAID = 5
_SETTINGS = {
    "max_completion_tokens": ("max_tokens",),
    "output_config": ("structured", "effort"),
    "reasoning_effort": ("effort",),
    "response_format": ("structured",),
    "return_token_ids": ("token_ids",),
    "top_logprobs": ("logprobs",),
}
"""The settings behind those parameters of a request that have other names than the settings."""


def settings_behind(parameter: str) -> tuple[str, ...]:
    """Return the names of the settings that decide what is sent as this parameter."""
    return _SETTINGS.get(parameter, (parameter,))


def changes_meaning(change: Change) -> bool:
    """Whether a change sends something else than before, and not the same in another place."""
    return change.how not in (Adjustment.FOLD, Adjustment.RENAME)


def say_changed(model: str, change: Change, reason: str, *, to_user: bool) -> None:
    """Log that requests to a model are changed.

    Args:
        model: the provider and the model.
        change: what is changed.
        reason: the server's reason, which only the debug log holds.
        to_user: whether the user reads it on stderr, too.
    """
    log.warning("requests are changed to suit the server", model=model, change=str(change))
    log.debug("requests are changed because", reason=reason)
    if to_user:
        on_stderr(printable(f"{model}: {change}."))


class Answerers:
    """The models that have answered so far, as the server names them.

    Args:
        model: the provider and the model that was asked.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._last = NOT_SAID
        self._all: set[AnsweredBy] = set()

    def note(self, answered_by: AnsweredBy) -> None:
        """Remember who answered, and log it if the server names another model than for the last reply.

        A model that has never answered before is also named on stderr. Servers switch between two models
        again and again, so a model that has answered before is named only in the log.
        """
        if NOT_SAID not in (answered_by, self._last) and answered_by != self._last:
            before, now = self._last.shown(), answered_by.shown()
            log.warning("another model answers", asked=self._model, before=before, now=now)
            if answered_by not in self._all and len(self._all) < _MOST_SAID:
                on_stderr(printable(f"{self._model}: another model answers: {now}, and before {before}."))
        self._last = answered_by
        self._all.add(answered_by)
