"""``dblint schema``: the catalog as dblint understood it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from dblint.catalog.model import Catalog
from dblint.cli import front_end
from dblint.cli.options import cache_of, project_options, settings_of
from dblint.cli.output import write
from dblint.engine import schema_key
from dblint.errors import DblintError, UsageError, suggestion
from dblint.knowledge import Schema, schema
from dblint.reading import Files
from dblint.report.model import shown


@click.command(short_help="Show the schema the SQL files leave standing.")
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option("--format", "output_format", type=click.Choice(("tree", "json")), default="tree", show_default=True)
@project_options
def command(
    tables: tuple[str, ...],
    output_format: str,
    config_file: Path | None,
    isolated: bool,
    schema_paths: tuple[str, ...],
    dialect: str | None,
    no_cache: bool,
) -> None:
    """Show the schema the SQL files leave standing: all of it, or each TABLE with its columns' history."""
    settings = settings_of(config_file, isolated, schema_paths, dialect)
    files = Files(settings.root)
    made = schema(settings, schema_key(settings, files), cache_of(settings, no_cache))
    if made.catalog is None:
        raise DblintError("; ".join(problem.message for problem in made.problems))
    _known(made.catalog, tables)
    if output_format == "json":
        from dblint.report.catalog_json import render

        write(_text(_only(render(made.catalog), made.catalog, tables)))
    else:
        from dblint.report.catalog_tree import print_tree

        print_tree(made.catalog, tables, sys.stdout)
    front_end.say(made.catalog.dialect)
    _remarks(made, settings.root)
    if made.problems or not made.catalog.tables:
        raise SystemExit(2)


def _split(name: str) -> tuple[str | None, str]:
    schema_name, _, table = name.rpartition(".")
    return schema_name or None, table


def _known(catalog: Catalog, tables: tuple[str, ...]) -> None:
    for name in tables:
        if catalog.table(*_split(name)) is None:
            known = [table.name for table in catalog.tables]
            raise UsageError(f"there is no table `{name}`{suggestion(name, known)}")


def _only(document: dict[str, Any], catalog: Catalog, tables: tuple[str, ...]) -> dict[str, Any]:
    """The document with no table but those asked for."""
    if not tables:
        return document
    wanted = {(table.schema, table.name) for name in tables if (table := catalog.table(*_split(name)))}
    kept = [table for table in document["tables"] if (table["schema"], table["name"]) in wanted]
    return {**document, "tables": kept}


def _text(document: dict[str, Any]) -> str:
    """The document with a line for each entry, which Python writes several times faster than an indented one."""
    members = []
    for key, value in document.items():
        rows = [f"    {json.dumps(one, ensure_ascii=False)}" for one in value] if isinstance(value, list) else []
        told = "[\n" + ",\n".join(rows) + "\n  ]" if rows else json.dumps(value, ensure_ascii=False)
        members.append(f"  {json.dumps(key)}: {told}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def _remarks(made: Schema, root: Path) -> None:
    """What could not be read, on stderr."""
    cwd = Path.cwd()
    for problem in made.problems:
        click.echo(f"{shown(root, cwd, problem.path)}:{problem.line}: {problem.message}", err=True)
    if made.catalog is not None:
        for one in made.catalog.skipped:
            place = f"{shown(root, cwd, one.place.path)}:{one.place.line}"
            click.echo(f"{place}: statement skipped: {one.reason}", err=True)
        if not made.catalog.tables:
            click.echo("dblint: no table is left standing; name the schema files with --schema", err=True)
