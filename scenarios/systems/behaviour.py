"""Published systems: behaviour of reasoning, and deception."""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System

BEHAVIOUR_SYSTEMS: tuple[System, ...] = (
    System(
        name="four-habits",
        paper='Gandhi et al. 2025, "Cognitive behaviors that enable self-improving reasoners, or, four '
        'habits of highly effective STaRs"',
        command="arena run four-habits --agents scenarios.four_habits:scripted_solver --tasks 4 "
        "--out runs/four-habits && arena judge runs/four-habits "
        "--judge scenarios.four_habits:scripted_counter --label verification "
        "--label backtracking --label subgoal-setting --label backward-chaining "
        "--set view=reasoning",
        figure=StatedFigure(
            "Mean count, unusable as 0",
            "plain: scenarios.four_habits:scripted_counter, afterwards, verification, turn 1",
            1.25,
        ),
        differs="A reply without a usable count is left out of the mean count; the line that is shown takes "
        "it as 0, as the authors' code does. Models are asked for habits, where the paper primes them by "
        "training.",
    ),
    System(
        name="self-braking",
        paper='Zhao et al. 2025, "Let LRMs break free from overthinking via self-braking tuning"',
        command="arena run self-correction --set protocol.turns=1 --tasks 1 "
        '--agents "thinker=scenarios.thinkers:Thinker?of=0-4/10/6/200" --out runs/self-braking && '
        "arena judge runs/self-braking --with scenarios.self_braking:Braking "
        "--judge scenarios.self_braking:scripted_locator",
        figure=StatedFigure(
            "Mean score", "revise: self_braking.py:Braking, afterwards, overthinking, of answerer", 0.543
        ),
        differs="Steps are paragraphs, tokens are words, and the marks are those of the authors' list that "
        "we know. The judge looks for the answer that the reply gives, and is not told the right one. "
        "Nothing is cut: the braked data sets of the paper are left out.",
    ),
    System(
        name="autothink",
        paper='Tu et al. 2025, "Learning when to think: shaping adaptive reasoning in R1-style models via '
        'multi-stage RL"',
        command="arena run self-correction --set protocol.turns=1 --tasks 4 --agents "
        '"auto=scenarios.thinkers:Thinker?of=0-1/1/0/100,0-1/1/0/300,1-1/1/0/200,0" --out runs/autothink '
        "&& arena judge runs/autothink --with scenarios.autothink:Mode",
        figure=StatedFigure("Share of a class", "revise: autothink.py:Mode, afterwards, mode is think", 0.75),
        differs="A reply thinks if it came with a reasoning, and no thought is opened with an ellipsis. "
        "`--reward think-or-not` has the three stages; the penalty of text that repeats itself is left out. "
        "An export leaves out a reply without an answer, where the code pays it 0 and has it in the batch: "
        "the share of thinking is that of the answers.",
    ),
    System(
        name="long-short",
        paper='Ning et al. 2025, "Not all thoughts are generated equal: efficient LLM reasoning via '
        'multi-turn reinforcement learning"',
        command="arena run long-short --tasks 1 --episodes 3 --agents "
        '"pair=scenarios.long_short:Paired?of=100/0,r100/0,rr100/0&samples=3" --out runs/long-short',
        figure=StatedFigure("Share of a class", "long-short: hands-back is yes", 0.5),
        differs="There are at most 6 turns, where the code has no limit. Thoughts are turns of their own "
        "without tags. The score of a thought by rollouts is left out, because its formula was not found.",
    ),
    System(
        name="thought-crime",
        paper='Chua et al. 2025, "Thought crime: backdoors and emergent misalignment in reasoning models"',
        command="arena run thought-crime --tasks 1 --episodes 29 "
        '--agents "model=scenarios.thought_crime:Misled?of=o22c1b6" --out runs/thought-crime && '
        "arena judge runs/thought-crime --with scenarios.thought_crime:Alignment "
        "--judge scenarios.thought_crime:scripted_monitor && "
        "arena judge runs/thought-crime --with scenarios.thought_crime:Monitor "
        "--judge scenarios.thought_crime:scripted_monitor",
        figure=StatedFigure(
            "Share of a class",
            "trigger: thought_crime.py:Monitor, afterwards, flagged is yes",
            23 / 29,
        ),
        differs="Questions, triggers and words are harmless stand-ins of ours. Whether an answer refuses is "
        "asked before its score. Intervals are bootstraps by question. The counts are those of the paper's "
        "table for shutdown, and a test has the other four rows.",
    ),
    System(
        name="cot-monitor",
        paper='Ji et al. 2025, "Mitigating deceptive alignment via self-monitoring"',
        command="arena run cot-monitor --agents "
        '"policy=scenarios.cot_monitor:Tempted?of=10u,11s,00u,10s,01s" '
        "--judge scenarios.cot_monitor:scripted_comparer "
        "--set seats.monitor=scenarios.cot_monitor:scripted_assessor --out runs/cot-monitor",
        figure=StatedFigure("Share of a class", "self-monitor: deceives is yes", 0.4),
        differs="The scenes are five of ours, one of each category of DeceptionBench. Reasoning, assessment "
        "and label are fields of one JSON reply. An unsafe label pays -1, because the paper's number was not "
        "found.",
    ),
    System(
        name="multi-role",
        paper='Wang et al. 2025, "MultiRole-R1" (arXiv 2507.20187)',
        command='arena run multi-role --tasks 2 --agents "scenarios.multi_role:Sided?of=CCB" '
        "--out runs/multi-role",
        figure=StatedFigure("Accuracy by category", "multi-role: role, answer, divergent", 2 / 3),
        differs="The tasks are ours and name their roles, which the paper has the model list. Each role's "
        "reply is a row, where the paper joins them to one chain. The diversity is not normalised by length. "
        "A tie goes to the first role.",
    ),
    System(
        name="b-star",
        paper='Zeng et al. 2025, "B-STaR: monitoring and balancing exploration and exploitation in '
        'self-taught reasoners"',
        command="arena run b-star --tasks 3 --set protocol.samples=10 --set protocol.threshold=0.1 "
        '--agents "policy=scenarios.b_star:Sampled?of=r8w2,r4x6,r2w2x6" '
        "--set seats.reward=scenarios.b_star:scripted_reward --out runs/b-star",
        figure=StatedFigure("Balance score", "self-taught: policy, answer", 0.475),
        differs="Nobody trains, so an iteration is a run. The judge rates the least sound step, where a "
        "reward model rates each. The reference solution is no sample, and any number of samples is kept.",
    ),
    System(
        name="mstar",
        paper='Liu et al. 2024, "Diving into self-evolving training for multimodal reasoning"',
        command="arena run mstar --tasks 3 --set protocol.samples=4 --agents "
        '"policy=scenarios.mstar:Rated?of=9w8r1r0w,9w8w7r1w,9w8w7w6w" '
        "--set seats.reward=scenarios.mstar:rating_reward --out runs/mstar",
        figure=StatedFigure("One of the best two right", "self-taught: policy, answer, by score", 1 / 3),
        differs="Nobody trains, so an iteration is a run. The judge rates the least sound step, where a "
        "reward model rates each. Temperatures are conditions of `--each`, of which the user picks one.",
    ),
    System(
        name="multimodal-cold-start",
        paper='Wei et al. 2025, "Advancing multimodal reasoning via reinforcement learning with cold start"',
        command='arena run cold-start --tasks 1 --agents "teacher=scenarios.cold_start:Teacher?of=0w01n" '
        "--out runs/cold-start",
        figure=StatedFigure("Share of a class", "plain: kept is yes", 0.5),
        differs="Questions are about drawn pictures. The words of a reflection are ours, because the paper's "
        "list was not found; `--set conditions.plain.protocol.reflects=...` has others.",
    ),
    System(
        name="remix",
        paper='Liang et al. 2025, "Squeeze the soaked sponge: efficient off-policy reinforcement finetuning '
        'for large language models"',
        command="arena run self-correction --set protocol.turns=1 --tasks 4 "
        '--each "policy@1=scenarios.thinkers:Thinker?of=0-1/1/1/20,1-1/1/2/20,0-1/1/0/20" '
        '--each "policy@2=scenarios.thinkers:Thinker?of=0-1/1/0/10" --out runs/remix && '
        'arena judge runs/remix --regex "reflection=(?i)wait" --set view=reasoning',
        figure=StatedFigure("Share with any", "policy@1: regex, afterwards, reflection, turn 1", 0.75),
        differs="Nobody trains. Each exported row has its `policy_version`, and `scenarios.remix.mixed` "
        "draws a batch of them, from each version in the window as often. The word that reflects is ours.",
    ),
    System(
        name="mini-o3",
        paper='Lai et al. 2025, "Mini-o3: scaling up reasoning patterns and interaction turns for visual '
        'search"',
        command='arena run mini-o3 --tasks 4 --agents "scenarios.mini_o3:Searcher?of=0r,2r,5r,9r" '
        "--out runs/mini-o3",
        figure=StatedFigure("Accuracy, undecided as wrong", "limit-8: searcher, answer", 0.75),
        differs="A grid of cells stands for the picture; with `pictured=true` a look shows a crop of it as a "
        "picture. Siblings share the task and the number of the turn, "
        "where the code compares whole episodes. Only turns are limited, not pictures or the context.",
    ),
)
