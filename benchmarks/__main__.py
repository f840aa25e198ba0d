"""All benchmarks in one go."""

from benchmarks import (
    annotations,
    calls,
    export,
    finding,
    fork,
    growth,
    memory,
    playouts,
    report,
    stepping,
    textarena,
    turns,
)
from benchmarks.figure import main

main(
    {
        "turns": turns.measure,
        "annotations": annotations.measure,
        "report": report.measure,
        "stepping": stepping.measure,
        "textarena": textarena.measure,
        "playouts": playouts.measure,
        "growth": growth.measure,
        "export": export.measure,
        "finding": finding.measure,
        "fork": fork.measure,
        "memory": memory.measure,
        "memory-models": memory.measure_models,
        "memory-import": memory.measure_import,
        "calls": calls.measure,
        "inspect-ai": calls.over_inspect_ai,
        "autogen": calls.over_autogen,
    }
)
