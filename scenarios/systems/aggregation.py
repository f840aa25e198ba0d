"""Published systems: aggregation of answers, and confidence."""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System

_ANSWERS_ONCE = "arena run self-correction --set protocol.turns=1"
_SAMPLES = "aggregate:scenarios.courses%3ARecited%3Fof%3D"

AGGREGATION_SYSTEMS: tuple[System, ...] = (
    System(
        name="self-agreement",
        paper='Lin et al. 2024, "Just ask one more time! Self-agreement improves reasoning of language '
        'models in (almost) all scenarios"',
        command=f"{_ANSWERS_ONCE} --tasks 2 --agents "
        f'"agreeing={_SAMPLES}0,0,1,2,3,0,1,1,0,2,3,1%26samples%3D6?n=5&by=agreement" '
        "--out runs/self-agreement",
        figure=StatedFigure("Follows the mode", "revise: answerer, answer", 1.0),
        differs="Samples are zero-shot, and the question about them is our own words. `n=20` is the paper's "
        "k. `reader=MODEL%3Ftemperature%3D0` asks at another temperature than that of the samples.",
    ),
    System(
        name="gsa",
        paper='Li et al. 2025, "LLMs can generate a better answer by aggregating their own responses"',
        command=f"{_ANSWERS_ONCE} --tasks 4 --agents "
        f'"gsa={_SAMPLES}1,2,3,0,0,1,1,1,0,0,1,0,0,0,0,0%26samples%3D4?n=3&by=synthesis" --out runs/gsa',
        figure=StatedFigure("Rescue rate", "revise: answerer, answer", 1.0),
        differs="The words are our own, because the paper's body was not found. Rescue and loss rates are "
        "our own figures: a vote cannot rescue, and neither can a judge who picks.",
    ),
    System(
        name="self-certainty",
        paper='Kang et al. 2025, "Scalable best-of-N selection for large language models via self-certainty"',
        command=f"{_ANSWERS_ONCE} --tasks 1 --agents "
        '"certain=aggregate:scenarios.courses%3ACertain%3Fof%3D0,1,1,2,1%26samples%3D5%26'
        'certainties%3D5,4,3,2,1?n=5&by=borda&power=2.2" --out runs/self-certainty',
        figure=StatedFigure("Accuracy", "revise: answerer, answer", 1.0),
        differs="`local?certainty=true` sums the whole distribution, from the first token on as the paper's "
        "formula does; the code is off by one. Samples without an answer have no rank, where the code gives "
        "them one, and samples as certain share their votes. Likeliest tokens alone are approximate.",
    ),
    System(
        name="fobar",
        paper='Jiang et al. 2023, "Forward-backward reasoning in large language models for mathematical '
        'verification"',
        command=f"{_ANSWERS_ONCE} --tasks 1 --agents "
        '"fobar=fobar:scenarios.reckoners%3AReckoner%3Fof%3D1,1,1,1,1,0,0,0,0,2%26samples%3D10%26'
        'back%3D9,2,1?n=10&m=3" --out runs/fobar',
        figure=StatedFigure("Accuracy", "revise: answerer, answer", 1.0),
        differs="The formulas are as we remember them; the code was not read. Numbers in digits alone are "
        "masked, and no dates or letters. `n=40&m=8` are the paper's counts. The vote alone is `alpha=1`, "
        "and `Accuracy of the mode` of the drafts.",
    ),
    System(
        name="diminishing-returns",
        paper='Sinha et al. 2025, "The illusion of diminishing returns: measuring long horizon execution in '
        'LLMs"',
        command="arena run long-horizon --set protocol.turns=3 --tasks 3 "
        '--agents "adder=scenarios.long_horizon:Adder?errs=0,001,0?0" --out runs/long-horizon',
        figure=StatedFigure("Horizon", "long-horizon: right-so-far", 3.0),
        differs="Words are letters at random, with 10 values from -9 to 9 as in the code; thoughts never "
        "stay in the history. `--past 0.5?turns=99` rewrites the past of the agent at an error rate. "
        "`protocol.complexity` is how many words a turn has.",
    ),
    System(
        name="mostly-know",
        paper='Kadavath et al. 2022, "Language models (mostly) know what they know"',
        command=f"{_ANSWERS_ONCE} --tasks 6 --probe p-true --probe p-ik?moments=before --agents "
        '"knower=scenarios.knowers:Knower?of=0,1,0,0,1,1&sure=0.9,0.9,0.8,0.6,0.6,0.3" '
        "--out runs/mostly-know",
        figure=StatedFigure("Brier score", "revise: answerer, right, p-true, after", 0.245),
        differs="P(IK) is said as a number, where the paper trains a head; `protocol.samples=30` measures "
        "it. Questions have no examples before them. `--probe p-true?drafts=yes` lists the agent's own "
        "samples, those of `aggregate`. P(True) is normalised over yes and no, which is our choice.",
    ),
    System(
        name="looking-inward",
        paper='Binder et al. 2024, "Looking inward: language models can learn about themselves by '
        'introspection"',
        command="arena run looking-inward --tasks 4 --agents "
        '"self=scenarios.looking_inward:Introspective?answers=cat dog,owl fox,cow rat,ant bee&'
        'predictions=A,w.,o,e" "other=scenarios.looking_inward:Introspective?predictions=a" '
        "--out runs/looking-inward",
        figure=StatedFigure("Accuracy", "self: predictor, predicted second-character", 0.75),
        differs="No weights are trained, and the adjustment for entropy is left out. Animals are our own "
        "lists; the properties that compare options are left out. A reply that does not comply, or is "
        "too short for the property, is left out. A `persona` changes the behaviour.",
    ),
    System(
        name="thinking-out-loud",
        paper='Zeng et al. 2025, "Thinking out loud: do reasoning models know when they\'re right?"',
        command="arena run thinking-out-loud --tasks 8 --agents "
        '"frank=scenarios.thinking_out_loud:Frank?of=0@90,1@90,0@80,0@60,1@60,1@30,?,?" '
        "--out runs/thinking-out-loud",
        figure=StatedFigure("Not attempted", "v: model, answer", 0.25),
        differs="Questions are sums, and made-up facts that nobody can know. Lengths are quarters of the "
        "episodes by their tokens. Two models are compared on what both attempted by the paired "
        "difference that leaves out what is undecided, in accuracy alone.",
    ),
)
