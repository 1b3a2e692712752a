"""The facts of a file: what it claims about the database, each with its span, free of any parser's tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dblint.facts.async_model import AsyncFacts
from dblint.facts.credentials_model import NO_CREDENTIALS, Credentials
from dblint.facts.doubles_model import DoubleHandle, DoubleResult, HandedRows
from dblint.facts.echoes_model import Echo
from dblint.facts.events_model import ChangeEvent
from dblint.facts.formulas_model import Formula
from dblint.facts.instances_model import Instance
from dblint.facts.resources_model import Resources
from dblint.facts.row_model import Entry as Entry
from dblint.facts.row_model import Lent as Lent
from dblint.facts.row_model import MockRow as MockRow
from dblint.facts.rpc_model import NO_RPC, RpcFacts
from dblint.facts.schema_files_model import FileLoad
from dblint.facts.statements_model import Statement
from dblint.facts.theater_model import TheaterFacts
from dblint.facts.value_model import UNKNOWN as UNKNOWN
from dblint.facts.value_model import Value as Value
from dblint.facts.value_model import ValueKind as ValueKind
from dblint.layout import EntryLayout
from dblint.source import Span
from dblint.syntax.cards import CardHit as CardHit

Role = Literal["insert", "update", "filter", "stored", "result", "factory", "event"]
EvidenceKind = Literal[
    "pragma", "configuration", "client", "call", "dispatch", "keyed", "sql", "model", "method", "name"
]


@dataclass(frozen=True, slots=True)
class TableName:
    """A table's name as a literal says it; the span holds the quotes."""

    name: str
    span: Span
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class RowUse:
    """One use of a mock row that says for which table it stands.

    ``row`` is an index into ``FileFacts.rows``. ``table`` is what a literal says; for evidence ``name`` it is None and
    ``words`` holds the words of the name that may be a table's (``create_mock_order_item`` → ``order``, ``item``).
    ``operation`` is the client's method. ``select`` is the select list's text in front of a mocked result, None when
    unknown. ``receiver`` is the name the client goes by, ``fake`` whether it is an in-memory fake by name or making.
    """

    row: int
    role: Role
    evidence: EvidenceKind
    table: TableName | None
    words: tuple[str, ...] = ()
    name: str = ""
    operation: str | None = None
    select: str | None = None
    receiver: str | None = None
    fake: bool = False
    maker: str | None = None
    """The callee that made the receiver, where the file shows it."""
    single: bool = False
    """Keyed data holds this one dict for its table, not a list of rows."""
    data_set: Span | None = None
    """The literal whose rows stand in the database together, this one among them; each element is one row."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A use of rows that another file makes; ``use.row`` is -1."""

    lent: Lent
    use: RowUse


@dataclass(frozen=True, slots=True)
class RowMaker:
    """A name of the file that gives rows to others: a function, fixture, method (``Orders.make``) or constant.

    ``rows`` are indexes into ``FileFacts.rows``, ``lent`` what it has from other files itself. ``parameters`` stand in
    their order, ``self`` left out; ``keywords`` says that a ``**`` is laid over the row, ``dicts`` are the parameters
    whose dict is.
    """

    name: str
    rows: tuple[int, ...]
    lent: tuple[Lent, ...] = ()
    parameters: tuple[str, ...] = ()
    keywords: bool = False
    dicts: tuple[str, ...] = ()
    made: bool = False
    """A function makes the rows anew, no constant or fixture holds them."""


@dataclass(frozen=True, slots=True)
class KeyedData:
    """A dict or store keyed by what may be table names; binds only where the other keys are tables too.

    ``name`` is what the dict is called or handed to; ``store`` says that this name speaks of tables or a database.
    """

    span: Span
    keys: tuple[TableName, ...]
    uses: tuple[RowUse, ...]
    name: str = ""
    store: bool = False
    borrowed: tuple[Borrowed, ...] = ()


@dataclass(frozen=True, slots=True)
class TableCall:
    """A call that names a table on something like a client; the subject of ``unknown-table``."""

    table: TableName
    receiver: str
    method: str
    operations: tuple[str, ...]
    """The names that follow in the chain: ``("insert", "execute")``."""
    known_client: bool
    """The receiver is known as a database client: by its chain, its making or its name."""
    fake: bool = False
    """The receiver is an in-memory fake by name or making."""
    maker: str | None = None
    deliberate: bool = False
    """Wrong on purpose, as a mock row may be."""


@dataclass(frozen=True, slots=True)
class SchemaMapEntry:
    column: str
    type: str
    layout: EntryLayout


@dataclass(frozen=True, slots=True)
class SchemaMap:
    """A Python map of table → column → type text; the subject of ``stale-schema-map``."""

    name: str
    span: Span
    tables: tuple[tuple[TableName, tuple[SchemaMapEntry, ...]], ...]


@dataclass(frozen=True, slots=True)
class Fixture:
    """A pytest fixture: its name, what it is, and the callee its value is made by (``FakeSupabase``)."""

    name: str
    span: Span
    makes: tuple[str, ...]
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class Patch:
    """A name that a file replaces (``get_supabase`` of ``"db.get_supabase"``), and what makes the replacement."""

    name: str
    makes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pragma:
    """A ``# dblint:`` comment.

    ``kind`` is ``ignore``, ``file-ignore`` or ``table``; ``names`` are the rules or groups with their spans (the
    table for ``table``). ``unknown`` is what looks like a pragma and is none; its one name is the word that stands
    where the kind should.
    """

    kind: Literal["ignore", "file-ignore", "table", "unknown"]
    span: Span
    names: tuple[tuple[str, Span], ...]
    alone: bool
    """It has its line to itself, so it also speaks for the line below."""
    role: Role | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """All that one file claims; depends on its bytes and path alone."""

    path: str
    rows: tuple[MockRow, ...] = ()
    uses: tuple[RowUse, ...] = ()
    keyed: tuple[KeyedData, ...] = ()
    calls: tuple[TableCall, ...] = ()
    schema_maps: tuple[SchemaMap, ...] = ()
    fixtures: tuple[Fixture, ...] = ()
    created_tables: tuple[str, ...] = ()
    """Tables an SQL string of the file itself creates, folded."""
    statements: tuple[Statement, ...] = ()
    drivers: tuple[str, ...] = ()
    """The modules imported that speak to a database."""
    loads: tuple[FileLoad, ...] = ()
    """The SQL files that the file opens."""
    pragmas: tuple[Pragma, ...] = ()
    card_hits: tuple[CardHit, ...] = ()
    patches: tuple[Patch, ...] = ()
    borrowed: tuple[Borrowed, ...] = ()
    makers: tuple[RowMaker, ...] = ()
    doubles: tuple[DoubleResult, ...] = ()
    handles: tuple[DoubleHandle, ...] = ()
    handed: tuple[HandedRows, ...] = ()
    events: tuple[ChangeEvent, ...] = ()
    theater: TheaterFacts | None = None
    rpc: RpcFacts = NO_RPC
    asynchrony: AsyncFacts | None = None
    credentials: Credentials = NO_CREDENTIALS
    resources: Resources | None = None
    echoes: tuple[Echo, ...] = ()
    formulas: tuple[Formula, ...] = ()
    instances: tuple[Instance, ...] = ()
    """Objects given by keyword, which stand for rows where their class is a table's."""
    problem: str | None = None
    """Why the file could not be read as Python, if so."""
