"""The Kuhn tournament as a script of five lines: ``python -m scenarios.script``."""

import arena
from protocols import Play

if __name__ == "__main__":
    tournament = arena.Tournament(protocol=Play(game="kuhn"), agents=["kuhn-nash", "random"])
    arena.run(tournament).show()
