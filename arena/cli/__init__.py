"""The command line, ``arena``.

Each command is a file in `arena.cli.commands`. The other modules hold the work that the commands do.
"""

from __future__ import annotations

import sys

from arena.cli.interrupting import EndingOnTheSpot

TYPE_CHECKING = False  # type checkers assume that it is True
if TYPE_CHECKING:
    from collections.abc import Sequence

UNHEARD = 141
"""The exit code when nobody reads standard output any more.

A shell reports it for a process ended by SIGPIPE.
"""

NO_WINDOWS = (
    "The command line does not run on Windows, because Windows lacks the signals that stop a run without "
    "losing a reply; use it in Windows Subsystem for Linux."
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit.

    The exit code is 0 if everything was done, 1 if something failed, 2 if the command or one of its values
    cannot be used or a file cannot be written, 3 if a cap was reached, 130 if the command was interrupted,
    and 141 if nobody read its output any more.
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

    with suppress(OSError):  # nobody reads standard error
        print(f"arena: {one_line(said)}", file=sys.stderr)
