"""``dblint explain``: a rule's page in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dblint import config, rulebook
from dblint.cli.output import coloured, write
from dblint.rule import Rule


@click.command(short_help="Show a rule's page.")
@click.argument("rule")
@click.option("--output-format", type=click.Choice(("text", "json")), default="text", show_default=True)
def command(rule: str, output_format: str) -> None:
    """Show the page of RULE: what it finds, why it matters, what it leaves alone."""
    book = rulebook.load(config.load(Path.cwd()))
    found = book.rule(rule)
    body = book.pages[rule].text.split("\n---\n", 1)[1].strip() + "\n"
    if output_format == "json":
        import json

        write(json.dumps({**as_data(found), "page": body}, indent=2, ensure_ascii=False) + "\n")
    elif coloured(sys.stdout):
        from dblint.report import page

        write(page.coloured(_card(found), body))
    else:
        write(f"{_card(found)}\n\n{body}")


def _card(rule: Rule) -> str:
    fix = "no fix" if rule.fix == "none" else f"{rule.fix} fix"
    return f"{rule.name} · {rule.group} · {rule.severity} · {rule.default} · {fix} · since {rule.since}"


def as_data(rule: Rule) -> dict[str, str]:
    """What the JSON output says of a rule."""
    return {
        "name": rule.name,
        "group": rule.group,
        "severity": rule.severity,
        "default": rule.default,
        "fix": rule.fix,
        "since": rule.since,
        "summary": rule.summary,
        "url": rule.url,
    }
