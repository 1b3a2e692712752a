"""A remedy's intents turned into a fix: text edits in the files they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from dblint.finding import Edit, Fix, Remedy, Safety
from dblint.intent import (
    AddEntry,
    AddImport,
    DropEntry,
    Intent,
    RenameKey,
    ReplaceString,
    ReplaceText,
    ReplaceValue,
    Unwrap,
    WrapInBlock,
)
from dblint.layout import RowLayout
from dblint.rewrite.entries import add, drop, rename, with_newlines
from dblint.rewrite.imports import add_imports
from dblint.rewrite.literal import Quote, has_comment, restyled, style_of, write
from dblint.rewrite.text import Text, overlaps
from dblint.rewrite.unwrap import unwrap
from dblint.rewrite.wrap import wrap
from dblint.source import Place, Source

_PYTHON = (".py", ".pyi")
_LITERALS = re.compile(r"""(?<!['"\w])(?:"[^"'\\\n]*"|'[^"'\\\n]*')(?!['"])""")


def fix(remedy: Remedy, sources: Mapping[str, Source]) -> Fix | None:
    """The remedy as edits; None where one of its intents cannot be written.

    A comment in what is edited makes the fix unsafe.
    """
    by_path: dict[str, list[Intent]] = {}
    for intent in remedy.intents:
        by_path.setdefault(_path(intent), []).append(intent)
    edits: list[Edit] = []
    commented = False
    for path, intents in by_path.items():
        if path not in sources or not path.endswith(_PYTHON):
            return None
        text = Text(sources[path].text)
        made = _edits(intents, sources[path], text)
        if made is None:
            return None
        edits += made
        commented = commented or any(_touches_comment(intent, text) for intent in intents)
    edits.sort(key=lambda edit: edit.place)
    if not edits or any(_clash(one, other) for one, other in pairwise(edits)):
        return None
    safety: Safety = "unsafe" if commented else remedy.safety
    return Fix(remedy.title, safety, tuple(edits))


def _path(intent: Intent) -> str:
    return intent.place.path if isinstance(intent, ReplaceString | ReplaceValue | ReplaceText) else intent.path


def _edits(intents: Iterable[Intent], source: Source, text: Text) -> list[Edit] | None:
    added: dict[RowLayout, list[AddEntry]] = {}
    dropped: list[DropEntry] = []
    imported: list[AddImport] = []
    edits: list[Edit | None] = []
    for intent in dict.fromkeys(intents):
        if isinstance(intent, AddEntry):
            added.setdefault(intent.row, []).append(intent)
        elif isinstance(intent, DropEntry):
            dropped.append(intent)
        elif isinstance(intent, AddImport):
            imported.append(intent)
        else:
            edits.append(_replacement(intent, source, text))
    edits += (add(group, source, text) for group in added.values())
    edits += drop(dropped, source, text)
    edits += add_imports(imported, source)
    return None if None in edits else [edit for edit in edits if edit is not None]


def _replacement(
    intent: RenameKey | ReplaceString | ReplaceValue | ReplaceText | Unwrap | WrapInBlock, source: Source, text: Text
) -> Edit | None:
    if isinstance(intent, RenameKey):
        return rename(intent, source, text)
    if isinstance(intent, Unwrap):
        return unwrap(intent, text)
    if isinstance(intent, WrapInBlock):
        return wrap(intent, text)
    if isinstance(intent, ReplaceText):
        return Edit(intent.place, with_newlines(intent.text, intent.place.span, text))
    if isinstance(intent, ReplaceString):
        style = style_of(text.cut(intent.place.span))
        new = None if style is None else write(intent.text, style, source.encoding)
        return None if new is None else Edit(intent.place, with_newlines(new, intent.place.span, text))
    return Edit(intent.place, restyled(intent.value, _quote_near(intent.place, text), source.encoding))


def _quote_near(place: Place, text: Text) -> Quote:
    """The quote of the string replaced, else of the nearest string on its line, else of most strings in the file."""
    start, end = text.range(place.span)
    style = style_of(text.content[start:end])
    if style is not None:
        return "'" if style.quotes[0] == "'" else '"'
    literals = _LITERALS.findall(text.line_before(start))
    if literals:
        return "'" if literals[-1][0] == "'" else '"'
    literals = _LITERALS.findall(text.content)
    return "'" if sum(code[0] == "'" for code in literals) * 2 > len(literals) else '"'


def _touches_comment(intent: Intent, text: Text) -> bool:
    """What is edited holds a comment; a new entry goes behind a comment or before it, never into one."""
    if isinstance(intent, DropEntry):
        return intent.entry.commented or has_comment(text.cut(intent.entry.removal))
    return isinstance(intent, ReplaceValue) and has_comment(text.cut(intent.place.span))


def _clash(one: Edit, other: Edit) -> bool:
    """Within one fix an insertion may stand right beside another edit, but not at the place of another insertion."""
    if one.place.path != other.place.path:
        return False
    first, second = one.place.span, other.place.span
    if first.start == first.end or second.start == second.end:
        return second.start < first.end or first.start == first.end == second.start == second.end
    return overlaps(first, second)
