"""SQL inside Python strings, as far as it says which tables the file itself creates."""

from __future__ import annotations

import re

from dblint.facts.draft import Draft

_IDENTIFIER = r'(?:"[^"]+"|`[^`]+`|\w+)'
_CREATE = re.compile(
    r"""(?ix) \b create \s+ (?:or\s+replace\s+)? (?:(?:global|local)\s+)?
    (?:temp(?:orary)?\s+|unlogged\s+|foreign\s+|virtual\s+)? (?:table|view|materialized\s+view) \s+
    (?:if\s+not\s+exists\s+)? """
    rf"(?P<name>{_IDENTIFIER}(?:\s*\.\s*{_IDENTIFIER})?)"
)
# A pattern with a literal beginning and no flags is searched for many times faster.
_LIKELY = re.compile(r"create\s[\s\w]*?(?:table|view)")
_PART = re.compile(r'"([^"]+)"|`([^`]+)`|(\w+)')


def created_tables(draft: Draft) -> tuple[str, ...]:
    """The tables and views an SQL string of the file creates, folded, with their schema where it is given."""
    if _LIKELY.search(draft.source.text.lower()) is None:
        return ()
    found: dict[str, None] = {}
    for node in draft.tree.root.find("string", "concatenated_string"):
        text = node.text
        if "create" in text.lower():
            for match in _CREATE.finditer(text.replace("\\n", " ")):
                found.setdefault(_folded(match["name"]))
    return tuple(found)


def _folded(name: str) -> str:
    return ".".join(quoted or ticked or plain.lower() for quoted, ticked, plain in _PART.findall(name))
