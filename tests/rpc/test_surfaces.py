"""The methods clients really have: the bundled data, and what an environment inside the project says instead."""

from __future__ import annotations

from pathlib import Path

from dblint.binding.surfaces import likely, surfaces

_CLIENT = """
from typing import Any
from .base import Base


class AsyncClient(Base):
    def __init__(self, url: str) -> None:
        self.auth = None

    def table(self, name: str, *, cache: bool = True) -> "AsyncRequestBuilder":
        return None

    from_ = table

    async def drop(self, name: str, options: dict[str, Any] = {}) -> None:
        pass

    @property
    def storage(self) -> object:
        return None
"""
_BASE = """
class Base:
    def rpc(self, fn: str, params: dict | None = None) -> "AsyncRPCFilterRequestBuilder":
        return None
"""


def test_the_bundled_surfaces_are_the_clients(tmp_path: Path) -> None:
    known = surfaces(tmp_path)
    assert known["supabase.Client"]["rpc"].signature == "self, fn, params=None, count=None, head=False, get=False"
    assert known["supabase.AsyncClient"]["rpc"].kind == "sync"
    assert known["postgrest.AsyncSelectRequestBuilder"]["execute"].kind == "async"
    assert known["postgrest.SyncSelectRequestBuilder"]["execute"].kind == "sync"
    assert known["postgrest.AsyncSelectRequestBuilder"]["eq"].fluent
    assert known["asyncpg.Connection"]["fetchval"].kind == "async"
    assert known["asyncpg.Connection"]["transaction"].kind in ("sync", "context")
    assert "rpc" not in known["asyncpg.Connection"]


def test_an_environment_in_the_project_goes_first(tmp_path: Path) -> None:
    package = tmp_path / ".venv" / "lib" / "python3.12" / "site-packages" / "supabase" / "_async"
    package.mkdir(parents=True)
    (package / "client.py").write_text(_CLIENT)
    (package / "base.py").write_text(_BASE)
    client = surfaces(tmp_path)["supabase.AsyncClient"]
    assert client["table"].signature == "self, name, *, cache=True"
    assert client["table"].fluent and client["from_"].fluent
    assert (client["drop"].kind, client["drop"].nothing) == ("async", True)
    assert client["drop"].signature == "self, name, options=None"
    assert client["rpc"].signature == "self, fn, params=None"
    assert client["storage"].kind == "property"
    assert client["auth"].kind == "property", "attributes of instances are kept from the bundled data"
    assert "remove_channel" not in client, "this version has it no more"
    assert "fetchval" in surfaces(tmp_path)["asyncpg.Connection"], "what is not installed is as bundled"


def test_a_package_that_cannot_be_parsed_is_as_bundled(tmp_path: Path) -> None:
    package = tmp_path / "venv" / "lib" / "python3.12" / "site-packages" / "supabase" / "_async"
    package.mkdir(parents=True)
    (package / "client.py").write_text("class AsyncClient(:\n")
    assert "remove_channel" in surfaces(tmp_path)["supabase.AsyncClient"]


def test_a_fake_stands_for_the_client_whose_methods_it_has(tmp_path: Path) -> None:
    known = surfaces(tmp_path)
    assert likely(known, frozenset({"fetchrow", "fetchval"}))[0] in ("asyncpg.Connection", "asyncpg.Pool")
    assert "supabase.Client" in likely(known, frozenset({"rpc", "table", "from_"}))[:4]
    assert likely(known, frozenset({"walk", "bark", "eat"})) == ()
