"""One seat of an episode: its view, the agent that answers for it, and its answers."""

from arena.seat.agent import Agent, PolicyAgent, Reply, Request, RequestUsage, Stop, Tokens
from arena.seat.answer import Answer, consult
from arena.seat.function import Function
from arena.seat.messages import Message, fenced
from arena.seat.transcript import NOBODY, Audience, Event, EventKind, Transcript, View

__all__ = [
    "NOBODY",
    "Agent",
    "Answer",
    "Audience",
    "Event",
    "EventKind",
    "Function",
    "Message",
    "PolicyAgent",
    "Reply",
    "Request",
    "RequestUsage",
    "Stop",
    "Tokens",
    "Transcript",
    "View",
    "consult",
    "fenced",
]
