"""How findings speak of what a test opens, and the block that closes it."""

from __future__ import annotations

from dblint.facts.resources_model import Opened
from dblint.finding import Remedy
from dblint.intent import WrapInBlock
from dblint.rule import Rule


def when(one: Opened, done: str) -> str:
    """When it is left open; ``done`` is what should happen to it."""
    if one.fate == "never":
        return f"is opened by `{one.opener}` and never {done}"
    return f"is {done} only when nothing fails between `{one.opener}` and there"


def remedy(rule: Rule, path: str, one: Opened) -> Remedy | None:
    if one.layout is None:
        return None
    block = one.layout.context if one.layout.context != "try" else "try … finally"
    return Remedy(f"Put its use into `{block}`", "unsafe", (WrapInBlock(path, one.layout, one.close),))
