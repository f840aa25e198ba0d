"""The options that several commands have: each is said here once, and what is typed comes as `Options`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.core.complaints import first_problem
from arena.core.errors import UsageError

if TYPE_CHECKING:
    from arena.spending.limits import Caps
    from arena.spending.prices import Prices

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run's folder, or its name under runs/.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="PATH=VALUE", help="Change a setting, such as protocol.hands=5. Repeatable."
    ),
]
Agents = Annotated[
    list[str] | None,
    typer.Option("--agents", metavar="NAME ...", help="Who plays, such as kuhn-nash?alpha=0.2."),
]
Seed = Annotated[int | None, typer.Option(help="The run's seed.")]
Out = Annotated[Path | None, typer.Option(help="The run's folder; a new one under runs/ unless given.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON lines, for machines.")]
Runs = Annotated[
    list[str], typer.Argument(metavar="RUN ...", help="Runs' folders, or their names under runs/.")
]

_Concurrency = Annotated[int, typer.Option(min=1, help="How many episodes are played at once.")]
_Cache = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A file of models' replies, to ask for none of them again."),
]
_MaxDollars = Annotated[float | None, typer.Option(help="End, to be resumed, when so much is spent.")]
_MaxTokens = Annotated[int | None, typer.Option(help="The same for tokens.")]
_MaxCalls = Annotated[int | None, typer.Option(help="The same for calls to models.")]
_MaxMinutes = Annotated[float | None, typer.Option(help="End, to be resumed, after so many minutes.")]
_Prices = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A TOML file of models' prices in dollars per million tokens."),
]
_Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Show the log.")]
_Verdicts = Annotated[int, typer.Option(min=1, help="How many verdicts are asked for at once.")]


@dataclass(frozen=True, slots=True)
class Options:
    """What all commands that play take: how many episodes at once, what they may spend, and what is shown."""

    concurrency: int
    cache: Path | None
    spending: Mapping[str, object]
    as_json: bool
    verbose: bool

    def caps_and_prices(self) -> tuple[Caps, Prices | None]:
        """Return what may be spent, and what models cost if it is said.

        Raises:
            UsageError: if a cap is none, or the file of prices cannot be read.
        """
        from pydantic import ValidationError

        from arena.spending.limits import Caps
        from arena.spending.prices import Prices

        given = dict(self.spending)
        file = given.pop("prices", None)
        try:
            caps = Caps.model_validate(given)
        except ValidationError as invalid:
            raise UsageError(f"A cap cannot be kept: --max-{first_problem(invalid)}.") from None
        return caps, Prices.from_file(file) if isinstance(file, Path) else None

    def for_run(self) -> dict[str, Any]:
        """Return them as `arena.run` takes them."""
        caps, prices = self.caps_and_prices()
        return {
            "concurrency": self.concurrency,
            "cache": self.cache,
            "verbose": self.verbose,
            "caps": caps,
            "prices": prices,
        }


def to_play(
    concurrency: _Concurrency = 100,
    cache: _Cache = None,
    max_dollars: _MaxDollars = None,
    max_tokens: _MaxTokens = None,
    max_calls: _MaxCalls = None,
    max_minutes: _MaxMinutes = None,
    prices: _Prices = None,
    json: Json = False,
    verbose: _Verbose = False,
) -> Options:
    """Return the options of a command that plays."""
    spending = given(
        dollars=max_dollars, tokens=max_tokens, calls=max_calls, minutes=max_minutes, prices=prices
    )
    return Options(concurrency, cache, spending, json, verbose)


def to_judge(
    concurrency: _Verdicts = 20,
    max_dollars: _MaxDollars = None,
    max_tokens: _MaxTokens = None,
    max_calls: _MaxCalls = None,
    max_minutes: _MaxMinutes = None,
    prices: _Prices = None,
    json: Json = False,
    verbose: _Verbose = False,
) -> Options:
    """Return the options of a command that judges: there is no cache of verdicts."""
    return to_play(concurrency, None, max_dollars, max_tokens, max_calls, max_minutes, prices, json, verbose)


def with_options(make: Callable[..., Options]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that `make` takes; what that makes of them, it takes as `options`."""
    shared = signature(make, eval_str=True).parameters

    def give(command: Callable[..., None]) -> Callable[..., None]:
        def taking(**typed: Any) -> None:
            options = make(**{name: typed.pop(name) for name in shared})
            command(**typed, options=options)

        own = signature(command, eval_str=True)
        parameters = [one for one in own.parameters.values() if one.name != "options"]
        # Typer reads from the signature what a command takes.
        taking.__signature__ = own.replace(parameters=[*parameters, *shared.values()])  # type: ignore[attr-defined]
        taking.__name__, taking.__doc__ = command.__name__, command.__doc__
        return taking

    return give


def given(**settings: object) -> dict[str, object]:
    """Return the settings that are given."""
    return {name: value for name, value in settings.items() if value is not None}
