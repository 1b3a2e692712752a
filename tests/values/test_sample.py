"""Sampled values read like the column, and are what its type and CHECKs ask for."""

from __future__ import annotations

import ast

import pytest

from dblint.catalog.model import Catalog, Check, Column, Dialect, Domain, EnumType, ForeignKey, Table, Type, UniqueIndex
from dblint.facts.model import Entry, MockRow, Value
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Place, Span
from dblint.values.sample import sample

PLACE = Place("schema.sql", Span(1, 1, 1, 2))
SPAN = PLACE.span


def column(name: str, type_: Type, **more: object) -> Column:
    return Column(name, type_, PLACE, nullable=False, **more)  # type: ignore[arg-type]


def row(**entries: Value) -> MockRow:
    layout = EntryLayout(SPAN, SPAN, SPAN)
    made = tuple(Entry(key, value, layout) for key, value in entries.items())
    return MockRow(SPAN, made, RowLayout("dict", '"', SPAN, ", ", ""))


def table(*columns: Column, checks: tuple[str, ...] = (), **more: object) -> Table:
    made = tuple(Check(None, text, PLACE) for text in checks)
    return Table("public", "things", "table", columns, PLACE, checks=made, **more)  # type: ignore[arg-type]


def sampled(
    name: str, type_: Type, *checks: str, given: MockRow | None = None, others: tuple[Column, ...] = (), **more: object
) -> str | None:
    catalog = Catalog(more.get("dialect", "postgres"), enums=ENUMS, domains=DOMAINS)  # type: ignore[arg-type]
    one = column(name, type_)
    return sample(one, table(one, *others, checks=checks), catalog, given or row())


ENUMS = (EnumType("public", "mood", ("sad", 'so "so"', "it's"), PLACE),)
DOMAINS = (
    Domain("public", "positive", Type("integer"), True, (Check(None, "VALUE > 41", PLACE),), PLACE),
    Domain("public", "code", Type("text"), True, (Check(None, "VALUE ~ '^[A-Z]{2}-[0-9]{4}$'", PLACE),), PLACE),
    Domain("public", "inner_code", Type("code", "domain", "public"), False, (), PLACE),
)
TEXT = Type("text")


def varchar(limit: int) -> Type:
    return Type("character varying", modifiers=(str(limit),))


@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        ("email", TEXT, '"user@example.com"'),
        ("contact_email", TEXT, '"user@example.com"'),
        ("first_name", TEXT, '"Ada"'),
        ("userName", TEXT, '"ada"'),
        ("name", varchar(3), '"abc"'),
        ("region", varchar(5), '"alpha"'),
        ("email", varchar(10), '"a@b.co"'),
        ("full_name", varchar(8), '"Ada"'),
        ("sha", varchar(40), '"0123456789abcdef0123456789abcdef01234567"'),
        ("website_url", TEXT, '"https://example.com"'),
        ("status", TEXT, '"active"'),
        ("external_id", TEXT, '"external-1"'),
        ("whatever", TEXT, '"example"'),
        ("country_code", Type("character", modifiers=("2",)), '"US"'),
        ("flag", Type("character"), '"a"'),
        ("created_at", TEXT, '"2024-01-01T00:00:00Z"'),
        ("count", Type("integer"), "1"),
        ("year", Type("smallint"), "2024"),
        ("price", Type("numeric", modifiers=("10", "2")), "9.99"),
        ("price", Type("numeric", modifiers=("10", "1")), "1"),
        ("share", Type("numeric", modifiers=("2", "2")), "0.5"),
        ("latitude", Type("double precision"), "52.52"),
        ("is_active", Type("boolean"), "True"),
        ("is_inactive", Type("boolean"), "False"),
        ("deleted", Type("boolean"), "False"),
        ("on_day", Type("date"), '"2024-01-01"'),
        ("created_at", Type("timestamp with time zone"), '"2024-01-01T00:00:00Z"'),
        ("created_at", Type("timestamp without time zone"), '"2024-01-01T00:00:00"'),
        ("expires_at", Type("timestamp with time zone"), '"2024-12-31T00:00:00Z"'),
        ("opens", Type("time without time zone"), '"12:00:00"'),
        ("length", Type("interval"), '"1 day"'),
        ("data", Type("jsonb"), "{}"),
        ("tags", Type("text", dimensions=1), "[]"),
        ("mood", Type("mood", "enum", "public"), '"sad"'),
        ("size", Type("positive", "domain", "public"), "42"),
        ("code", Type("inner_code", "domain", "public"), '"AB-4567"'),
        ("payload", Type("bytea"), '"\\\\x00"'),
        ("address", Type("inet"), '"192.0.2.1"'),
        ("span", Type("int4range", "range"), '"[1,10)"'),
        ("span", Type("floatrange", "range", "public"), '"empty"'),
        ("place", Type("geometry", "opaque"), None),
        ("place", Type("address", "composite", "public"), None),
        ("name", Type("citext", "opaque"), '"Example"'),
    ],
)
def test_by_type_and_name(name: str, type_: Type, expected: str | None) -> None:
    assert sampled(name, type_) == expected


@pytest.mark.parametrize(
    ("name", "type_", "check", "expected"),
    [
        ("status", TEXT, "status IN ('draft', 'active')", '"active"'),
        ("status", TEXT, "status IN ('draft', 'done')", '"draft"'),
        ("status", TEXT, "status = ANY (ARRAY['draft'::text, 'done'::text])", '"draft"'),
        ("status", TEXT, "status = ANY ('{draft,done}'::text[])", '"draft"'),
        ("status", TEXT, "(status)::text <> 'active'::text", '"ACTIVE"'),
        ("kind", TEXT, "kind = 'a' OR kind = 'b'", '"a"'),
        ("age", Type("integer"), "age >= 18 AND age < 30", "18"),
        ("age", Type("integer"), "age BETWEEN 40 AND 50", "40"),
        ("n", Type("integer"), "n > 1000000", "1000001"),
        ("n", Type("smallint"), "n > 32766", "32767"),
        ("n", Type("smallint"), "n > 32767", None),
        ("n", Type("integer"), "n % 7 = 6", "6"),
        ("n", Type("integer"), "n <> 1", "0"),
        ("rate", Type("numeric", modifiers=("3", "2")), "rate > 0 AND rate < 0.3", "0.15"),
        ("lat", Type("real"), "lat BETWEEN -90 AND 90", "52.52"),
        ("code", TEXT, "length(code) = 5", '"EX1EX"'),
        ("code", TEXT, "char_length(code) BETWEEN 10 AND 12", '"EX1EX1EX1E"'),
        ("code", varchar(4), "length(code) > 4", None),
        ("name", TEXT, "length(trim(name)) > 0", '"Example"'),
        ("name", TEXT, "name = lower(name)", '"example"'),
        ("ref", TEXT, "ref LIKE 'INV-%'", '"INV-example"'),
        ("ref", TEXT, "ref ~ '^INV-[0-9]{4}$'", '"INV-5678"'),
        ("ref", TEXT, r"ref ~ '^(?=x)'", None),
        ("email", TEXT, "email ~* '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]+$'", '"user@example.com"'),
        ("email", TEXT, "position('@' in email) > 1", '"user@example.com"'),
        ("on_day", Type("date"), "on_day > '2030-05-05'", '"2099-12-31"'),
        ("on_day", Type("date"), "on_day >= date '2030-05-05' AND on_day < '2030-05-07'", '"2030-05-06"'),
        ("on_day", Type("date"), "on_day > CURRENT_DATE", '"2099-12-31"'),
        ("born", Type("date"), "born <= (CURRENT_DATE - '18 years'::interval)", '"1990-01-01"'),
        ("at", Type("timestamp with time zone"), "at > now()", '"2099-12-31T00:00:00Z"'),
        ("ok", Type("boolean"), "ok", "True"),
        ("ok", Type("boolean"), "ok IS TRUE", "True"),
        ("tags", Type("text", dimensions=1), "cardinality(tags) > 0", '["example"]'),
        ("tags", Type("text", dimensions=1), "array_length(tags, 1) >= 1", "[]"),
        ("tags", Type("text", dimensions=1), "tags <@ ARRAY['a','b'] AND cardinality(tags) = 1", '["a"]'),
        ("data", Type("jsonb"), "jsonb_typeof(data) = 'array'", "[]"),
        ("data", Type("jsonb"), "data ? 'kind'", '{"kind": "example"}'),
        ("name", TEXT, "is_fine(name)", None),
        ("name", TEXT, "this is no sql name", None),
        ("name", TEXT, "other > 0", '"Example"'),
        ("mood", Type("mood", "enum", "public"), "mood <> 'sad'::mood", '"so \\"so\\""'),
        ("size", Type("positive", "domain", "public"), "size < 43", "42"),
    ],
)
def test_by_check(name: str, type_: Type, check: str, expected: str | None) -> None:
    value = sampled(name, type_, check)
    assert value == expected
    if value is not None:
        ast.literal_eval(value)


def test_the_row_s_other_entries_count() -> None:
    start = column("starts", Type("date"))
    check = "ends > starts"
    given = row(starts=Value("str", "2025-03-03"))
    assert sampled("ends", Type("date"), check, given=given, others=(start,)) == '"2099-12-31"'
    low = column("low", Type("integer"))
    assert sampled("high", Type("integer"), "high > low", given=row(low=Value("int", "7000")), others=(low,)) == "7001"
    unknown = row(low=Value("unknown"))
    assert sampled("high", Type("integer"), "high > low", given=unknown, others=(low,)) is None


def test_a_column_that_is_still_to_come_decides_later() -> None:
    assert sampled("high", Type("integer"), "high > low", others=(column("low", Type("integer")),)) == "1"


def test_a_value_that_cannot_be_compared_is_still_not_null() -> None:
    owner = Column("owner", Type("uuid"), PLACE)
    check = "owner IS NOT NULL AND network IS NULL OR owner IS NULL AND network IS NOT NULL"
    assert sampled("network", Type("cidr"), check, others=(owner,)) == '"192.0.2.0/24"'
    given = row(owner=Value("str", "0b2f0cf7-6a5c-4d39-a0cb-6f0c1bfb1c11"))
    assert sampled("network", Type("cidr"), check, given=given, others=(owner,)) is None


def test_absent_columns_are_null_or_their_default() -> None:
    low = Column("low", Type("integer"), PLACE)
    assert sampled("high", Type("integer"), "high > low", others=(low,)) == "1"
    low = Column("low", Type("integer"), PLACE, default="50")
    assert sampled("high", Type("integer"), "high > low", others=(low,)) == "51"


def test_a_made_date_counts() -> None:
    start = column("starts", Type("date"))
    made = Value("call", "datetime.date", tuple(Value("int", part) for part in ("2100", "3", "3")))
    assert sampled("ends", Type("date"), "ends > starts", given=row(starts=made), others=(start,)) == '"2100-03-04"'
    strange = Value("call", "date", (Value("int", "2100"),))
    assert sampled("ends", Type("date"), "ends > starts", given=row(starts=strange), others=(start,)) is None


def test_references_share_the_uuid_of_their_target() -> None:
    owner, author = column("owner_id", Type("uuid")), column("author_id", Type("uuid"))
    keys = tuple(ForeignKey((name,), "public", "users", ("id",), PLACE) for name in ("owner_id", "author_id"))
    things = table(owner, author, foreign_keys=keys)
    one, other = (sample(each, things, Catalog("postgres"), row()) for each in (owner, author))
    assert one is not None and one == other
    catalog = Catalog("postgres")
    apart = table(owner, author, foreign_keys=keys, checks=("owner_id <> author_id",))
    assert sample(author, apart, catalog, row(owner_id=Value("str", ast.literal_eval(one)))) not in (one, None)


def test_a_uuid_is_real_and_stable() -> None:
    first, second = sampled("id", Type("uuid")), sampled("id", Type("uuid"))
    assert first == second
    assert first is not None and len(ast.literal_eval(first)) == 36
    assert sampled("owner_id", Type("uuid")) != first


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("email", TEXT),
        ("slug", TEXT),
        ("url", TEXT),
        ("id", Type("uuid")),
        ("number", Type("integer")),
        ("code", varchar(6)),
        ("at", Type("timestamp with time zone")),
    ],
)
@pytest.mark.parametrize("kind", ["primary key", "unique", "index"])
def test_keys_differ_from_row_to_row(name: str, type_: Type, kind: str) -> None:
    one = column(name, type_)
    keys: dict[str, object] = {
        "primary key": {"primary_key": (name,)},
        "unique": {"unique": ((name,),)},
        "index": {"unique_indexes": (UniqueIndex(None, (name,), None, PLACE),)},
    }[kind]  # type: ignore[assignment]
    things = table(one, **keys)  # type: ignore[arg-type]
    values = {sample(one, things, Catalog("postgres"), row(a=Value("int", str(number)))) for number in range(5)}
    assert len(values) == 5


@pytest.mark.parametrize(
    ("dialect", "type_", "expected"),
    [
        ("mysql", Type("tinyint", modifiers=("1",)), "False"),
        ("mysql", Type("tinyint"), "1"),
        ("mysql", Type("int unsigned"), "1"),
        ("mysql", Type("varchar", modifiers=("4",)), '"test"'),
        ("mysql", Type("datetime"), '"2024-01-01 00:00:00"'),
        ("mysql", Type("decimal", modifiers=("5", "2")), "1"),
        ("mysql", Type("longtext"), '"example"'),
        ("mysql", Type("json"), "{}"),
        ("mysql", Type("year"), "2024"),
        ("mysql", Type("blob"), '"example"'),
        ("sqlite", Type("VARCHAR", modifiers=("4",)), '"test"'),
        ("sqlite", Type("INTEGER"), "1"),
        ("sqlite", Type("BIG INT"), "1"),
        ("sqlite", Type(""), '"example"'),
        ("sqlite", Type("REAL"), "1"),
        ("sqlite", Type("DATETIME"), '"2024-01-01T00:00:00"'),
        ("sqlite", Type("BOOLEAN"), "False"),
        ("sqlite", Type("whatever"), "1"),
    ],
)
def test_other_dialects(dialect: Dialect, type_: Type, expected: str) -> None:
    assert sampled("thing", type_, dialect=dialect) == expected


def test_mysql_checks_in_backticks() -> None:
    assert sampled("n", Type("int"), "(`n` > 5)", dialect="mysql") == "6"
