"""What criteria are called: by the question that was asked, and the settings in which several differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from arena.judging import Asks, Criterion, questions

_SAME = "asks", "question", "rubric", "retries", "name"


@dataclass(frozen=True, slots=True)
class CriterionQuestion:
    """What judges were asked by a criterion, and the questions of its rubric by their paths.

    Of a criterion that perturbs, `plain` is the title of the same one without the perturbation.
    """

    title: str
    rubric: Mapping[str, str] = field(default_factory=dict)
    plain: str = ""
    asks: Asks = Asks.SPEAKER

    @property
    def perturbed(self) -> str:
        """The name of the perturbation, if the criterion perturbs."""
        return self.title.removeprefix(f"{self.plain}, ") if self.plain else ""


def titled(criteria: Mapping[str, Any]) -> dict[str, CriterionQuestion]:
    """Return what each criterion asks, by its name. Criteria with one question say in what they differ.

    A criterion that this version cannot read keeps its name.

    Args:
        criteria: the settings of each criterion as JSON-able values, by name.
    """
    read: dict[str, Criterion] = {}
    found: dict[str, CriterionQuestion] = {}
    for name, settings in criteria.items():
        try:
            read[name] = Criterion.of_settings(settings)
        except ValidationError:
            found[name] = CriterionQuestion(name)
    plain = {name: criterion.model_copy(update={"perturb": ""}) for name, criterion in read.items()}
    for name, criterion in plain.items():
        alike = [other for other in plain.values() if _asked(other) == _asked(criterion)]
        usual, others = _settings(Criterion.model_construct()), [_settings(other) for other in alike]
        differ = [
            f"{setting}={_shown(value)}"
            for setting, value in _settings(criterion).items()
            if value != usual[setting] and any(other[setting] != value for other in others)
        ]
        told = f" ({', '.join(differ)})" if differ else ""
        leaves = dict(questions(criterion.rubric)) if criterion.rubric else {}
        title, perturb = f"{_asked(criterion)}{told}", read[name].perturb
        if perturb:
            found[name] = CriterionQuestion(f"{title}, {perturb}", leaves, title, read[name].asks)
        else:
            found[name] = CriterionQuestion(title, leaves, asks=read[name].asks)
    return found


def _settings(criterion: Criterion) -> dict[str, Any]:
    found = criterion.model_dump(mode="json")
    return {setting: value for setting, value in found.items() if setting not in _SAME}


def _asked(criterion: Criterion) -> str:
    """Return the judging's name, or the question without the place for the speaker, which differs."""
    if criterion.name:
        return criterion.name
    if criterion.rubric is None:
        return criterion.asked.replace("{speaker}", "the speaker")
    first, *others = (question for _, question in questions(criterion.rubric))
    return f"rubric: {first}" + (f" and {len(others)} more" if others else "")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):  # prompts, of which the names tell more than the texts do
        return ", ".join(f"{file}.{name}" for file, texts in value.items() for name in texts)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
