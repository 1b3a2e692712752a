"""What the reader of code says of functions, calls, assignments and database operations."""

from __future__ import annotations

from textwrap import dedent

import pytest

from dblint.cache import pack, unpack
from dblint.facts.code import read
from dblint.facts.code_model import CodeFacts, Function, Operation
from dblint.source import Source


def facts(text: str) -> CodeFacts:
    return read(Source("app/repo.py", dedent(text)))


def function(text: str, name: str = "f") -> Function:
    found = facts(text).function(name)
    assert found is not None
    return found


def operations(body: str) -> list[Operation]:
    return list(
        function("def f(client, conn, self, flag):\n" + "".join(f"    {one}\n" for one in body.splitlines())).operations
    )


def told(one: Operation) -> tuple[str, str, str | None, str | None, str]:
    return one.kind, one.subject.text, one.verb, one.select, one.end


def test_imports_keep_their_dots() -> None:
    found = facts(
        """
        import os, a.b
        import numpy as np
        from .db import get_client as gc
        from .. import config
        from x import *
        def f():
            from late import y
        """
    )
    assert [(one.name, one.target, one.level, one.within) for one in found.imports] == [
        ("os", "os", 0, ""),
        ("a", "a", 0, ""),
        ("a.b", "a.b", 0, ""),
        ("np", "numpy", 0, ""),
        ("gc", "db.get_client", 1, ""),
        ("config", "config", 2, ""),
        ("*", "x", 0, ""),
        ("y", "late.y", 0, "f"),
    ]


def test_functions_and_classes_have_qualified_names() -> None:
    found = facts(
        """
        class Repo(Base, Generic[T]):
            TABLE: str = "orders"
            def __init__(self, client: "Client", *, limit=3, **rest): self.client = client
            async def get(self):
                def inner(): pass
                class Local:
                    def method(self): ...
                await inner()
        """
    )
    assert [(one.name, one.owner, one.is_async) for one in found.functions[1:]] == [
        ("Repo.__init__", "Repo", False),
        ("Repo.get", "Repo", True),
        ("Repo.get.inner", None, False),
        ("Repo.get.Local.method", "Repo.get.Local", False),
    ]
    repo, local = found.classes
    assert (repo.name, repo.bases, repo.methods) == ("Repo", ("Base", "Generic[]"), ("__init__", "get"))
    assert local.name == "Repo.get.Local"
    assert [(one.target, one.annotation) for one in repo.attributes] == [("TABLE", "str")]
    made = found.functions[1]
    assert [(one.name, one.kind, one.annotation) for one in made.parameters] == [
        ("self", "plain", None),
        ("client", "plain", "Client"),
        ("limit", "keyword", None),
        ("rest", "kwargs", None),
    ]
    assert [one.target for one in made.assignments] == ["self.client"]
    assert found.function("Repo.get.inner") == next(one for one in found.functions if one.stub and not one.owner)


def test_calls_come_in_the_order_they_run() -> None:
    found = function(
        """
        async def f(x):
            a = outer(inner(x), key=[z()])
            if a:
                maybe()
            for one in items():
                often(one)
            later = lambda: lazily()
            return await client.get().last()
        """
    )
    assert [(one.callee, one.conditional, one.repeated, one.deferred, one.awaited) for one in found.calls] == [
        ("inner", False, False, False, False),
        ("z", False, False, False, False),
        ("outer", False, False, False, False),
        ("maybe", True, False, False, False),
        ("items", False, False, False, False),
        ("often", True, True, False, False),
        ("lazily", False, False, True, False),
        ("client.get", False, False, False, False),
        ("client.get().last", False, False, False, True),
    ]
    outer = found.calls[2]
    assert outer.argument(0) is not None and outer.argument(0).call == 0  # type: ignore[union-attr]
    assert found.calls[8].receiver == 7
    given = found.results[0].value
    assert given is not None and (given.kind, given.call, given.awaited) == ("call", 8, True)


def test_what_is_read_is_neither_bound_nor_called() -> None:
    found = function("def f(a):\n    b = settings.url\n    return a + b + LIMIT + g(OTHER)\n")
    assert found.reads == ("settings.url", "LIMIT", "OTHER")


def test_tries_and_raises() -> None:
    found = function(
        """
        def f():
            try:
                one()
            except (KeyError, db.Error):
                raise Problem("x")
            except Exception:
                two()
        """
    )
    (attempt,) = found.tries
    assert attempt.calls == (0, 1)
    assert [(one.catches, one.raises) for one in attempt.handlers] == [
        (("KeyError", "db.Error"), True),
        (("Exception",), False),
    ]
    assert [one.name for one in found.raises] == ["Problem"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('client.table("t").select("a", "b").eq("id", 1).execute()', [("table", "t", "select", "a,b", "execute")]),
        ('client.from_("t").select().execute()', [("table", "t", "select", "*", "execute")]),
        ('client.table("t").select(COLUMNS).execute()', [("table", "t", "select", None, "execute")]),
        ('client.table("t").insert({}).execute()', [("table", "t", "insert", None, "execute")]),
        ('client.rpc("f", {"a": 1}).execute()', [("rpc", "f", None, None, "execute")]),
        ('q = client.table("t")\nq = q.select("a")\nr = q.execute()', [("table", "t", "select", "a", "execute")]),
        ('run(client.table("t").select("a"))', [("table", "t", "select", "a", "")]),
        ('to_thread(client.table("t").select("a").execute)', [("table", "t", "select", "a", "execute")]),
        ('run(lambda: client.table("t").delete().execute())', [("table", "t", "delete", None, "execute")]),
        ('return client.table("t").select("a")', [("table", "t", "select", "a", "")]),
        ('client.storage.from_("bucket").upload(1).execute()', []),
        ('conn.fetch("SELECT 1 FROM t")', [("sql", "SELECT 1 FROM t", None, None, "fetch")]),
        (
            'conn.execute(f"DELETE FROM t WHERE a = {flag}")',
            [("sql", "DELETE FROM t WHERE a = \0", None, None, "execute")],
        ),
        ('q = "SELECT a "\nconn.execute(text(q + "FROM t"))', [("sql", "SELECT a FROM t", None, None, "execute")]),
        ('logger.info("Select a from b")', []),
        ('conn.fetch("select a seat")', [("sql", "select a seat", None, None, "fetch")]),
        (
            'if flag:\n    q = client.table("t").select()\nelse:\n    q = client.table("u").select()\nq.execute()',
            [],
        ),
    ],
)
def test_operations(body: str, expected: list[tuple[str, str, str | None, str | None, str]]) -> None:
    assert [told(one) for one in operations(body)] == expected


def test_links_of_one_branch_are_optional() -> None:
    (one,) = operations('q = client.table("t").select("a")\nif flag:\n    q = q.eq("a", 1)\nq.limit(1).execute()')
    assert [(step.name, step.optional) for step in one.steps] == [
        ("table", False),
        ("select", False),
        ("eq", True),
        ("limit", False),
        ("execute", False),
    ]


def test_the_client_in_front_of_an_operation() -> None:
    (one,) = operations('self.db.client.schema("shop").table("t").select("*").execute()')
    assert (one.receiver, one.schema) == ("self.db.client", "shop")
    (two,) = operations('get_client().table("t").select("*").execute()')
    assert (two.receiver, two.root) == ("get_client()", 0)


def test_what_is_fetched_later_belongs_to_the_query() -> None:
    first, second = operations(
        'conn.execute("SELECT 1 FROM t")\nconn.fetchone()\nconn.execute("SELECT 2 FROM t")\nconn.fetchall()'
    )
    assert (first.fetch, second.fetch) == (("fetchone",), ("fetchall",))
    (third,) = operations('r = self.session.execute(text("SELECT 1 FROM t"))\nr.scalar()')
    assert third.fetch == ("scalar",)


def test_constants_of_module_and_class_name_tables() -> None:
    found = facts(
        """
        TABLE = "orders"
        class Repo:
            COLUMNS = "id, total"
            def get(self):
                return self.db.table(TABLE).select(self.COLUMNS).execute()
        """
    ).function("Repo.get")
    assert found is not None
    assert [told(one) for one in found.operations] == [("table", "orders", "select", "id, total", "execute")]


def test_spans_count_characters() -> None:
    found = facts('x = "é"; client.table("é").select("*").execute()\r\n')
    (one,) = found.module.operations
    assert (one.subject.span.line, one.subject.span.column, one.subject.span.end_column) == (1, 23, 26)


def test_broken_code_says_nothing() -> None:
    assert facts("def f(:\n") == CodeFacts("app/repo.py")


def test_facts_come_back_from_the_cache() -> None:
    found = facts("import a\nclass C(B):\n    x = [1, {'k': -2.5}]\n    def f(self, *a): return self.x(lambda: 1)\n")
    assert unpack(pack(found, CodeFacts), CodeFacts) == found
