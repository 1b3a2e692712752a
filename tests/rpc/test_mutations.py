"""A function changes under its callers and doubles: the finding stands at the right line, and no other appears."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.finding import Finding
from dblint.project import scope
from dblint.rulebook import Rulebook

RPC = frozenset({"unknown-rpc", "rpc-argument-mismatch", "rpc-result-mismatch", "unmocked-rpc"})


@dataclass(frozen=True)
class Stored:
    """A function: parameters as (name, type, optional), its result's columns, or the one type it returns."""

    name: str
    parameters: tuple[tuple[str, str, bool], ...]
    columns: tuple[tuple[str, str], ...] = ()
    scalar: str = ""

    @property
    def sql(self) -> str:
        given = ", ".join(
            f"{name} {type_}{' DEFAULT NULL' if optional else ''}" for name, type_, optional in self.parameters
        )
        columns = ", ".join(f"{name} {type_}" for name, type_ in self.columns)
        returns = f"TABLE ({columns})" if self.columns else self.scalar
        return f"CREATE FUNCTION {self.name}({given}) RETURNS {returns} LANGUAGE sql AS $$ SELECT NULL $$;"


FUNCTIONS = (
    Stored("order_total", (("p_order", "bigint", False), ("p_currency", "text", True)), scalar="numeric"),
    Stored(
        "sales_by_day",
        (("p_from", "date", False), ("p_until", "date", False)),
        (("day", "date"), ("revenue", "numeric")),
    ),
    Stored(
        "top_customers",
        (("lim", "integer", True),),
        (("customer", "text"), ("spent", "numeric"), ("orders_made", "bigint")),
    ),
    Stored("close_order", (("p_order", "bigint", False),), scalar="void"),
    Stored("is_open", (("p_order", "bigint", False),), scalar="boolean"),
)
TESTS = """
class FakeResponse:
    def __init__(self, data):
        self.data = data

    def execute(self):
        return self


class FakeSupabase:
    def rpc(self, name, params=None):
        if name == "order_total":  # name:order_total
            return FakeResponse(12.5)  # scalar:order_total
        elif name == "sales_by_day":  # name:sales_by_day
            since = params["p_from"]  # reads:sales_by_day:p_from
            return FakeResponse(
                [
                    {
                        "day": since,  # column:sales_by_day:day
                        "revenue": 5,  # column:sales_by_day:revenue
                    }
                ]
            )
        elif name == "close_order":  # name:close_order
            return FakeResponse(None)
        raise AssertionError(name)


def test_calls(supabase):
    supabase.rpc("order_total", {"p_order": 1}).execute()  # call:order_total:p_order
    supabase.rpc("order_total", {"p_order": 1, "p_currency": "EUR"}).execute()  # call:order_total:p_order,p_currency
    supabase.rpc("is_open", {"p_order": 1}).execute()  # call:is_open:p_order
    supabase.rpc("top_customers").execute()  # call:top_customers:


def test_customers(supabase, service):
    supabase.rpc.return_value.execute.return_value.data = [
        {
            "customer": "Ada",  # column:top_customers:customer
            "spent": 5,  # column:top_customers:spent
        },
    ]
    service.best(3)
    supabase.rpc.assert_called_once_with("top_customers", {"lim": 3})  # call:top_customers:lim


async def test_sql(conn):
    await conn.fetch("SELECT sales_by_day(p_from => $1, p_until => $2)", 1, 2)  # call:sales_by_day:p_from,p_until
    await conn.fetchval("SELECT is_open(p_order => $1)", 1)  # call:is_open:p_order
"""


@dataclass(frozen=True)
class Mutation:
    told: str
    functions: tuple[Stored, ...]
    lines: frozenset[int]


def _marks() -> Iterator[tuple[int, str, str, tuple[str, ...]]]:
    for number, line in enumerate(TESTS.split("\n"), start=1):
        if "  # " in line:
            kind, function, names = (*line.rpartition("  # ")[2].split(":"), "")[:3]
            yield number, kind, function, tuple(name for name in names.split(",") if name)


MARKS = tuple(_marks())


def mutated(source: random.Random) -> Mutation:
    """One function changed, and the lines that are wrong from then on."""
    function = source.choice(FUNCTIONS)
    kinds = [
        "rename",
        "drop",
        "demand",
        *(["parameter", "unask"] if function.parameters else []),
        *(["column", "uncolumn"] if len(function.columns) > 1 else []),
    ]
    kind = source.choice(kinds)
    mine = [mark for mark in MARKS if mark[2] == function.name]
    calls = [mark for mark in mine if mark[1] == "call"]
    now: Stored | None = None
    if kind in ("rename", "drop"):
        now = replace(function, name=f"{function.name}_now") if kind == "rename" else None
        wrong = {number for number, what, _, _ in mine if what in ("name", "call")}
    elif kind == "demand":
        needed = (("p_tenant", "uuid", False), *function.parameters)
        now = replace(function, parameters=needed)
        wrong = {number for number, _, _, _ in calls}
    elif kind in ("parameter", "unask"):
        name, type_, optional = source.choice(function.parameters)
        others = tuple(one for one in function.parameters if one[0] != name)
        kept = tuple((f"{name}_now", type_, optional) if one[0] == name else one for one in function.parameters)
        now = replace(function, parameters=kept if kind == "parameter" else others)
        needs = kind == "parameter" and not optional
        wrong = {number for number, what, _, names in mine if name in names and what in ("call", "reads")}
        wrong |= {number for number, _, _, _ in calls} if needs else set()
    else:
        column = source.choice(function.columns)
        left = tuple(one for one in function.columns if one is not column)
        renamed = (*left, (f"{column[0]}_now", column[1]))
        now = replace(function, columns=renamed if kind == "column" else left)
        wrong = {number for number, what, _, names in mine if what == "column" and column[0] in names}
    functions = tuple(now if one is function else one for one in FUNCTIONS if one is not function or now is not None)
    return Mutation(f"{kind} {function.name}", tuple(one for one in functions if one is not None), frozenset(wrong))


def judge(folder: Path, functions: tuple[Stored, ...], book: Rulebook) -> list[Finding]:
    folder.mkdir(exist_ok=True)
    (folder / "tests").mkdir(exist_ok=True)
    table = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"
    (folder / "dblint.toml").write_text('schema = ["schema.sql"]\n')
    (folder / "schema.sql").write_text(table + "\n".join(one.sql for one in functions) + "\n")
    (folder / "tests" / "test_orders.py").write_text(TESTS)
    settings = config.load(folder)
    findings = Engine(settings, book, scope(settings, (), folder)).run().findings
    return [one for one in findings if one.rule in RPC or one.rule == "internal-error"]


def test_nothing_is_found_before(tmp_path: Path) -> None:
    assert judge(tmp_path, FUNCTIONS, rulebook.load(config.Settings(tmp_path))) == []


@pytest.mark.parametrize("count", [pytest.param(25, id="some"), pytest.param(150, id="many", marks=pytest.mark.slow)])
def test_mutations_are_reported_where_they_hurt(tmp_path: Path, count: int) -> None:
    book, source = rulebook.load(config.Settings(tmp_path)), random.Random(6)
    wanted = reported = 0
    for _ in range(count):
        one = mutated(source)
        lines = {finding.span.line for finding in judge(tmp_path, one.functions, book)}
        assert lines <= one.lines, one.told
        wanted += len(one.lines)
        reported += len(lines)
    assert wanted > count
    assert reported >= 0.95 * wanted
