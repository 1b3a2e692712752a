"""What can stop dblint from doing its job; every one of these ends in exit code 2."""

from __future__ import annotations


class DblintError(Exception):
    """dblint cannot do its job; the message says what, where and what to do."""


class UsageError(DblintError):
    """A command line or configuration that cannot be meant: unknown rule, unknown key, missing path."""
