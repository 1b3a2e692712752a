"""The facts of a file without the secrets it holds: whatever else quotes one forgets it, before anything is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dblint.facts.hidden import credentials_of
from dblint.facts.import_layout import import_layout
from dblint.facts.model import FileFacts
from dblint.facts.value_model import UNKNOWN, Value
from dblint.redaction import scrubbed
from dblint.source import Source
from dblint.syntax.python import Tree


def redacted(facts: FileFacts, source: Source, tree: Tree | None = None) -> FileFacts:
    """The facts with the file's credentials, and without their values; a mock row's value that is one is unknown."""
    found, values = credentials_of(source)
    if not values:
        return facts
    if tree is not None and any("os." in one.replacement for one in found.found):
        found = replace(found, imports=import_layout(tree))
    return replace(scrubbed(facts, sorted(values), _forgotten), credentials=found)


def _forgotten(record: Any) -> Any:
    return UNKNOWN if isinstance(record, Value) else record
