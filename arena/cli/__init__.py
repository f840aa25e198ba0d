"""The command line, ``arena``: commands are in `arena.cli.commands`, what they do in the other modules."""

from __future__ import annotations

import sys

from arena.cli.interrupting import EndingOnTheSpot

TYPE_CHECKING = False  # type checkers take it for True
if TYPE_CHECKING:
    from collections.abc import Sequence

UNHEARD = 141
"""The exit code of a command that nobody reads on: that of one which the system ended for it."""

NO_WINDOWS = (
    "The command line does not run on Windows, which lacks the signals by which a run is stopped without "
    "losing a reply; use it in Windows Subsystem for Linux."
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    The code is 0 if all is done, 1 if some failed, 2 if what was typed cannot be done or written, 3 at a cap,
    130 if it was interrupted, and 141 if nobody read on what it printed.
    """
    if sys.platform == "win32":
        print(f"arena: {NO_WINDOWS}", file=sys.stderr)
        sys.exit(2)
    with EndingOnTheSpot(for_good=arguments is None):
        from arena.core.errors import ArenaError, UsageError
        from arena.core.files import why
        from arena.core.terminal import Unheard, guarded

        try:
            with guarded():
                from arena.cli.app import call

                call(sys.argv[1:] if arguments is None else arguments)
        except Unheard:
            sys.exit(UNHEARD)
        except ArenaError as error:
            _complain(str(error))
            sys.exit(2 if isinstance(error, UsageError) else 1)
        except ValueError as error:
            from pydantic import ValidationError

            from arena.core.complaints import first_problem

            if not isinstance(error, ValidationError):
                raise
            _complain(f"A value does not fit: {first_problem(error)}.")
            sys.exit(2)
        except OSError as error:
            _complain(f"{error.filename or 'Something'} cannot be used: {why(error)}.")
            sys.exit(1)
        sys.exit()


def _complain(said: str) -> None:
    from contextlib import suppress

    from arena.core.text import one_line

    with suppress(OSError):  # nobody is there to be told
        print(f"arena: {one_line(said)}", file=sys.stderr)
