"""What dblint evaluates is what a real PostgreSQL evaluates, or is left unknown."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dblint.catalog.model import Catalog
from dblint.sql.postgres_expressions import parse_expression
from dblint.values.conversions import text_of
from dblint.values.evaluate import evaluate, prepare
from dblint.values.numbers import RefusedError
from dblint.values.scope import Scope
from dblint.values.sql_values import UNKNOWN, Unknown

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
SIMILARS = ["'a%'", "'(a|b)+'", "'_{2}'", "'[a-c]b'", "'%.%'", "'a\\_b'", "'red|green'", "'[^a]%'", "'A'"]
ARRAYS = ["array['a','ab']", "'{a,\"red\",NULL}'::text[]", "'{}'::text[]", "array['A']"]
INTERVALS = ["interval '1 day'", "'2 hours 30 minutes'::interval", "interval '1 month'", "interval '-1 week'"]


TYPED_NUMBERS = [
    "3", "-2", "0", "7::smallint", "5000000000", "2.50", "0.125", "1e3", "-1.5", "100.000", "0.1::float8",
    "2.5::float8", "1e20::float8", "0.1::real", "-3.5::float8", "null::numeric", "null::integer", "12345.6789",
    "99999.99", "1.0000000001",
]  # fmt: skip
NUMBER_TYPES = ["integer", "bigint", "smallint", "numeric", "numeric(8,2)", "numeric(5,0)", "float8", "real", "text"]
DOCUMENTS = [
    """'{"a": 1, "b": [1, "x", null], "long": {"c": 2.50}}'::jsonb""", "'[]'::jsonb", "'{}'::jsonb",
    "'[1, 2, 3]'::jsonb",
    "'null'::jsonb", "'\"a\"'::jsonb", "'true'::jsonb", "'[\"a\", \"b\"]'::jsonb", "null::jsonb",
    "'{\"b\": {}}'::jsonb",
]  # fmt: skip
PATHS = ["{a}", "{b,1}", "{long,c}", "{b,-1}", "{x}", "{}"]
PARTS = [
    "year", "month", "day", "hour", "minute", "second", "epoch", "quarter", "week", "doy", "dow", "isodow", "isoyear",
    "decade", "century", "milliseconds",
]  # fmt: skip


def joined(operators: list[str], left: st.SearchStrategy[str], right: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda one, operator, other: f"({one} {operator} {other})", left, st.sampled_from(operators), right
    )


def called(names: list[str], *arguments: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda name, *given: f"{name}({', '.join(given)})", st.sampled_from(names), *arguments)


_number = st.sampled_from(NUMBERS)
_flags = st.sampled_from(["'g'", "'gi'", "''"])
booleans = st.sampled_from(["true", "false", "null::boolean"])
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
documents = st.one_of(
    st.sampled_from(DOCUMENTS),
    joined(["->"], st.sampled_from(DOCUMENTS), st.sampled_from(["'a'", "'b'", "0", "-1", "5"])),
    joined(["||", "-"], st.sampled_from(DOCUMENTS), st.sampled_from([*DOCUMENTS, "'a'", "1"])),
    st.builds(lambda one, path: f"({one} #> '{path}')", st.sampled_from(DOCUMENTS), st.sampled_from(PATHS)),
)
typed_numbers = st.recursive(
    st.sampled_from(TYPED_NUMBERS),
    lambda inner: st.one_of(
        joined(["+", "-", "*", "/", "%", "^"], inner, inner),
        called(["abs", "sign", "floor", "ceil", "round", "trunc", "sqrt", "-"], inner),
        st.builds(lambda one, digits: f"round({one}::numeric, {digits})", inner, st.sampled_from("0123")),
        st.builds(lambda one, digits: f"trunc({one}::numeric, {digits})", inner, st.sampled_from(["0", "2", "-1"])),
        called(["coalesce", "greatest", "least", "nullif", "mod", "power", "div"], inner, inner),
        st.builds(lambda one, type_: f"({one})::{type_}", inner, st.sampled_from(NUMBER_TYPES)),
        st.builds(lambda when, one, other: f"(case when {when} then {one} else {other} end)", booleans, inner, inner),
    ),
    max_leaves=4,
)
lengths = st.one_of(
    st.sampled_from(INTERVALS),
    joined(["+", "-"], st.sampled_from(INTERVALS), st.sampled_from(INTERVALS)),
    joined(["-"], st.sampled_from(TIMES), st.sampled_from(TIMES)),
    st.builds(lambda one, other: f"age({one}, {other})", st.sampled_from(TIMES), st.sampled_from(TIMES)),
    st.builds(lambda one, other: f"age({one}, {other})", st.sampled_from(DATES), st.sampled_from(DATES)),
    joined(["*"], st.sampled_from(INTERVALS), st.sampled_from(["2", "-1", "0.5"])),
)
more_texts = st.one_of(
    called(["lpad", "rpad"], _text, st.sampled_from(["0", "3", "5"]), st.sampled_from(["'x'", "'0y'", "''"])),
    called(["split_part"], _text, st.sampled_from(["'_'", "'a'", "' '", "''"]), st.sampled_from(["1", "2", "-1"])),
    called(["initcap", "md5"], _text),
    called(["translate"], _text, st.sampled_from(["'ab'", "''"]), st.sampled_from(["'x'", "'yz'"])),
    called(["repeat"], _text, _small),
    called(["concat_ws"], st.sampled_from(["', '", "'-'"]), _text, _number),
    called(["regexp_replace"], _text, st.sampled_from(REGEXES), st.sampled_from(["'-'", "''"]), _flags),
    called(["concat"], _text, st.sampled_from([*BOOLEANS, *TYPED_NUMBERS, *DATES])),
    joined(["||"], _text, st.sampled_from([*BOOLEANS, *TYPED_NUMBERS, *DATES])),
    st.builds(lambda one, type_: f"({one})::{type_}", _text, st.sampled_from(["char(3)", "varchar(2)", "text[]"])),
    st.builds(lambda one: f"length(({one})::char(4))", _text),
    joined(["->>"], st.sampled_from(DOCUMENTS), st.sampled_from(["'a'", "'b'", "0"])),
    called(["jsonb_typeof"], documents),
    called(["array_to_string"], st.sampled_from(ARRAYS), st.sampled_from(["','", "''"])),
)
more_moments = st.one_of(
    st.builds(
        lambda part, one: f"date_trunc('{part}', {one})",
        st.sampled_from(["year", "quarter", "month", "day", "hour", "minute"]),
        st.sampled_from(TIMES),
    ),
    st.builds(
        lambda part, one: f"extract({part} from {one})", st.sampled_from(PARTS), st.sampled_from([*TIMES, *INTERVALS])
    ),
    st.builds(
        lambda part, one: f"date_part('{part}', {one})", st.sampled_from(PARTS), st.sampled_from([*TIMES, *DATES])
    ),
    joined(["+", "-"], st.sampled_from(DATES), st.sampled_from(["1", "31", "365"])),
    joined(["-"], st.sampled_from(DATES), st.sampled_from(DATES)),
    st.builds(lambda year, month, day: f"make_date({year}, {month}, {day})", *(st.sampled_from("1234"),) * 3),
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
        joined(["@>", "<@"], documents, documents),
        joined(["?"], documents, st.sampled_from(["'a'", "'b'", "'zz'"])),
        joined(_comparisons, typed_numbers, typed_numbers),
        joined(_comparisons, lengths, lengths),
        joined(["similar to", "not similar to"], texts, st.sampled_from(SIMILARS)),
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


values = st.one_of(numbers, texts, dates, documents, typed_numbers, lengths, more_texts, more_moments)


def answered(connection: psycopg.Connection, text: str) -> tuple[str, str | None] | None:
    """The type and the text of the server's answer; None where it gives an error."""
    try:
        row = connection.execute(f"select pg_typeof({text})::text, ({text})::text".encode()).fetchone()
    except psycopg.Error:
        return None
    assert row is not None
    return row[0], row[1]


def evaluated(text: str) -> tuple[str, str | None] | None:
    """What dblint says to the same; None where it does not know."""
    formula = prepare(parse_expression(text), Scope(Catalog("postgres")))
    value = formula.run(lambda _: UNKNOWN)
    if isinstance(value, Unknown) or (formula.code is None and value is not None):
        return None
    code = "text" if formula.code in (None, "unknown") else formula.code or ""
    try:
        return code, None if value is None else text_of(value, code)
    except RefusedError:
        return None


def differs(connection: psycopg.Connection, text: str) -> str | None:
    """What is wrong with dblint's answer; None where it is the server's, or unknown."""
    told = evaluated(text)
    if told is None:
        return None
    answer = answered(connection, text)
    if answer is None or answer[1] == told[1]:
        return None
    return f"{text}: the server says {answer}, dblint {told}"


@settings(derandomize=True, max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(conditions)
def test_conditions(postgres: psycopg.Connection, text: str) -> None:
    assert differs(postgres, text) is None


@settings(derandomize=True, max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(values)
def test_values(postgres: psycopg.Connection, text: str) -> None:
    assert differs(postgres, text) is None


@pytest.mark.slow
@settings(derandomize=True, max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(values, conditions))
def test_many(postgres: psycopg.Connection, text: str) -> None:
    assert differs(postgres, text) is None


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
    assert answered(postgres, text) == ("boolean", "true")
    assert evaluate(parse_expression(text), lambda _: UNKNOWN) is True


@pytest.mark.parametrize(
    "text", ["now() > '2050-01-01'", "random() < 2", "'ab' < 'b c'", "(select true)", "x > 1", "1 / 0 = 1"]
)
def test_what_is_not_certain_is_unknown(text: str) -> None:
    assert evaluate(parse_expression(text), lambda _: UNKNOWN) is UNKNOWN
