"""Rows in data files under the test folders: bound by the file's name, by key, by Django's ``model``, or as SQL."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dblint.facts.copy_data import copied_rows, readable_script
from dblint.facts.model import Entry, KeyedData, MockRow, RowUse, TableName
from dblint.facts.statements_model import SqlCall, SqlText, Statement
from dblint.facts.value_model import UNKNOWN, Value
from dblint.facts.words import PURPOSELY_WRONG, says, words_of
from dblint.layout import EntryLayout, RowLayout
from dblint.source import Source, Span
from dblint.syntax.data_trees import DataNode, tree

_FOLDERS = frozenset(("test", "tests", "testing", "fixtures", "fixture", "testdata", "test_data", "seeds"))
_ENDINGS = (".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".csv", ".tsv")
_LARGEST = 300_000
"""Characters from which on a file is recorded data rather than rows somebody wrote."""
_ROWS_AT_MOST = 2_000
_ABOUT_FILES = frozenset(
    (
        *("fixture", "fixtures", "mock", "mocks", "fake", "fakes", "test", "tests", "sample", "samples", "example"),
        *("examples", "data", "seed", "seeds", "dummy", "rows", "records", "initial", "db", "dump", "table", "public"),
    )
)
_TABLES = ("table", "table_name", "tablename")
_ROWS = ("rows", "records", "data", "items", "values", "row", "record", "fields")
_WRAPPING = frozenset(("tables", "data", "database", "db", "seed", "seeds", "fixtures", "rows"))
"""Keys that hold a file's tables."""
_WRITING = re.compile(r"\b(?:insert|update|delete|merge|create)\b", re.IGNORECASE)
_MODEL = re.compile(r"(?P<app>\w+)\.(?P<model>\w+)")
DJANGO = "django"
"""The ``operation`` of rows whose keys are a Django model's fields."""


@dataclass(slots=True)
class DataRows:
    """The rows of one file, as facts."""

    rows: list[MockRow] = field(default_factory=list)
    uses: list[RowUse] = field(default_factory=list)
    keyed: list[KeyedData] = field(default_factory=list)


def data_rows(source: Source) -> DataRows:
    """The rows of a data file; none for a file that lies under no test folder or holds something else."""
    found = DataRows()
    *folders, name = source.path.lower().split("/")
    if _is_seed(source):
        for row, use in copied_rows(source.text, _is_wrong(source.path)):
            found.rows.append(row)
            found.uses.append(replace(use, row=len(found.rows) - 1))
        return found
    if not name.endswith(_ENDINGS) or len(source.text) > _LARGEST or _FOLDERS.isdisjoint(folders):
        return found
    if name.endswith(".json") and source.text.lstrip()[:1] not in ("[", "{"):
        return found
    root = tree(source.path, source.text)
    if root is not None:
        _Reader(source, found, _is_wrong(source.path)).read(root)
    return found


def seed_statements(source: Source) -> tuple[Statement, ...]:
    """An SQL script under the test folders as one text whose statements run one after the other."""
    if not _is_seed(source) or _WRITING.search(source.text) is None:
        return ()
    last = source.lines[-1]
    whole = Span(1, 1, len(source.lines), len(last) + 1)
    script = SqlText(readable_script(source.text), whole, ((0, 1, 1),))
    return (Statement(script, SqlCall("psql", None, (), whole), deliberate=_is_wrong(source.path)),)


def _is_seed(source: Source) -> bool:
    *folders, name = source.path.lower().split("/")
    return name.endswith(".sql") and len(source.text) <= _LARGEST and not _FOLDERS.isdisjoint(folders)


def _is_wrong(path: str) -> bool:
    return any(says(part, PURPOSELY_WRONG) for part in path.lower().split("/"))


class _Reader:
    def __init__(self, source: Source, found: DataRows, deliberate: bool) -> None:
        folder, _, self._name = source.path.rpartition("/")
        self._folder = folder.rpartition("/")[2]
        self._found = found
        self._deliberate = deliberate
        self._starts = [0]
        at = source.text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = source.text.find("\n", at + 1)

    def read(self, root: DataNode) -> None:
        """A list of rows, a dict of lists of rows, or one row."""
        words = _telling(self._name.rpartition(".")[0])
        if root.kind == "list":
            self._list(root, words)
        elif root.kind == "dict":
            self._dict(root, words)

    def _dict(self, root: DataNode, words: tuple[str, ...]) -> None:
        pairs = list(zip(root.keys, root.items, strict=True))
        lists = [(key, item) for key, item in pairs if _is_list_of_rows(item)]
        rest = [item for _, item in pairs if not _is_list_of_rows(item)]
        inner = pairs[0][1] if len(pairs) == 1 and pairs[0][0].text in _WRAPPING else None
        if self._tabled(root, self._span(root)):
            return
        if lists and all(not item.items and item.kind != "dict" for item in rest) and (len(lists) > 1 or not rest):
            self._keyed(root, lists)
        elif inner is not None and inner.kind == "dict":
            self._dict(inner, ())
        elif not lists and _is_row(root):
            # ``orders/one.json``: the folder says what each of its files holds.
            self._by_name(root, words, None)
            self._by_name(root, _telling(self._folder), None)

    def _list(self, root: DataNode, words: tuple[str, ...]) -> None:
        if not _is_list_of_rows(root):
            return
        whole = self._span(root)
        for item in root.items:
            if self._tabled(item, whole):
                continue
            model, fields = item.get("model"), item.get("fields")
            if model is not None and fields is not None and fields.kind == "dict":
                self._django(item, model, fields, whole)
            else:
                self._by_name(item, words, whole)

    def _by_name(self, row: DataNode, words: tuple[str, ...], whole: Span | None) -> None:
        use = RowUse(-1, "stored", "name", None, words, name=self._name, data_set=whole)
        self._use(self._row(row), use)

    def _use(self, row: MockRow, use: RowUse) -> None:
        self._found.rows.append(row)
        self._found.uses.append(replace(use, row=len(self._found.rows) - 1))

    def _keyed(self, root: DataNode, lists: list[tuple[DataNode, DataNode]]) -> None:
        """Lists of rows by table name; of one key alone its own words must say which table it is."""
        whole = self._span(root)
        if len(lists) == 1:
            key, rows = lists[0]
            for row in rows.items:
                self._by_name(row, words_of(key.text), self._span(rows))
            return
        keys, uses = [], []
        for key, rows in lists:
            name = TableName(key.text, self._span(key))
            keys.append(name)
            for row in rows.items:
                self._found.rows.append(self._row(row))
                uses.append(RowUse(len(self._found.rows) - 1, "stored", "keyed", name, data_set=whole))
        self._found.keyed.append(KeyedData(whole, tuple(keys), tuple(uses), self._name))

    def _tabled(self, item: DataNode, whole: Span) -> bool:
        """``{"table": "orders", "rows": […]}``."""
        table = next((one for name in _TABLES if (one := item.get(name)) is not None and one.kind == "str"), None)
        rows = next((one for name in _ROWS if (one := item.get(name)) is not None), None)
        if table is None or rows is None or not (_is_list_of_rows(rows) or _is_row(rows)):
            return False
        schema, _, name = table.text.rpartition(".")
        use = RowUse(-1, "stored", "keyed", TableName(name, self._span(table), schema or None), data_set=whole)
        for row in rows.items if rows.kind == "list" else (rows,):
            self._use(self._row(row), use)
        return True

    def _django(self, item: DataNode, model: DataNode, fields: DataNode, whole: Span) -> None:
        """An object of ``dumpdata``: its table is named after the application and the model, unless the model says."""
        named = _MODEL.fullmatch(model.text)
        if named is None:
            return
        table = TableName(f"{named['app']}_{named['model']}".lower(), self._span(model))
        row = self._row(fields)
        key = item.get("pk")
        if key is not None and key.kind != "null":
            at = next(name for name in item.keys if name.text == "pk")
            layout = EntryLayout(self._span(at), self._span(key), self._span(key))
            row = replace(row, entries=(Entry("pk", _value(key), layout), *row.entries))
        self._use(row, RowUse(-1, "stored", "keyed", table, operation=DJANGO, data_set=whole))

    def _row(self, node: DataNode) -> MockRow:
        span = self._span(node)
        entries = tuple(self._entries(node))
        return MockRow(span, entries, RowLayout("fixed", '"', span, "", ""), deliberate=self._deliberate)

    def _entries(self, node: DataNode) -> Iterator[Entry]:
        for key, item in zip(node.keys, node.items, strict=True):
            place = self._span(item)
            yield Entry(key.text, _value(item), EntryLayout(self._span(key), place, place))

    def _span(self, node: DataNode) -> Span:
        return Span(*self._position(node.start), *self._position(node.end))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _telling(name: str) -> tuple[str, ...]:
    """The words of a name that may be a table's."""
    return tuple(word for word in words_of(name) if word not in _ABOUT_FILES and not word.isdigit())


def _is_list_of_rows(node: DataNode) -> bool:
    return node.kind == "list" and 0 < len(node.items) <= _ROWS_AT_MOST and all(_is_row(item) for item in node.items)


def _is_row(node: DataNode) -> bool:
    return node.kind == "dict" and bool(node.keys)


def _value(node: DataNode) -> Value:
    if node.kind == "unknown":
        return UNKNOWN
    items = tuple(_value(item) for item in node.items)
    return Value(node.kind, node.text, items, tuple(key.text for key in node.keys))
