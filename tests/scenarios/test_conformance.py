"""The protocols of scenarios record what they say they find, whoever sits there and whatever is refused."""

from __future__ import annotations

import pytest

from arena import Protocol, check_protocol
from arena.designs import AnyScenario
from scenarios import (
    b_star,
    cold_start,
    cot_monitor,
    four_habits,
    gui_agent,
    gui_critic,
    llava_critic,
    long_short,
    mini_o3,
    mstar,
    multi_role,
    scl,
    spo,
    srpo,
    srpo_cold_start,
    thought_crime,
)


@pytest.mark.parametrize(
    ("protocol", "scenario"),
    [
        (b_star.SelfTaught(samples=3), b_star.scenario),
        (b_star.SelfTaught(samples=3, best=2), mstar.scenario),
        (cold_start.ColdStart(), cold_start.scenario),
        (gui_agent.OperatedApp(), gui_agent.scenario),
        (gui_critic.ActionCritic(), gui_critic.scenario),
        (llava_critic.PairCritic(), llava_critic.scenario),
        (llava_critic.SelfCritic(samples=3), llava_critic.self_critic),
        (scl.VisualSelfCorrection(rounds=2), scl.scenario),
        (spo.PreferredSamples(samples=3), spo.scenario),
        (srpo.Reflection(), srpo.scenario),
        (srpo_cold_start.ReflectionColdStart(), srpo_cold_start.scenario),
        *((cot_monitor.CotMonitor(monitored_by=by), cot_monitor.scenario) for by in cot_monitor.MonitoredBy),
        (four_habits.Countdown(), four_habits.scenario),
        (long_short.LongShort(), long_short.scenario),
        (mini_o3.VisualSearch(), mini_o3.scenario),
        (multi_role.MultiRole(), multi_role.scenario),
        (multi_role.MultiRole(paths=2), multi_role.scenario),
        (thought_crime.FreeQuestion(), thought_crime.scenario),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Protocol) else "",
)
def test_a_protocol_finds_what_it_says(protocol: Protocol, scenario: AnyScenario) -> None:
    for task in scenario.tasks[:2]:
        check_protocol(protocol, task, playouts=3)
