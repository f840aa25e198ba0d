"""What agents were told: the first words to each seat, and where they differ from the standard wording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from typing import Any

from arena.designs.wording import prompt_files
from arena.journal import StoredEpisode, StoredRun
from arena.prompts import SUFFIX, Prompts, Wording
from arena.results.report._parts import Folded, Heading, Note, PagePart, PageSection, PageTable, Shown, said
from arena.seat.transcript import EventKind

_LOOKED_AT = 200
"""How many episodes are looked at, at most, for one of each condition."""


def told(runs: Sequence[tuple[str, StoredRun, Mapping[str, Any]]]) -> Iterator[PageSection]:
    """Yield the section of what agents were told, or nothing if no episode has ended.

    Args:
        runs: the name, the run and the configuration of each.
    """
    parts: list[PagePart] = []
    for name, run, config in runs:
        own = list(_of_run(run, config))
        if own and len(runs) > 1:
            parts.append(Heading(name))
        parts += own
    if parts:
        note = Note("The briefs and first questions of one episode under each condition, as they were sent.")
        yield PageSection("told", "What they were told", [note, *parts])


def _of_run(run: StoredRun, config: Mapping[str, Any]) -> Iterator[PagePart]:
    conditions = config.get("protocol", {}).get("conditions", {})
    shown: dict[str, StoredEpisode] = {}
    for number in sorted(run.numbers(finished=True))[:_LOOKED_AT]:
        if conditions and len(shown) == len(conditions):
            break
        episode = run.episode(number)
        shown.setdefault(episode.plan.condition, episode)
        if not conditions and not episode.plan.condition:
            break
    for condition, episode in shown.items():
        if condition:
            yield Heading(condition)
        yield PageTable(("seat", "brief", "first question"), list(_rows(episode)))
        own = conditions.get(condition, {})
        yield from _differences(own.get("prompts", {}), own.get("protocol", {}).get("says", {}))
    says = config.get("protocol", {}).get("says", {})
    if common := list(_differences(config.get("prompts", {}), says)):
        yield Heading("Prompts of all episodes")
        yield from common


def _rows(episode: StoredEpisode) -> Iterator[list[Shown]]:
    for seat in episode.plan.seats:
        asked = (event for event in episode.events if event.kind is EventKind.ASKED and event.seat == seat)
        first = next(asked, None)
        yield [seat, said(episode.briefs.get(seat, "")), said(first.text if first else "")]


def _differences(own: Wording, says: Wording) -> Iterator[PagePart]:
    """Yield each prompt of the user's own, with its difference from the standard wording.

    Args:
        own: the prompts.
        says: the standard prompts of a protocol that is not ours.
    """
    files = prompt_files()
    for name, texts in own.items():
        ours = Prompts(files[name]).sections if name in files else {}
        standard = says.get(name) or {prompt: one.text for prompt, one in ours.items()}
        for prompt, text in texts.items():
            before = standard.get(prompt, "")
            lines = unified_diff(
                before.splitlines(), text.splitlines(), "standard", "here", lineterm="", n=1_000
            )
            yield Folded(
                f"{name}{SUFFIX}, {prompt}: the difference from the standard wording", "\n".join(lines)
            )
