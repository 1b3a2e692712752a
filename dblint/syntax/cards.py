"""Cards: plain ast-grep rules as YAML, validated and run on a file's tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dblint.errors import UsageError
from dblint.rule import Rule
from dblint.source import Source, Span

if TYPE_CHECKING:
    from ast_grep_py import SgNode

_MATCHING = ("rule", "constraints", "utils", "transform")
_TEXTS = ("id", "language", "message", "note", "severity", "url", "fix")
_KNOWN = frozenset((*_MATCHING, *_TEXTS, "metadata"))
_VARIABLE = re.compile(r"\$\$\$([A-Z_][A-Z0-9_]*)|\$([A-Z_][A-Z0-9_]*)")


@dataclass(frozen=True, slots=True)
class CardHit:
    """Where a card's pattern matched."""

    rule: str
    span: Span
    message: str = ""
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A card ready to run."""

    rule: str
    config: dict[str, Any]
    message: str
    fix: str | None


def load(rule: Rule) -> Card:
    """A rule's card, checked.

    Raises:
        UsageError: the card is no ast-grep rule for Python, or says something dblint would not heed.
    """
    import yaml

    try:
        document = yaml.safe_load(rule.card or "")
    except yaml.YAMLError as error:
        raise UsageError(f"card {rule.name}: no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(document, dict) or not isinstance(document.get("rule"), dict):
        raise UsageError(f"card {rule.name}: a card is a mapping with a `rule`")
    unknown = sorted(str(key) for key in document if key not in _KNOWN)
    if unknown:
        raise UsageError(f"card {rule.name}: dblint does not heed `{'`, `'.join(unknown)}`")
    wrong = [key for key in _TEXTS if not isinstance(document.get(key, ""), str)]
    if wrong:
        raise UsageError(f"card {rule.name}: `{wrong[0]}` is no text")
    if document.get("id", rule.name) != rule.name:
        raise UsageError(f"card {rule.name}: its id is `{document['id']}`")
    if document.get("language", "python").lower() not in ("python", "py"):
        raise UsageError(f"card {rule.name}: its language is `{document['language']}`, not Python")
    config = {key: document[key] for key in _MATCHING if key in document}
    card = Card(rule.name, config, document.get("message", ""), document.get("fix"))
    _run(card, "pass\n")
    return card


def hits(source: Source, cards: tuple[Rule, ...]) -> tuple[CardHit, ...]:
    """Where the rules' cards match, in the order of the rules and then of the text."""
    loaded = [load(rule) for rule in cards if rule.card is not None]
    return tuple(_hit(card, node, source.text) for card in loaded for node in _run(card, source.text))


def _run(card: Card, text: str) -> list[SgNode]:
    from ast_grep_py import SgRoot

    try:
        return SgRoot(text, "python").root().find_all(card.config)  # type: ignore[call-overload,no-any-return,unused-ignore]
    except Exception as error:  # ast-grep raises nothing narrower for a rule it cannot read
        raise UsageError(f"card {card.rule}: {' '.join(str(error).split())}") from error


def _hit(card: Card, node: SgNode, text: str) -> CardHit:
    reach = node.range()
    span = Span(reach.start.line + 1, reach.start.column + 1, reach.end.line + 1, reach.end.column + 1)
    fix = None if card.fix is None else _filled(card.fix, node, text)
    return CardHit(card.rule, span, _filled(card.message, node, text), fix)


def _filled(template: str, node: SgNode, text: str) -> str:
    """The template with its ``$VARIABLES`` replaced by what they matched; those that matched nothing vanish."""

    def fill(match: re.Match[str]) -> str:
        several, single = match.groups()
        if several:
            nodes = node.get_multiple_matches(several)
            return text[nodes[0].range().start.index : nodes[-1].range().end.index] if nodes else ""
        found = node.get_match(single)
        return found.text() if found is not None else node.get_transformed(single) or ""

    return _VARIABLE.sub(fill, template)
