"""ALTER, RENAME, SET SCHEMA and DROP: PostgreSQL's parse tree as our statements."""

from __future__ import annotations

from collections.abc import Callable

from dblint.sql.actions import (
    Action,
    AddColumn,
    AddConstraint,
    AlterConstraint,
    AttachPartition,
    DetachPartition,
    DropColumn,
    DropConstraint,
    Inherit,
    NoInherit,
    RenameColumn,
    RenameConstraint,
    RenameTo,
    RetypeColumn,
    SetDefault,
    SetExpression,
    SetIdentity,
    SetNullable,
    SetSchema,
)
from dblint.sql.definitions import RoutineName
from dblint.sql.postgres_expressions import expression
from dblint.sql.postgres_nodes import any_name, parameter, qualified, relation_name, strings, type_name
from dblint.sql.postgres_parser import Node
from dblint.sql.postgres_relations import column_definition, table_constraint
from dblint.sql.postgres_text import StatementText
from dblint.sql.statements import (
    AlterDomain,
    AlterRelation,
    AlterRoutine,
    AlterType,
    Drop,
    DropRoutine,
    DropTrigger,
    ObjectWord,
    RelationWord,
    RenameSchema,
    RenameTrigger,
    RoutineWord,
    Statement,
)

_RELATIONS: dict[str, RelationWord] = {
    "OBJECT_TABLE": "table",
    "OBJECT_FOREIGN_TABLE": "foreign table",
    "OBJECT_VIEW": "view",
    "OBJECT_MATVIEW": "materialized view",
    "OBJECT_INDEX": "index",
    "OBJECT_SEQUENCE": "sequence",
    "OBJECT_TYPE": "type",
}
_OBJECTS: dict[str, ObjectWord] = {
    **_RELATIONS,
    "OBJECT_DOMAIN": "domain",
    "OBJECT_SCHEMA": "schema",
    "OBJECT_EXTENSION": "extension",
}
_ROUTINES: dict[str, RoutineWord] = {
    "OBJECT_FUNCTION": "function",
    "OBJECT_PROCEDURE": "procedure",
    "OBJECT_AGGREGATE": "aggregate",
    "OBJECT_ROUTINE": "routine",
}


def alter_table(node: Node, text: StatementText) -> list[Statement]:
    """AlterTableStmt; nothing where no action concerns a catalog."""
    what = _RELATIONS.get(node.get("objtype", ""))
    if what is None:
        return []
    actions = tuple(made for one in node["cmds"] for made in _actions(one["AlterTableCmd"], text))
    if not actions:
        return []
    only = not node["relation"].get("inh", False) and what in ("table", "foreign table")
    name = relation_name(node["relation"], text)
    cascade = any(one["AlterTableCmd"].get("behavior") == "DROP_CASCADE" for one in node["cmds"])
    return [AlterRelation(text.place, what, name, actions, node.get("missing_ok", False), only, cascade)]


def _actions(node: Node, text: StatementText) -> list[Action]:
    build = _ACTIONS.get(node["subtype"])
    return build(node, text) if build is not None else []


def _add_column(node: Node, text: StatementText) -> list[Action]:
    return [AddColumn(column_definition(node["def"]["ColumnDef"], text), node.get("missing_ok", False))]


def _drop_column(node: Node, text: StatementText) -> list[Action]:
    return [
        DropColumn(
            node["name"],
            text.find(node["name"]),
            node.get("missing_ok", False),
            node.get("behavior") == "DROP_CASCADE",
        )
    ]


def _retype(node: Node, text: StatementText) -> list[Action]:
    type_ = type_name(node["def"]["ColumnDef"]["typeName"], text)
    return [RetypeColumn(node["name"], type_, text.word_at(node["def"]["ColumnDef"].get("location")))]


def _default(node: Node, _: StatementText) -> list[Action]:
    return [SetDefault(node["name"], expression(node["def"]) if "def" in node else None)]


def _expression(node: Node, _: StatementText) -> list[Action]:
    value = expression(node["def"]) if "def" in node else None
    return [SetExpression(node["name"], value, node.get("missing_ok", False))]


def _identity(node: Node, _: StatementText) -> list[Action]:
    if "def" not in node:
        return [SetIdentity(node["name"], None, if_exists=node.get("missing_ok", False))]
    if "Constraint" in node["def"]:
        always = node["def"]["Constraint"]["generated_when"] == "a"
        return [SetIdentity(node["name"], "always" if always else "by default", adds=True)]
    options = (one["DefElem"] for one in node["def"]["List"]["items"])
    words = [chr(one["arg"]["Integer"]["ival"]) for one in options if one["defname"] == "generated"]
    return [SetIdentity(node["name"], "always" if words[-1] == "a" else "by default")] if words else []


def _add_constraint(node: Node, text: StatementText) -> list[Action]:
    return [AddConstraint(one) for one in table_constraint(node["def"]["Constraint"], text)]


def _drop_constraint(node: Node, _: StatementText) -> list[Action]:
    return [DropConstraint(node["name"], node.get("missing_ok", False), node.get("behavior") == "DROP_CASCADE")]


def _alter_constraint(node: Node, _: StatementText) -> list[Action]:
    inner = node["def"]["ATAlterConstraint"]
    if not inner.get("alterEnforceability"):
        return []
    return [AlterConstraint(inner["conname"], inner.get("is_enforced", False))]


def _nullable(nullable: bool) -> Callable[[Node, StatementText], list[Action]]:
    return lambda node, _: [SetNullable(node["name"], nullable)]


def _parent(kind: type[Inherit] | type[NoInherit]) -> Callable[[Node, StatementText], list[Action]]:
    return lambda node, text: [kind(relation_name(node["def"]["RangeVar"], text))]


def _partition(kind: type[AttachPartition] | type[DetachPartition]) -> Callable[[Node, StatementText], list[Action]]:
    return lambda node, text: [kind(relation_name(node["def"]["PartitionCmd"]["name"], text))]


_ACTIONS: dict[str, Callable[[Node, StatementText], list[Action]]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_AlterColumnType": _retype,
    "AT_ColumnDefault": _default,
    "AT_SetNotNull": _nullable(False),
    "AT_DropNotNull": _nullable(True),
    "AT_SetExpression": _expression,
    "AT_DropExpression": _expression,
    "AT_AddIdentity": _identity,
    "AT_SetIdentity": _identity,
    "AT_DropIdentity": _identity,
    "AT_AddConstraint": _add_constraint,
    "AT_DropConstraint": _drop_constraint,
    "AT_AlterConstraint": _alter_constraint,
    "AT_AddInherit": _parent(Inherit),
    "AT_DropInherit": _parent(NoInherit),
    "AT_AttachPartition": _partition(AttachPartition),
    "AT_DetachPartition": _partition(DetachPartition),
}


def rename(node: Node, text: StatementText) -> list[Statement]:
    """RenameStmt; nothing for what no catalog holds (roles, policies, collations)."""
    kind, now = node["renameType"], node["newname"]
    if kind in ("OBJECT_COLUMN", "OBJECT_ATTRIBUTE"):
        what = _RELATIONS.get(node["relationType"], "table")
        relation = relation_name(node["relation"], text)
        action: Action = RenameColumn(node["subname"], now, text.find(node["subname"], relation.place))
        cascade = node.get("behavior") == "DROP_CASCADE"
        return [AlterRelation(text.place, what, relation, (action,), node.get("missing_ok", False), cascade=cascade)]
    if kind == "OBJECT_TABCONSTRAINT":
        relation = relation_name(node["relation"], text)
        action = RenameConstraint(node["subname"], now)
        return [AlterRelation(text.place, "table", relation, (action,), node.get("missing_ok", False))]
    if kind == "OBJECT_DOMCONSTRAINT":
        return [AlterDomain(text.place, any_name(node["object"], text), RenameConstraint(node["subname"], now))]
    if kind == "OBJECT_SCHEMA":
        return [RenameSchema(text.place, node["subname"], now)]
    if kind == "OBJECT_TRIGGER":
        return [RenameTrigger(text.place, node["subname"], relation_name(node["relation"], text), now)]
    return _altered(kind, node, RenameTo(now), text)


def set_schema(node: Node, text: StatementText) -> list[Statement]:
    """AlterObjectSchemaStmt."""
    return _altered(node["objectType"], node, SetSchema(node["newschema"]), text)


def _altered(kind: str, node: Node, action: RenameTo | SetSchema, text: StatementText) -> list[Statement]:
    if kind in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
        return [AlterType(text.place, any_name(node["object"], text), action)]
    if kind in _ROUTINES:
        return [AlterRoutine(text.place, _ROUTINES[kind], routine_name(node["object"], text), action)]
    if kind in _RELATIONS:
        relation = relation_name(node["relation"], text)
        return [AlterRelation(text.place, _RELATIONS[kind], relation, (action,), node.get("missing_ok", False))]
    return []


def alter_domain(node: Node, text: StatementText) -> list[Statement]:
    """AlterDomainStmt: T default, N and O nullability, C and X constraints."""
    word = node["subtype"]
    action: SetDefault | SetNullable | AddConstraint | DropConstraint
    if word == "T":
        action = SetDefault("", expression(node["def"]) if "def" in node else None)
    elif word in "NO":
        action = SetNullable("", word == "N")
    elif word == "X":
        action = DropConstraint(node["name"], node.get("missing_ok", False))
    elif word == "C":
        made = _add_constraint(node, text)
        if not made or not isinstance(made[0], AddConstraint):
            return []
        action = made[0]
    else:
        return []
    return [AlterDomain(text.place, qualified(strings(node["typeName"]), text), action)]


def routine_name(node: Node, text: StatementText) -> RoutineName:
    """An ObjectWithArgs."""
    inner = node["ObjectWithArgs"]
    name = any_name(node, text)
    if inner.get("args_unspecified"):
        return RoutineName(name, None)
    return RoutineName(name, tuple(parameter(one, text) for one in inner.get("objfuncargs", ())))


def drop(node: Node, text: StatementText) -> list[Statement]:
    """DropStmt; nothing for what no catalog holds."""
    kind, objects = node["removeType"], node["objects"]
    missing, cascade = node.get("missing_ok", False), node.get("behavior") == "DROP_CASCADE"
    if kind == "OBJECT_TRIGGER":
        parts = strings(objects[0]["List"]["items"])
        return [DropTrigger(text.place, parts[-1], qualified(parts[:-1], text), missing)]
    if kind in _ROUTINES:
        routines = tuple(routine_name(one, text) for one in objects)
        return [DropRoutine(text.place, _ROUTINES[kind], routines, missing, cascade)]
    if kind in _OBJECTS:
        names = tuple(any_name(one, text) for one in objects)
        return [Drop(text.place, _OBJECTS[kind], names, missing, cascade)]
    return []
