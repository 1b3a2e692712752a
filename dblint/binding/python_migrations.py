"""What migrations written in Python do that no SQL file shows: then the catalog's tables may be older than they are."""

from __future__ import annotations

import re

from dblint.binding.code import Code
from dblint.catalog.model import Catalog, Column, Table

_MIGRATES = re.compile(
    rb"\bop\.(?:add_column|create_table|alter_column|drop_column|execute|batch_alter_table|rename_table|drop_table"
    rb"|create_check_constraint|drop_constraint|create_foreign_key)\b"
    rb"|\bmigrations\.(?:AddField|AlterField|RenameField|RemoveField|CreateModel|RenameModel|RunSQL|RunPython"
    rb"|AddConstraint|RemoveConstraint|AlterModelTable|SeparateDatabaseAndState)\b|\bmigrator\.\w+\("
)
"""Alembic's, Django's and peewee's operations."""
_WORD = re.compile(rb"[A-Za-z_]\w*")


class PythonMigrations:
    """The words of the project's Python migrations, but for those whose SQL stands beside them in the schema."""

    def __init__(self, code: Code, catalog: Catalog) -> None:
        self._code = code
        self._shown = {one.path.removesuffix(".sql") for one in catalog.files if one.path.endswith(".sql")}
        self._words: list[frozenset[str]] | None = None

    def may_concern(self, table: Table, column: Column | str, model: str) -> bool:
        """A migration names the column, or its type, with the table or the model of it."""
        names = {column.lower()} if isinstance(column, str) else {column.name.lower()}
        type_ = column.type if isinstance(column, Column) else None
        named = type_ is not None and type_.kind in ("enum", "domain")
        if named and type_ is not None and any(type_.name.lower() in words for words in self._all()):
            return True
        about = {table.name.lower(), model.rpartition(".")[2].lower()}
        return any(names <= words and not about.isdisjoint(words) for words in self._all())

    def _all(self) -> list[frozenset[str]]:
        if self._words is None:
            self._words = [
                frozenset(one.decode().lower() for one in _WORD.findall(text))
                for path, text in self._code.documents(_MIGRATES)
                if path.removesuffix(".py") not in self._shown
            ]
        return self._words
