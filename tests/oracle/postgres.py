"""PostgreSQL's own catalog against dblint's, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from dblint.catalog.model import Argument, Catalog, Column, Table
from dblint.source import Source
from dblint.sql import postgres_script
from dblint.sql.postgres_parser import SyntaxRefusedError, parse
from dblint.sql.postgres_script import PLACEHOLDER

Entry = tuple[Any, ...]
Entries = dict[Entry, Any]

_ROWS = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt", "TruncateStmt"})
_LEFT_OUT = _ROWS | {"TransactionStmt", "RefreshMatViewStmt", "VacuumStmt", "CreateRoleStmt", "DropRoleStmt"}
_OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'"
_KINDS = {
    "r": "table",
    "p": "partitioned table",
    "f": "foreign table",
    "v": "view",
    "m": "materialized view",
    "c": "composite",
}
_MODES = {"i": "in", "o": "out", "b": "inout", "v": "variadic", "t": "table"}


# Loading


def statements(source: Source) -> list[str]:
    """The statements of a file that a schema is made of, one by one, as text the server can take."""
    text = source.text
    try:
        return _texts(text, parse(text))
    except SyntaxRefusedError:
        script = postgres_script.read(text)
    found: list[str] = []
    for piece in script.pieces:
        part = script.text[piece.start : piece.end]
        try:
            found += _texts(part, parse(part))
        except SyntaxRefusedError:
            found += [] if PLACEHOLDER in part else [part]
    return found


def _texts(text: str, nodes: Iterable[Any]) -> list[str]:
    data = text.encode()
    found = []
    for node in nodes:
        start = node.get("stmt_location", 0)
        if next(iter(node["stmt"])) not in _LEFT_OUT:
            found.append(data[start : start + (node.get("stmt_len") or len(data))].decode())
    return found


def load_into(
    connection: psycopg.Connection,
    sources: Sequence[Source],
    repair: Callable[[psycopg.Connection, str, psycopg.Error], str | None] | None = None,
) -> list[tuple[str, str]]:
    """Run the files; the statements that the server refuses, with its reasons.

    ``repair`` may make what a refused statement needs and give it back for another try.
    """
    refused: list[tuple[str, str]] = []
    connection.execute("set check_function_bodies = off")
    connection.execute("set client_min_messages = error")
    for source in sources:
        connection.execute("reset search_path")
        for statement in statements(source):
            error = _run(connection, statement)
            for _ in range(12):
                again = repair(connection, statement, error) if repair is not None and error is not None else None
                if again is None:
                    break
                statement = again
                error = _run(connection, statement)
            if error is not None:
                refused.append((statement.strip(), str(error).split("\n")[0]))
    connection.execute("reset search_path")
    return refused


def _run(connection: psycopg.Connection, statement: str) -> psycopg.Error | None:
    try:
        connection.execute(statement.encode())
    except psycopg.Error as error:
        return error
    return None


# What PostgreSQL has


def server_entries(connection: psycopg.Connection) -> Entries:
    """The server's catalog as flat entries."""
    entries: Entries = {}
    for query, make in _SERVER:
        for row in connection.execute(query):
            key, value = make(row)
            entries[key] = value
    return entries


_RELATIONS = f"""
select n.nspname, c.relname, c.relkind::text,
       (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and {_OURS}
   and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')"""
_COLUMNS = f"""
select n.nspname, c.relname, c.relkind::text, a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
       a.atthasdef and a.attgenerated = '', a.attgenerated::text, a.attidentity::text
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
 where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'v', 'm', 'c') and {_OURS}
   and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')"""
_CONSTRAINTS = f"""
select n.nspname, c.relname, k.conname, k.contype::text, k.conenforced,
       (select array_agg(a.attname::text order by o.i) from unnest(k.conkey) with ordinality o(num, i)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = o.num),
       fn.nspname, f.relname,
       (select array_agg(a.attname::text order by o.i) from unnest(k.confkey) with ordinality o(num, i)
          join pg_attribute a on a.attrelid = k.confrelid and a.attnum = o.num)
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_class f on f.oid = k.confrelid left join pg_namespace fn on fn.oid = f.relnamespace
 where k.contype in ('p', 'u', 'c', 'f') and {_OURS}
   and (k.contype <> 'f' or k.conparentid = 0 or exists (
        select from pg_constraint parent where parent.oid = k.conparentid and parent.conrelid <> k.conrelid))"""
_INDEXES = f"""
select n.nspname, t.relname, c.relname, i.indnkeyatts, i.indpred is not null, not i.indnullsnotdistinct
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = t.relnamespace
 where i.indisunique and {_OURS} and t.relkind <> 't'
   and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))"""
_ENUMS = f"""
select n.nspname, t.typname,
       array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder)
  from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'e' and {_OURS}"""
_DOMAINS = f"""
select n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), not t.typnotnull, t.typdefaultbin is not null,
       array(select k.conname::text from pg_constraint k where k.contypid = t.oid and k.contype = 'c' order by 1)
  from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'd' and {_OURS}"""
_FUNCTIONS = f"""
select n.nspname, p.proname, p.prokind::text,
       array(select format_type(o, null) from unnest(p.proargtypes) o),
       array(select format_type(o, null) from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) o),
       p.proargmodes::text[], p.proargnames, p.pronargdefaults,
       case when p.prokind = 'p' and p.prorettype = 'void'::regtype then null else format_type(p.prorettype, null) end,
       p.proretset, l.lanname
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
 where {_OURS} and p.prokind in ('f', 'p', 'a', 'w')
   and not exists (select from pg_depend d where d.objid = p.oid and d.deptype in ('e', 'i'))"""
_TRIGGERS = f"""
select n.nspname, c.relname, t.tgname, t.tgtype::int, p.proname
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_proc p on p.oid = t.tgfoid where not t.tgisinternal and t.tgparentid = 0 and {_OURS}"""


def _relation(row: Sequence[Any]) -> tuple[Entry, Any]:
    schema, name, kind, columns = row
    return ("relation", schema, name), (_KINDS[kind], tuple(columns or ()))


def _column(row: Sequence[Any]) -> tuple[Entry, Any]:
    schema, relation, kind, name, type_, nullable, default, generated, identity = row
    made = {"s": "stored", "v": "virtual", "": None}[generated]
    always = {"a": "always", "d": "by default", "": None}[identity]
    if kind in ("v", "m"):
        return ("column of a view", schema, relation, name), type_
    return ("column", schema, relation, name), (type_, nullable, default, made, always)


def _constraint(row: Sequence[Any]) -> tuple[Entry, Any]:
    schema, relation, name, kind, enforced, columns, target_schema, target, references = row
    if kind == "c":
        return ("check", schema, relation, name), enforced
    if kind == "f":
        key = ("foreign key", schema, relation, name)
        return key, (tuple(columns), target_schema, target, tuple(references))
    if kind == "p":
        return ("primary key", schema, relation), tuple(columns)
    return ("unique", schema, relation, tuple(columns)), True


def _index(row: Sequence[Any]) -> tuple[Entry, Any]:
    schema, relation, name, keys, partial, distinct = row
    return ("unique index", schema, relation, name), (keys, partial, distinct)


def _function(row: Sequence[Any]) -> tuple[Entry, Any]:
    schema, name, kind, inputs, every, modes, names, defaults, returns, returns_set, language = row
    word = {"f": "function", "p": "procedure", "a": "aggregate", "w": "function"}[kind]
    modes = [_MODES[mode] for mode in modes] if modes else ["in"] * len(every)
    labels = [label or None for label in names] if names else [None] * len(every)
    arguments = tuple(zip(labels, every, modes, strict=True))
    spoken = language if kind != "a" else "internal"
    return ("function", schema, name, tuple(inputs)), (word, arguments, defaults, returns, returns_set, spoken)


def _trigger(row: Sequence[Any]) -> tuple[Entry, Any]:
    schema, relation, name, bits, function = row
    timing = "before" if bits & 2 else "instead of" if bits & 64 else "after"
    events = [word for bit, word in ((4, "insert"), (8, "delete"), (16, "update"), (32, "truncate")) if bits & bit]
    return ("trigger", schema, relation, name), (timing, tuple(events), function)


def _enum(row: Sequence[Any]) -> tuple[Entry, Any]:
    return ("enum", row[0], row[1]), tuple(row[2])


def _domain(row: Sequence[Any]) -> tuple[Entry, Any]:
    return ("domain", row[0], row[1]), (*row[2:5], tuple(row[5]))


_SERVER: tuple[tuple[str, Callable[[Sequence[Any]], tuple[Entry, Any]]], ...] = (
    (_RELATIONS, _relation),
    (_COLUMNS, _column),
    (_CONSTRAINTS, _constraint),
    (_INDEXES, _index),
    (_ENUMS, _enum),
    (_DOMAINS, _domain),
    (_FUNCTIONS, _function),
    (_TRIGGERS, _trigger),
)


# What dblint has


def catalog_entries(catalog: Catalog) -> Entries:
    """dblint's catalog as the same flat entries."""
    entries: Entries = {}
    for table in catalog.tables:
        entries.update(_table_entries(table))
    for enum in catalog.enums:
        entries["enum", enum.schema, enum.name] = enum.values
    for domain in catalog.domains:
        names = tuple(sorted(check.name or "" for check in domain.checks))
        value = (domain.type.text, domain.nullable, domain.default is not None, names)
        entries["domain", domain.schema, domain.name] = value
    for composite in catalog.composites:
        names = tuple(column.name for column in composite.columns)
        entries["relation", composite.schema, composite.name] = ("composite", names)
        for column in composite.columns:
            entries["column", composite.schema, composite.name, column.name] = _column_value(column)
    for function in catalog.functions:
        inputs = tuple(_bare(one) for one in function.arguments if one.mode in ("in", "inout", "variadic"))
        arguments = tuple((one.name, _bare(one), one.mode) for one in function.arguments)
        defaults = sum(one.has_default for one in function.arguments)
        returns = function.returns.text if function.returns is not None else None
        entries["function", function.schema, function.name, inputs] = (
            function.kind,
            arguments,
            defaults,
            returns,
            function.returns_set,
            function.language,
        )
    for trigger in catalog.triggers:
        key = ("trigger", trigger.schema, trigger.table, trigger.name)
        entries[key] = (trigger.timing, trigger.events, trigger.function)
    return entries


def _bare(argument: Argument) -> str:
    return argument.type.text


def _table_entries(table: Table) -> Entries:
    where = (table.schema, table.name)
    entries: Entries = {("relation", *where): (table.kind, tuple(column.name for column in table.columns))}
    for column in table.columns:
        if table.kind in ("view", "materialized view"):
            entries["column of a view", *where, column.name] = column.type.text if column.type is not None else None
        else:
            entries["column", *where, column.name] = _column_value(column)
    if table.primary_key is not None:
        entries["primary key", *where] = table.primary_key
    entries.update({("unique", *where, columns): True for columns in table.unique})
    entries.update({("check", *where, check.name): check.enforced for check in table.checks})
    for key in table.foreign_keys:
        entries["foreign key", *where, key.name] = (key.columns, key.schema, key.table, key.references)
    for index in table.unique_indexes:
        shape = (len(index.keys), index.predicate is not None, index.nulls_distinct)
        entries["unique index", *where, index.name] = shape
    return entries


def _column_value(column: Column) -> Any:
    type_ = column.type.text if column.type is not None else None
    made = None if column.generated is None else "stored" if column.stored else "virtual"
    return (type_, column.nullable, column.default is not None, made, column.identity)


# Comparing


@dataclass(slots=True)
class Difference:
    """How the two catalogs differ."""

    same: int = 0
    total: int = 0
    missing: dict[Entry, Any] = field(default_factory=dict)
    extra: dict[Entry, Any] = field(default_factory=dict)
    other: dict[Entry, tuple[Any, Any]] = field(default_factory=dict)
    untyped: int = 0
    """Columns of views whose type dblint does not tell."""

    @property
    def share(self) -> float:
        return self.same / self.total if self.total else 1.0

    @property
    def extra_share(self) -> float:
        return len(self.extra) / self.total if self.total else 0.0

    def lines(self) -> list[str]:
        return [
            *(f"missing {key}: {value}" for key, value in self.missing.items()),
            *(f"extra {key}: {value}" for key, value in self.extra.items()),
            *(f"other {key}: server {theirs}, dblint {ours}" for key, (theirs, ours) in self.other.items()),
        ]


def compare(server: Entries, catalog: Entries, leave: Callable[[Entry], bool] = lambda _: False) -> Difference:
    """The server's entries against dblint's; what ``leave`` names is not counted."""
    found = Difference()
    for key, theirs in server.items():
        if leave(key):
            continue
        found.total += 1
        if key not in catalog:
            found.missing[key] = theirs
            continue
        ours = catalog[key]
        if key[0] == "column of a view" and ours is None:
            found.untyped += 1
            found.same += 1
        elif ours == theirs:
            found.same += 1
        else:
            found.other[key] = (theirs, ours)
    found.extra = {key: value for key, value in catalog.items() if key not in server and not leave(key)}
    return found
