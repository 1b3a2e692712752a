"""Change events as Supabase sends them: over a realtime channel, or to a database webhook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.source import Span

SideState = Literal["row", "empty", "unknown"]


@dataclass(frozen=True, slots=True)
class EventSide:
    """What an event says of the row before or after: its key, and whether there is a row, none, or nobody knows."""

    key: str
    state: SideState
    span: Span


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """One payload; ``new`` and ``old`` are None where the payload has no such key.

    ``signed`` says that the envelope can be nobody else's: it has ``eventType``, or ``old_record`` beside ``record`` or
    ``schema``. ``listens`` is true for what a channel is told to listen to, which brings no rows.
    """

    span: Span
    event: str
    event_span: Span
    table: str
    table_span: Span
    schema: str | None = None
    new: EventSide | None = None
    old: EventSide | None = None
    signed: bool = False
    open: bool = False
    deliberate: bool = False
    listens: bool = False
