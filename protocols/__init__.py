"""Part of Arena (arena-protocols): the protocols, who speaks when and what they are asked.

One file each. To add one, write a file with a subclass of `arena.Protocol` and a line in the table below, or,
in another distribution, an entry point in the group ``arena.protocols``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from protocols.answers import Comparison
    from protocols.beliefs import Beliefs, Holder, Method, Moment
    from protocols.consultancy import Consultancy
    from protocols.debate import Debate, Order
    from protocols.direct import Direct
    from protocols.mad import Mad
    from protocols.play import LegalMoves, Play
    from protocols.questions import Readers, Sides
    from protocols.quotes import QuotedSpeech
    from protocols.society import Society
    from protocols.verdicts import Combination, Reading

__all__ = [
    "PROTOCOLS",
    "Beliefs",
    "Combination",
    "Comparison",
    "Consultancy",
    "Debate",
    "Direct",
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
    "Sides",
    "Society",
]

PROTOCOLS = {
    "consultancy": "protocols.consultancy:Consultancy",
    "debate": "protocols.debate:Debate",
    "direct": "protocols.direct:Direct",
    "mad": "protocols.mad:Mad",
    "play": "protocols.play:Play",
    "society": "protocols.society:Society",
}

_HOMES = {
    "answers": ("Comparison",),
    "beliefs": ("Beliefs", "Holder", "Method", "Moment"),
    "consultancy": ("Consultancy",),
    "debate": ("Debate", "Order"),
    "direct": ("Direct",),
    "mad": ("Mad",),
    "play": ("LegalMoves", "Play"),
    "questions": ("Readers", "Sides"),
    "quotes": ("QuotedSpeech",),
    "society": ("Society",),
    "verdicts": ("Combination", "Reading"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module

            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
