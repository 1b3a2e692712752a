"""``dblint rules``: the list of all rules."""

from __future__ import annotations

from pathlib import Path

import click

from dblint import config, rulebook
from dblint.cli.explain import as_data
from dblint.cli.output import write


@click.command(short_help="List all rules.")
@click.option("--output-format", type=click.Choice(("text", "json")), default="text", show_default=True)
def command(output_format: str) -> None:
    """List all rules by group, with their severity, where they are on, their kind of fix and what they find."""
    book = rulebook.load(config.load(Path.cwd()))
    if output_format == "json":
        import json

        write(json.dumps([as_data(rule) for rule in book.rules], indent=2, ensure_ascii=False) + "\n")
        return
    width = max(len(rule.name) for rule in book.rules)
    for group in sorted(book.groups):
        write(f"{group}\n")
        for rule in book.rules:
            if rule.group == group:
                fix = "" if rule.fix == "none" else f"{rule.fix} fix"
                write(f"  {rule.name:<{width}}  {rule.severity:<7}  {rule.default:<7}  {fix:<10}  {rule.summary}\n")
