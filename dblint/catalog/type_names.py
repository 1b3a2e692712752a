"""PostgreSQL's own types by all their names, and the text ``format_type`` prints for a type."""

from __future__ import annotations

from dblint.catalog.model import Type, TypeKind
from dblint.sql.definitions import TypeName
from dblint.sql.postgres_quoting import identifier

_SPELLED = {
    "any": '"any"',
    "bool": "boolean",
    "char": '"char"',
    "float4": "real",
    "float8": "double precision",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "time": "time without time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
    "bpchar": "character",
}
_INTERNAL = {spelled: name for name, spelled in _SPELLED.items()}
_WRITTEN = {
    **{spelled: name for name, spelled in _SPELLED.items() if spelled.isalpha() or " " in spelled},
    "int": "int4",
    "decimal": "numeric",
    "timestamp": "timestamp",
    "time": "time",
}
"""Names as people write them; libpg_query has turned them into the system's already."""
_SYSTEM = frozenset(
    name
    for line in (
        "aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray",
        "anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char cid",
        "cidr circle cstring date datemultirange daterange event_trigger fdw_handler float4 float8 gtsvector",
        "index_am_handler inet int2 int2vector int4 int4multirange int4range int8 int8multirange int8range internal",
        "interval json jsonb jsonpath language_handler line lseg macaddr macaddr8 money name numeric nummultirange",
        "numrange oid oidvector path pg_ddl_command pg_lsn pg_node_tree pg_snapshot point polygon record refcursor",
        "regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole",
        "regtype table_am_handler text tid time timestamp timestamptz timetz trigger tsm_handler tsmultirange tsquery",
        "tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid varbit varchar void xid xid8 xml",
    )
    for name in line.split()
)
_BIT_OF = {1 << 1: "month", 1 << 2: "year", 1 << 3: "day", 1 << 10: "hour", 1 << 11: "minute", 1 << 12: "second"}
_LARGEST_FIRST = ("year", "month", "day", "hour", "minute", "second")
_WHOLE_INTERVAL = 0x7FFF
_MOST_FRACTION = 6

_SHAPES = {
    f"{shape}{more}".lower(): f"{shape}{more}"
    for shape in (
        *("Geometry", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"),
        *("GeometryCollection", "CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve", "MultiSurface"),
        *("PolyhedralSurface", "Triangle", "Tin"),
    )
    for more in ("", "Z", "M", "ZM")
}
"""How PostGIS spells the modifier of its types."""

SERIALS = {
    "serial": "int4",
    "serial4": "int4",
    "bigserial": "int8",
    "serial8": "int8",
    "smallserial": "int2",
    "serial2": "int2",
}


def system_type(type_: TypeName) -> Type | None:
    """The type where its name is one of the system's own, with its text; None for any other."""
    name, dimensions = _WRITTEN.get(type_.name, type_.name), min(type_.dimensions, 1)
    if name not in _SYSTEM and name.startswith("_") and name[1:] in _SYSTEM:
        name, dimensions = name[1:], 1
    if name not in _SYSTEM:
        return None
    spelled = "bpchar" if name == "bpchar" and not type_.modifiers else _SPELLED.get(name, name)
    modifiers = _modifiers(name, type_.modifiers)
    text = _text(spelled, name, modifiers) + "[]" * dimensions
    return Type(_SPELLED.get(name, name), "base", None, modifiers, dimensions, text)


def internal_name(type_: Type) -> str:
    """The name ``pg_type`` has for a system type: ``varchar``, ``int4``."""
    return _INTERNAL.get(type_.name, type_.name)


def bare(type_: Type) -> Type:
    """A system type without modifiers, as arguments and results have it."""
    plain = {"character": "character", '"bit"': "bit", "bit": "bit"}.get(type_.name)
    text = (plain or type_.name) + "[]" * type_.dimensions
    return Type(type_.name, type_.kind, type_.schema, (), type_.dimensions, text)


def user_type(
    kind: TypeKind, schema: str | None, name: str, modifiers: tuple[str, ...], dimensions: int, path: tuple[str, ...]
) -> Type:
    """A type of the project's or an extension's; its text has the schema where that is not on the search path."""
    shown = None if schema in path else schema
    plain = identifier(name) if shown is None else f"{identifier(shown)}.{identifier(name)}"
    if name in ("geometry", "geography"):
        modifiers = tuple(_SHAPES.get(one.lower(), one) for one in modifiers)
    given = f"({','.join(modifiers)})" if modifiers else ""
    dimensions = min(dimensions, 1)
    return Type(name, kind, schema, modifiers, dimensions, plain + given + "[]" * dimensions)


def _modifiers(name: str, modifiers: tuple[str, ...]) -> tuple[str, ...]:
    """The modifiers as the server keeps them."""
    if name == "numeric" and len(modifiers) == 1:
        return (modifiers[0], "0")
    if name in ("time", "timetz", "timestamp", "timestamptz") and modifiers:
        return (_fraction(modifiers[0]),)
    if name == "interval" and modifiers:
        fields = _interval_fields(int(modifiers[0])) if modifiers[0].isdigit() else ""
        return tuple(part for part in (fields, *map(_fraction, modifiers[1:2])) if part)
    return modifiers


def _fraction(digits: str) -> str:
    return str(min(int(digits), _MOST_FRACTION)) if digits.isdigit() else digits


def _interval_fields(mask: int) -> str:
    if mask == _WHOLE_INTERVAL:
        return ""
    named = {word for bit, word in _BIT_OF.items() if mask & bit}
    parts = [word for word in _LARGEST_FIRST if word in named]
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 else f"{parts[0]} to {parts[-1]}"


def _text(spelled: str, name: str, modifiers: tuple[str, ...]) -> str:
    if not modifiers:
        return '"bit"' if name == "bit" else spelled
    if name == "interval":
        return _interval_text(modifiers)
    given = f"({','.join(modifiers)})"
    first, space, rest = spelled.partition(" ")
    if name in ("time", "timetz", "timestamp", "timestamptz"):
        return f"{first}{given}{space}{rest}"
    return spelled + given


def _interval_text(modifiers: tuple[str, ...]) -> str:
    fields = modifiers[0] if not modifiers[0].isdigit() else ""
    precision = f"({modifiers[-1]})" if modifiers[-1].isdigit() else ""
    return f"interval {fields}{precision}" if fields else f"interval{precision}"
