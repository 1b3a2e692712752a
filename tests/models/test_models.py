"""Small projects whose tests give rows through models and factories: what is found, where, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_projects import differences, files_of

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_found(case: Path, tmp_path: Path) -> None:
    missed, extra = differences(tmp_path, files_of(case.read_text(encoding="utf-8")))
    assert not missed and not extra
