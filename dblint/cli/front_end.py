"""What is said once where PostgreSQL's own parser is not to be had."""

from __future__ import annotations

from importlib.util import find_spec

import click


def say(dialect: str | None) -> None:
    """On stderr: that PostgreSQL is read without libpg_query, which ``postgast`` has no wheel of for this machine."""
    if dialect == "postgres" and find_spec("postgast") is None:
        click.echo(
            "dblint: postgast (libpg_query) is not installed, so PostgreSQL is read with sqlglot and less exactly",
            err=True,
        )
