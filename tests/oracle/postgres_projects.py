"""Real projects' schemas in a real PostgreSQL: what they need from outside, made up as far as their statements ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from dblint.catalog.replay.state import Plan
from dblint.source import Source
from tests.oracle.postgres import Entries, Entry, load_into, server_entries

_PRELUDE = """
create role anon; create role authenticated; create role service_role; create role supabase_admin;
create role authenticator; create role dashboard_user; create role supabase_auth_admin;
"""
_FUNCTIONS = {
    "uuid_generate_v4": "create function {0}() returns uuid language sql return gen_random_uuid()",
    "uuid_generate_v1": "create function {0}() returns uuid language sql return gen_random_uuid()",
    "uuid_generate_v1mc": "create function {0}() returns uuid language sql return gen_random_uuid()",
}


@dataclass(slots=True)
class Outside:
    """What the statements ask for and the project does not make; it is made, and left out of the comparison.

    ``plan`` are the names the project itself makes somewhere: those are never made up.
    """

    plan: Plan
    types: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)

    def repair(self, connection: psycopg.Connection, statement: str, error: psycopg.Error) -> str | None:
        """Make what is missing; the statement to try again, None where nothing can be done."""
        message = str(error).split("\n")[0]
        for pattern, make in (
            (r'schema "([^"]+)" does not exist', self._schema),
            (r'type "?([^" ]+)"? does not exist', self._type),
            (r'relation "([^"]+)" does not exist', self._relation),
            (r"function ([\w.]+)\(.*\) does not exist", self._function),
            (r"type modifier is not allowed for type \"([^\"]+)\"", None),
        ):
            found = re.search(pattern, message)
            if found is None:
                continue
            if make is None:
                return _without_modifiers(statement, found[1])
            key = f"{pattern[:6]} {found[1]}"
            if key in self.made:
                return None
            self.made.add(key)
            return statement if make(connection, found[1]) else None
        return None

    def made_up(self, entry: Entry) -> bool:
        """The entry is about something made up."""
        what, schema, name = entry[:3]
        names = {made.split(" ", 1)[1].strip('" ') for made in self.made}
        if what == "function" and any(name in (f"{one}_in", f"{one}_out") for one in self.types):
            return True
        return name not in self.plan.names and (name in names or f"{schema}.{name}" in names)

    def without_modifiers(self, entries: Entries) -> Entries:
        """The entries with the modifiers of made-up types left out, which the made-up ones cannot have."""
        known = "|".join(map(re.escape, self.types))
        if not known:
            return entries
        shorten = re.compile(rf"^((?:\w+\.)?(?:{known}))\([^)]*\)")
        return {key: _shortened(value, shorten) for key, value in entries.items()}

    def _schema(self, connection: psycopg.Connection, name: str) -> bool:
        if name in self.plan.schemas:
            return False
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(name)))
        return True

    def _type(self, connection: psycopg.Connection, name: str) -> bool:
        *schema, bare = name.removesuffix("[]").split(".")
        if bare in self.plan.names:
            return False
        self.types.add(bare)
        home = sql.Identifier(*schema, bare) if schema else sql.Identifier("public", bare)
        reader = sql.Identifier(*(schema or ["public"]), f"{bare}_in")
        writer = sql.Identifier(*(schema or ["public"]), f"{bare}_out")
        for part in (
            "create type {0}",
            "create function {1}(cstring) returns {0} language internal immutable strict as 'textin'",
            "create function {2}({0}) returns cstring language internal immutable strict as 'textout'",
            "create type {0} (input = {1}, output = {2}, like = text)",
        ):
            connection.execute(sql.SQL(part).format(home, reader, writer))
        return True

    def _relation(self, connection: psycopg.Connection, name: str) -> bool:
        *schema, bare = name.split(".")
        if bare in self.plan.names:
            return False
        if schema:
            self._schema_if_missing(connection, schema[0])
        target = sql.Identifier(*schema, bare)
        connection.execute(sql.SQL("create table {} (id uuid primary key, email text)").format(target))
        return True

    def _schema_if_missing(self, connection: psycopg.Connection, name: str) -> None:
        connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(name)))

    def _function(self, connection: psycopg.Connection, name: str) -> bool:
        text = _FUNCTIONS.get(name.split(".")[-1])
        if text is None:
            return False
        home = sql.Identifier(*name.split(".")) if "." in name else sql.Identifier("public", name)
        connection.execute(sql.SQL(text).format(home))
        return True


def _shortened(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(r"\1", value)
    return tuple(_shortened(one, pattern) for one in value) if isinstance(value, tuple) else value


def _without_modifiers(statement: str, type_: str) -> str | None:
    changed = re.sub(rf"\b{re.escape(type_)}\s*\([^)]*\)", type_, statement, flags=re.IGNORECASE)
    return changed if changed != statement else None


def roles(connection: psycopg.Connection) -> None:
    """The roles that hosted databases have; they are the server's, not the database's."""
    for statement in filter(str.strip, _PRELUDE.split(";")):
        try:
            connection.execute(statement.encode())
        except psycopg.errors.DuplicateObject:
            continue


def project_entries(
    connection: psycopg.Connection, sources: Sequence[Source], outside: Outside
) -> tuple[Entries, list[tuple[str, str]]]:
    """The server's entries after loading a project, without what was made up for it, and the refused statements."""
    roles(connection)
    refused = load_into(connection, sources, outside.repair)
    return server_entries(connection), refused
