"""Doubles of query builders as tests really write them: drift is found where it stands, and nothing else is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.small_projects import differences, files_of

TEXT = (Path(__file__).parent / "cases.txt").read_text(encoding="utf-8")
CASES = {name.strip(): body for name, _, body in (case.partition("\n") for case in re.split(r"(?m)^=== ", TEXT)[1:])}
RUNNER = "[pytest]\nasyncio_mode = auto\n"


@pytest.mark.parametrize("name", CASES)
def test_drift_is_found_where_it_stands(name: str, tmp_path: Path) -> None:
    missed, extra = differences(tmp_path, {"pytest.ini": RUNNER, **files_of(CASES[name])})
    assert not missed and not extra
