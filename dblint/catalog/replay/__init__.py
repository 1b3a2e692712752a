"""Statements replayed in order, as the server would run them, into the catalog they leave standing."""

from __future__ import annotations

from dblint.catalog.replay.replayer import replay

__all__ = ["replay"]
