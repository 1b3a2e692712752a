"""Which table a name in a test means, and of which names the catalog cannot know."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from dblint.binding.model import BoundProject
from dblint.catalog.model import Catalog, Table

_VIEWS = ("view", "materialized view")
_PLACEHOLDERS = frozenset(
    (
        *("a", "any", "demo", "dummy", "example", "mock", "my", "name", "random", "sample", "some", "such", "test"),
        *("bar", "baz", "fake", "foo", "t", "table", "tables", "tbl", "testing", "tests", "x", "y"),
        *("bad", "does", "doesnt", "exist", "existent", "exists", "invalid", "missing", "no", "non", "nonexistent"),
        *("not", "unknown", "wrong"),
    )
)


def table_meant(catalog: Catalog, schema: str | None, name: str) -> Table | None:
    """The table of that name: to the letter in PostgreSQL, in any case elsewhere; a dot parts schema and table."""
    if schema is None and "." in name:
        schema, _, name = name.rpartition(".")
    found = catalog.table(schema, name)
    if found is not None or catalog.dialect == "postgres":
        return found
    return next((table for table in catalog.tables if table.name.lower() == name.lower()), None)


def is_foreign(project: BoundProject, schema: str | None, name: str) -> bool:
    """The name belongs to the server, or to a schema or statement the project does not show."""
    catalog = project.catalog
    if schema is not None and schema not in catalog.schemas:
        return True
    if name.startswith(("pg_", "sqlite_")):
        return True
    return any((one, name) in catalog.unsure for one in ((schema,) if schema else catalog.search_path))


def shows_all_tables(catalog: Catalog, name: str) -> bool:
    """The SQL gives no sign of a table of that name that it does not create.

    Such signs are code of the project that uses it, a statement not read that may be about it, and changes to other
    tables that are not there.
    """
    unread = any(one.may_concern(name) for one in catalog.skipped)
    partial = any(not table.complete and table.kind not in _VIEWS for table in catalog.tables)
    return not (name in catalog.claimed or catalog.dynamic or unread or partial)


def shows_column(catalog: Catalog, table: Table, column: str) -> bool:
    """The SQL would show the column if the table had it: all of the table is read, and nothing unread may add it."""
    return table.complete and not any(one.may_concern(table.name, column) for one in catalog.skipped)


def is_placeholder(name: str) -> bool:
    """The name stands for any table, or says itself that there is none."""
    return all(word in _PLACEHOLDERS or word.isdecimal() for word in re.split(r"[\W_]+", name.lower()))


def is_made_by_tests(project: BoundProject, path: str, name: str) -> bool:
    """The test file, or a conftest over it, creates the table itself."""
    folders = PurePosixPath(path).parents
    seen = [path, *(str(folder / "conftest.py") for folder in folders)]
    return any(name.lower() in project.facts[one].created_tables for one in seen if one in project.facts)
