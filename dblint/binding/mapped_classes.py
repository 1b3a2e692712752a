"""Finds the classes that an ORM ties to tables: SQLAlchemy, SQLModel, Django, peewee and Tortoise models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dblint.binding.code import Code, Found
from dblint.binding.mapped_columns import Columns
from dblint.binding.mapped_model import NO_COLUMN, Attribute, Library, MappedClass
from dblint.facts.code_model import Assignment, Call, Class, CodeFacts, Expression, Function
from dblint.source import Place

MODELS = re.compile(rb"__tablename__|__table__|\btable\s*=\s*True|\bModel\b|map_imperatively")
"""What the files hold that define models."""
_ROOTS: dict[str, Library] = {
    "sqlalchemy": "sqlalchemy",
    "flask_sqlalchemy": "sqlalchemy",
    "sqlmodel": "sqlmodel",
    "django": "django",
    "peewee": "peewee",
    "playhouse": "peewee",
    "tortoise": "tortoise",
}
_ALCHEMY = frozenset(("Column", "mapped_column"))
_DJANGO_FIELD = re.compile(r"(?:^|\.)models\.\w*(?:Field|Key)$")
_SETTING = frozenset(("__init__", "save", "asave", "clean", "full_clean", "__post_init__", "model_post_init"))
_TYPE_MAPS = re.compile(rb"type_annotation_map")
_HOOKS = re.compile(rb"\bpre_save\b|\blistens_for\b|\bevent\.listen\b|before_insert|before_flush")
_IMPERATIVE = re.compile(rb"\bmap_imperatively\(|\bmapper\(")
_CAPITAL = re.compile(r"((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))")


class MappedClasses:
    """The mapped classes of a project, each read once."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._known: dict[Found, MappedClass | None] = {}
        self._mapped: dict[Found, tuple[CodeFacts, Call]] | None = None
        self._typed: bool | None = None
        self._hooked: bool | None = None

    def of(self, found: Found) -> MappedClass | None:
        """What is known of a class as a model; None where it is none, or where nobody can tell its table."""
        if found not in self._known:
            self._known[found] = None
            self._known[found] = self._read(found)
        return self._known[found]

    def imperative(self) -> Mapping[Found, tuple[CodeFacts, Call]]:
        """The classes that ``map_imperatively(Order, orders)`` ties to the call that makes their table."""
        if self._mapped is None:
            self._mapped = {}
            for path in self._code.holding(_IMPERATIVE):
                facts = self._code.file(path)
                for function in facts.functions if facts is not None else ():
                    for call in function.calls:
                        self._map(path, function, call, self._mapped)
        return self._mapped

    def _map(self, path: str, function: Function, call: Call, into: dict[Found, tuple[CodeFacts, Call]]) -> None:
        of, table = call.argument(0, "class_"), call.argument(1, "local_table")
        if call.name not in ("map_imperatively", "mapper") or of is None or table is None:
            return
        found = self._code.find(path, of.text, function.name)
        made = self._table_call(Found(path, function.name, "function"), table)
        if found is not None and found.kind == "class" and made is not None:
            into[found] = made

    def _mapped_by(self, found: Found) -> MappedClass | None:
        """A class that is mapped apart from its definition: its attributes are its table's columns."""
        facts, call = self.imperative()[found]
        name = call.argument(0, "name")
        schema = next((given.value for given in call.arguments if given.name == "schema"), None)
        if name is None or name.kind != "str" or (schema is not None and schema.kind != "str"):
            return None
        columns = Columns(self._code, "sqlalchemy", self._is_typed())
        calls = (columns.called(facts, given.value) for given in call.arguments)
        pairs = [pair for one in calls if one is not None and (pair := columns.column_of(facts, one)) is not None]
        place = Place(facts.path, name.span)
        # What the constructor and the properties of the mapping do is the class's own.
        attributes = {key: replace(attribute, filled=True) for key, attribute in pairs}
        return MappedClass(
            found.name, "sqlalchemy", None if schema is None else schema.text, name.text, place, attributes
        )

    def _read(self, found: Found) -> MappedClass | None:
        if found in self.imperative():
            return self._mapped_by(found)
        chain = [(one, node) for one in self._code.bases(found) if (node := self._code.class_(one)) is not None]
        library = self._library(chain)
        if library is None:
            return None
        named = self._table(found, chain, library)
        if named is None:
            return None
        schema, table, place = named
        attributes = dict(self._attributes(chain, library))
        if library == "django" and not any(name == "pk" for name in attributes):
            attributes.setdefault("id", Attribute("id", False, True))
            attributes["pk"] = Attribute("id", False, True)
        self._unsettle(chain, attributes)
        if not attributes:
            return None
        keywords = all(self._takes_keywords(one) for one in self._methods(chain, "__init__"))
        return MappedClass(found.name, library, schema, table, place, attributes, keywords)

    # which library

    def _library(self, chain: list[tuple[Found, Class]]) -> Library | None:
        roots = {root for one, node in chain for base in node.bases if (root := self._root(one.path, base)) is not None}
        own = chain[0][1]
        if any(one.name == "table" and one.value.text == "True" for one in own.keywords):
            return "sqlmodel"
        given = [one for _, node in chain for one in node.attributes]
        calls = {one.value.text for one in given if one.value is not None and one.value.kind == "call"}
        mapped = any("Mapped[" in (one.annotation or "") for one in given)
        if "sqlmodel" in roots:
            return None  # A schema of values, not of a table.
        if mapped or any(one.rpartition(".")[2] in _ALCHEMY for one in calls) or "__table__" in _names(own):
            return "sqlalchemy"
        if "django" in roots or any(_DJANGO_FIELD.search(one) for one in calls):
            return "django"
        return next((one for one in ("peewee", "tortoise") if one in roots), None)

    def _root(self, path: str, base: str) -> Library | None:
        head = base.partition("[")[0].partition(".")[0]
        imported = self._code.imported(path, head) or ""
        return _ROOTS.get(imported.partition(".")[0])

    # which table

    def _table(
        self, found: Found, chain: list[tuple[Found, Class]], library: Library
    ) -> tuple[str | None, str, Place] | None:
        if library in ("sqlalchemy", "sqlmodel"):
            return self._alchemy_table(found, chain, library)
        if library == "django":
            return self._django_table(found, chain)
        meta = self._meta(chain[0])
        given = next((one for name in ("table_name", "db_table", "table") if (one := _attribute(meta, name))), None)
        if given is not None:
            place = Place(found.path, given.span)
            return (None, given.value.text, place) if given.value is not None and given.value.kind == "str" else None
        own = Place(found.path, chain[0][1].span)
        return None, found.name.rpartition(".")[2].lower(), own

    def _alchemy_table(
        self, found: Found, chain: list[tuple[Found, Class]], library: Library
    ) -> tuple[str | None, str, Place] | None:
        if _is_true(_attribute(chain[0][1], "__abstract__")):
            return None
        last = found.name.rpartition(".")[2]
        for one, node in chain:
            made = _attribute(node, "__table__")
            if made is not None:
                return self._made_table(one, made)
            given = _attribute(node, "__tablename__")
            if given is not None:
                text = self._text(one.path, given.value)
                place = Place(one.path, given.value.span if given.value is not None else given.span)
                return None if text is None else (self._schema(chain), text, place)
            if "__tablename__" in node.methods:
                return self._declared_table(one, last, chain)
        own = Place(found.path, chain[0][1].span)
        if library == "sqlmodel":
            return self._schema(chain), last.lower(), own
        flask = any(base.endswith("db.Model") for _, node in chain for base in node.bases)
        return (self._schema(chain), _CAPITAL.sub(r"_\1", last).lower().lstrip("_"), own) if flask else None

    def _declared_table(
        self, one: Found, name: str, chain: list[tuple[Found, Class]]
    ) -> tuple[str | None, str, Place] | None:
        """``return cls.__name__.lower()``."""
        function = self._function(one, "__tablename__")
        if function is None or len(function.results) != 1:
            return None
        value = function.results[0].value
        if value is None:
            return None
        place = Place(one.path, value.span)
        if value.kind == "str":
            return self._schema(chain), value.text, place
        lowered = value.kind == "call" and value.text == "cls.__name__.lower"
        return (self._schema(chain), name.lower(), place) if lowered else None

    def _made_table(self, one: Found, made: Assignment) -> tuple[str | None, str, Place] | None:
        """``__table__ = Table("orders", metadata, …)``."""
        found = self._table_call(one, made.value)
        if found is None:
            return None
        facts, call = found
        name = call.argument(0, "name")
        schema = next((given.value for given in call.arguments if given.name == "schema"), None)
        if name is None or name.kind != "str" or (schema is not None and schema.kind != "str"):
            return None
        return (None if schema is None else schema.text), name.text, Place(facts.path, name.span)

    def _table_call(self, one: Found, value: Expression | None) -> tuple[CodeFacts, Call] | None:
        facts = self._code.file(one.path)
        if value is not None and value.kind == "name":
            constant = self._code.find(one.path, value.text)
            value = self._code.constant(constant)
            facts = self._code.file(constant.path) if constant is not None else None
        reader = Columns(self._code, "sqlalchemy")
        call = reader.called(facts, value) if facts is not None else None
        return (facts, call) if facts is not None and call is not None and call.name == "Table" else None

    def _schema(self, chain: list[tuple[Found, Class]]) -> str | None:
        """What ``__table_args__`` says of the schema, directly or as the last of several arguments."""
        for one, node in chain:
            given = _attribute(node, "__table_args__")
            if given is None or given.value is None:
                continue
            value = given.value
            if value.kind == "tuple" and value.items:
                value = value.items[-1]
            if value.kind != "dict":
                return None
            named = dict(zip(value.keys, value.items, strict=False)).get("schema")
            return self._text(one.path, named)
        return None

    def _django_table(self, found: Found, chain: list[tuple[Found, Class]]) -> tuple[str | None, str, Place] | None:
        meta = self._meta(chain[0])
        if _is_true(_attribute(meta, "abstract")):
            return None
        if _is_true(_attribute(meta, "proxy")):
            parents = (self.of(one) for one, _ in chain[1:])
            parent = next((one for one in parents if one is not None), None)
            return None if parent is None else (parent.schema, parent.table, parent.place)
        given = _attribute(meta, "db_table")
        if given is not None:
            text = self._text(found.path, given.value)
            place = Place(found.path, given.span)
            if text is None:
                return None
            schema, quote, name = text.strip('"').rpartition('"."')
            return (schema, name, place) if quote else (None, text, place)
        label = self._app_label(found.path, meta)
        own = Place(found.path, chain[0][1].span)
        return None if label is None else (None, f"{label}_{found.name.rpartition('.')[2].lower()}", own)

    def _app_label(self, path: str, meta: Class | None) -> str | None:
        given = _attribute(meta, "app_label")
        if given is not None:
            return given.value.text if given.value is not None and given.value.kind == "str" else None
        folders = path.split("/")[:-1]
        if folders and folders[-1] == "models":
            folders.pop()
        if not folders:
            return None
        facts = self._code.file("/".join([*folders, "apps.py"]))
        for node in facts.classes if facts is not None else ():
            label = _attribute(node, "label")
            if label is not None:
                return label.value.text if label.value is not None and label.value.kind == "str" else None
        return folders[-1]

    def _meta(self, one: tuple[Found, Class]) -> Class | None:
        facts = self._code.file(one[0].path)
        return None if facts is None else facts.class_(f"{one[0].name}.Meta")

    def _text(self, path: str, value: Expression | None) -> str | None:
        """The string that an expression is, or a constant of the project holds."""
        if value is not None and value.kind == "name":
            value = self._code.constant(self._code.find(path, value.text))
        return value.text if value is not None and value.kind == "str" else None

    # which attributes

    def _attributes(self, chain: list[tuple[Found, Class]], library: Library) -> Iterator[tuple[str, Attribute]]:
        """The nearest meaning of each name."""
        columns = Columns(self._code, library, self._is_typed())
        seen: set[str] = set()
        own_table = False
        for one, node in chain:
            facts = self._code.file(one.path)
            if facts is None:
                continue
            elsewhere = own_table and self._is_concrete(one, node, library)
            own_table = own_table or self._is_concrete(one, node, library)
            found = [pair for given in node.attributes for pair in columns.read(facts, given)]
            found += self._functions(columns, facts, one)
            found += self._of_table(columns, one, node)
            for name, attribute in found:
                if name not in seen:
                    seen.add(name)
                    yield name, NO_COLUMN if elsewhere else attribute

    def _of_table(self, columns: Columns, one: Found, node: Class) -> list[tuple[str, Attribute]]:
        made = _attribute(node, "__table__")
        found = self._table_call(one, made.value) if made is not None else None
        if found is None:
            return []
        facts, call = found
        calls = (columns.called(facts, given.value) for given in call.arguments)
        return [pair for inner in calls if inner is not None and (pair := columns.column_of(facts, inner)) is not None]

    def _is_concrete(self, one: Found, node: Class, library: Library) -> bool:
        """The class has a table of its own, so that what it gives to classes below lies there."""
        if library == "django":
            meta = self._meta((one, node))
            fields = any(
                given.value is not None and _DJANGO_FIELD.search(given.value.text) for given in node.attributes
            )
            return bool(fields) and not _is_true(_attribute(meta, "abstract"))
        if _is_true(_attribute(node, "__abstract__")):
            return False
        tabled = any(given.name == "table" and given.value.text == "True" for given in node.keywords)
        return tabled or not _names(node).isdisjoint(("__tablename__", "__table__"))

    def _functions(self, columns: Columns, facts: CodeFacts, one: Found) -> Iterator[tuple[str, Attribute]]:
        """Properties and methods are no columns, but for what ``declared_attr`` makes."""
        for function in facts.functions:
            if function.owner != one.name or function.last_name.startswith("__"):
                continue
            if function.decorated("declared_attr") and len(function.results) == 1:
                value = function.results[0].value
                yield function.last_name, columns.returned(facts, function.last_name, value, function.calls)
            else:
                yield function.last_name, NO_COLUMN

    def _unsettle(self, chain: list[tuple[Found, Class]], attributes: dict[str, Attribute]) -> None:
        """What the class's own methods do to values before they are stored."""
        changed: set[str] = set()
        everything = bool(list(self._methods(chain, "__setattr__"))) or self._is_hooked()
        for one, node in chain:
            facts = self._code.file(one.path)
            for name in node.methods:
                function = facts.function(f"{one.name}.{name}") if facts is not None else None
                if function is None or facts is None:
                    continue
                if name in _SETTING:
                    changed.update(given.target.removeprefix("self.") for given in function.assignments)
                if any("valid" in given.text for given in function.decorators):
                    changed.update(_texts_of(facts, function))
        for name, attribute in attributes.items():
            if name in changed:
                attributes[name] = Attribute(attribute.column, False, True)
            elif everything:
                attributes[name] = Attribute(attribute.column, attribute.plain, True)

    def _methods(self, chain: list[tuple[Found, Class]], name: str) -> Iterator[Function]:
        for one, node in chain:
            if name in node.methods:
                function = self._function(one, name)
                if function is not None:
                    yield function

    def _function(self, one: Found, name: str) -> Function | None:
        facts = self._code.file(one.path)
        return None if facts is None else facts.function(f"{one.name}.{name}")

    def _takes_keywords(self, function: Function) -> bool:
        """The constructor passes on what it is given: ``def __init__(self, **kwargs)``."""
        return all(one.name == "self" or one.kind in ("args", "kwargs") for one in function.parameters)

    def _is_typed(self) -> bool:
        """No registry gives annotations types of its own."""
        if self._typed is None:
            self._typed = not self._code.holding(_TYPE_MAPS)
        return self._typed

    def _is_hooked(self) -> bool:
        """Code of the project may see objects before they are stored."""
        if self._hooked is None:
            self._hooked = bool(self._code.holding(_HOOKS))
        return self._hooked


def _names(node: Class) -> set[str]:
    return {one.target for one in node.attributes}


def _attribute(node: Class | None, name: str) -> Assignment | None:
    return None if node is None else next((one for one in node.attributes if one.target == name), None)


def _is_true(given: Assignment | None) -> bool:
    return given is not None and given.value is not None and given.value.text == "True"


def _texts_of(facts: CodeFacts, function: Function) -> Iterator[str]:
    """The names that ``@validates("status")`` gives."""
    for one in function.decorators:
        call = facts.module.calls[one.call] if 0 <= one.call < len(facts.module.calls) else None
        yield from (
            (given.value.text for given in call.arguments if given.value.kind == "str") if call is not None else ()
        )
