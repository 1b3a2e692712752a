"""Rows that files take from others, put where they are used: fixtures, factories with what a call overrides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dblint.binding.clients import Receivers
from dblint.binding.code import Code
from dblint.binding.modules import Modules, data_file
from dblint.facts.loaded_files import FILE
from dblint.facts.model import UNKNOWN, Borrowed, Entry, FileFacts, KeyedData, Lent, MockRow, RowMaker, RowUse

_DEPTH = 4


def with_lent_rows(facts: Mapping[str, FileFacts], receivers: Receivers, code: Code) -> Mapping[str, FileFacts]:
    """The facts of all files, those that take rows from others with these as rows of their own."""
    lending = _Lending(facts, receivers, code)
    return {path: _Taking(file, lending).whole() if _takes(file) else file for path, file in facts.items()}


def _takes(file: FileFacts) -> bool:
    if any(row.over is not None for row in file.rows):
        return True
    return bool(file.borrowed) or any(one.lent for one in file.doubles) or any(one.borrowed for one in file.keyed)


class _Taking:
    """One file and the rows that it takes."""

    def __init__(self, file: FileFacts, lending: _Lending) -> None:
        self._file = file
        self._lending = lending
        self._rows = [lending.resolved(file.path, row, 0) for row in file.rows]
        self._places = {row: index for index, row in enumerate(self._rows)}

    def whole(self) -> FileFacts:
        file = self._file
        uses = [use for borrowed in file.borrowed for use in self._used(borrowed)]
        doubles = tuple(
            replace(one, rows=(*one.rows, *self._taken(one.lent)), lent=()) if one.lent else one for one in file.doubles
        )
        keyed = tuple(self._keyed(one) if one.borrowed else one for one in file.keyed)
        known = replace(file, uses=(*file.uses, *uses), doubles=doubles, keyed=keyed, borrowed=())
        return replace(known, rows=tuple(self._rows))

    def _keyed(self, data: KeyedData) -> KeyedData:
        uses = [use for borrowed in data.borrowed for use in self._used(borrowed)]
        return replace(data, uses=(*data.uses, *uses), borrowed=())

    def _used(self, borrowed: Borrowed) -> Iterator[RowUse]:
        for index in self._taken((borrowed.lent,)):
            yield replace(borrowed.use, row=index)

    def _taken(self, lent: tuple[Lent, ...]) -> list[int]:
        found = []
        for row in (row for one in lent for row in self._lending.rows(self._file.path, one, 0)):
            if row not in self._places:
                self._places[row] = len(self._rows)
                self._rows.append(row)
            found.append(self._places[row])
        return found


class _Lending:
    """Finds the rows behind the names that files take them by."""

    def __init__(self, facts: Mapping[str, FileFacts], receivers: Receivers, code: Code) -> None:
        self._facts = facts
        self._receivers = receivers
        self._code = code
        self._modules = Modules(facts)
        self._makers = {path: {one.name: one for one in file.makers} for path, file in facts.items() if file.makers}
        self._names = frozenset(name for known in self._makers.values() for name in known)
        self._last_names = frozenset(name.rpartition(".")[2] for name in self._names)

    def rows(self, user: str, lent: Lent, depth: int) -> Iterator[MockRow]:
        """The rows as the file that uses them gets them."""
        home = self._home(user, lent)
        if home is None or home[0] == user or depth > _DEPTH:
            return
        path, maker = home
        owner = self._facts[path]
        found = [_from(path, self.resolved(path, owner.rows[index], depth + 1)) for index in maker.rows]
        found += [_from(path, row) for one in maker.lent for row in self.rows(path, one, depth + 1)]
        for row in found:
            yield from _made(row, maker, lent, alone=len(found) == 1) if lent.overridden else (row,)

    def resolved(self, user: str, row: MockRow, depth: int) -> MockRow:
        """A row that is laid over one of another file, with the entries of that."""
        if row.over is None:
            return row
        bases = list(self.rows(user, row.over, depth))
        if len(bases) != 1:
            return replace(row, over=None, open=True)
        base = bases[0]
        entries = (*(replace(one, home=one.home or base.home) for one in base.entries), *row.entries)
        whole = replace(row, over=None, entries=entries, open=row.open or base.open)
        if row.layout.form != "fixed":
            return whole
        body, home = base.base or base.span, base.base_home or base.home
        return replace(whole, layout=base.layout, base=body, base_home=home)

    def _home(self, user: str, lent: Lent) -> tuple[str, RowMaker] | None:
        """The file whose rows are meant, and the name that gives them there."""
        if lent.target is None:
            path = self._receivers.fixture_home(user, lent.name)
            found = self._maker(path, lent.name)
            if found is None and path is None and lent.name in self._names:
                there = self._code.fixture(user, lent.name)
                found = self._maker(there.path, there.name) if there is not None else None
            return found
        return self._imported(user, lent.target) or self._followed(user, lent)

    def _imported(self, user: str, target: str) -> tuple[str, RowMaker] | None:
        """What a dotted name means, its longest beginning that is a file taken first; or a data file."""
        if target.startswith(FILE):
            written = target.removeprefix(FILE)
            return self._maker(data_file(user, written, self._facts), written.rpartition("/")[2])
        dots = target[: len(target) - len(target.lstrip("."))]
        parts = target.lstrip(".").split(".")
        for end in range(len(parts) - 1, 0 if not dots else -1, -1):
            path = self._modules.file(user, f"{dots}{'.'.join(parts[:end])}")
            if path is not None:
                return self._maker(path, ".".join(parts[end:]))
        return None

    def _followed(self, user: str, lent: Lent) -> tuple[str, RowMaker] | None:
        """A name that a file imports from one that itself imports it."""
        if lent.name.rpartition(".")[2] not in self._last_names:
            return None
        found = self._code.find(user, lent.name)
        return None if found is None else self._maker(found.path, found.name)

    def _maker(self, path: str | None, name: str) -> tuple[str, RowMaker] | None:
        maker = self._makers.get(path or "", {}).get(name)
        return None if path is None or maker is None else (path, maker)


def _from(path: str, row: MockRow) -> MockRow:
    """The row seen from another file, where its entries keep their places."""
    if row.home:
        return row
    entries = tuple(replace(one, home="" if one.home == path else one.home) for one in row.entries)
    return replace(row, home=path, entries=entries)


def _made(base: MockRow, maker: RowMaker, lent: Lent, *, alone: bool) -> Iterator[MockRow]:
    """A row of another file as a call makes it: the call's own row over that one's entries."""
    given = lent.given
    if given is None or not alone:
        yield replace(base, open=True)
        return
    passed = {**dict(zip(maker.parameters, lent.positional, strict=False)), **{one.key: one for one in given.entries}}
    over = [entry for key in maker.dicts for entry in _laid(passed.get(key))]
    unknown = given.open or any(key in passed and not passed[key].nested for key in maker.dicts)
    if unknown:
        base = replace(base, entries=tuple(replace(one, value=UNKNOWN, nested=()) for one in base.entries))
    if maker.keywords:
        over += [one for one in given.entries if one.key not in maker.parameters]
    entries = [_filled(one, passed, base) for one in base.entries]
    if not over and entries == [replace(one, home=one.home or base.home) for one in base.entries]:
        yield replace(base, open=base.open or unknown)
        return
    yield MockRow(
        given.span,
        (*entries, *over),
        base.layout,
        base.open or unknown,
        given.deliberate or base.deliberate,
        base.base or base.span,
        "",
        base.base_home or base.home,
    )


def _laid(entry: Entry | None) -> tuple[Entry, ...]:
    return entry.nested[0].entries if entry is not None and len(entry.nested) == 1 else ()


def _filled(entry: Entry, passed: Mapping[str, Entry], base: MockRow) -> Entry:
    """A base's entry, with what the call gives the parameter behind it."""
    home = entry.home or base.home
    given = passed.get(entry.parameter) if entry.parameter else None
    if given is None:
        return replace(entry, home=home)
    return replace(entry, value=given.value, nested=given.nested, layout=given.layout, parameter="", home="")
