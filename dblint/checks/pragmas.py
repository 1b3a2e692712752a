"""Remedies that take names out of a suppression pragma."""

from __future__ import annotations

from collections.abc import Collection

from dblint.binding.model import Suppression
from dblint.finding import Remedy, Safety
from dblint.intent import ReplaceText
from dblint.source import Place, Span


def without(one: Suppression, useless: Collection[int], safety: Safety) -> Remedy | None:
    """Take the names at these indexes out, with the last one the pragma; None where it must not be edited."""
    if one.removal is None:
        return None
    kept = [name for index, (name, _) in enumerate(one.pragma.names) if index not in useless]
    if not kept:
        return Remedy("Remove the pragma", safety, (ReplaceText(Place(one.path, one.removal), ""),))
    first, last = one.pragma.names[0][1], one.pragma.names[-1][1]
    names = Span(first.line, first.column, last.end_line, last.end_column)
    listed = ", ".join(kept)
    return Remedy(f"Keep only `{listed}`", safety, (ReplaceText(Place(one.path, names), listed),))
