"""What is said of a line that cannot be read as a command and its options: a sentence or two."""

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
"""How much of what was typed is shown: a word may be a whole prompt."""


def complaint(error: CycloptsError) -> str:
    """Return what is wrong with what was typed, and what there is instead."""
    command = " ".join(("arena", *(error.command_chain or ())))
    match error:
        case UnknownOptionError(token=token):
            typed = (token.keyword or token.value).partition("=")[0]
            names = [name for argument in error.argument_collection for name in argument.names]
            return f"There is no option {_shown(typed)}.{_else(typed, names, command)}"
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
            return f"`{command}` needs {argument.name}; `{command} --help` says what it is."
        case UnusedCliTokensError(unused_tokens=[word, *_]):
            return f"`{command}` cannot take {_shown(word)} here; `{command} --help` says what it takes."
    error.verbose = False
    return str(error)


def _else(typed: str, names: list[str], command: str) -> str:
    return did_you_mean(typed, names) or f" `{command} --help` lists those there are."


def _shown(word: str) -> str:
    """Return a word as it may be shown: without what looks like a key, and not at any length."""
    from arena.registry import shown

    return shown(word if len(word) <= SHOWN else f"{word[:SHOWN]}...")
