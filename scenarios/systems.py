"""The published systems that Arena plays: of each its command, the figure that comes out, and what differs.

``arena list systems`` prints this table, ``python -m scenarios.systems`` writes docs/systems.md from it, and
a test types each command in an empty folder and looks for the figure. To add a system, add a `System` to the
table below and write the page again. The command plays scripted agents whose figure is known from the paper
or by hand, so that it needs no key and takes seconds. With ``local`` in place of these agents, the same
command plays the model on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parent.parent / "docs" / "systems.md"
INTRODUCTION = """\
# Published systems

Each of these systems is played by one command, without a key and in seconds, by scripted agents whose figure
is known. A test types each command and looks for the figure. `local` in place of the scripted agents plays
the model on this machine, and so does any other agent. `arena list systems` prints the same table, and
`arena list systems NAME` one of them.
"""


class StatedFigure(NamedTuple):
    """A figure of the report: its name, its group (condition and agent), and its value."""

    name: str
    group: str
    value: float

    def __str__(self) -> str:
        return f"{self.name} ({self.group}): {self.value:.9g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A published system.

    Args:
        name: its name, in small letters and with hyphens.
        paper: the authors, the year and the title.
        command: what is typed, which begins with ``arena``. It makes one run.
        figure: a figure of the run's report that the command must give, to nine digits.
        differs: what differs from the paper, and what in it is our choice.
        slow: whether the command takes more than two seconds. Its test is then a slow one.
    """

    name: str
    paper: str
    command: str
    figure: StatedFigure
    differs: str
    slow: bool = False


_CHECKED = """--set protocol.feedback=self --set 'protocol.stop=["done"]' --set protocol.review_last=true"""
_COURSE = "scenarios.courses:Recited?of="

SYSTEMS: tuple[System, ...] = (
    System(
        name="two-llms-debate",
        paper='Prasad and Nguyen 2025, "When two LLMs debate, both think they\'ll win"',
        command='arena run two-llms-debate --agents "ann=scenarios.bettors:Bettor?bets=61,72,83" '
        '"bob=scenarios.bettors:Bettor?bets=67,74,78" --episodes 1 --out runs/bets',
        figure=StatedFigure("Escalation of confidence", "cross-model", 0.165),
        differs="A bet out of 0 to 100 is asked for again, where the code clamps it. Briefs and stage briefs "
        "are our own words. The jury is `arena judge runs/bets --judge ... --samples 2 --no-swap`, and its "
        "tied votes are counted apart. `overconfidence` is our own order of the same study.",
    ),
    System(
        name="judging-bias",
        paper='Wang et al. 2025, "Assessing judging bias in large reasoning models: an empirical study"',
        command="arena run judging-bias --judge scenarios.judging_bias:swayed_by_sources --perturb authority "
        "--out runs/judging-bias",
        figure=StatedFigure("Robustness rate", "direct, authority: judge, verdict, undecided as wrong", 0.93),
        differs="The pairs are right and wrong solutions of sums, so their truth is exact. The place and the "
        "words of superficial reflection are ours, because the authors' code has none.",
        slow=True,
    ),
    System(
        name="bias-detector",
        paper='Yang et al. 2025, "Any large language model can be a reliable judge: debiasing with a '
        'reasoning-based bias detector"',
        command="arena run bias-detector --judge scenarios.bias_detector:scripted_judge "
        "--set seats.detector=scenarios.bias_detector:scripted_detector --tasks 10 --out runs/bias-detector",
        figure=StatedFigure("Detector F1", "detected-bias, bandwagon", 0.857142857),
        differs="The pairs are sums. For position, each order of the answers is revised by itself, where the "
        "paper revises both at once.",
    ),
    System(
        name="score",
        paper='Kumar et al. 2024, "Training language models to self-correct via reinforcement learning"',
        command="arena run self-correction --tasks 500 "
        f'--agents "trained={_COURSE}00*293,10*29,01*7,11*171" --out runs/score',
        figure=StatedFigure("Accuracy after turn 2", "revise: trained", 0.644),
        differs="No weights are trained. The agent has the outcomes of the paper's table on the 500 problems "
        "of MATH (60.0 %, then 64.4 %; 5.8 % mended, 1.4 % spoilt), on sums.",
        slow=True,
    ),
    System(
        name="ufo",
        paper="Liu et al. 2025, \"A simple 'try again' can elicit multi-turn LLM reasoning\"",
        command="arena run self-correction --set protocol.turns=5 --set protocol.hint=unary --tasks 4 "
        f'--agents "ufo={_COURSE}110,11111,0,10" --out runs/ufo',
        figure=StatedFigure("Accuracy after turn 3", "revise: ufo", 0.75),
        differs="The reward `unary-feedback` has the weight 0.5 of the paper's code, and compares answers by "
        "the task's rule, which for free text has no regard to case and white space. The further 0.1 that "
        "the code takes off for each reply of a bad form is left out.",
    ),
    System(
        name="rise",
        paper='Qu et al. 2024, "Recursive introspection: teaching language model agents how to self-improve"',
        command="arena run self-correction --set protocol.turns=5 --set protocol.hint=always "
        f'--set protocol.history=last --tasks 4 --agents "rise={_COURSE}11000,01111,10203,11111" '
        "--out runs/rise",
        figure=StatedFigure("Majority of the turns", "revise: rise", 0.5),
        differs="This is the sequential evaluation (m1@t5): always told wrong, with the last exchange alone. "
        "An episode whose turns have no single most frequent answer has none; the paper names no rule. "
        'Best-of-turn data come from `samples=16`, `hint="unary"`, `keep="right"`; every turn, the first '
        "too, then has as many samples.",
    ),
    System(
        name="confidence-critique",
        paper='Yang et al. 2024, "Confidence v.s. critique: a decomposition of self-correction capability '
        'for LLMs"',
        command="arena run self-correction --tasks 3 --episodes 4 "
        f'--agents "model={_COURSE}00,01,10,11,00,00,00,01,11,10,11,11&samples=4" --out runs/confidence',
        figure=StatedFigure("Confidence level (CL)", "revise: model", 2 / 3),
        differs="Ours asks to check the answer, where the paper repeats the question word for word. "
        "`arena.results.metrics` has the variant with probabilities as functions of columns.",
    ),
    System(
        name="self",
        paper='Lu et al. 2023, "SELF: self-evolution with language feedback"',
        command=f"arena run self-correction {_CHECKED} --tasks 6 "
        f'--agents "self={_COURSE}1n0y,1n0y,1n2y,1n2n,1n0n,1n2n" --out runs/self',
        figure=StatedFigure("Accepted answers that are right", "revise: self", 2 / 3),
        differs="No weights are trained, neither in the first step nor in the rounds. The filter is the "
        "agent's check of its last answer: `arena export` with `--where feedback=accept` keeps its rows.",
    ),
    System(
        name="spoc",
        paper='Zhao et al. 2025, "Boosting LLM reasoning via spontaneous self-correction"',
        command=f"arena run self-correction {_CHECKED} --tasks 2 "
        f'--agents "spoc={_COURSE}1n0y,0n1y" --out runs/spoc',
        figure=StatedFigure("Right answers accepted", "revise: spoc", 0.5),
        differs="Solutions and verifications are turns and not parts of one reply. `--reward correct` pays "
        "the solutions and `--reward judge:feedback` the verifications, in an export each.",
    ),
    System(
        name="automathcritique",
        paper='Xi et al. 2024, "Enhancing LLM reasoning via critique models with test-time and training-time '
        'supervision"',
        command="arena run critique --tasks 6 "
        f'--agents "actor={_COURSE}10,12,10,12,10,0" "critic={_COURSE}f" --out runs/automathcritique',
        figure=StatedFigure("Critique score (CS)", "revise: actor", 0.6),
        differs="A critique is followed by one refinement, where the paper's filter draws several. "
        "`--reward revision-gain --seat critic` pays a critique 1 if the refined answer is right.",
    ),
    System(
        name="scl",
        paper='He et al. 2024, "Self-correction is more than refinement: a learning framework for visual and '
        'language reasoning tasks"',
        command=f'arena run self-correction --tasks 5 --agents "scl={_COURSE}00,10,01,12,10" --out runs/scl',
        figure=StatedFigure("Accuracy after turn 2", "revise: scl", 0.6),
        differs="Tasks are text, without images. `arena export --to trl-dpo --reward correct --pairs "
        "first-refined --prompt first` writes the pairs of types 2 and 3.",
    ),
    System(
        name="processbench",
        paper='Zheng et al. 2024, "ProcessBench: identifying process errors in mathematical reasoning"',
        command="arena run step-critic --tasks 20 "
        f'--agents "critic={_COURSE}0*12,1,0,1,0,1,0,1,1" --out runs/processbench',
        figure=StatedFigure("ProcessBench F1, unanswered wrong", "first-error: critic", 0.72),
        differs="The critic is asked step by step, and not for the index. `arena.tasks.read_processbench` "
        "reads a file of the paper. Where both shares are 0, F1 is 0, and the paper's code divides by 0.",
    ),
    System(
        name="spc",
        paper='Chen et al. 2025, "SPC: evolving self-play critic via adversarial games for LLM reasoning"',
        command="arena run sneaky-critic --agents sneaky exact-critic --set seats.solver=solver --tasks 60 "
        "--out runs/spc",
        figure=StatedFigure("Detection, mean", "sneaky-critic: exact-critic", 1.0),
        differs="Arithmetic decides first whether a step is made wrong; `--set protocol.arithmetic=false` "
        "leaves it to 4 rollouts, our choice. An invalid step costs the generator 1, our choice too.",
    ),
    System(
        name="deltabench",
        paper='He et al. 2025, "Can large language models detect errors in long chain-of-thought reasoning?"',
        command="arena run wrong-steps --tasks 20 "
        f'--agents "critic={_COURSE}0*12,1,0,1,0,1,0,1,1" --out runs/deltabench',
        figure=StatedFigure("Wrong steps, macro F1", "first-error: critic", 0.6),
        differs="The critic is asked about each section, and not once for a list. The generated solutions "
        "have one wrong step at most; tasks of your own may have several, as the truth `[2, 5]`.",
    ),
    System(
        name="self-prm",
        paper='Feng et al. 2025, "Is PRM necessary? Problem-solving RL implicitly induces PRM capability '
        'in LLMs"',
        command=f"arena run self-correction {_CHECKED} --set protocol.turns=1 --tasks 1 --episodes 8 "
        f'--agents "model={_COURSE}0y,1y,1y,1y,1y,1n,1n,1n&samples=8" --out runs/self-prm',
        figure=StatedFigure("Accepted answers that are right", "revise: model", 0.2),
        differs="Each sample is an episode, which the model accepts or not. `best-of` has one of several "
        "samples picked by a judge, which may be the same model, and plays it as the answer.",
    ),
    System(
        name="mind",
        paper='Zeng et al. 2025, "Done is better than perfect: unlocking efficient reasoning by structured '
        'multi-turn decomposition"',
        command="arena run self-correction --set protocol.turns=3 --tasks 1 "
        f'--agents "mind={_COURSE}100" --out runs/mind',
        figure=StatedFigure("Accuracy after turn 2", "revise: mind", 1.0),
        differs="A turn is a reply of its own, halted after any. The reward of compact turns is left out.",
    ),
)
"""All of them, in the order of the page."""


def page() -> str:
    """Return the page docs/systems.md."""
    lines = (line for system in SYSTEMS for line in _entry(system))
    return INTRODUCTION + "\n".join(lines) + "\n"


def _entry(system: System) -> Iterator[str]:
    yield f"\n## {system.name}\n"
    yield f"{system.paper}.\n"
    yield f"- `{system.command}`"
    yield f"- {system.figure}"
    yield f"- {system.differs}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
