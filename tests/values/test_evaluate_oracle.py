"""What dblint evaluates is what a real PostgreSQL evaluates, or is left unknown."""

from __future__ import annotations

import datetime
from decimal import Decimal

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dblint.sql.postgres_expressions import parse_expression
from dblint.values.evaluate import evaluate
from dblint.values.sql_values import UNKNOWN, SqlValue

NUMBERS = ["0", "1", "-1", "2", "7", "-7", "2.5", "-2.5", "0.1", "100", "null", "null::integer", "1.50"]
TEXTS = ["''", "'a'", "'A'", "'ab'", "'a b '", "'a_b'", "'100%'", "'é'", "'red'", "null::text", "'b@c.de'", "'a\nb'"]
BOOLEANS = ["true", "false", "null::boolean"]
DATES = ["date '2024-02-29'", "date '2024-03-01'", "'1999-12-31'::date", "null::date"]
TIMES = ["timestamp '2024-02-29 12:30:00'", "'2024-03-01T00:00:00'::timestamp", "null::timestamp"]
PATTERNS = ["'a%'", "'%b'", "'_'", "'a\\_b'", "'%'", "''", "'100\\%'", "'%@%'"]
REGEXES = [
    "'^a'", "'b$'", "'^[a-z]+$'",
    "'[[:upper:]]'", "'^$'", "'a.b'", "'^(red|green)$'", "'a{1,2}'", "'^[^@]+@[^@]+[.]de$'",
    "'\\d'", "'\\w+'", "'\\s'", "'a|b'", "'(a|b)+c?'", "'x*'", "'^a b ?$'", "'[a\\-]'", "'[]a]'", "'(?i)RED'", "'a*?$'",
]  # fmt: skip
ARRAYS = ["array['a','ab']", "'{a,\"red\",NULL}'::text[]", "'{}'::text[]", "array['A']"]
INTERVALS = ["interval '1 day'", "'2 hours 30 minutes'::interval", "interval '1 month'", "interval '-1 week'"]


def joined(operators: list[str], left: st.SearchStrategy[str], right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda one, operator, other: f"({one} {operator} {other})", left, st.sampled_from(operators), right
    )


def called(names: list[str], *arguments: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda name, *given: f"{name}({', '.join(given)})", st.sampled_from(names), *arguments)


_number = st.sampled_from(NUMBERS)
_text = st.sampled_from(TEXTS)
_small = st.sampled_from(["0", "1", "2", "3"])
numbers = st.one_of(
    _number,
    joined(["+", "-", "*", "/", "%"], _number, _number),
    called(["abs", "sign", "floor", "ceil", "round", "trunc"], _number),
    called(["length", "char_length", "octet_length"], _text),
    called(["coalesce", "greatest", "least", "nullif"], _number, _number),
    called(["strpos"], _text, _text),
    called(["mod"], _number, _number),
    st.builds(lambda one: f"cardinality({one})", st.sampled_from(ARRAYS)),
    st.builds(lambda one: f"array_length({one}, 1)", st.sampled_from(ARRAYS)),
    st.builds(
        lambda part, one: f"extract({part} from {one})",
        st.sampled_from(["year", "month", "day", "dow", "isodow", "hour"]),
        st.sampled_from(TIMES),
    ),
    called(["num_nulls", "num_nonnulls"], _number, _text),
    st.builds(lambda one: f"({one})::integer", st.sampled_from(["'12'", "7", "null"])),
)
texts = st.one_of(
    _text,
    called(["lower", "upper", "trim", "btrim", "ltrim", "rtrim", "reverse"], _text),
    joined(["||"], _text, _text),
    called(["left", "right"], _text, st.sampled_from(["0", "1", "2", "-1"])),
    called(["substring", "substr"], _text, _small, _small),
    called(["replace"], _text, st.sampled_from(["'a'", "''", "'b'"]), _text),
    called(["concat"], _text, _text),
    called(["coalesce", "nullif"], _text, _text),
    st.builds(lambda one: f"({one})::varchar(1)", _text),
    st.builds(lambda one: f"({one})::text", st.sampled_from([*BOOLEANS, "12", "-3"])),
)
dates = st.one_of(
    st.sampled_from(DATES),
    st.sampled_from(TIMES),
    joined(["+", "-"], st.sampled_from([*DATES, *TIMES]), st.sampled_from(INTERVALS)),
    st.builds(lambda one: f"({one})::date", st.sampled_from(TIMES)),
)
_comparisons = ["=", "<>", "<", "<=", ">", ">=", "is distinct from", "is not distinct from"]
conditions = st.recursive(
    st.one_of(
        st.sampled_from(BOOLEANS),
        joined(_comparisons, numbers, numbers),
        joined(["=", "<>", "is distinct from", "<="], texts, texts),
        joined(_comparisons, dates, dates),
        joined(["like", "not like", "ilike"], texts, st.sampled_from(PATTERNS)),
        joined(["~", "~*", "!~", "!~*"], texts, st.sampled_from(REGEXES)),
        joined(["<@", "@>", "&&"], st.sampled_from(ARRAYS), st.sampled_from(ARRAYS)),
        st.builds(lambda one, low, high: f"({one} between {low} and {high})", numbers, _number, _number),
        st.builds(lambda one, items: f"({one} in ({', '.join(items)}))", numbers, st.lists(_number, min_size=1)),
        st.builds(lambda one, items: f"({one} not in ({', '.join(items)}))", texts, st.lists(_text, min_size=1)),
        st.builds(lambda one, array: f"({one} = any ({array}))", texts, st.sampled_from(ARRAYS)),
        st.builds(lambda one, array: f"({one} <> all ({array}))", texts, st.sampled_from(ARRAYS)),
        st.builds(lambda one, test: f"({one} is {test})", texts, st.sampled_from(["null", "not null"])),
    ),
    lambda inner: st.one_of(
        joined(["and", "or"], inner, inner),
        inner.map(lambda one: f"(not {one})"),
        st.builds(lambda one, test: f"({one} is {test})", inner, st.sampled_from(["true", "not false", "unknown"])),
        st.builds(lambda when, one, other: f"(case when {when} then {one} else {other} end)", inner, inner, inner),
    ),
    max_leaves=5,
)


def answered(connection: psycopg.Connection, text: str) -> object:
    """The server's answer, or the error it gives."""
    try:
        row = connection.execute(f"select {text}".encode()).fetchone()
    except psycopg.Error as error:
        return error
    assert row is not None
    return row[0]


def agrees(answer: object, value: SqlValue) -> bool:
    if value is UNKNOWN or isinstance(answer, psycopg.Error):
        return True
    if answer is None or isinstance(answer, bool | str):
        return answer == value and type(answer) is type(value)
    if isinstance(answer, int | float | Decimal):
        return isinstance(value, int | Decimal) and abs(Decimal(answer) - value) < Decimal("1e-9")
    return not isinstance(answer, datetime.date)


@settings(derandomize=True, max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(conditions)
def test_conditions(postgres: psycopg.Connection, text: str) -> None:
    value = evaluate(parse_expression(text), lambda _: UNKNOWN)
    answer = answered(postgres, text)
    assert agrees(answer, value), (text, answer, value)


@settings(derandomize=True, max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(numbers, texts))
def test_values(postgres: psycopg.Connection, text: str) -> None:
    value = evaluate(parse_expression(text), lambda _: UNKNOWN)
    answer = answered(postgres, text)
    assert agrees(answer, value), (text, answer, value)


@pytest.mark.parametrize(
    "text",
    [
        "1 = 1 and 'a' in ('a', 'b')",
        "length('abc') between 2 and 4",
        "'INV-1234' ~ '^INV-[0-9]{4}$'",
        "'x' = any (array['x', 'y'])",
        "date '2024-01-02' > '2024-01-01'",
        "timestamp '2024-01-01 10:00' + interval '1 day' > '2024-01-02'",
        "'2001-01-01'::date < now()",
        "current_date > '2020-01-01'",
        "coalesce(null, 3) = 3",
        "extract(year from date '2024-05-05') = 2024",
        "'a' is distinct from null",
        "case 2 when 1 then false when 2 then true end",
    ],
)
def test_plain_conditions_are_known(postgres: psycopg.Connection, text: str) -> None:
    assert answered(postgres, text) is True
    assert evaluate(parse_expression(text), lambda _: UNKNOWN) is True


@pytest.mark.parametrize(
    "text", ["now() > '2050-01-01'", "random() < 2", "'a' < 'b'", "(select true)", "x > 1", "1 / 0 = 1"]
)
def test_what_is_not_certain_is_unknown(text: str) -> None:
    assert evaluate(parse_expression(text), lambda _: UNKNOWN) is UNKNOWN
