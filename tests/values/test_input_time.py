"""A value of ten megabytes is judged in bounded time, whatever its type."""

from __future__ import annotations

import time

import pytest

from dblint.catalog.model import Catalog, Type
from dblint.facts.value_model import Value
from dblint.values.acceptance import Carrier, column_verdict

CATALOG = Catalog("postgres")
TYPES = [
    *("smallint", "bigint", "numeric", "real", "double precision", "money", "boolean", "uuid", "text", "bytea", "json"),
    *("jsonb", "date", "timestamp with time zone", "time without time zone", "interval", "inet", "cidr", "macaddr"),
    *("bit varying", "int4range", "nummultirange", "daterange"),
]
TEXTS = {
    "digits": "9" * 10_000_000,
    "zeros": "0" * 10_000_000,
    "letters": "abcdefghij" * 1_000_000,
    "blanks": " " * 10_000_000,
    "braces": "{" * 10_000_000,
    "elements": "{" + "1," * 5_000_000 + "1}",
    "quotes": '{"' + 'a\\"' * 3_000_000 + '"}',
    "brackets": "[" * 10_000_000,
    "dates": "2024-01-01 " * 900_000,
    "dots": "1." * 5_000_000,
    "exponent": "1e" + "9" * 10_000_000,
    "ranges": "{" + "[1,2)," * 1_600_000 + "[1,2)}",
    "backslashes": "\\\\" * 5_000_000,
    "under": "1_" * 5_000_000,
}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("type_", [*TYPES, "text[]", "integer[]"])
@pytest.mark.slow
def test_ten_megabytes(type_: str, text: str) -> None:
    _in_time(type_, TEXTS[text], 20)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("type_", ["numeric", "interval", "integer[]", "nummultirange"])
def test_a_hundredth_of_it(type_: str, text: str) -> None:
    _in_time(type_, TEXTS[text][:100_000], 1)


def _in_time(name: str, text: str, seconds: float) -> None:
    kind = "range" if "range" in name else "base"
    type_ = Type(name.removesuffix("[]"), kind, None, (), int(name.endswith("[]")), name)  # type: ignore[arg-type]
    carriers: tuple[Carrier, ...] = ("json", "sql", "row")
    for carrier in carriers:
        start = time.process_time()
        verdict = column_verdict(type_, Value("str", text), CATALOG, carrier)
        assert time.process_time() - start < seconds
        assert len(verdict.why) < 300
