"""One seat of an episode: its view, the agent that answers for it, and its answers."""

from arena.seat.agent import Agent, PolicyAgent, Reply, Request, RequestUsage, Stop, Tokens
from arena.seat.function import Function
from arena.seat.messages import Message, fenced
from arena.seat.parts import ReplyPart
from arena.seat.response import Response, consult
from arena.seat.transcript import NOBODY, Audience, Event, EventKind, Transcript, View

__all__ = [
    "NOBODY",
    "Agent",
    "Audience",
    "Event",
    "EventKind",
    "Function",
    "Message",
    "PolicyAgent",
    "Reply",
    "ReplyPart",
    "Request",
    "RequestUsage",
    "Response",
    "Stop",
    "Tokens",
    "Transcript",
    "View",
    "consult",
    "fenced",
]
