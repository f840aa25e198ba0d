"""The question that a run asked its own judge: where it stands in the record, and how to ask it again.

An episode is played once more from its record, as a resumed run would play it: chance and every reply are
those of before. Only the judge's question is put to another judge. So it is asked in the protocol's own
words and with its own judge's view.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

from pydantic import ValidationError
from pydantic_core import to_json

from arena.annotations import AnnotationRow, AuthorKind, Place, annotation_of
from arena.annotations import Verdict as FoundVerdict
from arena.core.complaints import first_problem
from arena.core.errors import ArenaError, UsageError
from arena.core.files import resolved
from arena.core.python_files import code_digest
from arena.core.text import one_line
from arena.designs.folders import found_from
from arena.designs.overriding import override
from arena.designs.scenario import AnyScenario
from arena.designs.wording import check_wording, overlaid
from arena.episode.plan import Plan
from arena.episode.probes import Probe
from arena.episode.protocol import Protocol
from arena.journal import StoredEpisode
from arena.judging._criterion import JUDGE
from arena.prompts import Wording
from arena.registry import find, renewed, table
from arena.seat.drafts import reply_name


class OwnQuestion(NamedTuple):
    """A question for a verdict that a judge was asked in an episode.

    `step` is the step in which it was asked, and `order` the number of the order of the answers.
    """

    seat: str
    name: str
    step: int
    order: int


def own_questions(
    episode: StoredEpisode, players: Sequence[str], seat: str | None = None
) -> dict[int, OwnQuestion]:
    """Return the last questions for a verdict that the judge of an episode was asked, by their order.

    The judge sits in `seat`. Without it, the judge is the first seat called judge, or judge with a number,
    that was asked for a verdict. If the episode has no such seat, it is the first that does not compete and
    was asked. There may be none.
    """
    said = [
        row
        for row in episode.annotations
        if row.kind == FoundVerdict.kind and row.by == AuthorKind.SEAT.value and row.said is not None
        if not row.sample and reply_name(row.name) == row.name
    ]
    seats = [row.author for row in said]
    judges = [one for one in episode.plan.seats if one.rstrip("0123456789").rstrip("_") == JUDGE]
    others = [one for one in seats if one not in players]
    judge = seat or next((one for one in sorted(judges) or others if one in seats), None)
    asked = [row for row in said if row.author == judge]
    found: dict[int, OwnQuestion] = {}
    for row in asked:
        if row.name == asked[-1].name and row.said is not None:
            order = row.ordering or 0
            found[order] = OwnQuestion(row.author, row.name, row.said, order)
    return found


def is_about_answers(episode: StoredEpisode, question: OwnQuestion) -> bool:
    """Return whether the judge was asked for an answer to the task, and not for a seat, for example."""
    rows = [row for row in episode.annotations if (row.author, row.name) == (question.seat, question.name)]
    return any(row.correct is not None or _chooses_units(row) for row in rows)


def _chooses_units(row: AnnotationRow) -> bool:
    """Return whether a verdict is among units, as are the answers of a task."""
    among = getattr(annotation_of(row), "among", ())
    return bool(among) and all(place == (None, Place(unit=place[1].unit)) for place in among)


@dataclass(slots=True)
class OwnProtocols:
    """The protocols of a run as its configuration describes them, with the prompts that are said now.

    Args:
        config: the run's configuration.
        changed: prompts in place of those that the run said.
        likely: read the judge's verdict from the probabilities of its answers.
        scenario: the run's scenario, if the caller has it. Then no protocol need be made.
        trusted: whether code that the configuration names, and that is not Arena's, may be run.
        source: what was typed to begin the run, from whose folders its files are found.
        code: the digests of the Python files that the run ran, by how they were named.
    """

    config: Mapping[str, Any]
    changed: Wording = field(default_factory=dict)
    likely: bool = False
    scenario: AnyScenario | None = None
    trusted: bool = False
    source: Mapping[str, Any] | None = None
    code: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _made: dict[tuple[str, bool], Protocol] = field(default_factory=dict)

    @property
    def probes(self) -> tuple[Probe, ...]:
        """The questions that were put to seats aside."""
        return tuple(Probe.model_validate(one) for one in self.config.get("probes", ()))

    @property
    def rule(self) -> str | None:
        """The name of the rule by which the run combines its judge's orders, if it has one."""
        rules = [self._described(name).get("combination") for name in self._conditions]
        return next((rule for rule in rules if rule), None)

    @property
    def files(self) -> tuple[str, ...]:
        """The Python files that are run to make the protocols."""
        if self.scenario is not None:
            return ()
        places = {str(self._described(name).get("class", "")).rpartition(":")[0] for name in self._conditions}
        return tuple(sorted(place for place in places if place.endswith(".py")))

    @property
    def changed_files(self) -> tuple[str, ...]:
        """The Python files of the protocols that are not as they were when the run ran them."""
        if self.scenario is not None:
            return ()
        named = [one for name in self._conditions for one in foreign_code(self._described(name))]
        with found_from(self.source):
            return tuple(
                file
                for file, digests in self.code.items()
                if any(file in one for one in named) and code_digest(resolved(file)) not in digests
            )

    def of(self, plan: Plan, *, swapped: bool = False) -> Protocol:
        """Return the protocol of an episode. With `swapped`, it asks its judge in both orders of the answers.

        Raises:
            UsageError: if it cannot be made, or has no such setting, or does not say the prompts.
        """
        key = plan.condition, swapped
        if key not in self._made:
            if not self._made:
                check_wording(self.changed, self._all(plan))
            scenario = self.scenario
            protocol = self._make(plan.condition) if scenario is None else scenario.protocol_of(plan)
            if swapped:
                protocol = override(protocol, ["swap_verdict"], True)
            if self.likely:
                protocol = override(protocol, ["reading"], "token-probability")
            self._made[key] = protocol
        return self._made[key]

    def wording(self, plan: Plan) -> Wording:
        """Return the prompts in place of the standard ones in an episode."""
        own = self.config.get("protocol", {}).get("conditions", {}).get(plan.condition, {})
        said = overlaid(self.config.get("prompts", {}), own.get("prompts", {}))
        return overlaid(said, self.changed)

    def _described(self, condition: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.config.get("protocol", {})
        if "conditions" in found:
            found = found["conditions"].get(condition, {}).get("protocol", {})
        return found

    def _all(self, plan: Plan) -> list[Protocol]:
        """Return the protocols of all conditions, because prompts may be those of any of them."""
        if self.scenario is None:
            return [self._make(name) for name in self._conditions]
        compared = getattr(self.scenario, "conditions", {}).values()
        return [condition.protocol for condition in compared] or [self.scenario.protocol_of(plan)]

    @property
    def _conditions(self) -> Sequence[str]:
        return tuple(self.config.get("protocol", {}).get("conditions", ("",)))

    def _make(self, condition: str) -> Protocol:
        described = self._described(condition)
        if not self.trusted and (code := next(foreign_code(described), None)):
            raise UsageError(
                f"To ask the run's own question again, the code {one_line(code)} must be run, which the run "
                "names: say --trust (in Python, trust=True) if you trust it, or ask another question with "
                "--asks speaker."
            )
        with found_from(self.source):
            return self._read(renewed(described))

    def _read(self, described: Mapping[str, Any]) -> Protocol:
        place = str(described.get("class", ""))
        settings = {name: one for name, one in described.items() if name not in ("class", "says", "has")}
        try:
            made = find("protocols", place)
            protocol = made.model_validate_json(to_json(settings))
        except ValidationError as invalid:
            raise UsageError(f"{_UNMADE.format(place)}: {first_problem(invalid)}.") from None
        except ArenaError as error:
            raise UsageError(f"{_UNMADE.format(place)}: {error}") from None
        if not isinstance(protocol, Protocol):
            raise UsageError(f"{_UNMADE.format(place)}, because it is no protocol any more.")
        return protocol


def foreign_code(described: Any) -> Iterator[str]:
    """Yield the files and modules that the configuration of a protocol names, and that are not Arena's."""
    if isinstance(described, Mapping):
        for name, part in described.items():
            if name == "class":
                module = str(part).rpartition(":")[0]
                is_ours = module.partition(".")[0] in _OURS and not module.endswith(".py")
                if not is_ours and part not in table("protocols").values():
                    yield str(part)
            elif name not in ("says", "has"):
                yield from foreign_code(part)
    elif isinstance(described, str):
        plain = unquote(unquote(described))
        if _PLACE.search(plain):
            yield plain
    elif isinstance(described, Sequence):
        for part in described:
            yield from foreign_code(part)


_OURS = {"arena", "protocols", "scenarios"}
_PLACE = re.compile(r"\.py\b|(?:^|:)\w+(?:\.\w+)+:\w")
"""What names a file of Python code, or something in a module."""
_UNMADE = "The run's own judge cannot be asked again by {}"
