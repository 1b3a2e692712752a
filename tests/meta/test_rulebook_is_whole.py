"""One name everywhere: pages, cards and checks belong together, and the documents name rules that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dblint import __version__, rulebook
from dblint.config import Settings
from dblint.rule import Rule

ROOT = Path(__file__).parents[2]
BOOK = rulebook.load(Settings(ROOT))
each_rule = pytest.mark.parametrize("rule", BOOK.rules, ids=[rule.name for rule in BOOK.rules])

_UNWANTED = re.compile(r"^(?:no|use|avoid|prefer)-|\d")


def test_every_check_and_every_card_has_its_page() -> None:
    pages = {rule.name for rule in BOOK.rules}
    checks = {
        path.stem.replace("_", "-")
        for path in (ROOT / "dblint/checks").glob("*/*.py")
        if path.stem != "__init__" and "def check(" in path.read_text(encoding="utf-8")
    }
    cards = {path.stem for path in (ROOT / "rules").glob("*/*.yml")}
    assert (checks | cards) - pages == set()
    assert pages - checks - cards == rulebook.ENGINE_RAISED


def test_the_rules_folder_holds_pages_and_cards_only() -> None:
    others = [path for path in (ROOT / "rules").glob("**/*.*") if path.suffix not in (".md", ".yml")]
    assert others == []


@each_rule
def test_the_name_is_a_noun_phrase_for_the_bad_thing(rule: Rule) -> None:
    assert _UNWANTED.search(rule.name) is None
    assert len(rule.name) <= 40


@each_rule
def test_the_page_begins_with_its_name_and_a_summary_in_one_sentence(rule: Rule) -> None:
    page = BOOK.pages[rule.name].text
    headings = re.findall(r"(?m)^(#{1,2}) (.+)$", re.sub(r"(?ms)^```.*?^```", "", page))
    assert headings[0] == ("#", rule.name)
    assert [title for level, title in headings if level == "##"] == list(rulebook.HEADINGS)
    assert 20 < len(rule.summary) <= 240
    assert rule.summary.endswith(".")
    assert rule.url.endswith(f"/{rule.group}/{rule.name}.md")


@each_rule
def test_a_rule_is_not_older_or_younger_than_the_tool(rule: Rule) -> None:
    since, now = (tuple(map(int, text.split("."))) for text in (rule.since, __version__))
    assert since <= now


def test_the_hooks_call_commands_and_options_that_exist() -> None:
    import click

    from dblint.cli import commands

    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks} >= {"dblint", "dblint-fix"}
    for hook in hooks:
        program, name, *options = hook["entry"].split()
        command = commands.get_command(click.Context(commands), name)
        assert program == "dblint" and command is not None
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(options) <= known
        assert hook["require_serial"] is True


@pytest.mark.parametrize(
    "document", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]), ids=lambda path: path.name
)
def test_documents_link_to_rules_that_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    linked = re.findall(r"rules/([\w-]+)/([\w-]+)\.md", text)
    assert {f"{group}/{name}" for group, name in linked} <= {f"{rule.group}/{rule.name}" for rule in BOOK.rules}
    shown = re.findall(r"(?:error|warning|info)\[([\w-]+)\]|dblint explain ([a-z][\w-]+)", text)
    assert {one or other for one, other in shown} <= BOOK.names


def test_the_wheel_carries_the_rules() -> None:
    import tomllib

    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert build["wheel"]["force-include"] == {"rules": "dblint/rules"}
    assert rulebook.folder() == ROOT / "rules"
