"""Direct evidence: each idiom of real tests, and what its rows are taken for."""

from __future__ import annotations

import textwrap

import pytest

from dblint.facts.model import FileFacts, MockRow, RowUse
from dblint.facts.read import read
from dblint.source import Source


def facts_of(code: str) -> FileFacts:
    return read(Source("tests/test_x.py", textwrap.dedent(code)))


def told(code: str) -> list[tuple[str, str | None, str, tuple[str, ...]]]:
    """Role, table, evidence and keys of every use, but for mere names."""
    facts = facts_of(code)
    return [shown(facts, use) for use in facts.uses if use.evidence != "name"]


def shown(facts: FileFacts, use: RowUse) -> tuple[str, str | None, str, tuple[str, ...]]:
    table = None if use.table is None else ".".join(part for part in (use.table.schema, use.table.name) if part)
    return use.role, table, use.evidence, tuple(entry.key for entry in facts.rows[use.row].entries)


def only_row(code: str) -> MockRow:
    facts = facts_of(code)
    (use,) = (use for use in facts.uses if use.evidence != "name")
    return facts.rows[use.row]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('sb.table("t").insert({"a": 1}).execute()', [("insert", "t", "client", ("a",))]),
        (
            'sb.from_("t").upsert([{"a": 1}, {"b": 2}])',
            [("insert", "t", "client", ("a",)), ("insert", "t", "client", ("b",))],
        ),
        ('sb.schema("s").table("t").update({"a": 1})', [("update", "s.t", "client", ("a",))]),
        ('sb.schema("s").from_("t").insert(json={"a": 1})', [("insert", "s.t", "client", ("a",))]),
        ('await (await get_client()).table("t").insert({"a": 1}).execute()', [("insert", "t", "client", ("a",))]),
        ('self.client.table("t").insert({"a": 1}).execute()', [("insert", "t", "client", ("a",))]),
        ('sb.table("t").insert([{"a": i} for i in range(3)])', [("insert", "t", "client", ("a",))]),
        (
            'sb.table("t").select("*").eq("c", 1).order("d").execute()',
            [("filter", "t", "client", ("c",)), ("filter", "t", "client", ("d",))],
        ),
        ('sb.table("t").select("id, x:y, e(z)").execute()', [("filter", "t", "client", ("id", "y"))]),
        ('sb.table("t").delete().match({"a": 1, "b": 2})', [("filter", "t", "client", ("a", "b"))]),
        ('sb.table("t").select("*").eq("images.id", 1).eq("data->>x", 2).eq(name, 3)', []),
        ('sb.table("t").select("*").order("name", foreign_table="items")', []),
        ('sb.table("t").delete().not_.in_("c", [1])', [("filter", "t", "client", ("c",))]),
        ('q = sb.table("t")\nq = q.select("*")\nq.eq("c", 1).execute()', [("filter", "t", "client", ("c",))]),
        ('sb.storage.from_("t").update({"a": 1})', []),
        ('sb.table(name).insert({"a": 1})', []),
        ('Query.from_("t").select("a")', []),
        ('r.table("t").insert({"a": 1}).run(conn)', []),
        ('sb.table("t").insert(unknown)', []),
        ('sb.table("t").insert({1: 2})', []),
        ('db.insert("t", {"a": 1})', [("insert", "t", "call", ("a",))]),
        ('db.insert_many("t", [{"a": 1}])', [("insert", "t", "call", ("a",))]),
        ('bulk_insert(conn, "t", rows=[{"a": 1}])', [("insert", "t", "call", ("a",))]),
        ('db.upsert(table="t", data={"a": 1})', [("insert", "t", "call", ("a",))]),
        ('db.insert("t", a=1, b=2)', [("insert", "t", "call", ("a", "b"))]),
        ('base = {"a": 1}\ndb.insert("t", **base, b=2)', [("insert", "t", "call", ("a", "b"))]),
        ('seed("t", count=5)', []),
        ('db.update("t", {"a": 1}, {"id": 2})', [("update", "t", "call", ("a",))]),
        ('db.execute_query(table="t", operation="insert", data={"a": 1})', [("insert", "t", "call", ("a",))]),
        ('run(table="t", operation="select", data={"a": 1})', []),
        ('seed("t", [{"a": 1}])', [("stored", "t", "call", ("a",))]),
        ('fake.seed("t", {"a": 1}, {"b": 1})', [("stored", "t", "call", ("a",)), ("stored", "t", "call", ("b",))]),
        ('fake.add_row("t", dict(a=1))', [("stored", "t", "call", ("a",))]),
        ('fake.load_table("t", [{"a": 1}])', [("stored", "t", "call", ("a",))]),
        ('Fake().for_table("t").with_response(data=[{"a": 1}])', [("result", "t", "call", ("a",))]),
        (
            'f.on_table("t").set_results([{"a": 1}]).on_table("u").set_result({"b": 1})',
            [("result", "t", "call", ("a",)), ("result", "u", "call", ("b",))],
        ),
        ('f.page("t").with_response([{"a": 1}])', []),
        ('cache.load("t", {"a": 1})', []),
        ('log.update("not a table", {"a": 1})', []),
        (
            'm.table("t").select("id").eq("id", 1).execute.return_value = MagicMock(data=[{"a": 1}])',
            [("filter", "t", "client", ("id",)), ("filter", "t", "client", ("id",)), ("result", "t", "client", ("a",))],
        ),
        (
            'm.table("t").select.return_value.execute.return_value.data = [{"a": 1}]',
            [("result", "t", "client", ("a",))],
        ),
        (
            'm.table("t").insert.return_value.execute = AsyncMock(return_value=MagicMock(data=[{"a": 1}]))',
            [("result", "t", "client", ("a",))],
        ),
        (
            'resp = MagicMock()\nresp.data = [{"a": 1}]\nm.table("t").select.return_value.execute.return_value = resp',
            [("result", "t", "client", ("a",))],
        ),
        ('m.table("t").insert.assert_called_once_with({"a": 1})', [("insert", "t", "client", ("a",))]),
        ('m.table("t").select.return_value.eq.assert_called_with("c", 1)', [("filter", "t", "client", ("c",))]),
        ('m.table("t").insert.assert_called_once()', []),
        (
            'sb.table("t").upsert({"a": 1}, on_conflict="a,b")',
            [("insert", "t", "client", ("a",)), ("filter", "t", "client", ("a", "b"))],
        ),
        (
            'sb.table("t").select("*").or_("a.eq.1,and(b.gt.2,c.not.is.null),d->>x.eq.3,e.f.eq.1")',
            [("filter", "t", "client", ("a", "b", "c"))],
        ),
        (
            'm.table("t").select.return_value.execute.side_effect = [MagicMock(data=[{"a": 1}]), resp([{"b": 1}])]',
            [("result", "t", "client", ("a",)), ("result", "t", "client", ("b",))],
        ),
        (
            'def table(name):\n    if name == "t":\n        return FakeQuery([{"a": 1}])',
            [("result", "t", "dispatch", ("a",))],
        ),
        ('m.table.return_value.select.return_value.execute.return_value.data = [{"a": 1}]', []),
        (
            'def table(name):\n    if name == "t":\n        return [{"a": 1}]\n'
            '    elif "u" == name:\n        return MagicMock(data=[{"b": 1}])',
            [("result", "t", "dispatch", ("a",)), ("result", "u", "dispatch", ("b",))],
        ),
        (
            'def pick(table_name):\n    match table_name:\n        case "t":\n            return {"a": 1}\n'
            '        case "u" | "v":\n            return {"b": 1}',
            [("result", "t", "dispatch", ("a",))],
        ),
        (
            'def answer(name):\n    if name == "t":\n        return {"a": 1}\nm.table.side_effect = answer',
            [("result", "t", "dispatch", ("a",))],
        ),
        (
            'def table(name):\n    assert name == "t"\n    q = MagicMock()\n'
            '    q.select.return_value.execute.return_value.data = [{"a": 1}]\n    return q',
            [("result", "t", "dispatch", ("a",))],
        ),
        ('def greet(name):\n    if name == "t":\n        return {"a": 1}', []),
        (
            'async def execute_query(self, **kwargs):\n    if kwargs.get("table") == "t":\n        return [{"a": 1}]',
            [("result", "t", "dispatch", ("a",))],
        ),
        (
            'def side(table):\n    if table == "t":\n        m = MagicMock()\n'
            '        m.select.return_value.execute.return_value.data = [{"a": 1}]\n        return m',
            [("result", "t", "dispatch", ("a",))],
        ),
    ],
)
def test_each_idiom_says_its_table_and_role(code: str, expected: list[object]) -> None:
    assert sorted(told(code)) == sorted(expected)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("code", "keys", "is_open"),
    [
        ('row = {"a": 1}\nsb.table("t").insert(row)', ("a",), False),
        ('row = {"a": 1}\nrow["b"] = 2\nsb.table("t").insert(row)', ("a", "b"), False),
        ('row = {"a": 1}\nsb.table("t").insert(row)\nrow["b"] = 2', ("a",), False),
        ('row = {"a": 1}\nif x:\n    row["b"] = 2\nsb.table("t").insert(row)', ("a",), True),
        ('row = {"a": 1}\nrow[key] = 2\nsb.table("t").insert(row)', ("a",), True),
        ('row = {"a": 1}\nrow.pop("a")\nsb.table("t").insert(row)', ("a",), True),
        ('row = {"a": 1}\ndel row["a"]\nsb.table("t").insert(row)', ("a",), True),
        ('row = {"a": 1}\nrow.update(b=2)\nsb.table("t").insert(row)', ("a", "b"), False),
        ('row = {"a": 1}\nrow.update(more)\nsb.table("t").insert(row)', ("a",), True),
        ('row = {"a": 1}\nrow |= {"b": 2}\nsb.table("t").insert(row)', ("a", "b"), False),
        ('row = {"a": 1}\nrow = {"b": 1}\nsb.table("t").insert(row)', ("b",), False),
        ('base = {"a": 1}\nsb.table("t").insert({**base, "b": 2})', ("a", "b"), False),
        ('sb.table("t").insert({**unknown, "b": 2})', ("b",), True),
        ('base = {"a": 1}\nsb.table("t").insert(base | {"b": 2})', ("a", "b"), False),
        ('sb.table("t").insert(unknown | {"b": 2})', ("b",), True),
        ('base = {"a": 1}\nsb.table("t").insert(dict(base, b=2))', ("a", "b"), False),
        ('sb.table("t").insert(dict(unknown, b=2))', ("b",), True),
        ('base = {"a": 1}\nsb.table("t").insert(base.copy())', ("a",), False),
        ('base = {"a": 1}\nsb.table("t").insert([base] * 3)', ("a",), False),
        ('rows = [{"a": 1}]\nsb.table("t").insert(rows[0])', ("a",), False),
        ('rows = []\nrows.append({"a": 1})\nsb.table("t").insert(rows)', ("a",), False),
        ('ROW = {"a": 1}\ndef test():\n    sb.table("t").insert(ROW)', ("a",), False),
        ('ROW = {"a": 1}\nROW["b"] = 1\ndef test():\n    sb.table("t").insert(ROW)', ("a", "b"), False),
        ('ROW = {"a": 1}\ndef change():\n    ROW["b"] = 1\ndef test():\n    sb.table("t").insert(ROW)', ("a",), True),
        ('def make(**kw):\n    return {"a": 1, **kw}\nsb.table("t").insert(make(b=2))', ("a", "b"), False),
        ('def make(a, **kw):\n    return {"a": a, **kw}\nsb.table("t").insert(make(1, **more))', ("a",), True),
        ('sb.table("t").insert({"a": 1, key: 2})', ("a",), True),
    ],
)
def test_a_row_is_followed_to_what_it_holds(code: str, keys: tuple[str, ...], is_open: bool) -> None:
    row = only_row(code)
    assert tuple(entry.key for entry in row.entries) == keys
    assert row.open is is_open


@pytest.mark.parametrize(
    "code",
    [
        'if x:\n    row = {"a": 1}\nelse:\n    row = {"b": 1}\nsb.table("t").insert(row)',
        'row = {"a": 1}\nfor x in y:\n    sb.table("t").insert(row)\n    row = other()',
        'def test(row):\n    sb.table("t").insert(row)',
        'for row in rows:\n    sb.table("t").insert(row)',
        'with open(x) as row:\n    sb.table("t").insert(row)',
    ],
)
def test_a_name_that_may_mean_two_things_is_no_row(code: str) -> None:
    assert told(code) == []


def test_values_of_names_bound_once_are_known() -> None:
    row = only_row('ID = "x"\ndef test():\n    n = 5\n    sb.table("t").insert({"a": ID, "b": n, "c": other})')
    assert [(entry.value.kind, entry.value.text) for entry in row.entries] == [
        ("str", "x"),
        ("int", "5"),
        ("unknown", ""),
    ]


def test_a_filter_names_a_column_inside_its_quotes_and_keeps_the_operand() -> None:
    row = only_row('sb.table("t").select().eq("col", "v").execute()')
    (entry,) = row.entries
    assert row.layout.form == "fixed"
    assert (entry.key, entry.value.text) == ("col", "v")
    assert (entry.layout.key.column, entry.layout.key.end_column) == (27, 32)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("create_mock_order", ("order",)),
        ("create_mock_order_item", ("order", "item")),
        ("make_fake_user", ("user",)),
        ("mock_order", ("order",)),
        ("fake_user_row", ("user",)),
        ("order_factory", ("order",)),
        ("create_mock_order_with_items", ("order",)),
        ("make_user", ()),
        ("create_order", ()),
        ("fake_create_order", ()),
        ("mock_get_user", ()),
    ],
)
def test_a_factory_says_its_table_by_its_name(name: str, words: tuple[str, ...]) -> None:
    facts = facts_of(f'def {name}():\n    return {{"id": 1}}')
    assert [(use.role, use.words, use.name) for use in facts.uses] == [("factory", words, name)]


@pytest.mark.parametrize(
    "body",
    [
        'return {"id": 1, "total": 2, **overrides}',
        'return {**{"id": 1, "total": 2}, **overrides}',
        'row = {"id": 1, "total": 2}\n    row.update(overrides)\n    return row',
        'row = {"id": 1, "total": 2}\n    if overrides:\n        row.update(overrides)\n    return row',
        'base = {"id": 1, "total": 2}\n    return base | overrides',
        'base = {"id": 1, "total": 2}\n    return dict(base, **overrides)',
        "return dict(id=1, total=2, **overrides)",
        "row = dict(id=1, total=2)\n    row |= overrides\n    return row.copy()",
        'return {"id": 1, "total": 2, **(overrides or {})}',
    ],
)
def test_overrides_may_be_left_out_so_a_factorys_row_is_whole(body: str) -> None:
    facts = facts_of(f"def create_mock_order(**overrides):\n    {body}\n")
    (row,) = facts.rows
    assert [entry.key for entry in row.entries] == ["id", "total"]
    assert not row.open


@pytest.mark.parametrize(
    ("code", "role"),
    [
        ('def fake_user():\n    return {"id": 1}\nx = fake_user()', "factory"),
        ('def fake_user():\n    return {"id": 1}\napp.dependency_overrides[get_user] = fake_user\n', "result"),
        ('def fake_user():\n    return {"id": 1}\nmonkeypatch.setattr(app, "user", fake_user)', "result"),
        ('async def fake_user():\n    return {"id": 1}', "result"),
    ],
)
def test_a_function_that_stands_in_for_another_makes_no_whole_rows(code: str, role: str) -> None:
    assert {use.role for use in facts_of(code).uses if use.name == "fake_user"} == {role}


def test_values_that_may_be_overlaid_are_unknown() -> None:
    row = only_row('sb.table("t").insert({"a": 1, **unknown, "b": 2})')
    assert [(entry.key, entry.value.kind) for entry in row.entries] == [("a", "unknown"), ("b", "int")]
    row = only_row('row = {"a": None}\nrow.update(unknown)\nsb.table("t").insert(row)')
    assert [(entry.key, entry.value.kind) for entry in row.entries] == [("a", "unknown")]


def test_a_dict_factory_is_a_row_and_an_orm_factory_is_none() -> None:
    facts = facts_of(
        """
        class OrderFactory(factory.DictFactory):
            id = 1
            name = factory.Faker("name")

        class UserFactory(factory.Factory):
            class Meta:
                model = User
            id = 1
        """
    )
    (use,) = facts.uses
    assert (use.name, use.words, use.role) == ("OrderFactory", ("order",), "factory")
    assert [(entry.key, entry.value.kind) for entry in facts.rows[use.row].entries] == [
        ("id", "int"),
        ("name", "unknown"),
    ]


def test_a_factory_class_makes_rows_by_its_methods_and_a_fixture_by_what_it_hands_out() -> None:
    facts = facts_of(
        """
        class OrderFactory:
            @staticmethod
            def create(**overrides):
                return {"id": 1, **overrides}

        class TestBase:
            def create_mock_book(self):
                return {"id": 1}

            def helper(self):
                return {"id": 1}

        @pytest.fixture
        def mock_user():
            return {"id": 1, "n": 2}

        @pytest.fixture
        def make_fake_item():
            def _make(**kw):
                return {"id": 3, **kw}
            return _make
        """
    )
    assert sorted((use.name, use.role) for use in facts.uses) == [
        ("OrderFactory", "factory"),
        ("create_mock_book", "factory"),
        ("make_fake_item", "factory"),
        ("mock_user", "result"),
    ]


def test_the_factory_of_the_seed_is_keyed_by_table() -> None:
    facts = facts_of(
        """
        def create_mock_factory(table: str, **overrides):
            base_data = {
                "orders": {"id": "x", "price": 1},
                "products": {"id": "y"},
            }
            data = base_data.get(table, {}).copy()
            data.update(overrides)
            return data
        """
    )
    (data,) = facts.keyed
    assert [key.name for key in data.keys] == ["orders", "products"]
    assert {use.role for use in data.uses} == {"factory"}
    assert data.store


@pytest.mark.parametrize(
    ("code", "keys", "store"),
    [
        ('tables = {"orders": [{"id": 1}], "users": []}', ["orders", "users"], True),
        ('FakeSupabase({"orders": [{"id": 1}]})', ["orders"], True),
        ('class _Supabase: ...\n_Supabase({"orders": [{"id": 1}]})', ["orders"], True),
        ('_Supabase({"orders": [{"id": 1}]})', ["orders"], False),
        ('class _ApiClient: ...\n_ApiClient({"orders": [{"id": 1}]})', ["orders"], False),
        ('seed({"orders": [{"id": 1}], "users": {"u-1": {"id": 2}}})', ["orders", "users"], True),
        ('db.tables["orders"] = [{"id": 1}]\ndb.tables["users"] = []', ["orders", "users"], True),
        ('FakeDatabase(orders=[{"id": 1}], users=[])', ["orders", "users"], True),
        ('known = {"orders": [{"id": 1}], "users": [{"id": 2}]}', ["orders", "users"], False),
        ('store["orders"].append({"id": 1})\nstore["users"].extend([{"id": 1}])', ["orders", "users"], True),
        ('fake.tables.setdefault("orders", []).append({"id": 1})', ["orders"], True),
        ('def table(name):\n    return {"orders": [{"id": 1}], "users": []}.get(table, [])', ["orders", "users"], True),
        ('f = lambda table: {"orders": [{"id": 1}], "users": []}[table]', ["orders", "users"], True),
    ],
)
def test_keyed_data_lists_its_keys(code: str, keys: list[str], store: bool) -> None:
    (data,) = facts_of(code).keyed
    assert [key.name for key in data.keys] == keys
    assert data.store is store


@pytest.mark.parametrize(
    "code",
    [
        'expected = {"orders": [{"id": 1}], "users": [{"id": 2}]}',
        'client.post("/x", json={"orders": [{"id": 1}], "users": [{"id": 2}]})',
        'assert f() == {"orders": [{"id": 1}]}',
        'x = {"meta": 1, "orders": [{"id": 1}]}',
        'x = [{"orders": [{"id": 1}]}]',
        'assertEqual({"orders": [{"id": 1}]}, x)',
    ],
)
def test_documents_are_no_keyed_data(code: str) -> None:
    assert facts_of(code).keyed == ()


def test_a_map_of_types_is_a_schema_map_and_no_data() -> None:
    facts = facts_of('TABLE_SCHEMAS = {"orders": {"id": "uuid", "total": "numeric(10, 2)", "kind": "order_kind"}}')
    (found,) = facts.schema_maps
    ((table, columns),) = found.tables
    assert (found.name, table.name) == ("TABLE_SCHEMAS", "orders")
    assert [(column.column, column.type) for column in columns][1] == ("total", "numeric(10, 2)")
    assert facts.keyed == ()


def test_a_map_of_other_words_is_no_schema_map() -> None:
    assert facts_of('LABELS = {"orders": {"id": "Number", "total": "Sum", "date": "date"}}').schema_maps == ()


@pytest.mark.parametrize(
    ("code", "deliberate"),
    [
        ('def test_ok():\n    sb.table("t").insert({"a": 1})', False),
        ('def test_unknown_column():\n    sb.table("t").insert({"a": 1})', True),
        ('def test_badge():\n    sb.table("t").insert({"a": 1})', False),
        ('def test_ok():\n    with pytest.raises(APIError):\n        sb.table("t").insert({"a": 1})', True),
        ('def test_ok():\n    with x, self.assertRaises(E) as e:\n        sb.table("t").insert({"a": 1})', True),
        (
            'def test_ok():\n    with x:\n        sb.table("t").insert({"a": 1})\n'
            "        with pytest.raises(E):\n            pass",
            False,
        ),
        ('def test_ok():\n    bad_row = {"a": 1}\n    sb.table("t").insert(bad_row)', True),
        ('def test_ok():\n    row = {"a": 1}\n    with pytest.raises(E):\n        sb.table("t").insert(row)', True),
        ('def seed_invalid():\n    sb.table("t").insert({"a": 1})', False),
        ('x = pytest.param(sb.table("t").insert({"a": 1}), id="reject-a")', True),
    ],
)
def test_rows_wrong_on_purpose_are_told(code: str, deliberate: bool) -> None:
    assert only_row(code).deliberate is deliberate


@pytest.mark.parametrize(
    ("code", "receiver", "fake", "known"),
    [
        ('supabase.table("t").insert({"a": 1})', "supabase", False, True),
        ('x.table("t").insert({"a": 1})', "x", False, False),
        ('x.table("t").insert({"a": 1}).execute()', "x", False, True),
        ('x = create_client(u, k)\nx.table("t").insert({"a": 1})', "x", False, True),
        ('x = FakeSupabaseClient()\nx.table("t").insert({"a": 1})', "x", True, True),
        ('fake = make()\nx = fake\nx.table("t").insert({"a": 1})', "fake", True, True),
        ('mock_client.table("t").insert({"a": 1})', "mock_client", False, True),
        ('x = MagicMock()\nx.table("t").insert({"a": 1})', "x", False, False),
        ('self.db.table("t").insert({"a": 1})', "self.db", False, True),
        (
            "class T:\n    def setUp(self):\n        self.x = FakeSupabase()\n"
            '    def test(self):\n        self.x.table("t").insert({"a": 1})',
            "self.x",
            True,
            True,
        ),
        ('get_client().table("t").insert({"a": 1})', "get_client", False, True),
        (
            'def make():\n    c = FakeSupabase()\n    return c\nx = make()\nx.table("t").insert({"a": 1})',
            "x",
            True,
            True,
        ),
        (
            "class T:\n    def _make(self):\n        return FakeSupabase()\n"
            '    def test(self):\n        x = self._make()\n        x.table("t").insert({"a": 1})',
            "x",
            True,
            True,
        ),
        ('class Broken(FakeSupabase):\n    pass\nx = Broken()\nx.table("t").insert({"a": 1})', "x", True, True),
        ('(await pool.get()).table("t").insert({"a": 1})', "pool.get", False, False),
    ],
)
def test_the_receiver_is_followed_to_what_makes_it(code: str, receiver: str, fake: bool, known: bool) -> None:
    facts = facts_of(code)
    (use,), (call,) = facts.uses, facts.calls
    assert (use.receiver, use.fake) == (receiver, fake)
    assert (call.receiver, call.fake, call.known_client) == (receiver, fake, known)


def test_an_insert_that_configures_a_mock_writes_nothing() -> None:
    facts = facts_of('m.table("t").insert({"a": 1}).execute.return_value.data = [{"id": 1, "a": 1}]')
    assert [(use.role, use.operation, use.fake) for use in facts.uses] == [
        ("insert", "insert", True),
        ("result", "insert", False),
    ]


@pytest.mark.parametrize(
    ("code", "receiver", "fake"),
    [
        ('db.insert("t", {"a": 1})', "db", False),
        ('fake_db.insert("t", {"a": 1})', "fake_db", True),
        ('db = InMemoryDatabase()\ndb.insert("t", {"a": 1})', "db", True),
        ('insert_row(conn, "t", {"a": 1})', "conn", False),
        ('insert_row(fake, "t", {"a": 1})', "fake", True),
        ('insert("t", {"a": 1})', None, False),
    ],
)
def test_a_call_knows_what_it_is_made_on(code: str, receiver: str | None, fake: bool) -> None:
    (use,) = facts_of(code).uses
    assert (use.receiver, use.fake) == (receiver, fake)


def test_fixtures_and_patches_tell_what_makes_their_values() -> None:
    facts = facts_of(
        """
        @pytest.fixture(name="db")
        async def database(monkeypatch):
            client = await FakeClient.create()
            monkeypatch.setattr("app.db.get_client", lambda: client)
            monkeypatch.setattr(app.other, "client", client)
            app.dependency_overrides[get_db] = lambda: client
            with patch("app.x.get_supabase", return_value=client):
                yield client

        @pytest.fixture
        def patched(db):
            return db
        """
    )
    assert [(one.name, one.makes, one.is_async) for one in facts.fixtures] == [
        ("db", ("FakeClient.create",), True),
        ("patched", ("db",), False),
    ]
    assert {one.name for one in facts.patches} == {"get_client", "client", "get_db", "get_supabase"}
    assert {one.makes for one in facts.patches} == {("FakeClient.create",)}


def test_tables_the_file_creates_are_named() -> None:
    facts = facts_of(
        '''
        conn.execute("CREATE TABLE IF NOT EXISTS Foo (id int)")
        conn.execute(f"""
            create temp table {schema}.bar (id int);
            CREATE TABLE "Quoted Name" (id int); create unlogged table s.baz (x int)""")
        # CREATE TABLE only_a_comment (id int)
        '''
    )
    assert set(facts.created_tables) == {"foo", "Quoted Name", "s.baz"}


@pytest.mark.parametrize(
    "code",
    [
        "def f(:\n    pass",
        "x = {'a': \n",
        "class",
        "\x00",
        "sb.table('t').insert({'a': 1",
        "if x\n  y",
        "print 'x'",
        "{% if %}",
    ],
)
def test_broken_code_never_stops_the_reader(code: str) -> None:
    facts = read(Source("tests/test_x.py", code))
    assert facts.path == "tests/test_x.py"


def test_what_is_no_python_is_told_with_its_line() -> None:
    assert read(Source("x.py", "x = 1\ndef f(:\n    pass\n")).problem == "line 2: invalid syntax"
    assert read(Source("x.py", "x = 1\n")).problem is None


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ('for row in [{"a": 1}, {"b": 1}]:\n    sb.table("t").insert(row)', ["a", "b"]),
        ('ROWS = [{"a": 1}]\ndef test():\n    for row in ROWS:\n        sb.table("t").insert(row)', ["a"]),
        ('sb.table("t").insert([{**row, "c": 1} for row in [{"a": 1}]])', ["a", "c"]),
        ('sb.table("t").insert({"a": 1} if x else {"b": 1})', ["a", "b"]),
        (
            '@pytest.mark.parametrize("row", [{"a": 1}, {"b": 1}])\ndef test(row):\n    sb.table("t").insert(row)',
            ["a", "b"],
        ),
        (
            '@pytest.mark.parametrize("n, row", [(1, {"a": 1}), pytest.param(2, {"b": 1}, id="x")])\n'
            'def test(n, row):\n    sb.table("t").insert(row)',
            ["a", "b"],
        ),
        ('@pytest.fixture\ndef row():\n    return {"a": 1}\ndef test(row):\n    sb.table("t").insert(row)', ["a"]),
        ('class T:\n    ROW = {"a": 1}\n    def test(self):\n        sb.table("t").insert(self.ROW)', ["a"]),
        (
            'class T:\n    def setUp(self):\n        self.row = {"a": 1}\n'
            '    def test(self):\n        sb.table("t").insert(self.row)',
            ["a"],
        ),
        ('def put(row):\n    sb.table("t").insert(row)\nput({"a": 1})\nput(row={"b": 1})', ["a", "b"]),
        (
            'def put(client, rows=()):\n    for row in rows:\n        sb.table("t").insert(row)\nput(c, [{"a": 1}])',
            ["a"],
        ),
        (
            'class T:\n    def put(self, row):\n        row["z"] = 1\n        sb.table("t").insert(row)\n'
            '    def test(self):\n        self.put({"a": 1})',
            ["a", "z"],
        ),
        ('TABLE = "t"\ndef test():\n    sb.table(TABLE).insert({"a": 1})', ["a"]),
        ('class T:\n    TABLE = "t"\n    def test(self):\n        sb.table(self.TABLE).insert({"a": 1})', ["a"]),
    ],
)
def test_rows_are_found_behind_loops_parameters_and_attributes(code: str, keys: list[str]) -> None:
    facts = facts_of(code)
    uses = [use for use in facts.uses if use.evidence == "client"]
    assert [entry.key for use in uses for entry in facts.rows[use.row].entries] == keys


@pytest.mark.parametrize(
    "code",
    [
        'class T:\n    ROW = {"a": 1}\n    def test(self):\n        self.ROW["b"] = 1\n'
        '        sb.table("t").insert(self.ROW)',
        'class T:\n    def a(self):\n        self.row = {"a": 1}\n    def b(self):\n        self.row = {"b": 1}\n'
        '    def test(self):\n        sb.table("t").insert(self.row)',
        'for row in rows():\n    sb.table("t").insert(row)',
    ],
)
def test_an_attribute_set_twice_is_no_row(code: str) -> None:
    assert told(code) == []


def test_cases_with_a_telling_id_and_tests_that_must_fail_are_wrong_on_purpose() -> None:
    facts = facts_of(
        """
        @pytest.mark.parametrize("row", [{"a": 1}, {"b": 1}], ids=["fine", "unknown-column"])
        def test_insert(row):
            sb.table("t").insert(row)

        @pytest.mark.xfail
        def test_later():
            sb.table("t").insert({"c": 1})
        """
    )
    told_by_key = {row.entries[0].key: row.deliberate for row in facts.rows}
    assert told_by_key == {"a": False, "b": True, "c": True}


def test_rows_of_other_files_are_borrowed_by_name() -> None:
    facts = facts_of(
        """
        from tests.factories import make_order as order, ROW
        from .near import helper

        def test_x(sb, conftest_row, factory):
            sb.table("t").insert(order())
            sb.table("t").insert(order(total=1))
            sb.table("t").insert([ROW])
            seed("t", conftest_row)
            sb.table("t").insert(factory())
            sb.table("t").insert(unknown())
            made = helper()
            sb.table("t").insert(made)
        """
    )
    assert [(one.lent.name, one.lent.target, one.use.role, one.lent.overridden) for one in facts.borrowed] == [
        ("order", "tests.factories.make_order", "insert", False),
        ("order", "tests.factories.make_order", "insert", True),
        ("ROW", "tests.factories.ROW", "insert", False),
        ("factory", None, "insert", False),
        ("helper", ".near.helper", "insert", False),
        ("conftest_row", None, "stored", False),
    ]


def test_what_a_store_is_given_later_is_not_known() -> None:
    facts = facts_of(
        """
        class FakeDb:
            def __init__(self):
                self.tables = {"orders": [{"id": 1, "user_id": None}], "users": [{"id": None}]}
                self.tables["orders"][0]["user_id"] = self.tables["users"][0]["id"]
                self.tables["orders"][0]["total"] = 5
        """
    )
    rows = {use.table.name: facts.rows[use.row] for use in facts.keyed[0].uses if use.table is not None}
    assert [entry.value.kind for entry in rows["orders"].entries] == ["int", "unknown"]
    assert rows["orders"].open
    assert rows["users"].entries[0].value.kind == "null"
    assert not rows["users"].open
