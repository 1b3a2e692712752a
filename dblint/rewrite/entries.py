"""Entries of a row written, renamed and taken out, in the form the row has."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Sequence

from dblint.finding import Edit
from dblint.intent import AddEntry, DropEntry, RenameKey
from dblint.layout import EntryLayout
from dblint.rewrite.literal import plain, restyled, style_of, write
from dblint.rewrite.text import Text
from dblint.source import Place, Source, Span

_OPENERS = ("{", "(", "[")
_CLOSERS = ("}", ")", "]")


def add(intents: Sequence[AddEntry], source: Source, text: Text) -> Edit | None:
    """New entries at one insertion point, in the order given; None when the row's form cannot say one of them."""
    row = intents[0].row
    written = [_entry(intent, source.encoding) for intent in intents]
    if row.form == "fixed" or None in written:
        return None
    entries = _joined([entry for entry in written if entry is not None], row.before, row.after)
    return Edit(Place(source.path, row.insert_at), with_newlines(entries, row.insert_at, text))


def rename(intent: RenameKey, source: Source, text: Text) -> Edit | None:
    """The key under another name: a string keeps quotes and prefix, a keyword stays a bare name."""
    code = text.cut(intent.entry.key)
    style = style_of(code)
    if style is not None:
        new = write(intent.name, style, source.encoding)
    else:
        new = intent.name if _is_keyword_key(code, intent.entry, text) and can_be_keyword(intent.name) else None
    return None if new is None else Edit(Place(intent.path, intent.entry.key), new)


def drop(intents: Sequence[DropEntry], source: Source, text: Text) -> list[Edit]:
    """Entries taken out; the commas between neighbours that both go are theirs together."""
    ranges = sorted(text.range(intent.entry.removal) for intent in intents)
    groups: list[list[tuple[int, int]]] = []
    for start, end in ranges:
        if groups and start <= max(one[1] for one in groups[-1]):
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return [Edit(Place(source.path, text.span(*_removal(group, text.content))), "") for group in groups]


def with_newlines(code: str, span: Span, text: Text) -> str:
    """The code with the line ending of the place it goes to, whichever it came with."""
    return code.replace("\r\n", "\n").replace("\n", text.newline_at(text.offset(*span.start)))


def can_be_keyword(name: str) -> bool:
    """The name reads the same as a keyword argument; Python folds what NFKC folds."""
    return name.isidentifier() and not keyword.iskeyword(name) and unicodedata.normalize("NFKC", name) == name


def _entry(intent: AddEntry, encoding: str) -> str | None:
    value = restyled(intent.value, intent.row.quote, encoding)
    if intent.row.form == "call":
        return f"{intent.key}={value}" if can_be_keyword(intent.key) else None
    return f"{plain(intent.key, intent.row.quote, encoding)}: {value}"


def _joined(entries: list[str], before: str, after: str) -> str:
    if "," in before + after:
        return "".join(f"{before}{entry}{after}" for entry in entries)
    # An empty row: its layout has no comma, so entries after the first bring their own.
    between = ", " if "\n" not in before + after else f",{before}" if "\n" in before else f",{after}{before}"
    return f"{before}{between.join(entries)}{after}"


def _is_keyword_key(code: str, entry: EntryLayout, text: Text) -> bool:
    between = text.content[text.offset(*entry.key.end) : text.offset(*entry.value.start)]
    return code.isidentifier() and between.strip() == "="


def _removal(group: list[tuple[int, int]], content: str) -> tuple[int, int]:
    start, end = min(one[0] for one in group), max(one[1] for one in group)
    if len(group) == 1:
        return (start, end)
    front, behind = content[:start].rstrip(), content[end:].lstrip()
    if front.endswith(_OPENERS) and behind.startswith(","):
        comma = len(content) - len(behind) + 1
        return (start, comma + len(content[comma:]) - len(content[comma:].lstrip(" \t")))
    ends_bare = not content[start:end].rstrip().endswith(",")
    if ends_bare and behind.startswith(_CLOSERS) and front.endswith(",") and not _in_comment(front):
        return (len(front) - 1, end)
    return (start, end)


def _in_comment(front: str) -> bool:
    return re.search(r"#[^\n]*\Z", front) is not None
