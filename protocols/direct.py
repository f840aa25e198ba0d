"""The direct answer: a judge decides alone."""

from __future__ import annotations

from arena.prompts import Prompts
from protocols.shared.beliefs import Beliefs, Moment
from protocols.shared.oversight import JUDGE, Case, Oversight
from protocols.shared.questions import Readers

_PROMPTS = Prompts(__file__)


class Direct(Oversight):
    """The judge decides alone. It reads the source only if everyone does.

    The results of debate and consultancy are placed between these two baselines. They are the naive and the
    expert judge of Khan et al. 2024, and direct question answering without and with the article of Kenton et
    al. 2024.
    """

    source: Readers = Readers.NOBODY
    beliefs: Beliefs = Beliefs(holders=())

    @property
    def speakers(self) -> tuple[str, ...]:
        """No seats, because nobody argues."""
        return ()

    def role(self, seat: str) -> str:
        """Return the role of the judge or an onlooker."""
        return _PROMPTS.text("judge" if seat == JUDGE else "onlooker")

    async def argue(self, case: Case) -> None:
        """Ask for the beliefs before the verdict. Nobody speaks."""
        await case.believe(Moment.BEFORE)
