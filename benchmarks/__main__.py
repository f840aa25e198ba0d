"""All benchmarks in one go."""

from benchmarks import growth, memory, playouts, textarena, turns
from benchmarks.figure import main

main(
    {
        "turns": turns.measure,
        "textarena": textarena.measure,
        "playouts": playouts.measure,
        "growth": growth.measure,
        "memory": memory.measure,
    }
)
