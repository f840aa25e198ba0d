"""Published systems: games and negotiation."""

from __future__ import annotations

from scenarios.systems._system import StatedFigure, System

GAMES_SYSTEMS: tuple[System, ...] = (
    System(
        name="spiral",
        paper='Liu et al. 2025, "SPIRAL: self-play on zero-sum games incentivizes reasoning via multi-agent '
        'multi-turn reinforcement learning"',
        command="arena run spiral --set episodes=4 --agents scenarios.spiral:LateWinner --out runs/spiral",
        figure=StatedFigure("Share of a class", "kuhn: result of player_0 is win", 1.0),
        differs="Under `kuhn by the right rules` the same player has lost. `arena export --to tokens "
        "--reward with-forfeits` has the published rewards, masks and advantages; rows whose advantage is "
        "0 stay, and a seat that was never asked moves no baseline. Two boxed moves are ambiguous, where the "
        "code takes the last. The negotiation takes every offer that its rules allow. The words are ours.",
    ),
    System(
        name="epo",
        paper='Liu et al. 2025, "EPO: explicit policy optimization for strategic reasoning in LLMs ..."',
        command='arena run epo --tasks 1 --agents "buyer=scenarios.epo:Bidder?says=40,50,55,60" '
        '"seller=scenarios.epo:Bidder?says=100,95,75,70,accept" --judge scenarios.epo:scripted_critical '
        "--set seats.buyer_strategist=scenarios.epo:Planner --out runs/epo",
        figure=StatedFigure("Share of a class", "strategised: judge, critical is yes", 0.25),
        differs="The goal is the share of the surplus of a bargain, in place of a rating; without "
        "`protocol.goal` the judge rates it. `arena export --seat buyer_strategist "
        '--reward "annotation:strategy?gamma=0.99&divide=largest"` writes a row for each strategy, in place '
        "of one for each talk. The words of the strategist and the judge are ours.",
    ),
    System(
        name="archer",
        paper='Zhou et al. 2024, "ArCHer: training language model agents via hierarchical multi-turn RL"',
        command="arena run twenty-questions --agents scenarios.archer:Halving "
        "--set seats.oracle=scenarios.archer:TableOracle --out runs/archer",
        figure=StatedFigure("Mean score", "twenty-questions: trajectory reward, of guesser", -3.4),
        differs="The things, the cities and what is true of them are our own. An oracle that says both "
        "yes and no is asked again, where the code takes the yes. A city is named by whole words, "
        "where the code looks for its letters, and a question that names several is invalid. "
        "`--to transitions --reward utterance` is the record that the "
        "critics learn from; they are trained elsewhere. Detective and WebShop are left out. "
        "`arena run twenty-questions-tools --agents scenarios.guessing_tools:Asking` has the oracle as a "
        "tool, which is called 44 times for the ten things.",
    ),
    System(
        name="gpt-bargaining",
        paper='Fu et al. 2023, "Improving language model negotiation with self-play and in-context learning '
        'from AI feedback"',
        command="arena run gpt-bargaining --set protocol.games=3 --tasks 1 --agents "
        '"seller=scenarios.gpt_bargainers:Reciter?of=18;16|17;14|no" '
        '"buyer=scenarios.gpt_bargainers:Reciter?of=12;ok|12;ok|no" '
        "--set seats.moderator=scenarios.gpt_bargainers:scripted_moderator "
        "--set seats.critic=scenarios.gpt_bargainers:PlainFeedback --out runs/series",
        figure=StatedFigure("Price by game", "series-of-bargains: game 2", 14.0),
        differs="Other feedback on the same first game is a fork at the critic's turn. The words of all are "
        "ours, and so is the pool of human feedback. A reply that cannot be used breaks the series off, and "
        "is no game without a deal. The gains of both sides stand beside the price.",
    ),
    System(
        name="rlhs",
        paper='Liang et al. 2025, "RLHS: mitigating misalignment in RLHF with hindsight simulation"',
        command="arena run rlhs --agents scenarios.rlhs:liar "
        "--set seats.customer=scenarios.rlhs:trusting --out runs/rlhs",
        figure=StatedFigure("Mean score", "shop: gap, immediate, of chatbot", 4 / 3),
        differs="Utility in scenes without a wish for the price is 1 or less, and not -1, where the feature "
        "is there: the code's -1 is a slip. Nothing bought is worth 0, and a rating r is (r - 3) / 2. The "
        "goods are our own. Deception is what the customer reads in the answer. The published table is of "
        "trained models and is not played again; its gaps of rating and utility are on the game's page.",
    ),
    System(
        name="refuel",
        paper='Gao et al. 2024, "Regressing the relative future: efficient policy optimization for '
        'multi-turn RLHF"',
        command="arena run refuel-win-rate --tasks 2 "
        '--agents "assistant=scenarios.refuel_agents:Pupil?of=RWRWW" '
        '"base=scenarios.refuel_agents:Pupil?of=WWWRR" '
        "--judge scenarios.refuel_agents:scripted_dialogue_judge "
        "--set seats.user=scenarios.refuel_agents:scripted_user --out runs/refuel",
        figure=StatedFigure("Mean score", "win-rate: win", 0.9),
        differs="The user asks for sums, and the reward is the number of right answers; with "
        "`protocol.rated` a judge rates the dialogue. `arena run refuel` and `arena fork --at-label fork` "
        "are the two trajectories, and `scenarios.refuel_pairs` has their rows and the loss, by which nobody "
        "trains. The second setting, on recorded dialogues, is left out.",
    ),
    System(
        name="webevolver",
        paper='Fang et al. 2025, "WebEvolver: enhancing web agent self-improvement with coevolving world '
        'model"',
        command="arena run web-lookahead --tasks 1 --agents "
        '"scenarios.web_agents:Surfer?does=click [3];click [1];click [4]|click [3]|click [5];click [2];'
        'stop [214]" --judge scenarios.web_agents:scripted_success '
        "--set seats.world=scenarios.web_agents:perfect_world "
        '--set "seats.scorer=scenarios.web_agents:Finder?wants=Catalogue" --out runs/web',
        figure=StatedFigure("Mean score", "browsing: scorer, look-ahead, of agent", 2 / 3),
        differs="The web is a small one of ours with an exact simulator, and the words are ours. The "
        "measure of predictions was not found: it is whether a page is exact, and the F1 of its lines. "
        "Temperatures are those of the agents. `web-synthetic` has the model serve the pages. Steps that are "
        "good, fair or poor are a label of `arena judge`, and nobody trains. `arena run web-tools --agents "
        "scenarios.web_tools:Clicking` has the pages as tools, with two calls for each task.",
    ),
    System(
        name="ego-social-arena",
        paper='Wang et al. 2024, "EgoSocialArena: benchmarking the social intelligence of large language '
        'models ..."',
        command="arena run ego-social-arena --tasks 1 --agents "
        '"scenarios.ego_social_arena:Foreteller?guesses=65,45,35,25,20,50,50,50,50,50" --out runs/ego',
        figure=StatedFigure("Mean score", "numbers, level 1: guess, of player", 0.5),
        differs="The guesses are those of Claude in the README. Level 3 rounds down, and a level 4 is left "
        "out, because no rule is given. The hold'em opponents raise at random or fold weak cards, in place "
        "of trained networks; the number of hands is ours, and so are the words. Beliefs in blackjack are "
        "asked for and not graded.",
    ),
    System(
        name="spo",
        paper='Swamy et al. 2024, "A minimaximalist approach to reinforcement learning from human feedback"',
        command="arena run spo --tasks 2 --set protocol.samples=3 --set protocol.votes=5 --agents "
        '"writer=scenarios.spo:Stylist?styles=a,b,c" '
        '--set "seats.judge=scenarios.spo:Circle?styles=a,b,c&wins=6,7,8" --out runs/spo',
        figure=StatedFigure("Mean score", "preferred-samples: largest minimax weight", 0.5),
        differs="There is no official code. The tasks of control are left out; a judge whose preferences go "
        "round in a circle stands for them. Comparisons that cannot be used count in no rate. Siblings are "
        "compared, and not a queue of earlier samples. `arena export --seat writer --reward "
        "sibling-win-rate --advantage group-mean?by=prompt` has the rows.",
    ),
)
