"""Published systems: debate and oversight."""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System

_COURSE = "scenarios.courses:Recited?of="
_ARBITER = "scenarios.mad:Arbiter?of=a*87,n*104,a*9"

OVERSIGHT_SYSTEMS: tuple[System, ...] = (
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
        name="scalable-oversight",
        paper='Kenton et al. 2024, "On scalable oversight with weak LLMs judging strong LLMs"',
        command='arena run oversight --agents "scenarios.overseers:Advocate?knows=1110" '
        "--judge scenarios.overseers:Overseer --tasks 8 --out runs/oversight",
        figure=StatedFigure("Open accuracy", "consultancy", 0.75),
        differs="Questions are about generated passages, and in `oversight-closed` about two solutions of a "
        "sum or two proofs. A speaker is asked for its choice in each episode, and not "
        "once. The words of each seat are ours. Best-of-4 debaters are `best-of:MODEL?n=4`.",
    ),
    System(
        name="oversight-with-images",
        paper='Kenton et al. 2024, "On scalable oversight with weak LLMs judging strong LLMs", the questions '
        "with images",
        command="arena run oversight-pictures --agents scenarios.oversight_pictures:Witness "
        "--judge scenarios.oversight_pictures:Unsighted --tasks 8 --out runs/oversight-pictures",
        figure=StatedFigure("Accuracy", "debate: decision", 1.0),
        differs="The pictures are drawn from numbers, where the paper has MMMU. The speakers see them, and "
        "the judge sees them under `direct-with-picture` alone. The rest is as in `scalable-oversight`.",
    ),
    System(
        name="mad",
        paper='Liang et al. 2023, "Encouraging divergent thinking in large language models through '
        'multi-agent debate"',
        command=f'arena run mad --tasks 200 --agents "affirmative={_COURSE}0*74,1*117,1*9" '
        f'"negative={_COURSE}2*191,1*9" --judge "{_ARBITER}" --set "seats.moderator={_ARBITER}" '
        "--out runs/mad",
        figure=StatedFigure("Final answer", "mad: affirmative alone", 0.435),
        differs="The agents have the paper's counts of winners (87, 104 and 9 ties of 200) and its accuracy "
        "(37.0 %), on sums. The moderator chooses a side, whose answer is taken, where the code takes any "
        "answer that the moderator writes. `arena run mad-levels` compares the four levels.",
    ),
    System(
        name="ai-debate",
        paper='Rahman et al. 2025, "AI debate aids assessment of controversial claims"',
        command="arena run claims --agents random --judge scenarios.claims:Citizen --out runs/claims",
        figure=StatedFigure("Belief change of judges", "debate, sceptical", 0.5),
        differs="The claims and the two personas are our own, and shorter than the paper's. The judge is "
        "first asked once it knows who argues for what, where the paper shows it the claim alone. "
        "Nothing is browsed, and no human judges yet.",
    ),
    System(
        name="internal-consistency",
        paper='Liang et al. 2024, "Internal consistency and self-feedback in large language models: '
        'a survey"',
        command="arena run internal-consistency --tasks 2 "
        f'--agents "model={_COURSE}01111,21121" --out runs/consistency',
        figure=StatedFigure("Share of the mode", "vote: answerer, answer", 0.7),
        differs="The survey names signals and updates without formulas, so the figures and their conventions "
        "are ours. The two courses agree as the samples of Llama-3-8B (0.8) and GPT-4o (0.6) in its "
        "repository. Layers below the reply are left out.",
    ),
)
