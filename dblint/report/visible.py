"""Text made fit for a terminal: control characters shown instead of obeyed, widths as a terminal counts them."""

from __future__ import annotations

import unicodedata

_CONTROLS = {code: chr(0x2400 + code) for code in range(32) if code != 9} | {127: "␡"}
_CONTROLS |= dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "�")


def visible(text: str) -> str:
    """The text on one line, with nothing in it a terminal would obey."""
    return text.translate(_CONTROLS)


def width(text: str) -> int:
    """How many terminal cells the text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
