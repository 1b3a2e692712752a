"""The schema rules over plain data: which rows they judge, what they say, what they want done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dblint.binding.model import BoundProject, BoundRow
from dblint.catalog.model import (
    Argument,
    Catalog,
    Column,
    ColumnEvent,
    Domain,
    EnumType,
    Function,
    ObjectEvent,
    Skipped,
    Table,
    Trigger,
    Type,
)
from dblint.checks.schema import (
    missing_column,
    null_in_required_column,
    stale_schema_map,
    unknown_column,
    unknown_enum_value,
    unknown_table,
    written_generated_column,
)
from dblint.config import Settings
from dblint.facts.model import (
    Entry,
    FileFacts,
    MockRow,
    Role,
    RowUse,
    SchemaMap,
    SchemaMapEntry,
    TableCall,
    TableName,
    Value,
    ValueKind,
)
from dblint.finding import Finding
from dblint.intent import AddEntry, DropEntry, RenameKey, ReplaceString, ReplaceText, ReplaceValue
from dblint.layout import EntryLayout, RowLayout
from dblint.rule import Rule
from dblint.source import Place, Span

TEST = "tests/test_orders.py"
KINDS: dict[type, ValueKind] = {
    type(None): "null",
    bool: "bool",
    int: "int",
    float: "float",
    str: "str",
    list: "list",
    dict: "dict",
}
CHECKS = {
    "missing-column": missing_column,
    "null-in-required-column": null_in_required_column,
    "stale-schema-map": stale_schema_map,
    "unknown-column": unknown_column,
    "unknown-enum-value": unknown_enum_value,
    "unknown-table": unknown_table,
    "written-generated-column": written_generated_column,
}


def at(line: int, path: str = "schema.sql") -> Place:
    return Place(path, Span(line, 1, line, 9))


def column(name: str, type_: str | Type = "text", nullable: bool = True, **more: Any) -> Column:
    return Column(name, Type(type_, text=type_) if isinstance(type_, str) else type_, at(2), nullable, **more)


def table(name: str, *columns: Column, **more: Any) -> Table:
    return Table(**{"schema": "public", "kind": "table", "place": at(1), **more, "name": name, "columns": columns})


def value(given: object) -> Value:
    if isinstance(given, Value):
        return given
    if isinstance(given, list):
        return Value("list", items=tuple(value(item) for item in given))
    if isinstance(given, dict):
        return Value("dict", items=tuple(value(item) for item in given.values()), keys=tuple(given))
    return Value(KINDS[type(given)], "" if given is None else str(given))


def layout(line: int) -> EntryLayout:
    return EntryLayout(Span(line, 5, line, 10), Span(line, 12, line, 20), Span(line, 1, line + 1, 1))


def bound(
    of: Table, role: Role, given: dict[str, object], *, line: int = 1, use: RowUse | None = None, **more: Any
) -> BoundRow:
    entries = tuple(Entry(key, value(one), layout(line + n)) for n, (key, one) in enumerate(given.items(), 1))
    end = line + len(given) + 1
    form = RowLayout("dict", '"', Span(end, 1, end, 1), "    ", ",\n")
    row = MockRow(Span(line, 1, end, 2), entries, form, **more)
    use = use or RowUse(0, role, "client", TableName(of.name, Span(line, 1, line, 2)))
    return BoundRow(TEST, row, replace(use, role=role), of, role)


def use(**more: Any) -> RowUse:
    return RowUse(0, "result", "client", None, **more)


def found(
    name: str, catalog: Catalog, *rows: BoundRow, facts: dict[str, FileFacts] | None = None, **settings: Any
) -> list[Finding]:
    rule = Rule(name, "schema", "error", "on", "0.1.0", "unsafe", "", "", has_check=True)
    project = BoundProject(Settings(Path(), **settings), catalog, facts or {}, rows)
    return list(CHECKS[name].check(rule, project))


STATUS = EnumType("public", "order_status", ("pending", "paid", "shipped"), at(7))
STATUS_TYPE = Type("order_status", "enum", "public", text="order_status")
ORDERS = table(
    "orders",
    column("id", "integer", False, identity="always"),
    column("customer", "text", False),
    column("color", "text"),
    column("status", STATUS_TYPE, False, default="'pending'"),
    column("history", replace(STATUS_TYPE, dimensions=1)),
    column("price", "numeric", False),
    column("total", "numeric", generated="price * 2"),
    column("currency", "text", False),
    history=(
        ColumnEvent("created", "id", 1, at(1)),
        ColumnEvent("created", "customer", 1, at(1)),
        ColumnEvent("created", "colour", 1, at(1)),
        ColumnEvent("created", "status", 1, at(1)),
        ColumnEvent("created", "history", 1, at(1)),
        ColumnEvent("created", "price", 1, at(1)),
        ColumnEvent("created", "note", 1, at(1)),
        ColumnEvent("created", "total", 1, at(1)),
        ColumnEvent("added", "currency", 5, at(11, "upgrade.sql")),
        ColumnEvent("renamed", "colour", 6, at(12, "upgrade.sql"), "hue"),
        ColumnEvent("renamed", "hue", 7, at(13, "upgrade.sql"), "color"),
        ColumnEvent("dropped", "note", 8, at(14, "upgrade.sql")),
    ),
)
CUSTOMERS = table("customers", column("id", "integer"), column("name"))
CATALOG = Catalog(
    "postgres",
    tables=(ORDERS, CUSTOMERS),
    enums=(STATUS,),
    functions=(
        Function(
            "public",
            "label",
            "function",
            (Argument(None, Type("orders", "composite"), "in"),),
            None,
            False,
            "sql",
            at(9),
        ),
    ),
    events=(
        ObjectEvent("created", "table", "public", "clients", 0, at(1)),
        ObjectEvent("renamed", "table", "public", "clients", 3, at(4), "public.customers"),
        ObjectEvent("dropped", "table", "public", "carts", 4, at(5)),
    ),
    schemas=("public",),
)


def columns(findings: list[Finding]) -> list[str | None]:
    return [finding.subject.column for finding in findings]


# unknown-column


def test_a_renamed_column_is_followed_to_its_last_name_and_safely_renamed() -> None:
    (finding,) = found("unknown-column", CATALOG, bound(ORDERS, "insert", {"customer": "ada", "colour": "red"}))
    assert finding.message == (
        "`orders` has no column `colour`: upgrade.sql:12 renamed it to `hue`, then upgrade.sql:13 renamed it to `color`"
    )
    assert finding.span == layout(3).key
    assert [label.place for label in finding.labels] == [at(12, "upgrade.sql"), at(13, "upgrade.sql")]
    assert finding.remedy is not None and finding.remedy.safety == "safe"
    assert finding.remedy.intents == (RenameKey(TEST, layout(3), "color"),)


def test_a_rename_onto_a_key_the_row_already_has_becomes_a_drop() -> None:
    (finding,) = found("unknown-column", CATALOG, bound(ORDERS, "insert", {"color": "red", "colour": "red"}))
    assert finding.remedy is not None and finding.remedy.safety == "unsafe"
    assert finding.remedy.intents == (DropEntry(TEST, layout(3)),)


def test_a_dropped_column_is_told_with_the_place_that_dropped_it() -> None:
    (finding,) = found("unknown-column", CATALOG, bound(ORDERS, "stored", {"customer": "ada", "note": "x"}))
    assert finding.message == "`orders` has no column `note`: upgrade.sql:14 dropped it"
    assert finding.remedy is not None and finding.remedy.safety == "unsafe"


def test_a_dropped_column_in_a_filter_has_no_fix() -> None:
    (finding,) = found("unknown-column", CATALOG, bound(ORDERS, "filter", {"note": "x"}))
    assert finding.remedy is None


def test_a_name_inside_a_select_list_is_renamed_in_place() -> None:
    row = bound(ORDERS, "filter", {"colour": None})
    bare = replace(row.row.entries[0], layout=replace(layout(2), key=Span(2, 5, 2, 11)))
    (finding,) = found("unknown-column", CATALOG, replace(row, row=replace(row.row, entries=(bare,))))
    assert finding.remedy is not None and finding.remedy.safety == "safe"
    assert finding.remedy.intents == (ReplaceText(Place(TEST, Span(2, 5, 2, 11)), "color"),)


def test_a_misspelt_column_is_told_the_nearest() -> None:
    (finding,) = found("unknown-column", CATALOG, bound(ORDERS, "update", {"custmer": "ada"}))
    assert finding.message == "`orders` has no column `custmer`; the nearest is `customer`"
    assert finding.help == "Did you mean `customer`?"
    assert finding.remedy is not None and finding.remedy.safety == "unsafe"


def test_a_column_like_no_other_points_at_the_table() -> None:
    (finding,) = found("unknown-column", CATALOG, bound(ORDERS, "insert", {"warehouse": "x"}))
    assert finding.message == "`orders` has no column `warehouse`"
    assert [label.place for label in finding.labels] == [ORDERS.place]
    assert finding.remedy is None


@pytest.mark.parametrize("key", ["customers.name", "data->>kind", "or", "ctid", "xmin", "label"])
def test_filters_name_more_than_columns(key: str) -> None:
    assert not found("unknown-column", CATALOG, bound(ORDERS, "filter", {key: "x"}))


def test_an_insert_has_no_system_columns() -> None:
    assert columns(found("unknown-column", CATALOG, bound(ORDERS, "insert", {"ctid": "x"}))) == ["ctid"]


@pytest.mark.parametrize(
    ("select", "given"),
    [
        ("*, customers(name)", {"id": 1, "customers": {"name": "Ada"}}),
        ("id, buyer:customer", {"id": 1, "buyer": "Ada"}),
        ("id, ...customers(nick:name)", {"id": 1, "nick": "Ada"}),
        ("price.sum()", {"sum": 4}),
        ("count", {"id": 1, "customer": "ada"}),
        ("id, label", {"id": 1, "label": "No. 1"}),
        (None, {"id": 1, "customers": "Ada"}),
        (None, {"id": 1, "customer_info": {"name": "Ada"}}),
        (None, {"id": 1, "lines": []}),
        (None, {"id": 1, "count": 3}),
        (None, {"revenue": 10, "orders": 3}),
        (None, {"id": 1, "label": "No. 1"}),
    ],
)
def test_a_result_may_hold_what_the_query_makes(select: str | None, given: dict[str, object]) -> None:
    assert not found("unknown-column", CATALOG, bound(ORDERS, "result", given, use=use(select=select)))


@pytest.mark.parametrize(
    ("select", "given", "key"),
    [
        ("*", {"id": 1, "warehouse": "x"}, "warehouse"),
        ("*", {"id": 1, "customers": {"name": "Ada"}}, "customers"),
        ("id, warehouse", {"id": 1, "warehouse": "x"}, "warehouse"),
        ("id, customer", {"id": 1, "warehouse": "x"}, "warehouse"),
        (None, {"id": 1, "warehouse": "x"}, "warehouse"),
        (None, {"note": "x"}, "note"),
        (None, {"id": 1, "note": {"text": "x"}}, "note"),
    ],
)
def test_a_result_may_not_hold_what_neither_table_nor_query_has(
    select: str | None, given: dict[str, object], key: str
) -> None:
    assert columns(found("unknown-column", CATALOG, bound(ORDERS, "result", given, use=use(select=select)))) == [key]


def test_stored_rows_may_hold_embedded_resources_but_no_other_columns() -> None:
    given: dict[str, object] = {"id": 1, "customers": {"name": "Ada"}, "lines": [{"n": 1}], "warehouse": "x"}
    given["customers.status"] = "gone"
    assert columns(found("unknown-column", CATALOG, bound(ORDERS, "stored", given))) == ["warehouse"]


@pytest.mark.parametrize(
    "of",
    [replace(ORDERS, complete=False), replace(ORDERS, certain=False)],
    ids=["only altered", "perhaps created"],
)
def test_an_absent_column_of_a_table_that_is_not_all_known_proves_nothing(of: Table) -> None:
    assert not found("unknown-column", CATALOG, bound(of, "insert", {"warehouse": "x"}))


def test_a_document_called_like_a_table_is_no_row_of_it() -> None:
    named = RowUse(0, "factory", "name", None)
    document: dict[str, object] = {"id": 1, "customer": None, "lines": [[{"n": 1}]], "creator": "ada", "colour": "red"}
    row = bound(ORDERS, "factory", document, use=named)
    assert columns(found("unknown-column", CATALOG, row)) == ["colour"]
    assert not found("missing-column", CATALOG, row) and not found("null-in-required-column", CATALOG, row)
    del document["lines"]
    row = bound(ORDERS, "factory", document, use=named)
    assert columns(found("unknown-column", CATALOG, row)) == ["creator", "colour"]


def test_rows_wrong_on_purpose_are_left_alone() -> None:
    wrong = bound(ORDERS, "insert", {"warehouse": "x", "customer": None, "status": "lost", "id": 1}, deliberate=True)
    assert not [finding for name in CHECKS for finding in found(name, CATALOG, wrong)]


def test_one_row_with_two_uses_is_told_once() -> None:
    row = bound(ORDERS, "insert", {"warehouse": "x"})
    assert len(found("unknown-column", CATALOG, row, replace(row, role="factory"))) == 1


def test_names_are_folded_outside_postgresql() -> None:
    row = bound(ORDERS, "insert", {"Customer": "ada", "price": 1, "currency": "EUR"})
    assert columns(found("unknown-column", CATALOG, row)) == ["Customer"]
    assert not [finding for name in CHECKS for finding in found(name, replace(CATALOG, dialect="mysql"), row)]


def test_sqlite_lets_a_row_name_its_number() -> None:
    row = bound(CUSTOMERS, "insert", {"rowid": 3, "name": "Ada"})
    assert not found("unknown-column", replace(CATALOG, dialect="sqlite"), row)
    assert found("unknown-column", CATALOG, row)


def test_a_table_off_the_search_path_is_told_with_its_schema() -> None:
    sales = replace(ORDERS, schema="sales")
    (finding,) = found("unknown-column", replace(CATALOG, tables=(sales,)), bound(sales, "insert", {"warehouse": 1}))
    assert finding.subject.table == "sales.orders"
    assert finding.message.startswith("`sales.orders` has no column")


# missing-column

INSERTED: dict[str, object] = {"customer": "ada", "price": 1, "currency": "EUR"}


def without(*keys: str) -> dict[str, object]:
    return {key: one for key, one in INSERTED.items() if key not in keys}


def test_an_insert_lacks_what_has_no_default() -> None:
    findings = found("missing-column", CATALOG, bound(ORDERS, "insert", without("customer", "currency")))
    assert columns(findings) == ["customer", "currency"]
    assert findings[0].message == "this row of `orders` lacks `customer`, which is NOT NULL and has no default"
    assert findings[1].message == "this row of `orders` lacks `currency`: upgrade.sql:11 added it"
    assert findings[0].span == Span(1, 1, 3, 2)
    assert findings[1].remedy is not None and findings[1].remedy.safety == "safe"
    assert isinstance(findings[1].remedy.intents[0], AddEntry)


@pytest.mark.parametrize("role", ["insert", "factory"])
def test_a_whole_row_lacks_nothing(role: Role) -> None:
    assert not found("missing-column", CATALOG, bound(ORDERS, role, INSERTED))


@pytest.mark.parametrize("wrong", ["custmer", "Customer"])
def test_a_required_column_under_a_wrong_name_is_not_told_twice(wrong: str) -> None:
    row = bound(ORDERS, "insert", {**without("customer"), wrong: "ada"})
    assert not found("missing-column", CATALOG, row)
    assert columns(found("unknown-column", CATALOG, row)) == [wrong]


@pytest.mark.parametrize("role", ["update", "filter"])
def test_changes_and_filters_need_not_be_whole(role: Role) -> None:
    assert not found("missing-column", CATALOG, bound(ORDERS, role, {"price": 1}), select=("all",))


def test_a_row_that_more_may_come_to_is_not_judged() -> None:
    assert not found("missing-column", CATALOG, bound(ORDERS, "insert", {"price": 1}, open=True))


def test_a_row_that_cannot_be_added_to_has_no_fix() -> None:
    row = bound(ORDERS, "insert", without("currency"))
    fixed = replace(row, row=replace(row.row, layout=replace(row.row.layout, form="fixed")))
    (finding,) = found("missing-column", CATALOG, fixed)
    assert finding.remedy is None


@pytest.mark.parametrize(
    "more",
    [
        {"default": "'EUR'"},
        {"generated": "'EUR'"},
        {"identity": "by default"},
        {"auto_increment": True},
        {"filled": True},
        {"certain": False},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_the_database_fills_in_may_be_left_out(more: dict[str, Any]) -> None:
    of = table("orders", column("id", "integer"), column("currency", "text", False, **more))
    assert not found("missing-column", CATALOG, bound(of, "insert", {"id": 1}))


def test_a_domain_says_what_is_required() -> None:
    domains = (
        Domain("public", "iban", Type("text"), nullable=False, checks=(), place=at(1)),
        Domain("public", "code", Type("iban", "domain", "public"), nullable=True, checks=(), place=at(1)),
        Domain("public", "flag", Type("text"), nullable=False, checks=(), place=at(1), default="'x'"),
    )
    names = [column(domain.name, Type(domain.name, "domain", "public")) for domain in domains]
    of = table("accounts", column("id"), *names)
    assert columns(found("missing-column", replace(CATALOG, domains=domains), bound(of, "insert", {"id": "a"}))) == [
        "iban",
        "code",
    ]


BEFORE: dict[str, object] = dict.fromkeys(
    ("id", "customer", "colour", "status", "history", "price", "note", "total"), "x"
)


@pytest.mark.parametrize(
    ("role", "select", "fake"), [("stored", None, False), ("insert", None, True), ("result", "*", False)]
)
def test_a_row_that_was_whole_before_the_column_came_is_outdated(role: Role, select: str | None, fake: bool) -> None:
    row = bound(ORDERS, role, BEFORE, use=use(select=select, fake=fake))
    assert columns(found("missing-column", CATALOG, row)) == ["currency"]


@pytest.mark.parametrize("select", [None, "id, customer"])
def test_a_result_is_only_outdated_under_a_star(select: str | None) -> None:
    assert not found("missing-column", CATALOG, bound(ORDERS, "result", BEFORE, use=use(select=select)))


def test_a_partial_seed_is_no_finding_until_it_is_asked_for() -> None:
    seed = bound(ORDERS, "stored", {"id": 1, "price": 2})
    assert not found("missing-column", CATALOG, seed)
    for asked in ("missing-column", "schema", "all"):
        assert columns(found("missing-column", CATALOG, seed, select=(asked,))) == ["customer", "currency"]
    assert found("missing-column", CATALOG, seed, extend_select=("all",))


# null-in-required-column


@pytest.mark.parametrize("role", ["insert", "update", "stored", "factory", "result"])
def test_none_in_a_required_column(role: Role) -> None:
    (finding,) = found("null-in-required-column", CATALOG, bound(ORDERS, role, {"customer": None, "color": None}))
    assert finding.message == "`orders.customer` is NOT NULL, and this row holds `None`"
    assert finding.span == layout(2).value
    assert finding.remedy is not None and finding.remedy.safety == "unsafe"
    assert isinstance(finding.remedy.intents[0], ReplaceValue)


def test_none_is_no_way_to_ask_for_the_default() -> None:
    (finding,) = found("null-in-required-column", CATALOG, bound(ORDERS, "insert", {"status": None}))
    assert finding.help is not None and "DEFAULT" in finding.help


def test_none_in_a_filter_is_no_null_in_a_column() -> None:
    assert not found("null-in-required-column", CATALOG, bound(ORDERS, "filter", {"customer": None}))


@pytest.mark.parametrize(("role", "told"), [("insert", []), ("stored", ["id"])])
def test_none_in_an_identity_is_the_other_rules_when_written(role: Role, told: list[str]) -> None:
    assert columns(found("null-in-required-column", CATALOG, bound(ORDERS, role, {"id": None}))) == told


@pytest.mark.parametrize(
    ("more", "role"),
    [({"generated": "1"}, "result"), ({"filled": True}, "stored"), ({"certain": False}, "insert")],
    ids=["generated", "filled by a trigger", "perhaps there"],
)
def test_none_where_the_database_fills_in(more: dict[str, Any], role: Role) -> None:
    of = table("orders", column("number", "integer", False, **more))
    assert not found("null-in-required-column", CATALOG, bound(of, role, {"number": None}))


@pytest.mark.parametrize(
    ("timing", "fills", "told"),
    [
        ("before", None, []),
        ("before", frozenset({"customer"}), []),
        ("before", frozenset({"price"}), ["customer"]),
        ("after", None, ["customer"]),
    ],
)
def test_none_in_an_update_that_a_trigger_sees_first(timing: Any, fills: Any, told: list[str]) -> None:
    touch = Trigger("public", "orders", "touch", timing, ("update",), "touch", at(3), fills)
    catalog = replace(CATALOG, triggers=(touch,))
    assert columns(found("null-in-required-column", catalog, bound(ORDERS, "update", {"customer": None}))) == told
    assert found("null-in-required-column", catalog, bound(ORDERS, "insert", {"customer": None}))


@pytest.mark.parametrize("role", ["result", "update"])
def test_none_where_only_inserts_are_filled_in(role: Role) -> None:
    of = table("orders", column("number", "integer", False, filled=True))
    assert found("null-in-required-column", CATALOG, bound(of, role, {"number": None}))


def test_none_under_an_alias_is_not_the_columns() -> None:
    row = bound(ORDERS, "result", {"customer": None}, use=use(select="customer:customers(name)"))
    assert not found("null-in-required-column", CATALOG, row)


def test_a_view_may_give_null() -> None:
    view = table("open_orders", column("customer", "text", False), kind="view")
    assert not found("null-in-required-column", CATALOG, bound(view, "result", {"customer": None}))


@pytest.mark.parametrize("dialect", ["mysql", "sqlite"])
def test_null_asks_mysql_and_sqlite_for_the_next_number(dialect: Any) -> None:
    of = table("orders", column("id", "integer", False, auto_increment=True), column("name", "text", False))
    row = bound(of, "insert", {"id": None, "name": None})
    assert columns(found("null-in-required-column", replace(CATALOG, dialect=dialect), row)) == ["name"]
    assert columns(found("null-in-required-column", CATALOG, row)) == ["id", "name"]


def test_sqlite_takes_null_into_a_primary_key() -> None:
    of = table("orders", column("code", "text", False), primary_key=("code",))
    row = bound(of, "insert", {"code": None})
    assert not found("null-in-required-column", replace(CATALOG, dialect="sqlite"), row)
    assert not found("missing-column", replace(CATALOG, dialect="sqlite"), bound(of, "insert", {}))


# unknown-enum-value


@pytest.mark.parametrize("role", ["insert", "update", "filter", "stored", "factory", "result", "event"])
def test_a_string_that_is_no_value_of_the_enum(role: Role) -> None:
    (finding,) = found("unknown-enum-value", CATALOG, bound(ORDERS, role, {"status": "shiped"}))
    assert finding.message == "`shiped` is no value of the enum `order_status`, the type of `orders.status`"
    assert finding.help == "Its values are `pending`, `paid`, `shipped`."
    assert finding.labels[0].place == STATUS.place
    place = Place(TEST, layout(2).value)
    assert finding.remedy is not None and finding.remedy.intents == (ReplaceString(place, "shipped"),)
    assert finding.remedy.safety == "unsafe"


@pytest.mark.parametrize(
    "given",
    ["paid", None, Value("unknown"), Value("call", "Status")],
    ids=["a value", "null", "unknown", "a call"],
)
def test_what_may_be_a_value_of_the_enum(given: object) -> None:
    assert not found("unknown-enum-value", CATALOG, bound(ORDERS, "insert", {"status": given}))


def test_elements_of_an_array_of_the_enum() -> None:
    rows = (
        bound(ORDERS, "insert", {"history": ["paid", "lost", "gone"]}),
        bound(ORDERS, "insert", {"history": ["paid"]}),
    )
    (finding,) = found("unknown-enum-value", CATALOG, *rows)
    assert "`lost`" in finding.message and finding.remedy is None


def test_a_filter_compares_with_each_of_a_list() -> None:
    given: dict[str, object] = {"status": ["paid", "lost"]}
    assert found("unknown-enum-value", CATALOG, bound(ORDERS, "filter", given, use=use(operation="in_")))
    assert not found("unknown-enum-value", CATALOG, bound(ORDERS, "insert", given))


@pytest.mark.parametrize("operation", ["is_", "ilike"])
def test_a_filter_may_compare_with_something_else(operation: str) -> None:
    row = bound(ORDERS, "filter", {"status": "null"}, use=use(operation=operation))
    assert not found("unknown-enum-value", CATALOG, row)


def test_an_enum_that_may_have_more_values_is_left_alone() -> None:
    catalog = replace(CATALOG, enums=(replace(STATUS, complete=False),))
    assert not found("unknown-enum-value", catalog, bound(ORDERS, "insert", {"status": "lost"}))


def test_mysql_folds_case_and_takes_numbers() -> None:
    rows = [bound(ORDERS, "insert", {"status": text}, line=10 * n) for n, text in enumerate(("PAID", "2", "lost"), 1)]
    assert len(found("unknown-enum-value", replace(CATALOG, dialect="mysql"), *rows)) == 1
    assert len(found("unknown-enum-value", CATALOG, *rows)) == 3


def test_a_domain_over_an_enum() -> None:
    state = Domain("public", "state", STATUS_TYPE, nullable=True, checks=(), place=at(1))
    of = table("orders", column("state", Type("state", "domain", "public")))
    catalog = replace(CATALOG, domains=(state,))
    assert found("unknown-enum-value", catalog, bound(of, "insert", {"state": "lost"}))


# written-generated-column


@pytest.mark.parametrize("role", ["insert", "update"])
@pytest.mark.parametrize("given", [3, None, Value("unknown")], ids=["literal", "null", "unknown"])
def test_a_computed_column_is_not_to_be_written(role: Role, given: object) -> None:
    findings = found("written-generated-column", CATALOG, bound(ORDERS, role, {"id": given, "total": given}))
    assert [finding.message for finding in findings] == [
        f"this {role} writes `orders.id`, which is generated always as identity",
        f"this {role} writes `orders.total`, which is generated always as (price * 2)",
    ]
    assert findings[1].remedy is not None and findings[1].remedy.safety == "safe"
    assert findings[1].remedy.intents == (DropEntry(TEST, layout(3)),)


@pytest.mark.parametrize("role", ["stored", "factory", "result", "filter", "event"])
def test_computed_columns_may_be_read(role: Role) -> None:
    assert not found("written-generated-column", CATALOG, bound(ORDERS, role, {"id": 1, "total": 2}))


def test_dropping_from_a_row_that_is_also_a_result_is_unsafe() -> None:
    row = bound(ORDERS, "insert", {"total": 3})
    (finding,) = found("written-generated-column", CATALOG, row, replace(row, role="result"))
    assert finding.remedy is not None and finding.remedy.safety == "unsafe"


def test_an_identity_by_default_may_be_written() -> None:
    of = table("orders", column("id", "integer", False, identity="by default"))
    assert not found("written-generated-column", CATALOG, bound(of, "insert", {"id": 1}))


# unknown-table


def call(name: str, line: int = 1, *, client: bool = True, receiver: str = "db", **more: Any) -> TableCall:
    where = TableName(name, Span(line, 1, line, 9), more.pop("schema", None))
    return TableCall(where, receiver, "table", more.pop("operations", ("select",)), client, **more)


def tables(*calls: TableCall, catalog: Catalog = CATALOG, path: str = TEST, **more: Any) -> list[Finding]:
    facts = {path: FileFacts(path, calls=(call("orders"), *calls)), **more.pop("facts", {})}
    return found("unknown-table", catalog, facts=facts, **more)


def test_a_renamed_table() -> None:
    (finding,) = tables(call("clients"))
    assert finding.message == "the schema has no table `clients`: schema.sql:4 renamed it to `customers`"
    assert finding.subject.table == "clients"
    assert finding.remedy is not None and finding.remedy.safety == "unsafe"
    assert finding.remedy.intents == (ReplaceString(Place(TEST, Span(1, 1, 1, 9)), "customers"),)


def test_a_table_moved_to_another_schema() -> None:
    moved = ObjectEvent("renamed", "table", "public", "invoices", 9, at(6), "archive.invoices")
    catalog = replace(CATALOG, events=(*CATALOG.events, moved), dynamic=True)
    (finding,) = tables(call("invoices"), catalog=catalog)
    assert finding.message == "the schema has no table `invoices`: schema.sql:6 renamed it to `archive.invoices`"
    assert finding.remedy is None


def test_a_dropped_table() -> None:
    (finding,) = tables(call("carts"))
    assert finding.message == "the schema has no table `carts`: schema.sql:5 dropped it"
    assert finding.remedy is None


def test_a_misspelt_table() -> None:
    (finding,) = tables(call("order"))
    assert finding.message == "the schema has no table `order`; the nearest is `orders`"
    assert finding.labels[0].place == ORDERS.place


@pytest.mark.parametrize(
    "one",
    [
        call("clients", client=False),
        call("avatars", operations=("upload",)),
        call("avatars", receiver="db.storage"),
        call("users", schema="auth"),
        call("auth.users"),
        call("public.orders"),
        call("pg_stat_activity"),
        call("clients", deliberate=True),
    ],
    ids=lambda one: f"{one.receiver}:{one.table.name}",
)
def test_names_that_are_no_table_of_this_schema(one: TableCall) -> None:
    assert not tables(one)


def test_nothing_is_said_where_no_name_resolves() -> None:
    facts = {TEST: FileFacts(TEST, calls=(call("clients"), call("carts")))}
    assert not found("unknown-table", CATALOG, facts=facts)


def test_tables_the_tests_create() -> None:
    for path in (TEST, "tests/conftest.py", "conftest.py"):
        made = {path: FileFacts(path, calls=(call("orders"), call("scratch")), created_tables=("scratch",))}
        assert not tables(call("scratch"), facts=made)
    elsewhere = {"other/conftest.py": FileFacts("other/conftest.py", created_tables=("scratch",))}
    assert tables(call("scratch"), facts=elsewhere)


def test_what_dynamic_sql_may_have_made_is_left_alone() -> None:
    assert not tables(call("scratch"), catalog=replace(CATALOG, dynamic=True))
    assert tables(call("clients"), catalog=replace(CATALOG, dynamic=True))
    assert not tables(call("scratch"), catalog=replace(CATALOG, unsure=frozenset({("public", "scratch")})))


def test_names_without_history_are_left_alone_where_the_sql_shows_only_a_part() -> None:
    part = replace(CATALOG, tables=(*CATALOG.tables, table("users", complete=False)))
    skipped = replace(CATALOG, skipped=(Skipped(at(3), "syntax error", template=True),))
    for catalog in (part, skipped):
        assert not tables(call("scratch"), catalog=catalog)
        assert tables(call("clients"), catalog=catalog)


@pytest.mark.parametrize("name", ["test", "my_table", "sample_2", "does_not_exist"])
def test_a_name_that_stands_for_any_table_is_left_alone(name: str) -> None:
    assert not tables(call(name))


def test_names_of_tables_are_folded_outside_postgresql() -> None:
    assert tables(call("Orders"))
    assert not tables(call("Orders"), catalog=replace(CATALOG, dialect="sqlite"))


# stale-schema-map


def maps(given: dict[str, dict[str, str]], catalog: Catalog = CATALOG) -> list[Finding]:
    described = tuple(
        (
            TableName(name, Span(1, 1, 1, 2)),
            tuple(SchemaMapEntry(key, text, layout(n)) for n, (key, text) in enumerate(entries.items(), 1)),
        )
        for name, entries in given.items()
    )
    facts = FileFacts(TEST, schema_maps=(SchemaMap("TABLE_SCHEMAS", Span(1, 1, 9, 2), described),))
    return found("stale-schema-map", catalog, facts={TEST: facts})


def test_a_map_with_an_old_name() -> None:
    (finding,) = maps({"orders": {"id": "int", "colour": "text", "price": "numeric"}})
    assert finding.message.startswith("this map gives `orders` a column `colour`, which it has not: upgrade.sql:12")
    assert finding.span == layout(2).key
    assert finding.remedy is not None and finding.remedy.safety == "unsafe"
    assert finding.remedy.intents == (RenameKey(TEST, layout(2), "color"),)


def test_a_map_with_a_type_of_another_family() -> None:
    (finding,) = maps({"orders": {"id": "int4", "price": "integer", "status": "text", "color": "varchar(9)"}})
    assert finding.message == "this map says `integer` for `orders.price`, which is `numeric`"
    assert finding.span == layout(2).value
    assert finding.remedy is not None
    assert finding.remedy.intents == (ReplaceString(Place(TEST, layout(2).value), "numeric"),)


def test_partial_maps_and_unknown_words_are_fine() -> None:
    assert not maps({"orders": {"price": "number", "total": "Decimal"}})


@pytest.mark.parametrize(
    "given",
    [
        {"orders": {"id": "int", "label": "text", "hint": "text", "help": "text"}},
        {"orders": {"id": "int", "colour": "text"}, "forms": {"id": "int"}, "pages": {"id": "int"}},
    ],
    ids=["other columns", "other tables"],
)
def test_a_map_of_something_else_is_left_alone(given: dict[str, dict[str, str]]) -> None:
    assert not maps(given)
