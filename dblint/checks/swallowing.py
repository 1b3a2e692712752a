"""The remedy for a ``try`` that swallows: its block alone."""

from __future__ import annotations

from dblint.facts.theater_model import SwallowedTry
from dblint.finding import Remedy
from dblint.intent import Unwrap


def unwrapped(path: str, one: SwallowedTry) -> Remedy:
    word = "with" if one.handler.line == one.whole.line else "try"
    return Remedy(f"Take away the `{word}`", "unsafe", (Unwrap(path, one.whole, one.body),))
