"""Consultancy: one consultant argues for an answer, and the judge asks."""

from __future__ import annotations

from arena.core.ranges import Rounds
from arena.prompts import Prompts
from protocols.shared.beliefs import Moment
from protocols.shared.oversight import JUDGE, Case, Oversight
from protocols.shared.questions import Sides

CONSULTANT = "consultant"

_PROMPTS = Prompts(__file__)


class Consultancy(Oversight):
    """One consultant argues for an answer that may be wrong, and the judge asks it questions and decides.

    Debate is compared with this baseline (Khan et al. 2024; Kenton et al. 2024). The episode's chance assigns
    the consultant's answer, and every answer is equally likely. Neither the consultant nor the protocol knows
    whether it is right. If `sides` are chosen, the consultant chooses its answer. It speaks in each of
    `rounds`. With `interactive`, the judge asks a question after each round except the last.

    Args:
        rounds: How many times the consultant speaks.
        sides: How the consultant gets its answer: assigned by chance, or chosen.
        interactive: Whether the judge asks a question after each round except the last.
    """

    rounds: Rounds = 3
    sides: Sides = Sides.ASSIGNED
    interactive: bool = True

    @property
    def speakers(self) -> tuple[str, ...]:
        """The seat ``consultant``."""
        return (CONSULTANT,)

    def role(self, seat: str) -> str:
        """Return the role of the consultant, the judge or an onlooker."""
        if seat == CONSULTANT:
            return _PROMPTS.text("consultant")
        role = "judge" if seat == JUDGE else "onlooker"
        return _PROMPTS.text(role, chosen=self.sides is not Sides.ASSIGNED)

    async def argue(self, case: Case) -> None:
        """Settle the consultant's side, then play the rounds."""
        await case.take_sides(self.sides)
        await case.believe(Moment.BEFORE)
        for case.round in range(1, self.rounds + 1):
            asked = _PROMPTS.text("round", round=case.round, rounds=self.rounds, interactive=self.interactive)
            await case.say(self.speakers, asked)
            if self.interactive and case.round < self.rounds:
                await case.inquire()
            await case.believe(Moment.ROUND)
