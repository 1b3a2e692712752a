"""One attribute of a mapped class: whether it is a column, what the column is called, what becomes of a literal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dblint.binding.code import Code
from dblint.binding.mapped_model import NO_COLUMN, Attribute, Library
from dblint.facts.code_model import Assignment, Call, CodeFacts, Expression

_PLAIN_TYPES = frozenset(
    (
        *("String", "Text", "Unicode", "UnicodeText", "VARCHAR", "CHAR", "NVARCHAR", "TEXT", "CITEXT", "AutoString"),
        *("Integer", "BigInteger", "SmallInteger", "INTEGER", "BIGINT", "SMALLINT", "Numeric", "Float", "NUMERIC"),
        *("DECIMAL", "FLOAT", "REAL", "DOUBLE_PRECISION", "Double", "Boolean", "BOOLEAN", "Date", "DateTime", "Time"),
        *("DATE", "TIMESTAMP", "TIME", "UUID", "Uuid", "Enum", "ENUM"),
    )
)
_PLAIN_ANNOTATIONS = frozenset(
    ("str", "int", "float", "bool", "Decimal", "datetime", "date", "time", "UUID", "uuid4", "EmailStr", "UUID4")
)
_PLAIN_FIELDS = frozenset(
    (
        *("CharField", "TextField", "SlugField", "EmailField", "URLField", "IntegerField", "BigIntegerField"),
        *("SmallIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "PositiveBigIntegerField"),
        *("BooleanField", "DecimalField", "FloatField", "UUIDField", "DateField", "DateTimeField", "TimeField"),
        *("SmallIntField", "IntField", "BigIntField", "DatetimeField", "FixedCharField", "DoubleField"),
    )
)
_RELATIONS = frozenset(("ForeignKey", "OneToOneField", "ForeignKeyField"))
_NO_COLUMNS = re.compile(r"Many|Generic(?!IP)|Backward|Reverse|Deferred|Backref")
_FILLING = frozenset(
    (
        *("default", "insert_default", "default_factory", "server_default", "onupdate", "primary_key", "pk"),
        *("auto_now", "auto_now_add", "generated", "db_default", "sequence", "init", "autoincrement"),
    )
)
_FILLERS = frozenset(("Computed", "Identity", "Sequence", "FetchedValue"))
_WRAPPED = re.compile(r"^(?:Mapped|Optional|Annotated|InstrumentedAttribute)\[(.*)\]$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Columns:
    """Reads the attributes of the classes of one library; ``typed`` says that annotations mean what they always do."""

    code: Code
    library: Library
    typed: bool = True

    def read(self, facts: CodeFacts, one: Assignment) -> Iterator[tuple[str, Attribute]]:
        """The attributes an assignment of a class body makes, by name."""
        if one.target.startswith("__"):
            return
        if self.library == "sqlalchemy":
            yield one.target, self._alchemy(facts, one)
        elif self.library == "sqlmodel":
            yield one.target, self._sqlmodel(facts, one)
        else:
            yield from self._field(facts, one)

    def returned(self, facts: CodeFacts, name: str, value: Expression | None, calls: tuple[Call, ...]) -> Attribute:
        """What a function decorated as ``declared_attr`` gives."""
        if value is None or value.kind != "call" or not 0 <= value.call < len(calls):
            return NO_COLUMN
        call = calls[value.call]
        return self._column(facts, name, call, None) if _makes_column(call) else NO_COLUMN

    def called(self, facts: CodeFacts, value: Expression | None) -> Call | None:
        """The call that an expression of a class body or module is."""
        calls = facts.module.calls
        if value is None or value.kind != "call" or not 0 <= value.call < len(calls):
            return None
        call = calls[value.call]
        return call if call.span == value.span and call.callee == value.text else None

    def column_of(self, facts: CodeFacts, call: Call) -> tuple[str, Attribute] | None:
        """The attribute that ``Column("name", …)`` of a ``Table`` makes: its ``key``, else its name."""
        name = call.argument(0, "name")
        if not _makes_column(call) or name is None or name.kind != "str":
            return None
        key = next((one.value for one in call.arguments if one.name == "key"), None)
        if key is not None and key.kind != "str":
            return None
        return (name if key is None else key).text, self._column(facts, name.text, call, None)

    # SQLAlchemy

    def _alchemy(self, facts: CodeFacts, one: Assignment) -> Attribute:
        if one.value is None:
            mapped = (one.annotation or "").rpartition(".")[2] if "[" not in (one.annotation or "") else one.annotation
            if mapped is None or not re.match(r"(?:\w+\.)*Mapped\[", mapped):
                return NO_COLUMN
            return Attribute(one.target, self._is_plain_annotation(facts, mapped))
        call = self.called(facts, one.value)
        if call is not None and call.name == "deferred":
            call = self.called(facts, call.argument(0))
        if call is None or not _makes_column(call):
            return NO_COLUMN
        return self._column(facts, one.target, call, one.annotation)

    def _column(self, facts: CodeFacts, name: str, call: Call, annotation: str | None) -> Attribute:
        given = [one.value for one in call.arguments if not one.name]
        named = call.argument(0, "name", "__name_pos") if not given or given[0].kind == "str" else None
        if named is None:
            named = next((one.value for one in call.arguments if one.name == "name"), None)
        if named is not None and named.kind != "str":
            return NO_COLUMN
        types = [one for one in given if one.kind in ("name", "call") and one.text.rpartition(".")[2] not in _NOT_TYPES]
        types += [one.value for one in call.arguments if one.name == "type_"]
        spread = any(one.name in ("*", "**") for one in call.arguments)
        if types:
            plain = self._is_plain_type(facts, types[0])
        else:
            plain = annotation is None or self._is_plain_annotation(facts, annotation)
        filled = spread or any(one.name in _FILLING for one in call.arguments)
        filled |= any(one.text.rpartition(".")[2] in _FILLERS for one in given)
        return Attribute(name if named is None else named.text, plain and not spread, filled)

    def _is_plain_type(self, facts: CodeFacts, type_: Expression) -> bool:
        text = type_.text
        found = self.code.find(facts.path, text)
        if found is not None and found.kind != "module":
            return False  # A type of the project's own may make something else of a value.
        head, _, rest = text.partition(".")
        imported = self.code.imported(facts.path, head)
        last = (f"{imported}.{rest}" if rest and imported else imported or text).rstrip(".").rpartition(".")[2]
        return last in _PLAIN_TYPES

    def _is_plain_annotation(self, facts: CodeFacts, annotation: str) -> bool:
        if not self.typed:
            return False
        inner = annotation
        while (found := _WRAPPED.match(inner.rpartition("orm.")[2] if inner.startswith("orm.") else inner)) is not None:
            if inner.startswith("Annotated"):
                return False
            inner = found.group(1)
        parts = [one.strip().strip("'\"") for one in inner.split("|")]
        names = [one.rpartition(".")[2] for one in parts if one != "None"]
        if len(names) != 1 or "[" in names[0]:
            return inner.startswith("Literal[")
        return names[0] in _PLAIN_ANNOTATIONS or self._is_enum(facts, parts[0])

    def _is_enum(self, facts: CodeFacts, name: str) -> bool:
        found = self.code.find(facts.path, name)
        node = self.code.class_(found)
        return node is not None and any("Enum" in base for base in node.bases)

    # SQLModel

    def _sqlmodel(self, facts: CodeFacts, one: Assignment) -> Attribute:
        if one.annotation is None or "ClassVar" in one.annotation or one.target.startswith("_"):
            return NO_COLUMN
        plain = self._is_plain_annotation(facts, one.annotation)
        if one.value is None or one.value.kind != "call":
            return Attribute(one.target, plain, one.value is not None and one.value.kind != "null")
        call = self.called(facts, one.value)
        if call is None or call.name != "Field":
            return NO_COLUMN
        options = {given.name: given.value for given in call.arguments}
        made = options.get("sa_column")
        if made is not None:
            inner = self.called(facts, made)
            if inner is None or not _makes_column(inner):
                return NO_COLUMN
            return self._column(facts, one.target, inner, one.annotation)
        more = options.get("sa_column_kwargs")
        if more is not None and more.kind != "dict":
            return NO_COLUMN
        named = dict(zip(more.keys, more.items, strict=False)) if more is not None else {}
        name = named.get("name")
        if name is not None and name.kind != "str":
            return NO_COLUMN
        if "sa_type" in options:
            plain = self._is_plain_type(facts, options["sa_type"])
        default = options.get(
            "default", call.arguments[0].value if call.arguments and not call.arguments[0].name else None
        )
        filled = bool(named.keys() & _FILLING) or bool(options.keys() & (_FILLING - {"default"}))
        filled |= default is not None and default.kind != "null" and default.text not in ("...", "")
        return Attribute(one.target if name is None else name.text, plain, filled)

    # Django, peewee, Tortoise

    def _field(self, facts: CodeFacts, one: Assignment) -> Iterator[tuple[str, Attribute]]:
        call = self.called(facts, one.value)
        if call is None:
            yield one.target, NO_COLUMN
            return
        last = call.name
        is_field = last.endswith(("Field", "ForeignKey")) or last in _RELATIONS
        if not is_field or _NO_COLUMNS.search(last):
            yield one.target, NO_COLUMN
            return
        options = {given.name: given.value for given in call.arguments}
        keyword = {"django": "db_column", "peewee": "column_name", "tortoise": "source_field"}.get(self.library, "")
        named = options.get(keyword) or (options.get("db_column") if self.library == "peewee" else None)
        if (named is not None and named.kind != "str") or "**" in options:
            yield one.target, NO_COLUMN
            return
        relation = last in _RELATIONS or last.endswith("ForeignKey")
        column = named.text if named is not None else f"{one.target}_id" if relation else one.target
        own = self.code.find(facts.path, call.callee)
        plain = last in _PLAIN_FIELDS and (own is None or own.kind == "module")
        filled = last.endswith(("AutoField",)) or bool(options.keys() & (_FILLING - {"default", "init"}))
        if self.library != "django":
            filled |= "default" in options
        yield one.target, Attribute(column, plain and not relation, filled or relation)
        if relation:
            yield f"{one.target}_id", Attribute(column, True, filled)
        if options.keys() & {"primary_key", "pk"}:
            yield "pk", Attribute(column, plain, True)


_NOT_TYPES = _FILLERS | {"ForeignKey", "CheckConstraint", "UniqueConstraint", "DefaultClause", "Constraint"}
_MAKERS = frozenset(("Column", "mapped_column"))


def _makes_column(call: Call) -> bool:
    return call.name in _MAKERS
