"""The cache: what goes in comes out, what is broken is as if it were not there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import Field, fields, replace
from pathlib import Path
from typing import Any, cast, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.cache import FolderCache, NoCache, _codec, digest, pack, unpack
from dblint.catalog.model import Catalog
from dblint.facts.model import FileFacts
from dblint.finding import Finding
from dblint.knowledge import Known, Schema
from dblint.result import Result

STORED: list[Any] = [FileFacts, Catalog, Finding, Result, Schema, Known]


def through_json(kind: Any, value: Any) -> Any:
    codec = _codec(kind)
    return codec.decode(json.loads(json.dumps(codec.encode(value))))


@pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
def test_any_value_comes_back_as_it_was(kind: Any) -> None:
    @settings(derandomize=True, max_examples=15, deadline=None)
    @given(_values(kind))
    def round_trip(value: Any) -> None:
        assert through_json(kind, value) == value

    round_trip()


def _values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of the kind whose derived fields are left to the class itself."""
    if kind is FileFacts:
        return st.sampled_from(fields(FileFacts)).flatmap(_with_one_field)
    return st.from_type(kind).map(_without_derived)


def _with_one_field(field: Field[Any]) -> st.SearchStrategy[FileFacts]:
    """Facts of one kind alone: of all kinds together there would be too much for one example."""
    hint = get_type_hints(FileFacts)[field.name]
    return st.builds(lambda value: replace(FileFacts("a.py"), **{field.name: value}), st.from_type(hint))


def _without_derived(value: Any) -> Any:
    given_fields = {one.name: getattr(value, one.name) for one in fields(value) if not one.name.startswith("_")}
    return type(value)(**given_fields)


def test_a_folder_keeps_its_entries_for_their_key_only(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / ".dblint_cache")
    kind = cast(Any, Mapping[str, Known])
    stored = {"a.py": Known(FileFacts("a.py", created_tables=("orders",)))}
    cache.put("facts", "key", stored, kind)
    assert cache.get("facts", "key", kind) == stored
    assert cache.get("facts", "other", kind) is None
    assert cache.get("catalog", "key", kind) is None


def test_rows_come_back_packed(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    rows = {"one": pack(Known(FileFacts("a\n\u2028.py")), Known), "two": b"[]"}
    cache.put_rows("facts", "key", rows)
    assert cache.rows("facts", "key") == rows
    assert cache.rows("facts", "other") == cache.rows("none", "key") == {}
    assert unpack(rows["one"], Known) == Known(FileFacts("a\n\u2028.py"))
    assert unpack(b"[[]]", Known) is None


def test_the_folder_hides_from_git_and_from_backups(tmp_path: Path) -> None:
    FolderCache(tmp_path / "c").put("x", "key", "value", str)
    assert (tmp_path / "c/.gitignore").read_text().splitlines()[-1] == "*"
    assert (tmp_path / "c/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == [".gitignore", "CACHEDIR.TAG", "x.json"]


@pytest.mark.parametrize("keep", [0, 1, 36, 45, -1, -8])
def test_a_broken_entry_is_no_entry(tmp_path: Path, keep: int) -> None:
    cache = FolderCache(tmp_path / "c")
    cache.put("x", "key", Known(FileFacts("a.py")), Known)
    whole = (tmp_path / "c/x.json").read_bytes()
    (tmp_path / "c/x.json").write_bytes(whole[:keep])
    assert cache.get("x", "key", Known) is None


@pytest.mark.parametrize("body", [b"[", b"[1]{", b'{"a":1}', b"[[],1,2,3,4]", b"null", b'"text"', b"[" * 100_000])
def test_a_well_signed_entry_of_another_shape_is_no_entry(tmp_path: Path, body: bytes) -> None:
    cache = FolderCache(tmp_path)
    (tmp_path / "x.json").write_bytes(f"key {digest(body)}\n".encode() + body)
    assert cache.get("x", "key", Known) is None


def test_a_place_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = FolderCache(tmp_path / "file")
    cache.put("x", "key", "value", str)
    assert cache.get("x", "key", str) is None
    assert (tmp_path / "file").read_text() == ""


def test_no_cache_keeps_nothing() -> None:
    cache = NoCache()
    cache.put("x", "key", "value", str)
    assert cache.get("x", "key", str) is None


def test_where_a_part_ends_counts() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("ab", "c", "")}) == 4
