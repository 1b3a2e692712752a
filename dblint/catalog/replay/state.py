"""The working state of a replay: all objects by name, the search path, and who uses what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dblint.catalog.model import ColumnEvent, Dialect, EventKind, ObjectEvent, Skipped
from dblint.catalog.replay.journal import Journal, RefusedError
from dblint.catalog.replay.objects import Index, Key, Kind, Named, Relation, Routine, Trigger
from dblint.source import Place
from dblint.sql.definitions import ObjectName
from dblint.sql.statements import CreateFunction

TEMPORARY = "pg_temp"
_SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema", TEMPORARY})


@dataclass(frozen=True, slots=True)
class Plan:
    """The names that the project creates somewhere: what is missing but planned is not there yet, or no more."""

    schemas: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """Of relations, types and routines, without schema."""
    owned: frozenset[str] = frozenset()
    """The schemas that are not there before: all in them is the project's."""


@dataclass(eq=False, slots=True)
class State:
    """``users`` maps an object to what depends on it; ``order`` counts statements over all files."""

    dialect: Dialect
    default_path: tuple[str, ...]
    plan: Plan = field(default_factory=Plan)
    journal: Journal = field(default_factory=Journal)
    relations: dict[Key, Named] = field(default_factory=dict)
    kinds: dict[Key, Kind] = field(default_factory=dict)
    routines: dict[Key, tuple[Routine, ...]] = field(default_factory=dict)
    schemas: dict[str, bool] = field(default_factory=dict)
    """True for those that exist, False for those that were dropped."""
    constraint_names: dict[Key, int] = field(default_factory=dict)
    users: dict[object, dict[object, None]] = field(default_factory=dict)
    strays: dict[tuple[str, str, str], Trigger] = field(default_factory=dict)
    """Triggers of tables the project does not create, by schema, table and name."""
    path: tuple[str, ...] = ()
    order: int = 0
    depth: int = 0
    """How many blocks and routines run inside one another."""
    running: list[CreateFunction] = field(default_factory=list)
    types_renamed: int = 0
    """How often a type, or the schema of one, got another name."""
    events: list[ObjectEvent] = field(default_factory=list)
    former: list[Routine] = field(default_factory=list)
    """Routines that were dropped."""
    skipped: list[Skipped] = field(default_factory=list)
    rivals: dict[str, set[str]] = field(default_factory=dict)
    """Per table name, the columns of definitions that came when the table was there already."""
    unsure: dict[Key, None] = field(default_factory=dict)
    dynamic: bool = False

    def begin_session(self) -> None:
        """The default search path, and no temporary objects."""
        self.path = self.default_path
        for mapping in (self.relations, self.kinds):
            for key in [key for key in mapping if key[0] == TEMPORARY]:
                mapping.pop(key)

    # Schemas

    def available(self, schema: str) -> bool:
        """The schema exists, as far as the project tells: one it never creates is somebody else's."""
        if schema in _SYSTEM_SCHEMAS:
            return True
        return self.schemas.get(schema, schema not in self.plan.schemas)

    def home(self, name: ObjectName) -> str:
        """The schema where a new object of that name is made."""
        if name.schema is not None:
            if not self.available(name.schema):
                raise RefusedError(f'schema "{name.schema}" does not exist')
            return name.schema
        known = (schema for schema in self.path if self.schemas.get(schema, schema == TEMPORARY))
        likely = (schema for schema in self.path if schema != "$user" and self.available(schema))
        for schema in (*known, *likely):
            return schema
        raise RefusedError("no schema has been selected to create in")

    def places(self, name: ObjectName) -> tuple[str, ...]:
        """The schemas in which a name is looked up."""
        return (name.schema,) if name.schema is not None else (TEMPORARY, *self.path)

    # Looking up

    def named(self, name: ObjectName) -> Named | None:
        """What has that name among relations, indexes and sequences."""
        for schema in self.places(name):
            found = self.relations.get((schema, name.name))
            if found is not None:
                return found
        return None

    def relation(self, name: ObjectName) -> Relation | None:
        found = self.named(name)
        return found if isinstance(found, Relation) else None

    def kind(self, name: ObjectName) -> Kind | None:
        for schema in self.places(name):
            found = self.kinds.get((schema, name.name))
            if found is not None:
                return found
        return None

    def foreign(self, name: ObjectName) -> bool:
        """Nothing in the project ever makes that name: it may well exist outside."""
        if name.schema is not None and name.schema not in self.schemas and name.schema not in self.plan.schemas:
            return True
        return name.name not in self.plan.names

    def free(self, schema: str, name: str) -> bool:
        """No relation and no type has that name."""
        return (schema, name) not in self.relations and (schema, name) not in self.kinds

    # Changes

    def put(self, thing: Named) -> None:
        self.journal.put(self.relations, (thing.schema, thing.name), thing)

    def forget(self, thing: Named) -> None:
        self.journal.remove(self.relations, (thing.schema, thing.name))

    def use(self, user: object, used: object) -> None:
        """``user`` depends on ``used``."""
        users = self.users.get(used)
        if users is None:
            users = {}
            self.journal.put(self.users, used, users)
        self.journal.put(users, user, None)

    def unuse(self, user: object, used: object) -> None:
        if used in self.users:
            self.journal.remove(self.users[used], user)

    def users_of(self, used: object) -> list[object]:
        return list(self.users.get(used, ()))

    def count_constraint(self, schema: str, name: str, by: int) -> None:
        """A constraint of that name came (+1) or went (-1)."""
        key = (schema, name)
        self.journal.put(self.constraint_names, key, self.constraint_names.get(key, 0) + by)

    # History

    def event(
        self,
        kind: EventKind,
        what: Literal["table", "type", "function"],
        key: Key,
        place: Place,
        now: str | None = None,
    ) -> None:
        self.journal.append(self.events, ObjectEvent(kind, what, key[0], key[1], self.order, place, now))

    def column_event(
        self, relation: Relation, kind: EventKind, column: str, place: Place, now: str | None = None
    ) -> None:
        self.journal.append(relation.history, ColumnEvent(kind, column, self.order, place, now))


def is_table(thing: Named | None) -> bool:
    """A relation that holds rows and constraints."""
    return isinstance(thing, Relation) and thing.kind in ("table", "partitioned table", "foreign table")


def index_of(thing: Named | None) -> Index | None:
    return thing if isinstance(thing, Index) else None
