"""How an input function says that the server refuses a text, or that its versions and settings differ."""

from __future__ import annotations

_SHOWN = 60


class RefusedInputError(Exception):
    """The server refuses the input; ``code`` is the SQLSTATE, ``why`` says what is wrong after the value's name."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code, why)
        self.code = code
        self.why = why


class UnclearInputError(Exception):
    """Whether the server takes the input depends on its version, its settings or its libraries."""


def malformed(text: str, type_: str) -> RefusedInputError:
    """The error most input functions raise for a text they cannot read."""
    return RefusedInputError("22P02", f"`{shown(text)}` is no input for {type_}")


def too_large(text: str, type_: str) -> RefusedInputError:
    return RefusedInputError("22003", f"`{shown(text)}` is out of range for {type_}")


def shown(text: str) -> str:
    """A text short enough for a message."""
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: _SHOWN + 1])
    return line if len(text) <= _SHOWN else f"{line[:_SHOWN]}\N{HORIZONTAL ELLIPSIS}"
