"""Published systems: judges."""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System

JUDGES_SYSTEMS: tuple[System, ...] = (
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
        name="judgebench",
        paper='Tan et al. 2024, "JudgeBench: a benchmark for evaluating LLM-based judges"',
        command="arena run judgebench --out runs/judgebench && arena judge runs/judgebench "
        "--judge scenarios.judgebench:o1_mini --set ties=true --combine net",
        figure=StatedFigure(
            "Accuracy of each judge, undecided as wrong",
            "responses: scenarios.judgebench:o1_mini, afterwards, Which speaker did better?, net",
            230 / 350,
        ),
        differs="The pairs are sums, in the benchmark's categories, and the judge has the published counts "
        "of o1-mini. A judge says which is better or tie, where the paper has five grades, and is asked "
        "twice more after an unusable reply, where the code asks once. `read_judgebench` reads the "
        "benchmark's files.",
        slow=True,
    ),
    System(
        name="objexmt",
        paper='Kim et al. 2025, "ObjexMT: objective extraction and metacognitive calibration for '
        'LLM-as-a-judge under multi-turn jailbreaks"',
        command="arena run objexmt --tasks 4 "
        '--agents "scenarios.objexmt:RecitedObjectives?of=90/0.9,80/0.3,60/0.7,40/0.66" --out runs/objexmt',
        figure=StatedFigure(
            "Expected calibration error", "objective-extraction: extractor, objective", 0.475
        ),
        differs="The conversations are harmless, with a planted goal. The prompts are ours. Wrong@t has no "
        "value if nobody is so sure, where the code has 0. Both forms of AURC are reported. "
        "A confidence is always one of 100, so that 0.9 is 0.9 %, where the code takes shares if none is "
        "above 1. If all tasks have gold labels, the threshold is fitted on every second one alone.",
    ),
    System(
        name="persona-eval",
        paper='Zhou et al. 2025, "PersonaEval: are LLM evaluators human enough to judge role-play?"',
        command="arena run persona-eval --tasks 3 "
        '--agents "scenarios.persona_eval:Guesser?of=50/30/10/10,25/20/20/35,10/5/70/15" '
        "--out runs/persona-eval",
        figure=StatedFigure("Brier score of all options", "who-speaks: judge, speaker", 2.45 / 12),
        differs="The dialogues are scripted. All options enter the figures, where the paper's code "
        "leaves out a fifth one. Equally likely options share their ranks. F1 is left out, "
        "because it follows from the accuracy: 2a / (1 + a).",
    ),
    System(
        name="dbg",
        paper='Chen et al. 2025, "Beyond the surface: measuring self-preference in LLM judgments"',
        command="arena run self-preference --tasks 4 --agents m1=scenarios.responses:recorded "
        "m2=scenarios.responses:recorded --out runs/dbg && arena judge runs/dbg --judge "
        "m1=scenarios.responses:Ruler?of=aa,aa,ab,bb --judge "
        "g1=scenarios.responses:Ruler?of=aa,aa,aa,ab --judge "
        "g2=scenarios.responses:Ruler?of=aa,ab,bb,bb --judge "
        "g3=scenarios.responses:Ruler?of=bb",
        figure=StatedFigure(
            "Self-preference in choices",
            "responses: m1, Which speaker did better?",
            0.25,
        ),
        differs="It is a share, where the paper has percentage points. The second line, undecided as "
        "none, is the paper's rule for judges behind an API. Without a panel the truth stands "
        "for it. A judge may be asked for reasons, and probabilities are those of the whole "
        "answer, not of a first token.",
    ),
    System(
        name="mind2web",
        paper='Gou et al. 2025, "Mind2Web 2: evaluating agentic search with agent-as-a-judge"',
        command="arena run mind2web --tasks 1 --agents scenarios.mind2web:Reporter?of=yyyyyn --out "
        "runs/mind2web && arena judge runs/mind2web --judge scenarios.mind2web:verifier "
        "--rubric scenarios.mind2web:rubric --no-swap --set calls=3 --set skip=true",
        figure=StatedFigure(
            "Partial completion",
            "report: scenarios.mind2web:verifier, afterwards, rubric: Is the city of item 1 "
            "right? and 5 more, of answerer",
            2 / 3,
        ),
        differs="There is no web: leaves are verified against the answer alone, and nothing is "
        "extracted from it first. A run has one rubric, where the paper has one for each "
        "task. A critical node may have parts that are not critical, which the paper's code "
        "refuses.",
    ),
    System(
        name="linco",
        paper='Wang et al. 2021, "Equality before the law: legal judgment consistency analysis for fairness"',
        command="arena run linco --tasks 3 --agents scenarios.linco:Terms?of=12/18,24/24,6/10 --out "
        "runs/linco",
        figure=StatedFigure(
            "Inconsistency of groups",
            "bench: term, 2 groups",
            5 / 3,
        ),
        differs="The paper's formula was not found: ours is the standard deviation of the groups' "
        "mean terms in a case, averaged over cases. No judges are trained on the cases of a "
        "group; a group has a brief, or agents of its own. The cases are made.",
    ),
    System(
        name="ssr-zero",
        paper='Yang et al. 2025, "SSR-Zero: simple self-rewarding reinforcement learning for '
        'machine translation"',
        command="arena run self-reward --tasks 1 --agents "
        "policy=scenarios.self_reward:Translator?of=90/80/80/10 --out runs/ssr-zero",
        figure=StatedFigure(
            "Mean score",
            "self-reward: judge, quality, of actor",
            65.0,
        ),
        differs="No weights are trained: `arena export` writes the group's rows with their "
        "advantages. The texts are numbers in words, and the prompts ours. A score that "
        "cannot be read and a translation that cannot be used are masked. The variant with "
        "COMET is left out, as its weights were not found.",
    ),
    System(
        name="wafer",
        paper='Ming et al. 2025, "Helpful agent meets deceptive judge: understanding '
        'vulnerabilities in agentic workflows"',
        command="arena run wafer --agents "
        "generator=scenarios.wafer:Swayed?of=RRRRR,RWWWW,RWRWR,WWRRR,RRWWR --set "
        "seats.judge=scenarios.wafer:scripted_commenter --out runs/wafer",
        figure=StatedFigure(
            "Changing twice or more",
            "malicious, grounded: generator, answer",
            0.4,
        ),
        differs="The definitions of switching, repair, recovery and oscillation are ours, because the "
        "paper's were not found. The questions are sums with a planted passage, and there is "
        "no web. The variants with several agents and a moderator are left out.",
    ),
    System(
        name="rise-judge",
        paper='Yu et al. 2025, "Improve LLM-as-a-judge ability as a general ability"',
        command="arena run judgebench --tasks 4 --out runs/rise-judge && arena judge runs/rise-judge "
        "--judge scenarios.responses:Ruler?of=rr,rw,wr,ww --combine tie-on-disagreement && "
        "arena export runs/rise-judge --to trl-sft --rows verdicts --where all-right=yes "
        "--out sft.jsonl",
        figure=StatedFigure(
            "Accuracy of each judge, undecided as wrong",
            "responses: scenarios.responses:Ruler?of=rr,rw,wr,ww, afterwards, Which speaker did "
            "better?, tie-on-disagreement",
            0.25,
        ),
        differs="No weights are trained, and the judge's prompt is not rewritten in other styles "
        "(`--prompts` gives another wording). SFT rows are those of pairs that are judged "
        "rightly in both orders, one row an order. For DPO, `--samples 4`, `--to trl-dpo "
        "--pairs texts` crosses right and wrong judgements, and `--where mostly-right=no` "
        "keeps hard pairs, which is our reading. Judgements without a verdict, and ties, are in no rows, "
        "where the paper pays a judgement without a verdict 0.",
    ),
    System(
        name="anyprefer",
        paper='Zhou et al. 2025, "Anyprefer: an agentic framework for preference data synthesis"',
        command="arena run anyprefer --tasks 3 --agents "
        "g=scenarios.anyprefer:Rehearsed?of=9/7/7/3/3:8,9/7/7/3/3:5/7/9,9/7/7/3/3:5/7/7 --out "
        "runs/anyprefer && arena export runs/anyprefer --to trl-dpo --seat target --reward "
        "annotation:preference --out pairs.jsonl",
        figure=StatedFigure(
            "Share of a class",
            "anyprefer: accepted is yes",
            2 / 3,
        ),
        differs="This is the text part; `anyprefer-tools` gives the judge a calculator, with which a "
        "scripted judge is always right (better is yes: 1), and without which it errs on purpose (0). "
        "The threshold 8 of 10 and three rounds are ours. Equal scores make no pair. An answer without "
        "a usable score is left out, where a re-implementation takes 1. A pair whose chosen answer is "
        "known to be wrong is counted (`better`), but not exported.",
    ),
)
