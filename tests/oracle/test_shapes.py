"""Statements of many shapes, and mistakes in each of their words, against PREPARE."""

from __future__ import annotations

import random
from pathlib import Path

import psycopg
import pytest

from tests.oracle.queries import SCHEMA
from tests.oracle.shapes import SHAPES, broken
from tests.oracle.test_queries import compared


@pytest.mark.parametrize(
    ("seed", "count"), [(1, 300), pytest.param(2, 20_000, marks=pytest.mark.slow)], ids=["sample", "many"]
)
def test_shapes(seed: int, count: int, database: psycopg.Connection, tmp_path: Path) -> None:
    database.execute(SCHEMA.encode())
    dice = random.Random(seed)
    statements = [*SHAPES, *(broken(dice.choice(SHAPES), dice) for _ in range(count))]
    verdicts = compared(database, tmp_path, SCHEMA, statements)
    print(dict(verdicts.told), dict(verdicts.agreed), len(verdicts.false))
    assert verdicts.false == []
    assert verdicts.share >= 0.98, verdicts.missed
    assert sum(verdicts.told.values()) >= count // 5
