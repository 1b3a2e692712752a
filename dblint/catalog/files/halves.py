"""Migration tools that keep both directions in one file: blanks out the half that is not applied."""

from __future__ import annotations

import re

_MARKERS = (
    ("+goose", r"--[ \t]*\+goose[ \t]+up\b", r"--[ \t]*\+goose[ \t]+down\b"),
    ("migrate:", r"--[ \t]*migrate:up\b", r"--[ \t]*migrate:down\b"),
    ("+migrate", r"--[ \t]*\+migrate[ \t]+up\b", r"--[ \t]*\+migrate[ \t]+down\b"),
    ("+micrate", r"--[ \t]*\+micrate[ \t]+up\b", r"--[ \t]*\+micrate[ \t]+down\b"),
    ("rambler", r"--[ \t]*rambler[ \t]+up\b", r"--[ \t]*rambler[ \t]+down\b"),
    ("migration", r"--[ \t]*up[ \t]+migration\b", r"--[ \t]*down[ \t]+migration\b"),
    ("@undo", r"--[ \t]*(?://)?[ \t]*@do\b", r"--[ \t]*(?://)?[ \t]*@undo\b"),
    ("drop below", r"----[ \t]*create above\b[^\n/]*$", r"----[ \t]*create above[ \t]*/[ \t]*drop below[ \t]*----"),
    (
        "down",
        r"--[ \t]*(?:===+[ \t]*)?up(?:[ \t]*===+)?[ \t]*$",
        r"--[ \t]*(?:===+[ \t]*)?down(?:[ \t]*===+)?[ \t]*$",
    ),
)
_PAIRS = tuple(
    (needle, re.compile(rf"^[ \t]*(?:(?P<down>{down})|(?P<up>{up}))", re.IGNORECASE | re.MULTILINE))
    for needle, up, down in _MARKERS
)
_TURNS = ("down", "@undo", "drop below")
_VISIBLE = re.compile(r"[^\r\n]")


def without_down(text: str) -> str:
    """The text with every Down half blanked out: the same lines and columns, nothing in them."""
    lowered = text.lower()
    if not any(turn in lowered for turn in _TURNS):
        return text
    for needle, pair in _PAIRS:
        if needle in lowered:
            text = _blank(text, pair)
    return text


def _blank(text: str, pair: re.Pattern[str]) -> str:
    marks = list(pair.finditer(text))
    if not any(mark["down"] for mark in marks):
        return text
    pieces, end = [], 0
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        if mark["down"]:
            until = following.start() if following is not None else len(text)
            pieces += [text[end : mark.start()], _VISIBLE.sub(" ", text[mark.start() : until])]
            end = until
    return "".join([*pieces, text[end:]])
