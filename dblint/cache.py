"""The cache folder and its codec: dataclasses as compact JSON, never pickles, for a repository could carry them."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

T = TypeVar("T")

FOLDER = ".dblint_cache"
_TAG = """Signature: 8a477f597d28d172789f06886806bc55
# This folder was made by dblint and may be deleted at any time; see https://bford.info/cachedir/
"""


def digest(*parts: str | bytes) -> str:
    """A hash of the parts; where one ends and the next begins counts."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hashed.update(b"%d:" % len(data))
        hashed.update(data)
    return hashed.hexdigest()


class Cache(Protocol):
    """Named entries, each with the key it holds for."""

    def get(self, name: str, key: str, kind: type[T]) -> T | None:
        """The value stored under the name, if it was stored for this key and is whole."""

    def put(self, name: str, key: str, value: object, kind: object) -> None:
        """Store a value; where that cannot be done, nothing happens."""

    def rows(self, name: str, key: str) -> dict[str, bytes]:
        """The rows stored under the name, by their own keys and still packed."""

    def put_rows(self, name: str, key: str, rows: Mapping[str, bytes]) -> None:
        """Store packed rows, of which a later run unpacks the ones it needs."""


def pack(value: object, kind: object) -> bytes:
    """A value as one line of JSON."""
    return json.dumps(_codec(cast(Any, kind)).encode(value), separators=(",", ":"), ensure_ascii=True).encode("ascii")


def unpack(data: bytes, kind: type[T]) -> T | None:
    """The packed value, None where the data are of another shape."""
    try:
        return cast(T, _codec(cast(Any, kind)).decode(json.loads(data)))
    except (ValueError, TypeError, LookupError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class NoCache:
    """The cache of ``--no-cache``: always empty."""

    def get(self, name: str, key: str, kind: type[T]) -> T | None:
        return None

    def put(self, name: str, key: str, value: object, kind: object) -> None:
        return None

    def rows(self, name: str, key: str) -> dict[str, bytes]:
        return {}

    def put_rows(self, name: str, key: str, rows: Mapping[str, bytes]) -> None:
        return None


@dataclass(frozen=True, slots=True)
class FolderCache:
    """Entries as files: a line with key and checksum, then the value as JSON, or a line of it for every row."""

    folder: Path

    def get(self, name: str, key: str, kind: type[T]) -> T | None:
        body = self._body(name, key)
        return None if body is None else unpack(body, kind)

    def put(self, name: str, key: str, value: object, kind: object) -> None:
        with contextlib.suppress(RecursionError):
            self._write(name, key, pack(value, kind))

    def rows(self, name: str, key: str) -> dict[str, bytes]:
        lines = (self._body(name, key) or b"").splitlines()
        return {row.decode("ascii"): data for row, _, data in (line.partition(b" ") for line in lines)}

    def put_rows(self, name: str, key: str, rows: Mapping[str, bytes]) -> None:
        self._write(name, key, b"\n".join(row.encode("ascii") + b" " + data for row, data in rows.items()))

    def _body(self, name: str, key: str) -> bytes | None:
        try:
            head, _, body = (self.folder / f"{name}.json").read_bytes().partition(b"\n")
        except OSError:
            return None
        return body if head == _head(key, body) else None

    def _write(self, name: str, key: str, body: bytes) -> None:
        with contextlib.suppress(OSError):
            self._prepare()
            _write_whole(self.folder / f"{name}.json", _head(key, body) + b"\n" + body)

    def _prepare(self) -> None:
        if not (self.folder / "CACHEDIR.TAG").exists():
            self.folder.mkdir(exist_ok=True)
            _write_whole(self.folder / ".gitignore", b"# Made by dblint.\n*\n")
            _write_whole(self.folder / "CACHEDIR.TAG", _TAG.encode("ascii"))


def _head(key: str, body: bytes) -> bytes:
    return f"{key} {digest(body)}".encode("ascii")


def _write_whole(path: Path, data: bytes) -> None:
    """Write so that a reader sees the old file or the new one and never a part."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(data)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class _Codec:
    """How a declared type becomes JSON and comes back."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


_PLAIN = _Codec(_same, _same)


@functools.cache
def _codec(kind: Any) -> _Codec:
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments)
    if origin is tuple:
        return _sequence(arguments)
    if origin is frozenset:
        return _many(_codec(arguments[0]), frozenset, sorted)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(_codec(arguments[1]))
    if origin is typing.Literal or kind in (str, int, float, bool, type(None)):
        return _PLAIN
    raise NotImplementedError(f"{kind} cannot be cached")


def _sequence(arguments: tuple[Any, ...]) -> _Codec:
    if arguments[-1:] == (Ellipsis,):
        return _many(_codec(arguments[0]), tuple, list)
    return _fixed(tuple(map(_codec, arguments)))


def _many(item: _Codec, make: Callable[[Iterable[Any]], Any], order: Callable[[Iterable[Any]], Any]) -> _Codec:
    if item is _PLAIN:
        return _Codec(order, make)
    encode, decode = item.encode, item.decode
    return _Codec(
        lambda values: [encode(value) for value in order(values)],
        lambda values: make([decode(value) for value in values]),
    )


def _fixed(items: tuple[_Codec, ...]) -> _Codec:
    return _Codec(
        lambda values: [item.encode(value) for item, value in zip(items, values, strict=True)],
        lambda values: tuple([item.decode(value) for item, value in zip(items, values, strict=True)]),
    )


def _mapping(item: _Codec) -> _Codec:
    return _Codec(
        lambda values: {key: item.encode(value) for key, value in values.items()},
        lambda values: {key: item.decode(value) for key, value in values.items()},
    )


def _union(members: tuple[Any, ...]) -> _Codec:
    records = {one.__name__: one for one in members if isinstance(one, type) and is_dataclass(one)}
    others = [one for one in members if one is not type(None) and one not in records.values()]
    mixed = len(others) > 1 and any(_codec(one) is not _PLAIN for one in others)
    if (records and others) or mixed:
        raise NotImplementedError(f"a union of {members} cannot be cached")
    if len(records) > 1:
        return _tagged(records)
    return _optional(_codec((*records.values(), *others)[0]))


def _optional(inner: _Codec) -> _Codec:
    if inner is _PLAIN:
        return _PLAIN
    return _Codec(
        lambda value: None if value is None else inner.encode(value),
        lambda data: None if data is None else inner.decode(data),
    )


def _tagged(records: Mapping[str, type]) -> _Codec:
    def encode(value: Any) -> Any:
        return None if value is None else [type(value).__name__, _codec(cast(Any, type(value))).encode(value)]

    def decode(data: Any) -> Any:
        return None if data is None else _codec(records[data[0]]).decode(data[1])

    return _Codec(encode, decode)


def _record(kind: type) -> _Codec:
    """Fields in order, defaults at the end left out; private fields are derived and never stored."""
    hints = typing.get_type_hints(kind)
    stored = [one for one in fields(kind) if not one.name.startswith("_")]
    names = [one.name for one in stored]
    defaults = [_default(one) for one in stored]

    # The type may contain itself, so its fields' codecs wait until they are needed; plain fields need none.
    @functools.cache
    def codecs() -> list[tuple[int, _Codec]]:
        made = [_codec(hints[name]) for name in names]
        return [(at, codec) for at, codec in enumerate(made) if codec is not _PLAIN]

    def encode(value: Any) -> Any:
        values = [getattr(value, name) for name in names]
        while values and values[-1] == defaults[len(values) - 1]:
            values.pop()
        for at, codec in codecs():
            if at < len(values):
                values[at] = codec.encode(values[at])
        return values

    def decode(data: Any) -> Any:
        if type(data) is not list or len(data) > len(names):
            raise ValueError("this is no stored record")
        for at, codec in codecs():
            if at < len(data):
                data[at] = codec.decode(data[at])
        return kind(*data)

    return _Codec(encode, decode)


_REQUIRED = object()


def _default(field: Field[Any]) -> object:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else _REQUIRED
