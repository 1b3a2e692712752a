"""What PostgreSQL's expressions become, and how they are written again."""

from __future__ import annotations

import pytest

from dblint.sql.definitions import TypeName
from dblint.sql.expression_text import text
from dblint.sql.expressions import (
    Array,
    Between,
    Binary,
    Call,
    Cast,
    Column,
    Expression,
    In,
    Is,
    Keyword,
    Literal,
    Logical,
    Match,
    Quantified,
    Subscript,
    Unary,
)
from dblint.sql.postgres_expressions import parse_expression
from dblint.sql.postgres_parser import SyntaxRefusedError

A, B = Column("a"), Column("b")


def number(digits: str) -> Literal:
    return Literal("integer", digits)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a > 0 and b < 1", Logical("AND", (Binary(">", A, number("0")), Binary("<", B, number("1"))))),
        ("a and (b and a)", Logical("AND", (A, B, A))),
        ("not a", Unary("NOT", A)),
        ("-5", number("-5")),
        ("-a", Unary("-", A)),
        ("99999999999", number("99999999999")),
        ("0x1F", number("31")),
        ("''", Literal("string", "")),
        ("false", Literal("bool", "false")),
        ("a = any (array['x'])", Quantified("=", A, "ANY", Array((Literal("string", "x"),)))),
        ("a <> all (b)", Quantified("<>", A, "ALL", B)),
        ("a not in (1, 2)", In(A, (number("1"), number("2")), negated=True)),
        ("a is not unknown", Is(A, "UNKNOWN", negated=True)),
        ("a notnull", Is(A, "NULL", negated=True)),
        ("a not between symmetric 1 and b", Between(A, number("1"), B, negated=True, symmetric=True)),
        ("a like b escape '!'", Match("LIKE", A, B, escape=Literal("string", "!"))),
        ("a !~~* b", Match("ILIKE", A, B, negated=True)),
        ("a ~ similar_to_escape(b)", Match("SIMILAR TO", A, B)),
        ("a operator(pg_catalog.~) b", Binary("~", A, B)),
        ("a at time zone 'utc'", Call("timezone", (Literal("string", "utc"), A))),
        ("extract(year from a)", Call("extract", (Literal("string", "year"), A))),
        ("trim(a)", Call("btrim", (A,))),
        ("nullif(a, b)", Call("nullif", (A, B))),
        ("current_timestamp(3)", Keyword("CURRENT_TIMESTAMP", 3)),
        ("pg_catalog.now()", Call("now")),
        ("tool.now()", Call("now", schema="tool")),
        ("a::numeric(10,2)[]", Cast(A, TypeName(None, "numeric", ("10", "2"), 1))),
        ("a::app.mood", Cast(A, TypeName("app", "mood"))),
        ("a[1]", Subscript(A, number("1"))),
        ("t.a", Column("a", ("t",))),
    ],
)  # fmt: skip
def test_expression(written: str, expected: Expression) -> None:
    assert parse_expression(written) == expected


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("((price) * (quantity))", "price * quantity"),
        ("(a + b) * 2 - (1 - 2)", "(a + b) * 2 - (1 - 2)"),
        ("(a OR b) AND NOT (a AND b)", "(a OR b) AND NOT (a AND b)"),
        ("cast(a as timestamp(3) with time zone)", "a::timestamp(3) with time zone"),
        ("cast(a as char(3))", "a::character(3)"),
        ('(-5)::"Mood"[]', '(-5)::"Mood"[]'),
        ("case when a then 1 end", "CASE WHEN a THEN 1 END"),
        ("substring(a from 1 for 2)", '"substring"(a, 1, 2)'),
        ("coalesce(a,'it''s')", "COALESCE(a, 'it''s')"),
        ("sum(distinct a) filter (where b) over (partition by a order by b desc)",
         "sum(DISTINCT a) FILTER (WHERE b) OVER (PARTITION BY a ORDER BY b DESC)"),
        ("count(*)", "count(*)"),
        ("(a = b) is true", "(a = b) IS TRUE"),
        ("exists(select 1 from t where t.a = b)", "EXISTS (SELECT 1 FROM t WHERE t.a = b)"),
        ("nextval('s'::regclass)", "nextval('s'::regclass)"),
    ],
)  # fmt: skip
def test_text(written: str, printed: str) -> None:
    assert text(parse_expression(written)) == printed


@pytest.mark.parametrize("wrong", ["", "a,", "a, b", "a b", "1; drop table t", "a from t", "a where b", "(", "*/", "'"])
def test_what_is_no_single_expression_is_refused(wrong: str) -> None:
    with pytest.raises(SyntaxRefusedError):
        parse_expression(wrong)


def test_a_chain_of_thousands_is_read() -> None:
    written = " OR ".join(f"a = {at}" for at in range(5000))
    assert text(parse_expression(written)) == written


def test_nesting_past_all_reason_is_refused() -> None:
    with pytest.raises(SyntaxRefusedError):
        parse_expression("NOT (" * 900 + "a" + ")" * 900)
