"""What a benchmark reports: figures, the aims they are held against, and the table that shows both."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from tempfile import gettempdir
from typing import Any

PACKAGES = (
    "arena-protocols",
    "pydantic",
    "open_spiel",
    "textarena",
    "aiohttp",
    "pyarrow",
    "openai",
    "inspect-ai",
    "autogen-agentchat",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """The values that the runs gave for one figure, and what their median should be at most or at least.

    A figure without an aim is there to explain the one above it.
    """

    name: str
    values: tuple[float, ...]
    at_most: float | None = None
    at_least: float | None = None

    @property
    def value(self) -> float:
        """The median over the runs."""
        return median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None if there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return self.value >= self.at_least if self.at_least is not None else None

    def row(self) -> tuple[str, str, str, str, str]:
        """Return the figure as it stands in the table."""
        aim = f"<= {self.at_most:g}" if self.at_most is not None else f">= {self.at_least or 0:g}"
        verdict = {True: "met", False: "NOT MET", None: ""}[self.met]
        span = f"{_shown(min(self.values))} to {_shown(max(self.values))}"
        return self.name, _shown(self.value), span, "" if self.met is None else aim, verdict

    def data(self) -> dict[str, Any]:
        """Return the figure as JSON-able values."""
        aims = {"at_most": self.at_most, "at_least": self.at_least}
        return {"name": self.name, "value": self.value, "values": self.values, **aims, "met": self.met}


Measure = Callable[[], list[Figure]]


def machine() -> dict[str, str]:
    """Return what the figures were measured on and with."""
    return {
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "journals in": gettempdir(),
        **{package: _version(package) for package in PACKAGES},
    }


def main(measures: dict[str, Measure]) -> None:
    """Take the measurements, print their figures as one table, or as JSON with ``--json``.

    A measurement whose packages are not installed is skipped, and said to be.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure how fast Arena is.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    as_json = parser.parse_args().json
    figures: list[Figure] = []
    skipped: dict[str, str] = {}
    for name, measure in measures.items():
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            figures += measure()
        except ModuleNotFoundError as missing:
            skipped[name] = f"skipped, {missing.name} is missing: pip install '.[bench]'"
    if as_json:
        print(
            json.dumps(
                {"machine": machine(), "figures": [f.data() for f in figures], "skipped": skipped}, indent=2
            )
        )
        return
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(table(figures))
    for name, reason in skipped.items():
        print(f"{name}: {reason}")


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as aligned text, one a line."""
    rows = [("", "median", "range", "aim", ""), *(figure.row() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
