"""Any expression, written as text, reads back as itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.sql.definitions import TypeName
from dblint.sql.expression_text import text
from dblint.sql.expressions import (
    NULL,
    Array,
    Between,
    Binary,
    Bound,
    Call,
    Case,
    Cast,
    Collate,
    Column,
    Expression,
    Field,
    Frame,
    In,
    Is,
    Keyword,
    Literal,
    Match,
    NamedArgument,
    Parameter,
    Quantified,
    Row,
    SortKey,
    Star,
    Subquery,
    Subscript,
    Unary,
    Window,
    logical,
    negated,
)
from dblint.sql.postgres_expressions import parse_expression
from dblint.sql.queries import Item, Relation, Select

NAMES = st.sampled_from(["a", "price", "Ärger", "select", "two words", 'quo"te', "order", "left", "x1", "UPPER", "$"])
TYPES = st.one_of(
    st.builds(
        TypeName,
        st.none(),
        st.sampled_from(["int4", "int8", "text", "bool", "char", "bpchar", "jsonb", "mood", "Ä", "float8"]),
        dimensions=st.integers(0, 2),
    ),
    st.builds(
        TypeName,
        st.none(),
        st.sampled_from(["varchar", "bpchar", "numeric", "timestamptz", "time", "bit", "varbit", "mood", "interval"]),
        st.sampled_from([(), ("5",)]),
        st.integers(0, 2),
    ),
    st.builds(TypeName, NAMES, NAMES, st.sampled_from([(), ("10", "2")])),
)
LEAVES: st.SearchStrategy[Expression] = st.one_of(
    st.just(NULL),
    st.sampled_from([Literal("bool", "true"), Literal("bits", "b101"), Literal("bits", "xff")]),
    st.builds(lambda number: Literal("integer", str(number)), st.integers(-(10**12), 10**12)),
    st.sampled_from([Literal("decimal", text_) for text_ in ("1.50", "-0.5", "1e10", "-2.5e-3")]),
    st.builds(Literal, st.just("string"), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))),
    st.builds(Column, NAMES, st.lists(NAMES, max_size=3).map(tuple)),
    st.builds(Parameter, st.integers(1, 9)),
    st.sampled_from([Keyword("CURRENT_TIMESTAMP"), Keyword("CURRENT_TIME", 3), Keyword("CURRENT_USER")]),
    st.builds(Star, st.lists(NAMES, min_size=1, max_size=2).map(tuple)),
)


def tuples(of: st.SearchStrategy[Expression], least: int = 0) -> st.SearchStrategy[tuple[Expression, ...]]:
    return st.lists(of, min_size=least, max_size=3).map(tuple)


def compound(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    binary = ["+", "-", "*", "/", "%", "^", "||", "->>", "@>", "~*", "=", "<", "<>", ">=", "IS DISTINCT FROM", "&&"]
    key = st.builds(SortKey, inner, st.booleans(), st.none() | st.booleans())
    keys = st.lists(key, min_size=1, max_size=2).map(tuple)
    bounds = st.sampled_from([Bound("UNBOUNDED PRECEDING"), Bound("PRECEDING", Literal("integer", "2"))])
    ends = st.sampled_from([Bound("CURRENT ROW"), Bound("FOLLOWING", Literal("integer", "-3"))])
    modes = st.sampled_from(["RANGE", "ROWS", "GROUPS"])
    frame = st.builds(Frame, modes, bounds, ends, st.none() | st.sampled_from(["TIES", "GROUP", "CURRENT ROW"]))
    window = st.builds(Window, base=st.none() | NAMES, partition=tuples(inner), order=keys, frame=st.none() | frame)
    over = st.none() | window | st.builds(Window, name=NAMES)
    select = st.builds(
        Select,
        st.lists(st.builds(Item, inner, st.none() | NAMES), min_size=1, max_size=2).map(tuple),
        st.lists(st.builds(Relation, st.none() | NAMES, NAMES, NAMES), max_size=2).map(tuple),
        st.none() | inner,
    )
    subquery = st.builds(Subquery, select)
    matches = st.sampled_from(["LIKE", "ILIKE", "SIMILAR TO"])
    return st.one_of(
        st.builds(Unary, st.sampled_from(["NOT", "~", "@", "|/"]), inner),
        st.builds(negated, inner),
        st.builds(Binary, st.sampled_from(binary), inner, inner),
        st.builds(Binary, st.just("OPERATOR(s.+)"), inner, inner),
        st.builds(logical, st.sampled_from(["AND", "OR"]), tuples(inner, 2)),
        st.builds(
            Call,
            st.sampled_from(["f", "coalesce", "extract", "count", "position", "Mixed", "nullif"]),
            tuples(inner, 2).map(lambda items: items[:2]),
        ),
        st.builds(Call, st.just("count"), st.just(()), star=st.just(True), where=st.none() | inner, over=over),
        st.builds(Call, NAMES, tuples(inner, 1), NAMES, distinct=st.booleans(), order=keys, over=over),
        st.builds(Call, NAMES, tuples(inner, 1), NAMES, variadic=st.just(True)),
        st.builds(Call, NAMES, tuples(inner), NAMES, order=keys, within_group=st.just(True)),
        st.builds(Call, NAMES, st.builds(NamedArgument, NAMES, inner).map(lambda one: (one,)), NAMES),
        st.builds(Cast, inner, TYPES),
        st.builds(Case, st.none() | inner, st.lists(st.tuples(inner, inner), min_size=1).map(tuple), st.none() | inner),
        st.builds(In, inner, tuples(inner, 2), st.booleans()),
        st.builds(In, inner, subquery),
        st.builds(Is, inner, st.sampled_from(["NULL", "TRUE", "FALSE", "UNKNOWN"]), st.booleans()),
        st.builds(Is, inner, st.sampled_from(["JSON", "JSON OBJECT", "JSON ARRAY WITH UNIQUE KEYS"])),
        st.builds(Between, inner, inner, inner, st.booleans(), st.booleans()),
        st.builds(Match, matches, inner, inner, st.booleans(), st.none() | inner),
        st.builds(
            Quantified, st.sampled_from(["=", "<", "||"]), inner, st.sampled_from(["ANY", "ALL"]), inner | subquery
        ),
        st.builds(Array, tuples(inner)),
        st.builds(Row, tuples(inner, 1)),
        st.builds(Subscript, inner, inner),
        st.builds(Subscript, inner, st.none() | inner, st.just(True), st.none() | inner),
        st.builds(Field, inner, st.none() | NAMES),
        st.builds(Collate, inner, st.lists(NAMES, min_size=1, max_size=2).map(tuple)),
        st.builds(Subquery, select, st.sampled_from(["scalar", "exists", "array"])),
    )


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.recursive(LEAVES, compound, max_leaves=8))
def test_text_reads_back_as_the_same_expression(expression: Expression) -> None:
    assert parse_expression(text(expression)) == expression
