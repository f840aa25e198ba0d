"""Part of Arena (arena-protocols): the protocols, who speaks when and what they are asked.

One file each. To add one, write a file with a subclass of `arena.Protocol` and a line in the table below, or,
in another distribution, an entry point in the group ``arena.protocols``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from protocols.answers import Comparison
    from protocols.bargain import Bargain
    from protocols.beliefs import Beliefs, Holder, Method, Moment
    from protocols.coached import Coached
    from protocols.consultancy import Consultancy
    from protocols.debate import Debate, Order
    from protocols.direct import Direct
    from protocols.first_error import FirstError
    from protocols.mad import Mad
    from protocols.play import LegalMoves, Play
    from protocols.questions import Readers, Sides
    from protocols.quotes import QuotedSpeech
    from protocols.revise import Revise
    from protocols.sneaky_critic import SneakyCritic
    from protocols.society import Society
    from protocols.steps import ErrorType
    from protocols.verdicts import Combination, Reading

__all__ = [
    "PROTOCOLS",
    "Bargain",
    "Beliefs",
    "Coached",
    "Combination",
    "Comparison",
    "Consultancy",
    "Debate",
    "Direct",
    "ErrorType",
    "FirstError",
    "Holder",
    "LegalMoves",
    "Mad",
    "Method",
    "Moment",
    "Order",
    "Play",
    "QuotedSpeech",
    "Readers",
    "Reading",
    "Revise",
    "Sides",
    "SneakyCritic",
    "Society",
]

PROTOCOLS = {
    "bargain": "protocols.bargain:Bargain",
    "coached": "protocols.coached:Coached",
    "consultancy": "protocols.consultancy:Consultancy",
    "debate": "protocols.debate:Debate",
    "direct": "protocols.direct:Direct",
    "first-error": "protocols.first_error:FirstError",
    "mad": "protocols.mad:Mad",
    "play": "protocols.play:Play",
    "revise": "protocols.revise:Revise",
    "sneaky-critic": "protocols.sneaky_critic:SneakyCritic",
    "society": "protocols.society:Society",
}

_HOMES = {
    "answers": ("Comparison",),
    "bargain": ("Bargain",),
    "beliefs": ("Beliefs", "Holder", "Method", "Moment"),
    "coached": ("Coached",),
    "consultancy": ("Consultancy",),
    "debate": ("Debate", "Order"),
    "direct": ("Direct",),
    "first_error": ("FirstError",),
    "mad": ("Mad",),
    "play": ("LegalMoves", "Play"),
    "questions": ("Readers", "Sides"),
    "quotes": ("QuotedSpeech",),
    "revise": ("Revise",),
    "sneaky_critic": ("SneakyCritic",),
    "society": ("Society",),
    "steps": ("ErrorType",),
    "verdicts": ("Combination", "Reading"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
