"""Options that several commands share: what may be spent, how a run is played, and what a run begins with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from arena.cli.options import (
    Agents,
    AskedBy,
    Columns,
    Count,
    Decimal,
    DryRun,
    EpisodesEach,
    Json,
    Out,
    Past,
    Perturb,
    PicturesFolder,
    Probes,
    PromptFolders,
    Seed,
    SettingChanges,
    Split,
    Strings,
    Tasks,
    Tools,
    Trust,
    Verbose,
    Watch,
    Whole,
    given,
    option,
    record,
)

if TYPE_CHECKING:
    from arena.spending.limits import Caps
    from arena.spending.prices import Prices


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingOptions:
    """How much a command may spend, and what models cost. At a cap the command ends and can be continued."""

    max_dollars: Annotated[
        Decimal | None, option("Stop when models have cost X dollars. You can continue later.")
    ] = None
    max_tokens: Annotated[Whole | None, option("Stop when models have read and written N tokens.")] = None
    max_calls: Annotated[Whole | None, option("Stop after N calls to models.")] = None
    max_tool_calls: Annotated[Whole | None, option("Stop after N calls of tools by agents.")] = None
    max_minutes: Annotated[Decimal | None, option("Stop after X minutes.")] = None
    prices: Annotated[
        Path | None,
        option("A TOML file with the prices of models, in dollars per million tokens.", value="FILE"),
    ] = None

    def caps_and_prices(self) -> tuple[Caps, Prices | None]:
        """Return the caps, and the prices if a file of prices is given.

        Raises:
            UsageError: if a cap is out of range, or the file of prices cannot be read.
        """
        from pydantic import ValidationError

        from arena.core.complaints import first_problem
        from arena.core.errors import UsageError
        from arena.spending.limits import Caps
        from arena.spending.prices import Prices

        caps = given(**{name: getattr(self, f"max_{name}") for name in Caps.model_fields})
        try:
            read = Caps.model_validate(caps)
        except ValidationError as invalid:
            problem = first_problem(invalid).replace("tool_calls", "tool-calls")
            raise UsageError(f"A cap is not valid: --max-{problem}.") from None
        return read, Prices.from_file(self.prices) if self.prices else None


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class PlayOptions:
    """The options of every command that plays: concurrency, cache, caps and output."""

    concurrency: Annotated[
        Count | None, option("Play up to N episodes at the same time. By default, 100.")
    ] = None
    cache: Annotated[
        Path | None,
        option(
            "A file that keeps the replies of models. A request whose reply is in it is not sent again.",
            value="FILE",
        ),
    ] = None
    spending: SpendingOptions = field(default_factory=SpendingOptions)
    watch: Watch = False
    json: Json = False
    verbose: Verbose = False

    def for_run(self) -> dict[str, Any]:
        """Return the options as keyword arguments of `arena.run`."""
        caps, prices = self.spending.caps_and_prices()
        return {
            **given(concurrency=self.concurrency),
            "cache": self.cache,
            "verbose": self.verbose,
            "caps": caps,
            "prices": prices,
        }


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class StartOptions:
    """The options of a command that starts a run: who plays which tasks, how often, and into which folder."""

    agents: Agents = ()
    settings: SettingChanges = ()
    tasks: Tasks = None
    columns: Columns = ()
    split: Split = None
    pictures: PicturesFolder = None
    perturb: Perturb = ()
    tools: Tools = ()
    episodes: EpisodesEach = None
    seed: Seed = None
    probes: Probes = ()
    prompts: PromptFolders = ()
    past: Past = ()
    out: Out = None
    save_config: Annotated[
        Path | None,
        option(
            "Write what was typed to this file, as a study that can be run again. With --dry-run, it is not "
            "run now.",
            value="FILE.toml",
        ),
    ] = None
    dry_run: DryRun = False
    play: PlayOptions = field(default_factory=PlayOptions)

    def changed(self) -> dict[str, object]:
        """Return the scenario's settings that these options stand for, by their paths. Some may be None."""
        from arena.cli.tasks import chosen_tasks, tools_typed

        chosen = chosen_tasks(self.tasks, self.columns, self.split, self.pictures)
        chosen |= {"perturb": list(self.perturb) or None, "tools": tools_typed(self.tools)}
        return {**chosen, "episodes": self.episodes, "seed": self.seed, "probes": list(self.probes) or None}


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeOptions:
    """The options of ``arena resume``."""

    retry_failed: Annotated[
        bool,
        option("Play the episodes that have failed again, before all others.", negative="--no-retry-failed"),
    ] = False
    replace: Annotated[
        Strings,
        option(
            "Let another agent play in the place of one, in matches that have not begun. Repeatable.",
            value="OLD=NEW",
        ),
    ] = ()
    settings: SettingChanges = ()
    trust: Trust = False
    by: AskedBy = ""
    play: PlayOptions = field(default_factory=PlayOptions)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class SeatOptions:
    """The options of ``arena play``."""

    seats: Annotated[
        Strings,
        option("The seat that you take. By default, the first player's. Repeatable.", "--as", value="SEAT"),
    ] = ()
    against: Annotated[
        Strings,
        option(
            "The agent in all other seats, or one for each of them. By default, the scenario's own agents, "
            "or in a game one that moves at random.",
            value="[NAME=]AGENT",
            consume_multiple=1,
        ),
    ] = ()
    web: Annotated[
        bool, option("Sit in a browser, and not at this terminal: the command prints your secret link.")
    ] = False
    name: Annotated[
        str, option("What you are called in the record: a pseudonym if you like.", value="NAME")
    ] = "you"
    seconds: Annotated[
        Decimal | None,
        option("How long you have for each answer. After that it counts as no answer."),
    ] = None
    consent: Annotated[
        Path | None,
        option("A file with a text that the person must agree to before anything begins.", value="FILE"),
    ] = None
    episodes: Annotated[Count, option("Play N episodes.")] = 1
    settings: SettingChanges = ()
    seed: Seed = None
    out: Out = None
