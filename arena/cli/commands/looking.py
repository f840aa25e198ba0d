"""The commands that look at what there is, and write it to files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arena.cli.options import Agents, Json, RunArgument, Runs, Seed, given


def list_() -> None:
    """List what there is: scenarios, protocols, agents, games and tournament formats."""
    from arena.cli.listing import show_names

    show_names()


def show(
    run: RunArgument,
    episode: Annotated[
        int | None, typer.Argument(help="An episode's number; the run's summary if left out.")
    ] = None,
    seat: Annotated[str | None, typer.Option(help="Show only what this seat could see.")] = None,
    ratings: Annotated[
        str,
        typer.Option(help="What rates a tournament's agents: bradley-terry or plackett-luce."),
    ] = "bradley-terry",
    json: Json = False,
) -> None:
    """Show a run's summary, or one episode's transcript with its private events marked."""
    from arena.cli.showing import show_episode
    from arena.results.showing import show_run

    if episode is None:
        show_run(run, json, ratings)
    else:
        show_episode(run, episode, seat, json)


def check(run: RunArgument, json: Json = False) -> None:
    """Say what of a run's journal is whole, and what is damaged; exit with 1 if anything is."""
    from arena.cli.checking import check_run

    check_run(run, json)


def runs(
    folder: Annotated[Path, typer.Argument(help="Where the runs are.")] = Path("runs"),
) -> None:
    """List the runs there are."""
    from arena.cli.listing import show_runs

    show_runs(folder)


def export(
    runs: Runs,
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

    choice = given(reward=reward, advantage=advantage, min_return=min_return, baselines=baselines)
    choice |= given(max_chars=max_chars, max_tokens=max_tokens)
    export_runs(runs, to, out, {**choice, "seats": tuple(seats or ()), "agents": tuple(agents or ())})


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


def report(
    runs: Runs,
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
