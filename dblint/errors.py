"""What can stop dblint from doing its job; every one of these ends in exit code 2."""

from __future__ import annotations

from collections.abc import Iterable


class DblintError(Exception):
    """dblint cannot do its job; the message says what, where and what to do."""


class UsageError(DblintError):
    """A command line or configuration that cannot be meant: unknown rule, unknown key, missing path."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant, if one is near."""
    import difflib

    folded = {one.replace("_", "-").lower(): one for one in known}
    found = difflib.get_close_matches(name.replace("_", "-").lower(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """``; did you mean …?`` for the end of a message, or nothing."""
    found = nearest(name, known)
    return f"; did you mean `{found}`?" if found else ""
