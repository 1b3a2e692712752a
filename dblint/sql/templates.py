"""SQL text that is put together at run time: what of it is constant, and what the statement it makes may touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal as Choice
from typing import TypeAlias

from dblint.sql.expressions import Array, Binary, Call, Cast, Column, Expression, Literal, Parameter
from dblint.sql.postgres_parser import Node, SyntaxRefusedError, parse
from dblint.sql.postgres_quoting import identifier, string

Template: TypeAlias = tuple[str | None, ...]
"""Text in pieces; None is a piece only the run knows."""

Known: TypeAlias = Template | list[Template] | None
"""What is known of a variable: its text, or the texts of its elements; None is NULL."""

UNKNOWN: Template = (None,)


@dataclass(frozen=True, slots=True)
class Touched:
    """Something a statement may make, change or drop; ``*`` in a name stands for any text.

    ``made``: the statement can only make it, what stands already stays as it is.
    """

    what: Choice["relation", "routine", "type"]
    schema: str | None
    name: str
    made: bool = False


def evaluate(expression: Expression, variables: Mapping[str, Known]) -> Known:
    """What is known of the expression's text."""
    if isinstance(expression, Array):
        return [text_of(item, variables) for item in expression.items]
    if isinstance(expression, Cast):
        return evaluate(expression.operand, variables)
    if isinstance(expression, Literal):
        return UNKNOWN if expression.kind in ("null", "bits") else (expression.text,)
    if isinstance(expression, Column):
        return variables.get(".".join((*expression.qualifier[-1:], expression.name)), UNKNOWN)
    if isinstance(expression, Parameter):
        return variables.get(f"${expression.number}", UNKNOWN)
    if isinstance(expression, Binary) and expression.operator == "||":
        return text_of(expression.left, variables) + text_of(expression.right, variables)
    if isinstance(expression, Call) and expression.schema is None:
        return _call(expression.name, [text_of(one, variables) for one in expression.arguments])
    return UNKNOWN


def text_of(expression: Expression, variables: Mapping[str, Known]) -> Template:
    """What is known of the expression's text; a list is not known as text."""
    found = evaluate(expression, variables)
    return found if isinstance(found, tuple) else UNKNOWN


def constant(template: Template) -> str | None:
    """The text, where all of it is known."""
    known = [piece for piece in template if piece is not None]
    return "".join(known) if len(known) == len(template) else None


def _call(name: str, arguments: list[Template]) -> Template:
    if name == "format" and arguments:
        return _format(constant(arguments[0]), arguments[1:])
    if name == "concat":
        return tuple(piece for argument in arguments for piece in argument)
    if name in ("quote_literal", "quote_nullable") and len(arguments) == 1:
        return _formatted("L", arguments[0])
    if name in ("replace", "regexp_replace") and len(arguments) == 3:
        return _replaced(name, [constant(one) for one in arguments])
    function = _FUNCTIONS.get(name)
    only = constant(arguments[0]) if len(arguments) == 1 else None
    return (function(only),) if function is not None and only is not None else UNKNOWN


def _replaced(name: str, arguments: Sequence[str | None]) -> Template:
    """What ``replace`` gives, and ``regexp_replace`` where its pattern stands for itself."""
    text, old, new = arguments
    if text is None or not old or new is None:
        return UNKNOWN
    if name == "replace":
        return (text.replace(old, new),)
    plain = re.fullmatch(r"\^?\w+\$?", old) is not None and "\\" not in new
    return (re.sub(old.replace("$", r"\Z"), new, text, count=1),) if plain else UNKNOWN


_FUNCTIONS: dict[str, Callable[[str], str]] = {
    "quote_ident": identifier,
    "lower": str.lower,
    "upper": str.upper,
    "btrim": str.strip,
}
_FORMAT = re.compile(r"%(?:(?P<at>\d+)\$)?-?\d*(?P<kind>[sIL%])")


def _format(pattern: str | None, arguments: Sequence[Template]) -> Template:
    if pattern is None:
        return UNKNOWN
    pieces: list[str | None] = []
    end = following = 0
    for found in _FORMAT.finditer(pattern):
        pieces.append(pattern[end : found.start()])
        end = found.end()
        if found["kind"] == "%":
            pieces.append("%")
            continue
        following = int(found["at"]) if found["at"] else following + 1
        pieces.extend(_formatted(found["kind"], arguments[following - 1] if following <= len(arguments) else UNKNOWN))
    return (*pieces, pattern[end:])


def _formatted(kind: str, argument: Template) -> Template:
    whole = constant(argument)
    if kind == "s":
        return argument
    if whole is not None:
        return (identifier(whole) if kind == "I" else string(whole),)
    return argument if kind == "I" else ("'", None, "'")


# What a statement may touch

_BLANK = "dblint_unknown"
_HARMLESS_ALTERATIONS = frozenset(
    """AT_EnableRowSecurity AT_DisableRowSecurity AT_ForceRowSecurity AT_NoForceRowSecurity AT_ChangeOwner AT_EnableTrig
    AT_EnableTrigAll AT_EnableTrigUser AT_EnableAlwaysTrig AT_EnableReplicaTrig AT_DisableTrig AT_DisableTrigAll
    AT_DisableTrigUser AT_SetRelOptions AT_ResetRelOptions AT_ReplicaIdentity AT_SetStatistics AT_ClusterOn
    AT_DropCluster AT_SetStorage AT_SetCompression AT_SetLogged AT_SetUnLogged AT_SetTableSpace AT_SetAccessMethod
    AT_SetOptions AT_ResetOptions AT_ValidateConstraint AT_EnableRule AT_DisableRule AT_AddConstraint
    AT_AddIndexConstraint AT_SetNotNull AT_AlterConstraint AT_AttachPartition""".split()  # noqa: SIM905
)
_HARMLESS = frozenset(
    """GrantStmt GrantRoleStmt AlterDefaultPrivilegesStmt CommentStmt CreatePolicyStmt AlterPolicyStmt
    SelectStmt InsertStmt UpdateStmt DeleteStmt MergeStmt RefreshMatViewStmt VacuumStmt NotifyStmt ListenStmt LockStmt
    VariableSetStmt CreateRoleStmt AlterRoleStmt AlterRoleSetStmt DropRoleStmt CreateExtensionStmt CreateSchemaStmt
    CreateSeqStmt AlterSeqStmt ClusterStmt ReindexStmt AlterOwnerStmt CreatePublicationStmt AlterPublicationStmt
    CreateSubscriptionStmt TruncateStmt TransactionStmt AlterDatabaseSetStmt AlterDatabaseStmt CreateStatsStmt
    SecLabelStmt CallStmt CopyStmt ExplainStmt RuleStmt CreateEventTrigStmt AlterSystemStmt DiscardStmt CheckPointStmt
    CreateForeignServerStmt CreateUserMappingStmt CreateFdwStmt CreateCastStmt IndexStmt""".split()  # noqa: SIM905
)
_HARMLESS_DROPS = frozenset(
    """OBJECT_TRIGGER OBJECT_POLICY OBJECT_INDEX OBJECT_RULE OBJECT_SEQUENCE OBJECT_PUBLICATION OBJECT_EVENT_TRIGGER
    OBJECT_CAST OBJECT_STATISTIC_EXT OBJECT_COLLATION""".split()  # noqa: SIM905
)
_ROUTINES = frozenset({"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE"})
_RELATIONS = frozenset({"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"})
_TYPES = frozenset({"OBJECT_TYPE", "OBJECT_DOMAIN"})
_ALTERED = re.compile(
    r"\s*(?:alter|create|drop)\s+(?:foreign\s+)?(?:table|view|materialized\s+view)\s+(?:if\s+(?:not\s+)?exists\s+)?"
    r"(?:only\s+)?(?:([a-z_*]\w*)\.)?([a-z_*][\w*]*)(?=[\s(])",
    re.IGNORECASE,
)
_MAKES_A_TABLE = re.compile(r"\s*create\s+(?!or\b)", re.IGNORECASE)
_PASSING = re.compile(
    r"\s*(?:create\s+(?:unique\s+)?index|grant|revoke|comment|create\s+policy|drop\s+policy|select|insert|update|delete"
    r"|refresh|analyze|vacuum|notify|lock|truncate|drop\s+trigger|drop\s+index"
    r"|create\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\s+\S+\s+after|create\s+(?:role|user)"
    r"|alter\s+(?:role|user|database|sequence|default)|copy|reindex)\b",
    re.IGNORECASE,
)


def touches(template: Template) -> tuple[Touched, ...] | None:
    """What the statements the text makes may touch; None for anything at all."""
    text = "".join(_BLANK if piece is None else piece for piece in template)
    try:
        statements = parse(text)
    except SyntaxRefusedError:
        return _by_its_first_words(text.replace(_BLANK, "*"))
    found: list[Touched] = []
    for statement in statements:
        touched = _touched(*next(iter(statement.get("stmt", {"": {}}).items())))
        if touched is None:
            return None
        found.extend(touched)
    return tuple(found)


def _by_its_first_words(text: str) -> tuple[Touched, ...] | None:
    if _PASSING.match(text):
        return ()
    named = _ALTERED.match(text)
    if named is None:
        return None
    made = _MAKES_A_TABLE.match(text) is not None
    return (Touched("relation", named[1] and named[1].lower(), named[2].lower(), made),)


def _touched(kind: str, body: Node) -> list[Touched] | None:
    if kind in _HARMLESS:
        return []
    read = _READERS.get(kind)
    return read(body) if read is not None else None


def _pattern(name: str) -> str:
    return name.replace(_BLANK, "*")


def _relation(body: Node) -> Touched:
    schema = body.get("schemaname")
    return Touched("relation", _pattern(schema) if schema else None, _pattern(body["relname"]))


def _named(what: Choice["relation", "routine", "type"], nodes: Sequence[Node]) -> Touched:
    names = [_pattern(node["String"].get("sval", "")) for node in nodes if "String" in node]
    return Touched(what, names[-2] if len(names) > 1 else None, names[-1])


def _altered(body: Node) -> list[Touched]:
    subtypes = {command["AlterTableCmd"].get("subtype") for command in body.get("cmds", ())}
    return [] if subtypes <= _HARMLESS_ALTERATIONS else [_relation(body["relation"])]


def _dropped(body: Node) -> list[Touched] | None:
    kind = body.get("removeType", "")
    if kind in _HARMLESS_DROPS:
        return []
    found = [_dropped_name(kind, node) for node in body.get("objects", ())]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None


def _dropped_name(kind: str, node: Node) -> Touched | None:
    if kind in _RELATIONS and "List" in node:
        return _named("relation", node["List"]["items"])
    if kind in _ROUTINES and "ObjectWithArgs" in node:
        return _named("routine", node["ObjectWithArgs"]["objname"])
    if kind in _TYPES and "TypeName" in node:
        return _named("type", node["TypeName"]["names"])
    return None


def _renamed(body: Node) -> list[Touched] | None:
    kind = body.get("renameType", "")
    if kind in ("OBJECT_INDEX", "OBJECT_SEQUENCE", "OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_TABCONSTRAINT"):
        return []
    if "relation" not in body:
        return None
    old = _relation(body["relation"])
    if kind == "OBJECT_COLUMN":
        return [old]
    return [old, Touched("relation", old.schema, _pattern(body.get("newname", "*")))] if kind in _RELATIONS else None


def _made(body: Node) -> list[Touched]:
    return [replace(_relation(body), made=True)]


def _view(body: Node) -> list[Touched]:
    """CREATE OR REPLACE VIEW changes a view that stands."""
    return [replace(_relation(body["view"]), made=not body.get("replace", False))]


_BEFORE, _INSERT = 2, 4


def _triggered(body: Node) -> list[Touched]:
    """A trigger before an insert may fill the table's columns; any other changes nothing of it."""
    fills = body.get("timing", 0) & _BEFORE and body.get("events", 0) & _INSERT
    return [_relation(body["relation"])] if fills else []


_READERS: dict[str, Callable[[Node], list[Touched] | None]] = {
    "AlterTableStmt": _altered,
    "CreateStmt": lambda body: _made(body["relation"]),
    "CreateForeignTableStmt": lambda body: _made(body["base"]["relation"]),
    "CreateTableAsStmt": lambda body: _made(body["into"]["rel"]),
    "CreateTrigStmt": _triggered,
    "ViewStmt": _view,
    "CreateFunctionStmt": lambda body: [_named("routine", body["funcname"])],
    "CreateEnumStmt": lambda body: [_named("type", body["typeName"])],
    "AlterEnumStmt": lambda body: [_named("type", body["typeName"])],
    "CreateDomainStmt": lambda body: [_named("type", body["domainname"])],
    "AlterDomainStmt": lambda body: [_named("type", body["typeName"])],
    "CompositeTypeStmt": lambda body: [_named("type", [{"String": {"sval": body["typevar"]["relname"]}}])],
    "DropStmt": _dropped,
    "RenameStmt": _renamed,
}
