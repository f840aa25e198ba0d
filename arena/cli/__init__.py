"""The command line, ``arena``: commands are in `arena.cli.commands`, what they do in the other modules."""

from __future__ import annotations

import sys

from arena.cli.interrupting import EndingOnTheSpot

TYPE_CHECKING = False  # type checkers take it for True
if TYPE_CHECKING:
    from collections.abc import Sequence

SEVERAL = ("--agents",)
"""Options that take all the words up to the next option."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 some failed, 2 usage, 3 a cap was reached, 130 interrupted."""
    with EndingOnTheSpot(for_good=arguments is None):
        from arena.cli.app import app
        from arena.errors import ArenaError, UsageError

        try:
            app(args=spread(sys.argv[1:] if arguments is None else arguments), prog_name="arena")
        except ArenaError as error:
            print(f"arena: {error}", file=sys.stderr)
            sys.exit(2 if isinstance(error, UsageError) else 1)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(1)


def spread(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the option's name before each of its words.

    >>> spread(["kuhn", "--agents", "random", "cfr", "--seed", "1"])
    ['kuhn', '--agents', 'random', '--agents', 'cfr', '--seed', '1']
    """
    result: list[str] = []
    several = None
    for word in arguments:
        if word in SEVERAL:
            several = word
        elif word.startswith("-"):
            several = None
            result.append(word)
        else:
            result.extend([several, word] if several else [word])
    return result
