"""The Kuhn tournament as a script of five lines: ``python -m scenarios.script``."""

import asyncio

from arena import Tournament, run
from protocols import Play

if __name__ == "__main__":
    tournament = Tournament(protocol=Play(game="kuhn"), agents=["kuhn-nash", "random"])
    asyncio.run(run(tournament)).show()
