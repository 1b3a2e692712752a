"""``dblint context``: what was discovered of the project, and what was not understood."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from dblint import rulebook
from dblint.cli import front_end
from dblint.cli.options import cache_of, project_options, settings_of
from dblint.cli.output import write
from dblint.engine import Engine
from dblint.project import scope
from dblint.report.model import shown


@click.command(short_help="Show what was discovered, and what was not understood.")
@click.option("--output-format", type=click.Choice(("text", "json")), default="text", show_default=True)
@project_options
def command(
    output_format: str,
    config_file: Path | None,
    isolated: bool,
    schema_paths: tuple[str, ...],
    dialect: str | None,
    no_cache: bool,
) -> None:
    """Show what dblint discovered: schema files, clients, fixtures, doubles, mock rows and what ties them to tables.

    The last part lists the rows that nothing ties to a table, each with the line that would.
    """
    settings = settings_of(config_file, isolated, schema_paths, dialect)
    cwd = Path.cwd()
    engine = Engine(settings, rulebook.load(settings), scope(settings, (), cwd), cache_of(settings, no_cache))
    found = engine.context()
    from dblint.report.context import as_json, as_text

    where = partial(shown, settings.root, cwd)
    write((as_json if output_format == "json" else as_text)(found, where))
    front_end.say(found.dialect)
