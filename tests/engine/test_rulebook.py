"""Pages and cards made into rules, and which of them a run applies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dblint import rulebook
from dblint.cache import FolderCache
from dblint.config import Settings
from dblint.errors import UsageError
from dblint.rule import Default, Rule
from dblint.rulebook import Page, Rulebook, RuleError, compile_rule

PAGE = """---
group: house
severity: warning
default: on
since: 0.1.0
fix: none
---
# loud-print

## What it finds

A `print` in a test,
e.g. one left behind. It says more.

```py
## What it finds is no heading here
```

## Why it matters

Noise.

## What it leaves alone

All else.

## Fix

None.
"""
CARD = "id: loud-print\nlanguage: python\nrule:\n  pattern: print($$$)\n"


def page(text: str = PAGE, card: str | None = CARD, name: str = "loud-print") -> Page:
    return Page(name, text, card, f"lint/{name}.md", "", True)


def test_a_page_and_its_card_are_a_rule() -> None:
    assert compile_rule(page()) == Rule(
        name="loud-print",
        group="house",
        severity="warning",
        default="on",
        since="0.1.0",
        fix="none",
        summary="A `print` in a test, e.g. one left behind.",
        url="lint/loud-print.md",
        card=CARD,
    )


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("group: house\n", "", "the front matter lacks group"),
        ("severity: warning", "severity: high", "lint/loud-print.md:3: `high` is no value for `severity`"),
        ("default: on", "defualt: on", ":4: unknown front matter `defualt`; did you mean `default`?"),
        ("fix: none", "fix: none\nfix: safe", ":7: `fix` stands here twice"),
        ("---\n# loud", "# loud", "begins with front matter"),
        ("## Why it matters", "## Why", "there is nothing under the heading *Why it matters*"),
        ("\nNoise.\n", "", "there is nothing under the heading *Why it matters*"),
    ],
)
def test_a_page_that_lacks_something_is_refused(before: str, after: str, message: str) -> None:
    assert before in PAGE
    with pytest.raises(RuleError) as raised:
        compile_rule(page(PAGE.replace(before, after)))
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("card", "message"),
    [
        (None, "there is neither a card loud-print.yml beside it nor a check"),
        (CARD.replace("language", "langauge"), "unknown key `langauge`; did you mean `language`?"),
        (CARD.replace("id: loud-print", "id: other"), "the card's id is `other`, the page's name `loud-print`"),
        (CARD.replace("python", "rust"), "`language` must be python"),
        ("id: [", "lint/loud-print.yml: "),
        ("- id", "a card is a mapping"),
    ],
)
def test_a_card_that_decides_nothing_is_refused(card: str | None, message: str) -> None:
    with pytest.raises(RuleError) as raised:
        compile_rule(page(card=card))
    assert message in str(raised.value)


def project(root: Path, **pages: str) -> Settings:
    (root / "lint").mkdir()
    for name, text in pages.items():
        (root / "lint" / f"{name.replace('_', '-')}.md").write_text(text)
        (root / "lint" / f"{name.replace('_', '-')}.yml").write_text(CARD)
    return Settings(root=root, source=root / "pyproject.toml", rules=("lint",))


def test_own_rules_join_the_book(tmp_path: Path) -> None:
    book = rulebook.load(project(tmp_path, loud_print=PAGE))
    assert book.rule("loud-print").card == CARD
    assert book.rule("unknown-column").has_check


def test_an_own_rule_takes_no_name_that_is_taken(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is a rule `unknown-column` already"):
        rulebook.load(project(tmp_path, unknown_column=PAGE))


def test_a_rules_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`rules` names lint, and there is no such folder"):
        rulebook.load(Settings(root=tmp_path, source=tmp_path / "pyproject.toml", rules=("lint",)))


def test_the_compiled_book_is_the_book(tmp_path: Path) -> None:
    settings = project(tmp_path, loud_print=PAGE)
    cache = FolderCache(tmp_path / "cache")
    assert rulebook.load(settings, cache) == rulebook.load(settings, cache) == rulebook.load(settings)
    first = rulebook.load(settings, cache).key
    (tmp_path / "lint/loud-print.yml").write_text(CARD + "message: quiet\n")
    assert rulebook.load(settings, cache).key != first
    assert rulebook.load(settings, cache).rule("loud-print").card == CARD + "message: quiet\n"


def test_severities_are_the_projects_own(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path, severity={"unknown-column": "info", "project": "warning"})
    book = rulebook.load(settings)
    assert book.rule("unknown-column").severity == "info"
    assert {rule.severity for rule in book.rules if rule.group == "project"} == {"warning"}
    with pytest.raises(UsageError, match="no rule or group `unknown-colum`; did you mean `unknown-column`"):
        rulebook.load(replace(settings, severity={"unknown-colum": "info"}))


def rule(name: str, group: str, default: Default) -> Rule:
    return Rule(name, group, "error", default, "0.1.0", "none", "", "")


SMALL = Rulebook(
    (
        rule("internal-error", "project", "on"),
        rule("unreadable-file", "project", "on"),
        rule("a-on", "schema", "on"),
        rule("a-preview", "schema", "preview"),
        rule("a-strict", "schema", "strict"),
        rule("b-on", "rpc", "on"),
    ),
    {},
    "",
)
ALWAYS = ["internal-error", "unreadable-file"]


@pytest.mark.parametrize(
    ("settings", "selected"),
    [
        ({}, ["a-on", "b-on"]),
        ({"preview": True}, ["a-on", "a-preview", "b-on"]),
        ({"select": ("schema",)}, ["a-on", "a-preview", "a-strict"]),
        ({"select": ("all",)}, ["a-on", "a-preview", "a-strict", "b-on"]),
        ({"select": ("a-strict",)}, ["a-strict"]),
        ({"extend_select": ("a-strict",)}, ["a-on", "a-strict", "b-on"]),
        ({"ignore": ("schema",)}, ["b-on"]),
        ({"ignore": ("a-on",)}, ["b-on"]),
        ({"ignore": ("all",)}, []),
        ({"select": ("schema",), "ignore": ("a-on", "rpc")}, ["a-preview", "a-strict"]),
        ({"select": ("a-on",), "ignore": ("schema",)}, ["a-on"]),
        ({"select": ("a-on",), "ignore": ("a-on",)}, []),
        ({"extend_select": ("a-strict",), "ignore": ("schema",)}, ["a-strict", "b-on"]),
    ],
)
def test_the_more_specific_name_wins(settings: dict[str, object], selected: list[str]) -> None:
    chosen = rulebook.select(SMALL, replace(Settings(Path()), **settings))  # type: ignore[arg-type]
    assert [rule.name for rule in chosen] == ALWAYS + selected


def test_what_kept_dblint_from_its_job_is_hard_to_ignore() -> None:
    def names(*ignored: str) -> list[str]:
        return [rule.name for rule in rulebook.select(SMALL, Settings(Path(), ignore=(*ignored, "a-on", "b-on")))]

    assert names("all") == ALWAYS
    assert names("project") == names("unreadable-file") == ["internal-error"]
    assert names("internal-error") == ALWAYS


def test_unknown_names_are_said() -> None:
    for settings in ({"select": ("a-no",)}, {"ignore": ("a-no",)}, {"extend_select": ("a-no",)}):
        with pytest.raises(UsageError, match="there is no rule or group `a-no`; did you mean `a-on`"):
            rulebook.select(SMALL, replace(Settings(Path()), **settings))  # type: ignore[arg-type]
