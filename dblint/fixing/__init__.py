"""Which fixes are made: chosen by safety, applied whole, analysed again until none is left, written atomically."""

from __future__ import annotations

from dblint.fixing.files import diff, editable, write
from dblint.fixing.outcome import Dropped, FixOutcome, Unwritten
from dblint.fixing.rounds import ROUNDS, Analyse, run

__all__ = ["ROUNDS", "Analyse", "Dropped", "FixOutcome", "Unwritten", "diff", "editable", "run", "write"]
