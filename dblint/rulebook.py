"""The rule book: pages and cards in ``rules/``, checks in ``dblint/checks/``, validated and made into rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from dblint.cache import Cache, NoCache, digest
from dblint.config import Settings
from dblint.errors import DblintError, UsageError, suggestion
from dblint.finding import SEVERITIES
from dblint.rule import Rule

ENGINE_RAISED = frozenset({"empty-catalog", "internal-error", "skipped-statement", "unreadable-file"})
"""The rules without check or card: the engine itself reports them."""

ALWAYS = frozenset({"empty-catalog", "internal-error", "unreadable-file"})
"""Those that mean dblint could not do its job: selected whatever is selected, unless ignored by name or group."""

HEADINGS = ("What it finds", "Why it matters", "What it leaves alone", "Fix")
_URL = "https://github.com/dblint/dblint/blob/main/rules"
_CHECKS = Path(__file__).parent / "checks"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_FRONT: Mapping[str, re.Pattern[str]] = {
    "group": _NAME,
    "severity": re.compile("|".join(SEVERITIES)),
    "default": re.compile("on|preview|strict"),
    "since": re.compile(r"\d+\.\d+(?:\.\d+)?"),
    "fix": re.compile("none|safe|unsafe"),
}
_CARD_KEYS = frozenset({"id", "language", "rule", "constraints", "utils", "transform", "fix", "message", "severity"})
_CARD_KEYS_IGNORED = frozenset({"note", "url", "metadata", "labels", "files", "ignores"})


class RuleError(UsageError):
    """A page or card that is not what a rule needs."""


@dataclass(frozen=True, slots=True)
class Page:
    """One rule's files as text; ``origin`` is the page's path for messages."""

    name: str
    text: str
    card: str | None
    origin: str
    folder: str
    own: bool
    """It comes from the user's ``rules`` folder."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules there are, sorted by group and name, with the severities the settings give them."""

    rules: tuple[Rule, ...]
    pages: Mapping[str, Page]
    key: str

    @property
    def names(self) -> frozenset[str]:
        return frozenset(rule.name for rule in self.rules)

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(rule.group for rule in self.rules)

    def rule(self, name: str) -> Rule:
        """The rule of that name.

        Raises:
            UsageError: there is none.
        """
        found = next((rule for rule in self.rules if rule.name == name), None)
        if found is None:
            raise UsageError(f"there is no rule `{name}`{suggestion(name, self.names)}")
        return found

    def meant(self, name: str, where: str) -> frozenset[str]:
        """The rules a rule name, a group name or ``all`` stands for."""
        found = frozenset(rule.name for rule in self.rules if name in (rule.name, rule.group, "all"))
        if not found:
            known = (*self.names, *self.groups, "all")
            raise UsageError(f"{where}: there is no rule or group `{name}`{suggestion(name, known)}")
        return found


def load(settings: Settings, cache: Cache | None = None) -> Rulebook:
    """The rule book of a project: dblint's own rules and those of its ``rules`` folders.

    Raises:
        UsageError: a page or card is not valid, or a severity is set for a rule that does not exist.
    """
    pages = tuple(_pages(settings))
    key = digest(*(part for page in pages for part in (page.name, page.text, page.card or "", page.origin)))
    cache = cache or NoCache()
    rules = cast("tuple[Rule, ...] | None", cache.get("rulebook", key, cast(Any, tuple[Rule, ...])))
    if rules is None:
        rules = tuple(sorted(map(compile_rule, pages), key=lambda rule: (rule.group, rule.name)))
        cache.put("rulebook", key, rules, tuple[Rule, ...])
    book = Rulebook(rules, {page.name: page for page in pages}, key)
    for name in settings.severity:
        book.meant(name, f"{settings.source}: `severity`")
    return replace(book, rules=tuple(_with_severity(rule, settings) for rule in rules))


def _with_severity(rule: Rule, settings: Settings) -> Rule:
    chosen = next(
        (settings.severity[name] for name in (rule.name, rule.group, "all") if name in settings.severity), None
    )
    return rule if chosen is None else replace(rule, severity=chosen)


def folder() -> Path:
    """Where dblint's own rules lie: inside the package in a wheel, beside it in a checkout."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"


def _pages(settings: Settings) -> Iterator[Page]:
    seen: dict[str, str] = {}
    for page in _all_pages(settings):
        if page.name in seen:
            raise RuleError(f"{page.origin}: there is a rule `{page.name}` already, in {seen[page.name]}")
        seen[page.name] = page.origin
        yield page


def _all_pages(settings: Settings) -> Iterator[Page]:
    own = folder()
    if not own.is_dir():
        raise DblintError(f"the rules are missing from this installation; they should be in {own}")
    yield from _in_folder(own, own.parent, own=False)
    for name in settings.rules:
        place = settings.root / name
        if not place.is_dir():
            raise UsageError(f"{settings.source}: `rules` names {name}, and there is no such folder")
        yield from _in_folder(place, settings.root, own=True)


def _in_folder(place: Path, base: Path, *, own: bool) -> Iterator[Page]:
    for path in sorted((*place.glob("*.md"), *place.glob("*/*.md"))):
        if path.stem.lower() == "readme":
            continue
        card = path.with_suffix(".yml")
        origin = path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)
        group = path.parent.name if path.parent != place else ""
        yield Page(path.stem, _read(path), _read(card) if card.is_file() else None, origin, group, own)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path}: {error}") from error


def compile_rule(page: Page) -> Rule:
    """A page, its card and its check as a rule.

    Raises:
        RuleError: something is missing, misspelled or contradicts something else.
    """
    if not _NAME.fullmatch(page.name):
        raise RuleError(f"{page.origin}: `{page.name}` is no rule name; use lower-case words with hyphens")
    front, body = _front_matter(page)
    sections = _sections(page, body)
    if page.folder and front["group"] != page.folder:
        raise RuleError(f"{page.origin}: the group is `{front['group']}`, the folder `{page.folder}`")
    has_check = not page.own and _check_path(front["group"], page.name).is_file()
    _one_way_to_decide(page, has_check)
    if page.card is not None:
        _valid_card(page, page.card)
    return Rule(
        name=page.name,
        group=front["group"],
        severity=cast(Any, front["severity"]),
        default=cast(Any, front["default"]),
        since=front["since"],
        fix=cast(Any, front["fix"]),
        summary=_first_sentence(sections["What it finds"]),
        url=page.origin if page.own else f"{_URL}/{front['group']}/{page.name}.md",
        has_check=has_check,
        card=page.card,
    )


def _check_path(group: str, name: str) -> Path:
    return _CHECKS / group / f"{name.replace('-', '_')}.py"


def _one_way_to_decide(page: Page, has_check: bool) -> None:
    ways = [has_check, page.card is not None, page.name in ENGINE_RAISED and not page.own]
    if sum(ways) == 0:
        raise RuleError(f"{page.origin}: there is neither a card {page.name}.yml beside it nor a check")
    if sum(ways) > 1:
        raise RuleError(f"{page.origin}: a rule is decided by a card or by a check, not by both")


def _front_matter(page: Page) -> tuple[dict[str, str], str]:
    head, fence, body = page.text.removeprefix("---\n").partition("\n---\n")
    if not page.text.startswith("---\n") or not fence:
        raise RuleError(f"{page.origin}:1: a page begins with front matter between two lines `---`")
    front: dict[str, str] = {}
    for number, line in enumerate(head.split("\n"), start=2):
        key, colon, value = line.partition(":")
        where = f"{page.origin}:{number}"
        if not colon or key not in _FRONT:
            raise RuleError(f"{where}: unknown front matter `{key}`{suggestion(key, _FRONT)}")
        if key in front:
            raise RuleError(f"{where}: `{key}` stands here twice")
        if not _FRONT[key].fullmatch(value.strip()):
            raise RuleError(f"{where}: `{value.strip()}` is no value for `{key}`")
        front[key] = value.strip()
    missing = [key for key in _FRONT if key not in front]
    if missing:
        raise RuleError(f"{page.origin}: the front matter lacks {', '.join(missing)}")
    return front, body


def _sections(page: Page, body: str) -> dict[str, str]:
    """The text under each second-level heading; what is fenced is no heading."""
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    fence = ""
    for line in body.split("\n"):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and fence and line.strip() == fence:
            fence = ""
        if not fence and line.startswith("## "):
            current = sections.setdefault(line[3:].strip(), [])
        else:
            current.append(line)
    absent = [heading for heading in HEADINGS if not "".join(sections.get(heading, [])).strip()]
    if absent:
        raise RuleError(f"{page.origin}: there is nothing under the heading {', '.join(f'*{one}*' for one in absent)}")
    return {heading: "\n".join(lines).strip() for heading, lines in sections.items()}


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.split("\n\n", 1)[0].split())
    found = re.match(r".*?[.!?](?=\s+[A-Z`]|$)", paragraph)
    return found[0] if found else paragraph


def _valid_card(page: Page, text: str) -> None:
    import yaml

    where = page.origin.removesuffix(".md") + ".yml"
    try:
        card = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RuleError(f"{where}: {error}") from error
    if not isinstance(card, dict) or not isinstance(card.get("rule"), dict):
        raise RuleError(f"{where}: a card is a mapping with `id`, `language` and `rule`")
    for key in card:
        if key not in _CARD_KEYS | _CARD_KEYS_IGNORED:
            raise RuleError(f"{where}: unknown key `{key}`{suggestion(str(key), _CARD_KEYS)}")
    if card.get("id") != page.name:
        raise RuleError(f"{where}: the card's id is `{card.get('id')}`, the page's name `{page.name}`")
    if str(card.get("language", "")).lower() not in {"python", "py"}:
        raise RuleError(f"{where}: `language` must be python")


def select(book: Rulebook, settings: Settings) -> tuple[Rule, ...]:
    """The rules a run applies; as in ruff, the more specific name wins, and ``ignore`` wins a tie.

    Raises:
        UsageError: a name that is no rule, group or ``all``.
    """
    where = str(settings.source or "command line")
    wanted = _specificity(book, (*settings.select, *settings.extend_select), where)
    if not settings.select:
        levels = ("on", "preview") if settings.preview else ("on",)
        wanted = {rule.name: 0 for rule in book.rules if rule.default in levels} | wanted
    refused = _specificity(book, settings.ignore, where)
    always = dict.fromkeys(ALWAYS, 1) | {"internal-error": 3}
    chosen = always | {name: max(level, always.get(name, 0)) for name, level in wanted.items()}
    return tuple(rule for rule in book.rules if chosen.get(rule.name, -1) > refused.get(rule.name, -1))


def _specificity(book: Rulebook, names: Iterable[str], where: str) -> dict[str, int]:
    levels: dict[str, int] = {}
    for name in names:
        level = 2 if name in book.names else 0 if name == "all" else 1
        for rule in book.meant(name, where):
            levels[rule] = max(level, levels.get(rule, 0))
    return levels


def ignored_per_file(book: Rulebook, settings: Settings) -> Sequence[tuple[str, frozenset[str]]]:
    """The patterns of ``per-file-ignores`` with the rules each takes out."""
    where = f"{settings.source}: `per-file-ignores`"
    return [
        (pattern, frozenset().union(*(book.meant(name, where) for name in names)))
        for pattern, names in settings.per_file_ignores.items()
    ]
