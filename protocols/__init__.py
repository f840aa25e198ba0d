"""Part of Arena (arena-protocols): the protocols, who speaks when and what they are asked.

One file each. To add one, write a file with a subclass of `arena.Protocol` and a line in the table below, or,
in another distribution, an entry point in the group ``arena.protocols``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arena.designs.coached import Coached
    from protocols.bargain import Bargain
    from protocols.consultancy import Consultancy
    from protocols.debate import Debate, Order
    from protocols.direct import Direct
    from protocols.first_error import FirstError
    from protocols.guessing import GuessMyCity, TwentyQuestions
    from protocols.mad import Mad
    from protocols.play import LegalMoves, Play
    from protocols.revise import Revise
    from protocols.shared.answers import AnswerMatch
    from protocols.shared.beliefs import Beliefs, Elicitation, Holder, Moment
    from protocols.shared.questions import Readers, Sides
    from protocols.shared.quotes import QuotedSpeech
    from protocols.shared.steps import ErrorType
    from protocols.shared.verdicts import Combination, Reading
    from protocols.shop import Shop
    from protocols.sneaky_critic import SneakyCritic
    from protocols.society import Society
    from protocols.strategised import Strategised
    from protocols.textarena import TextArena

__all__ = [
    "PROTOCOLS",
    "AnswerMatch",
    "Bargain",
    "Beliefs",
    "Coached",
    "Combination",
    "Consultancy",
    "Debate",
    "Direct",
    "Elicitation",
    "ErrorType",
    "FirstError",
    "GuessMyCity",
    "Holder",
    "LegalMoves",
    "Mad",
    "Moment",
    "Order",
    "Play",
    "QuotedSpeech",
    "Readers",
    "Reading",
    "Revise",
    "Shop",
    "Sides",
    "SneakyCritic",
    "Society",
    "Strategised",
    "TextArena",
    "TwentyQuestions",
]

PROTOCOLS = {
    "bargain": "protocols.bargain:Bargain",
    "coached": "arena.designs.coached:Coached",
    "consultancy": "protocols.consultancy:Consultancy",
    "debate": "protocols.debate:Debate",
    "direct": "protocols.direct:Direct",
    "first-error": "protocols.first_error:FirstError",
    "guess-my-city": "protocols.guessing:GuessMyCity",
    "mad": "protocols.mad:Mad",
    "play": "protocols.play:Play",
    "revise": "protocols.revise:Revise",
    "shop": "protocols.shop:Shop",
    "sneaky-critic": "protocols.sneaky_critic:SneakyCritic",
    "society": "protocols.society:Society",
    "strategised": "protocols.strategised:Strategised",
    "twenty-questions": "protocols.guessing:TwentyQuestions",
    "textarena": "protocols.textarena:TextArena",
}

_HOMES = {
    "arena.designs.coached": ("Coached",),
    "protocols.bargain": ("Bargain",),
    "protocols.consultancy": ("Consultancy",),
    "protocols.debate": ("Debate", "Order"),
    "protocols.direct": ("Direct",),
    "protocols.first_error": ("FirstError",),
    "protocols.guessing": ("GuessMyCity", "TwentyQuestions"),
    "protocols.mad": ("Mad",),
    "protocols.play": ("LegalMoves", "Play"),
    "protocols.revise": ("Revise",),
    "protocols.shared.answers": ("AnswerMatch",),
    "protocols.shared.beliefs": ("Beliefs", "Holder", "Elicitation", "Moment"),
    "protocols.shared.questions": ("Readers", "Sides"),
    "protocols.shared.quotes": ("QuotedSpeech",),
    "protocols.shared.steps": ("ErrorType",),
    "protocols.shared.verdicts": ("Combination", "Reading"),
    "protocols.shop": ("Shop",),
    "protocols.sneaky_critic": ("SneakyCritic",),
    "protocols.society": ("Society",),
    "protocols.strategised": ("Strategised",),
    "protocols.textarena": ("TextArena",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
