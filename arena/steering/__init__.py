"""Steering a run while it is played: what people ask of it, and the state that it is in.

An act is a row in the run's journal. Whoever may write to the folder may ask, from a terminal, a page or
Python (`ask`), and the process that plays the run heeds it within a second or so. It writes the states of the
run to the journal, so that anybody can read them (`state`).
"""

from arena.journal import StateKind, is_being_written
from arena.steering._acts import SECONDS_TO_END, ActKind, Heeded, RunAct, StoredAct, acts, stored_act, who
from arena.steering._asking import answer, check_may_be_asked, go_on
from arena.steering._asking import ask_run as ask
from arena.steering._replacement import replacement
from arena.steering._settings import SettingsSince, settings_since
from arena.steering._states import RunState, Wait, run_state_of, state, state_before

__all__ = [
    "SECONDS_TO_END",
    "ActKind",
    "Heeded",
    "RunAct",
    "RunState",
    "SettingsSince",
    "StateKind",
    "StoredAct",
    "Wait",
    "acts",
    "answer",
    "ask",
    "check_may_be_asked",
    "go_on",
    "is_being_written",
    "replacement",
    "run_state_of",
    "settings_since",
    "state",
    "state_before",
    "stored_act",
    "who",
]
