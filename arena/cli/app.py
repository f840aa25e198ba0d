"""The commands and their options; what they do is imported when they do it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from arena.cli.running import Options

app = typer.Typer(
    help="Play protocols between agents, record every turn, and rank who you can believe.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

model_app = typer.Typer(help="Model files for the agent `local`: list them, pull one, say where it is.")
app.add_typer(model_app, name="model", no_args_is_help=True)

ModelArgument = Annotated[str, typer.Argument(metavar="NAME", help="A model's name, such as qwen2.5-0.5b.")]
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
Tasks = Annotated[int | None, typer.Option(min=1, help="How many of the tasks are played.")]
Judge = Annotated[
    str | None, typer.Option(metavar="AGENT", help="Who judges; the same as --set seats.judge=AGENT.")
]
Episodes = Annotated[int | None, typer.Option(min=1, help="How often each task is played (in each match).")]
Concurrency = Annotated[int, typer.Option(min=1, help="How many episodes are played at once.")]
Out = Annotated[Path | None, typer.Option(help="The run's folder; a new one under runs/ unless given.")]
Cache = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A file of models' replies, to ask for none of them again."),
]
MaxDollars = Annotated[float | None, typer.Option(help="End, to be resumed, when so much is spent.")]
MaxTokens = Annotated[int | None, typer.Option(help="The same for tokens.")]
MaxCalls = Annotated[int | None, typer.Option(help="The same for calls to models.")]
MaxMinutes = Annotated[float | None, typer.Option(help="End, to be resumed, after so many minutes.")]
Prices = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A TOML file of models' prices in dollars per million tokens."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Ask no model; print the tokens and the cost to expect.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON lines, for machines.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Show the log.")]


def _show_version(asked: bool) -> None:
    if asked:
        import arena

        typer.echo(arena.__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None: ...


@app.command("list")
def list_() -> None:
    """List what there is: scenarios, protocols, agents, games and tournament formats."""
    from arena.cli.listing import show_names

    show_names()


@app.command()
def run(
    scenario: Annotated[
        str, typer.Argument(help="A scenario's name, or a Python file that defines `scenario`.")
    ],
    settings: Settings = None,
    agents: Agents = None,
    judge: Judge = None,
    tasks: Tasks = None,
    episodes: Episodes = None,
    seed: Seed = None,
    concurrency: Concurrency = 100,
    out: Out = None,
    cache: Cache = None,
    max_dollars: MaxDollars = None,
    max_tokens: MaxTokens = None,
    max_calls: MaxCalls = None,
    max_minutes: MaxMinutes = None,
    prices: Prices = None,
    dry_run: DryRun = False,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Run a scenario."""
    from arena.cli.running import begin

    begin(
        scenario,
        agents,
        settings,
        _given(**{"seats.judge": judge}, first=tasks, episodes=episodes, seed=seed),
        out,
        _playing(concurrency, cache, max_dollars, max_tokens, max_calls, max_minutes, prices, json, verbose),
        dry=dry_run,
    )


@app.command()
def tournament(
    name: Annotated[str, typer.Argument(help="A tournament's or a game's name, or a Python file.")],
    agents: Agents = None,
    format: Annotated[  # noqa: A002
        str | None, typer.Option(help="How they are paired, such as round-robin?meetings=100.")
    ] = None,
    settings: Settings = None,
    episodes: Episodes = None,
    seed: Seed = None,
    concurrency: Concurrency = 100,
    out: Out = None,
    cache: Cache = None,
    max_dollars: MaxDollars = None,
    max_tokens: MaxTokens = None,
    max_calls: MaxCalls = None,
    max_minutes: MaxMinutes = None,
    prices: Prices = None,
    dry_run: DryRun = False,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Run a tournament between agents and rank them."""
    from arena.cli.running import begin

    given = _given(format=format, episodes=episodes, seed=seed)
    options = _playing(
        concurrency, cache, max_dollars, max_tokens, max_calls, max_minutes, prices, json, verbose
    )
    begin(name, agents, settings, given, out, options, tournament=True, dry=dry_run)


@app.command()
def resume(
    run: RunArgument,
    retry_failed: Annotated[bool, typer.Option(help="Also play the failed episodes again.")] = False,
    settings: Settings = None,
    concurrency: Concurrency = 100,
    cache: Cache = None,
    max_dollars: MaxDollars = None,
    max_tokens: MaxTokens = None,
    max_calls: MaxCalls = None,
    max_minutes: MaxMinutes = None,
    prices: Prices = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Continue a run that was stopped; nothing that was answered is asked again."""
    from arena.cli.running import resume as resume_run

    options = _playing(
        concurrency, cache, max_dollars, max_tokens, max_calls, max_minutes, prices, json, verbose
    )
    resume_run(run, settings, retry_failed, options)


@app.command()
def fork(
    run: RunArgument,
    episodes: Annotated[
        list[int] | None,
        typer.Option("--episode", help="Which is branched; all that have ended unless given. Repeatable."),
    ] = None,
    turn: Annotated[
        int | None, typer.Option(min=0, help="The turn that is taken anew; one at random unless given.")
    ] = None,
    seat: Annotated[str | None, typer.Option(help="Whose turn is picked at random.")] = None,
    siblings: Annotated[
        int | None, typer.Option("-n", min=1, help="How many ways each episode goes on in; 2 unless given.")
    ] = None,
    seats: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="SEAT=AGENT", help="Who takes over from the turn on. Repeatable."),
    ] = None,
    replies: Annotated[
        list[str] | None,
        typer.Option("--reply", metavar="TEXT", help="The reply at the turn, of one sibling. Repeatable."),
    ] = None,
    seed: Seed = None,
    concurrency: Concurrency = 100,
    out: Out = None,
    cache: Cache = None,
    max_dollars: MaxDollars = None,
    max_tokens: MaxTokens = None,
    max_calls: MaxCalls = None,
    max_minutes: MaxMinutes = None,
    prices: Prices = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Branch a run's episodes at a turn, and play on from there; nothing before it is asked again."""
    from arena.cli.forking import begin_fork

    options = _playing(
        concurrency, cache, max_dollars, max_tokens, max_calls, max_minutes, prices, json, verbose
    )
    begin_fork(run, episodes, turn, seat, _given(siblings=siblings, seed=seed), seats, replies, out, options)


@app.command()
def judge(
    run: RunArgument,
    judges: Annotated[
        list[str],
        typer.Option("--judge", metavar="AGENT", help="Who judges, such as local-policy. Repeatable."),
    ],
    method: Annotated[
        str, typer.Option(help="choice (which side did better) or score (of each side).")
    ] = "choice",
    rubric: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Judge by the questions in this TOML or JSON file.")
    ] = None,
    question: Annotated[str, typer.Option(help="What is asked, if not the method's usual question.")] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Change a setting, such as reference=true. Repeatable."
        ),
    ] = None,
    sides: Annotated[
        list[str] | None,
        typer.Option("--side", metavar="SEAT", help="Who is judged; the players unless given. Repeatable."),
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="How often each judge is asked the same.")] = 1,
    swap: Annotated[bool, typer.Option(help="Whether to ask in every order of the sides.")] = True,
    combine: Annotated[
        str | None,
        typer.Option(
            metavar="HOW",
            help="How the orders are: two-game (unless given), tie-on-disagreement or mean-probability.",
        ),
    ] = None,
    quorum: Annotated[
        int | None,
        typer.Option(min=1, help="How many judges of a panel must come to a ruling; more than half of them."),
    ] = None,
    append: Annotated[
        bool, typer.Option("--append", help="Keep the verdicts there are, and add to them.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the verdicts there are.")] = False,
    other_families: Annotated[
        bool, typer.Option("--other-families", help="Refuse a judge of the model family of those it judges.")
    ] = False,
    concurrency: Annotated[int, typer.Option(min=1, help="How many verdicts are asked for at once.")] = 20,
    max_dollars: MaxDollars = None,
    max_tokens: MaxTokens = None,
    max_calls: MaxCalls = None,
    max_minutes: MaxMinutes = None,
    prices: Prices = None,
    json: Json = False,
    verbose: Verbose = False,
) -> None:
    """Have a run's completed episodes judged by those who were not there; nothing is played again."""
    from arena.cli.judging import judge_stored

    judge_stored(
        run,
        {
            "method": method,
            "rubric": rubric,
            "question": question,
            "sides": sides or (),
            "settings": settings or (),
        },
        {
            "judges": judges,
            "samples": samples,
            "swap": swap,
            "combine": combine,
            "quorum": quorum,
            "append": append,
            "overwrite": overwrite,
            "other_families": other_families,
        },
        _playing(concurrency, None, max_dollars, max_tokens, max_calls, max_minutes, prices, json, verbose),
    )


@app.command()
def show(
    run: RunArgument,
    episode: Annotated[
        int | None, typer.Argument(help="An episode's number; the run's summary if left out.")
    ] = None,
    seat: Annotated[str | None, typer.Option(help="Show only what this seat could see.")] = None,
    json: Json = False,
) -> None:
    """Show a run's summary, or one episode's transcript with its private events marked."""
    from arena.cli.showing import show_episode, show_run

    if episode is None:
        show_run(run, json)
    else:
        show_episode(run, episode, seat, json)


@app.command()
def runs(
    folder: Annotated[Path, typer.Argument(help="Where the runs are.")] = Path("runs"),
) -> None:
    """List the runs there are."""
    from arena.cli.listing import show_runs

    show_runs(folder)


@app.command()
def export(
    runs: Annotated[
        list[str], typer.Argument(metavar="RUN ...", help="Runs' folders, or their names under runs/.")
    ],
    to: Annotated[
        str,
        typer.Option(
            help="The format: jsonl (whole episodes), or of rows to train on: trl-sft, trl-dpo, trl-kto, "
            "tokens, verl, sharegpt, openai-sft, openai-dpo."
        ),
    ] = "jsonl",
    out: Annotated[
        Path | None,
        typer.Option(help="The file; in the first run's folder, named by its format, unless given."),
    ] = None,
    reward: Annotated[
        str, typer.Option(help="terminal, last, discounted?gamma=0.99 or format-penalty?penalty=0.5.")
    ] = "terminal",
    advantage: Annotated[
        str, typer.Option(help="role?decay=0.95, group-mean, leave-one-out or none.")
    ] = "role",
    seats: Annotated[
        list[str] | None, typer.Option("--seat", help="Only this seat's rows. Repeatable.")
    ] = None,
    agents: Annotated[
        list[str] | None, typer.Option("--agent", help="Only this agent's rows. Repeatable.")
    ] = None,
    min_return: Annotated[
        float | None, typer.Option(help="Only rows of seats whose episode returned at least so much to them.")
    ] = None,
    max_chars: Annotated[
        int | None, typer.Option(min=1, help="Mask rows of more characters, prompt and reply together.")
    ] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="The same in tokens.")] = None,
    baselines: Annotated[
        Path | None,
        typer.Option(metavar="CARD", help="Go on from the baselines in an earlier export's NAME.card.json."),
    ] = None,
) -> None:
    """Write a run's episodes, or rows to train on, to a file; a card beside it says what is in it."""
    from arena.cli.exporting import export_runs

    choice = _given(reward=reward, advantage=advantage, min_return=min_return, baselines=baselines)
    choice |= _given(max_chars=max_chars, max_tokens=max_tokens)
    export_runs(runs, to, out, {**choice, "seats": tuple(seats or ()), "agents": tuple(agents or ())})


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE ...", help="Transcripts, as JSON lines.")],
    out: Annotated[Path, typer.Option(help="The folder of the run that is made of them.")],
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file that says where their format has what.")
    ] = None,
) -> None:
    """Make a run of other people's transcripts, to be shown, judged and measured as any other."""
    from arena.cli.importing import import_files

    import_files(files, out, mapping)


@app.command()
def report(
    runs: Annotated[
        list[str], typer.Argument(metavar="RUN ...", help="Runs' folders, or their names under runs/.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="The file; report.html in the first run's folder unless given.")
    ] = None,
    episodes: Annotated[int, typer.Option(min=0, help="How many transcripts of each run it holds.")] = 20,
    samples: Annotated[int, typer.Option(min=1, help="Resamples of each figure's interval.")] = 1000,
    json: Json = False,
) -> None:
    """Write runs' figures, pictures and transcripts to one HTML file; several runs are compared."""
    from arena.cli.reporting import report_runs

    report_runs(runs, out, episodes, samples, json)


@app.command()
def exploitability(
    game: Annotated[str, typer.Argument(help="A game's name.")],
    agents: Agents = None,
    samples: Annotated[int, typer.Option(min=1, help="How often an agent is asked in each state.")] = 100,
    seed: Seed = None,
    json: Json = False,
) -> None:
    """Say how much agents lose, per player and hand, to opponents who know them and play their best."""
    from arena.cli.measuring import show_exploitability

    show_exploitability(game, agents or [], samples, seed or 0, json)


@model_app.command("list")
def list_models() -> None:
    """List the models that have a name, and which of them are on this machine."""
    from arena.cli.models import show_models

    show_models()


@model_app.command("pull")
def pull_model(name: ModelArgument) -> None:
    """Fetch a model's file; one that is not exactly what its makers published is refused."""
    from arena.cli.models import pull_model as pull

    pull(name)


@model_app.command("path")
def model_path(name: ModelArgument) -> None:
    """Print where a model's file is."""
    from arena.cli.models import show_path

    show_path(name)


def _playing(
    concurrency: int,
    cache: Path | None,
    dollars: float | None,
    tokens: int | None,
    calls: int | None,
    minutes: float | None,
    prices: Path | None,
    json: bool,
    verbose: bool,
) -> Options:
    from arena.cli.running import Options

    spending = _given(dollars=dollars, tokens=tokens, calls=calls, minutes=minutes, prices=prices)
    return Options(concurrency, cache, spending, json, verbose)


def _given(**settings: object) -> dict[str, object]:
    return {name: value for name, value in settings.items() if value is not None}
