"""Error sentences for a line that cannot be read as a command with its options."""

from __future__ import annotations

from cyclopts import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from arena.core.errors import did_you_mean

SHOWN = 80
"""The largest number of characters of one argument that an error shows. An argument may be a whole prompt."""
_NOT_HERE = {
    ("arena judge", "--tools"): "Judges who come afterwards have no tools. Give them to a judge who sits in "
    "the run, with `arena run ... --tools SEAT=TOOL`.",
}
"""What to do instead, by the command and an option that it does not have but that others do."""


def complaint(error: CycloptsError) -> str:
    """Return a sentence or two that say what is wrong with the line, and which names exist instead."""
    command = " ".join(("arena", *(error.command_chain or ())))
    match error:
        case UnknownOptionError(token=token):
            typed = (token.keyword or token.value).partition("=")[0]
            names = [name for argument in error.argument_collection for name in argument.names]
            missing = f"There is no option {_shown(typed)}.{_else(typed, names, command)}"
            return _NOT_HERE.get((command, typed), missing)
        case UnknownCommandError(unused_tokens=[word, *_], app=app):
            names = [name for name in app or () if not name.startswith("-")]
            what = "option" if word.startswith("-") else "command"
            return f"There is no {what} {_shown(word)}.{_else(word, names, command)}"
        case CoercionError(token=token, argument=argument) if token and argument:
            why = error.msg or "it must be yes or no"
            return f"{token.keyword or argument.name} cannot be {_shown(token.value)}: {why}."
        case MissingArgumentError(argument=argument) if argument and error.keyword:
            return f"{error.keyword} needs a value."
        case MissingArgumentError(argument=argument) if argument:
            return f"`{command}` needs {argument.name}; `{command} --help` explains it."
        case UnusedCliTokensError(unused_tokens=[word, *_]):
            return f"`{command}` cannot take {_shown(word)} here; `{command} --help` lists what it takes."
    error.verbose = False
    return str(error)


def _else(typed: str, names: list[str], command: str) -> str:
    return did_you_mean(typed, names) or f" `{command} --help` lists all of them."


def _shown(word: str) -> str:
    """Return an argument for use in an error: shortened, and with keys and passwords left out."""
    from arena.registry import shown

    return shown(word if len(word) <= SHOWN else f"{word[:SHOWN]}...")
