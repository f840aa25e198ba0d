"""Published systems: critics and self-correction."""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System

_CHECKED = """--set protocol.feedback=self --set 'protocol.stop=["done"]' --set protocol.review_last=true"""
_COURSE = "scenarios.courses:Recited?of="

CRITICS_SYSTEMS: tuple[System, ...] = (
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
        "the code takes off for each reply of a bad form is left out. An episode without a right answer has "
        "no reward if a turn has no answer, where the code has 0 less the penalty. `arena run try-answer "
        "--agents scenarios.try_answer:Trying` has the environment as a tool, called three times for each "
        "task.",
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
        "`confidence-critique-forced` is the variant with probabilities.",
    ),
    System(
        name="confidence-critique-forced",
        paper='Yang et al. 2024, "Confidence v.s. critique", the variant for tasks with given answers',
        command="arena run confidence-critique --agents scenarios.confidence_critique:Hesitant "
        "--out runs/forced",
        figure=StatedFigure("Critique score (CS)", "forced-answers, by probability", 0.48),
        differs="The question is repeated word for word, but the forced first answer stands in it, where the "
        "paper has it as the model's own turn.",
    ),
    System(
        name="self",
        paper='Lu et al. 2023, "SELF: self-evolution with language feedback"',
        command=f"arena run self-correction {_CHECKED} --tasks 6 "
        f'--agents "self={_COURSE}1n0y,1n0y,1n2y,1n2n,1n0n,1n2n" --out runs/self',
        figure=StatedFigure("Answers accepted, by turn", "revise: self, turn 2", 0.5),
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
        differs="A critique is followed by one refinement. With `--set protocol.samples=4` there are four, "
        "as the paper's filter draws several, and `--reward revision-gain?samples=all --seat critic` pays a "
        "critique the share of them that is right. With `&missing=wrong` a refinement that cannot be used is "
        "wrong, as in the code; otherwise its critique has no reward.",
    ),
    System(
        name="scl",
        paper='He et al. 2024, "Self-correction is more than refinement: a learning framework for visual and '
        'language reasoning tasks"',
        command='arena run scl --tasks 5 --agents "scl=scenarios.scl:Reviewer?of=00,10,01,12,10" '
        "--out runs/scl",
        figure=StatedFigure("Accuracy after turn 2", "plain: scl", 0.6),
        differs="The pictures are drawn from numbers, and the four wordings are ours. A reply with different "
        "letters between hash signs is asked for again. `arena export --to trl-vision-dpo --reward correct "
        "--pairs first-refined --prompt first` writes the pairs of types 2 and 3, with their pictures.",
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
    System(
        name="s3c-math",
        paper='Yan et al. 2024, "S3c-Math: spontaneous step-level self-correction makes large language '
        'models better mathematical reasoners"',
        command="arena run s3c-math --out runs/s3c-math",
        figure=StatedFigure("Accuracy", "misled: answerer, answer", 0.75),
        differs="Wrong steps are made and told by arithmetic, where the paper samples them and tells them by "
        "rollouts. That a step was noticed is read from the answer. `arena export --to spans` writes the "
        "rows, in which only the wrong step is not learnt.",
    ),
    System(
        name="thinktuning",
        paper='RRV et al. 2025, "ThinkTuning: instilling cognitive reflections without distillation"',
        command="arena run think-tuning --out runs/think-tuning",
        figure=StatedFigure("Wrong to right", "answerer, answer, undecided left out: taught less plain", 0.5),
        differs="No weights are trained. The student writes the end of a guided reply, and the teacher's "
        "words are not learnt; neither is in what we could read. The share of guided replies is the "
        "setting `share` of the agent `taught`.",
    ),
    System(
        name="iterative-deepening",
        paper='Chen et al. 2025, "Iterative deepening sampling as efficient test-time scaling"',
        command="arena run iterative-deepening --out runs/iterative-deepening",
        figure=StatedFigure("Accuracy", "deepened: answerer, answer", 0.8),
        differs="The trigger's words and the budgets are ours. A reply that ends before its budget is used "
        "up is left as it is. The bound on tokens is not checked.",
    ),
    System(
        name="j1",
        paper='2025, "J1: exploring simple test-time scaling for LLM-as-a-judge" (arXiv 2505.11875)',
        command="arena run j1 --out runs/j1",
        figure=StatedFigure(
            "Accuracy, paired difference", "decision, undecided left out: 8 times less at once", 0.3
        ),
        differs="No weights are trained. The words that have the judge go on, and how often, are ours. The "
        "trend is the difference in accuracy between the most time and none, with its interval.",
    ),
    System(
        name="srpo",
        paper='Wan et al. 2025, "SRPO: enhancing multimodal LLM reasoning via reflection-aware reinforcement '
        'learning"',
        command="arena run srpo --tasks 1 --episodes 4 --agents "
        '"policy=scenarios.srpo:Reflecting?of=10/200,00/200,01/200,12/200&samples=4" --out runs/srpo',
        figure=StatedFigure("Mean score", "reflection: accuracy, of policy", 0.5),
        differs="The reward is that of the code for OpenRLHF; that for verl contradicts itself. "
        "Tokens are words, and each tag is one. Nothing is paid if the truth is not known, where the code "
        "pays 1. A group of samples whose mean accuracy is not from 0.1 to 0.9 stays in the export; the code "
        "drops it. `srpo-cold-start` has a teacher write the reflections, as turns of their own, and that "
        "teacher reads no thoughts that come from a server.",
    ),
    System(
        name="llava-critic",
        paper='Wang et al. 2025, "LLaVA-Critic-R1: your critic model is secretly a strong policy model"',
        command="arena run llava-critic --tasks 4 "
        '--agents "critic=scenarios.llava_critic:Comparer?of=R,r,W,w" --out runs/llava-critic',
        figure=StatedFigure("Accuracy", "pair-critic: critic, answer", 0.5),
        differs="The pairs are right and wrong answers about drawn pictures. The critic's pointwise task is "
        "left out, because its reward was not found.",
    ),
    System(
        name="llava-self-critic",
        paper='Wang et al. 2025, "LLaVA-Critic-R1", the policy that picks among its own answers',
        command="arena run self-critic --tasks 2 --set protocol.samples=4 "
        '--agents "policy=scenarios.llava_critic:Sampler?of=1023,1123" '
        '"critic=scenarios.llava_critic:Comparer?of=R" --out runs/self-critic',
        figure=StatedFigure("Best sample right", "self-critic: policy, answer, by reached", 0.5),
        differs="How the paper compares 128 samples was not found. Ours is a knockout in an order that the "
        "episode's seed draws, and `--set protocol.samples=128` has 127 comparisons. "
        "The critic reads no thoughts of answers that come from a server.",
    ),
    System(
        name="gui-critic",
        paper='Wanyan et al. 2025, "Look before you leap: a GUI-Critic-R1 model for pre-operative error '
        'diagnosis in GUI automation"',
        command='arena run gui-critic --tasks 114 --agents "critic=scenarios.gui_critic:Diagnosing?of=cw" '
        "--out runs/gui-critic",
        figure=StatedFigure("Accuracy, undecided as wrong", "action-critic: critic, action", 0.5),
        differs="Screens are drawn from a tree of widgets, in which the right action is known. So a "
        "suggestion is like it if it names the right target alone, where the paper asks a model.",
    ),
    System(
        name="gui-critic-in-use",
        paper='Wanyan et al. 2025, "Look before you leap", an agent with the critic and without it',
        command="arena run gui-agent --tasks 4 "
        '--agents "agent=scenarios.gui_agent:Operator?of=mrms" "critic=scenarios.gui_agent:AdvisingCritic" '
        "--out runs/gui-agent",
        figure=StatedFigure("Share of a class", "operated-app: advantage is yes", 0.5),
        differs="The program is ours, with menus of switches, and both passes of a task are one episode. The "
        "agent is asked once more after an Incorrect; the paper's number was not found.",
    ),
    System(
        name="self-rationalisation",
        paper='Trivedi et al. 2024, "Self-rationalization improves LLM as a fine-grained judge"',
        command="arena run self-rationalisation --agents scenarios.self_rationalisation:scripted_rater "
        "--tasks 2 --set protocol.samples=5 --out runs/self-rationalisation",
        figure=StatedFigure("Accuracy of the mode", "revise: answerer, answer", 1.0),
        differs="No weights are trained. The margin of 2 and the number of judgements are ours, and the rule "
        "by a meta-judge is left out. Where the truth is known, a majority that is wrong is never chosen.",
    ),
    System(
        name="multicritique",
        paper='Lan et al. 2024, "Training language models to critique with multi-agent feedback"',
        command='arena run multi-critique --tasks 1 --agents "panel:scenarios.multi_critique:meta_critic?'
        "members=scenarios.multi_critique:critic_one;scenarios.multi_critique:critic_two;"
        'scenarios.multi_critique:critic_three&classes=good;flawed" --out runs/multi-critique',
        figure=StatedFigure("Mean score", "wrong-step-list: recall, of critic", 1.0),
        differs="Each single critic has the recall 0.5. There are two classes of points, where the paper has "
        "seven. Revisions are judged by the truth, and not by a reward model: in runs of `critique`, "
        "`revision-gain?samples=all` with `--pairs texts` makes the pairs.",
    ),
    System(
        name="supercorrect",
        paper='Yang et al. 2024, "SuperCorrect: supervising and correcting language models with error-driven '
        'insights"',
        command="arena run supercorrect --set seats.student=scenarios.supercorrect:scripted_student "
        "--set seats.teacher=scenarios.supercorrect:tutor "
        "--set seats.inspector=scenarios.supercorrect:exact_inspector --out runs/supercorrect",
        figure=StatedFigure("Mean score", "step-correction: location right, of student", 2 / 3),
        differs="No weights are trained, and the first stage is left out. `arena export --to trl-dpo "
        "--reward correction --pairs seats` writes the pairs, under the problem and the right steps. Where "
        "both are right, or neither, there is no pair.",
    ),
)
