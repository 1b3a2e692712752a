"""Every way a test gives a row, on two schemas, beside what is right or no row at all: drift is found, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.small_projects import SCHEMA_FILE, SHOP, differences, files_of

CLINIC = """
CREATE TYPE visit_state AS ENUM ('booked', 'done', 'cancelled');
CREATE TABLE clinics (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, city text);
CREATE TABLE patients (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    clinic_id bigint REFERENCES clinics(id),
    full_name text NOT NULL,
    birth_date date,
    email varchar(40) UNIQUE,
    active boolean NOT NULL DEFAULT true
);
CREATE TABLE visits (
    id bigserial PRIMARY KEY,
    patient_id uuid NOT NULL REFERENCES patients(id) ON DELETE CASCADE,
    state visit_state NOT NULL DEFAULT 'booked',
    minutes integer NOT NULL CHECK (minutes BETWEEN 5 AND 240),
    fee numeric(8,2) NOT NULL DEFAULT 0,
    note text,
    started_at timestamptz,
    legacy_code text
);
CREATE TABLE audit_log (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), payload jsonb);
CREATE VIEW active_patients AS SELECT id, full_name, email FROM patients WHERE active;
CREATE FUNCTION visit_stats(p_patient uuid, p_since date DEFAULT NULL)
    RETURNS TABLE(patient_id uuid, visits bigint, total numeric) LANGUAGE sql
    AS $$ SELECT p_patient, count(*), sum(fee) FROM visits $$;
ALTER TABLE visits DROP COLUMN legacy_code;
ALTER TABLE patients RENAME COLUMN full_name TO name;
"""
RUNNER = '[tool.pytest.ini_options]\nasyncio_mode = "auto"\n[project]\ndependencies = ["pytest-asyncio"]\n'


def cases(schema: str, name: str) -> Iterator[object]:
    text = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8")
    for case in re.split(r"(?m)^=== ", text)[1:]:
        title, _, body = case.partition("\n")
        texts = {"pyproject.toml": RUNNER, **files_of(body), SCHEMA_FILE: schema}
        yield pytest.param(texts, id=f"{name}-{title.strip()}")


@pytest.mark.parametrize("texts", [*cases(SHOP, "shop"), *cases(CLINIC, "clinic")])
def test_drift_is_found_where_it_stands(texts: dict[str, str], tmp_path: Path) -> None:
    missed, extra = differences(tmp_path, texts)
    assert not missed and not extra
