"""What doubles are told to answer: the way from the outermost double, and the rows at its end."""

from __future__ import annotations

import textwrap

import pytest

from dblint.facts.doubles_model import DoubleResult, DoubleStep
from dblint.facts.model import FileFacts
from dblint.facts.read import read
from dblint.source import Source


def facts_of(code: str) -> FileFacts:
    return read(Source("tests/test_x.py", textwrap.dedent(code)))


def way(answer: DoubleResult) -> str:
    root = answer.root.target or answer.root.name
    turn = "" if answer.turn is None else f"#{answer.turn}"
    return f"{answer.root.kind} {root}: " + ".".join(link(step) for step in answer.path) + turn


def link(step: DoubleStep) -> str:
    given = "*" if step.arguments is None else ",".join(one.text or "?" for one in step.arguments)
    looked_for = "".join(f"~{text}" for text in step.containing)
    return step.name + (f"({given}{looked_for})" if step.called else "")


def told(code: str) -> list[tuple[str, str]]:
    facts = facts_of(code)
    return [
        (way(one), " ".join(entry.key for row in one.rows for entry in facts.rows[row].entries))
        for one in facts.doubles
    ]


CHAIN = """
def chain(rows):
    m = MagicMock()
    m.select.return_value = m
    m.execute.return_value.data = rows
    return m
class FakeQuery:
    def __init__(self, rows): self._rows = list(rows or [])
    def select(self, *names): return self
    def execute(self): return SimpleNamespace(data=self._rows, count=1)
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("m.fetch.return_value = [{'a': 1}]", [("name m: fetch(*)", "a")]),
        (
            "sel = MagicMock()\nt = MagicMock()\nt.select.return_value = sel\n"
            "sel.execute.return_value = MagicMock(data=[{'a': 1}])\nc = MagicMock()\nc.table.return_value = t",
            [("mock c: table(*).select(*).execute(*).data", "a")],
        ),
        (
            "c = MagicMock()\nr = MagicMock()\nr.data = {'a': 1}\nc.table('t').select.return_value"
            ".execute.return_value = r",
            [("mock c: table(t).select(*).execute(*).data", "a")],
        ),
        ("c = AsyncMock(fetchrow=AsyncMock(return_value={'a': 1}))", [("mock c: fetchrow(*)", "a")]),
        ("c = Mock(**{'execute.return_value.data': [{'a': 1}]})", [("mock c: execute(*).data", "a")]),
        (
            "def test():\n    with patch('app.db.get', return_value={'a': 1}) as m:\n        pass",
            [("patch app.db.get: (*)", "a")],
        ),
        (
            "from app import db\ndef test(monkeypatch):\n    monkeypatch.setattr(db, 'get', lambda *_: {'a': 1})",
            [("patch app.db.get: (*)", "a")],
        ),
        (
            "@patch('app.one')\n@patch('app.two')\ndef test(two, one, fixture):\n"
            "    one.return_value.get.return_value = {'a': 1}\n"
            "    two.return_value = {'b': 1}\n    fixture.fetch.return_value = {'c': 1}",
            [("patch app.one: (*).get(*)", "a"), ("patch app.two: (*)", "b"), ("parameter fixture: fetch(*)", "c")],
        ),
        (
            "@patch('app.kept', new=1)\n@patch('app.made')\ndef test(made):\n    made.return_value = {'a': 1}",
            [("patch app.made: (*)", "a")],
        ),
        (
            "conn.fetch = AsyncMock(side_effect=[[{'a': 1}], [], [{'b': 1}]])",
            [("name conn: fetch(*)#0", "a"), ("name conn: fetch(*)#2", "b")],
        ),
        (
            "pool = MagicMock()\nconn = AsyncMock()\nconn.fetch.return_value = [{'a': 1}]\n"
            "pool.acquire.return_value.__aenter__.return_value = conn",
            [("mock pool: acquire(*).__aenter__(*).fetch(*)", "a")],
        ),
        (
            "async def run(sql, *given):\n    if 'FROM orders' in sql:\n        return [{'a': 1}]\n    return []\n"
            "conn = SimpleNamespace(fetch=run)",
            [("mock conn: fetch(*~FROM orders)", "a")],
        ),
        (
            CHAIN
            + "sb = MagicMock()\n"
            + "sb.table.side_effect = lambda n: {'t': chain([{'a': 1}]), 'u': FakeQuery([{'b': 1}])}[n]",
            [("mock sb: table(t).execute(*).data", "a"), ("mock sb: table(u).execute(*).data", "b")],
        ),
        (
            CHAIN
            + "def test(sb):\n    def pick(name):\n        if name == 't':\n            return chain([{'a': 1}])\n"
            "    sb.table = pick",
            [("parameter sb: table(t).execute(*).data", "a")],
        ),
        ("s = MagicMock()\ns.first.return_value = Mock(id=1, name='x')", [("mock s: first(*)", "id")]),
        ("s = MagicMock()\ns.all.return_value = [SimpleNamespace(name='x')]", [("mock s: all(*)", "name")]),
        ("app.dependency_overrides[get_user] = lambda: {'a': 1}", [("patch get_user: (*)", "a")]),
        ("m.fetch.return_value = 5", []),
        ("m.return_value.json.assert_called_with({'a': 1})", []),
    ],
)
def test_each_idiom_is_a_way_and_its_rows(code: str, expected: list[tuple[str, str]]) -> None:
    assert told(code) == expected


def test_a_cursors_tuples_are_rows_by_position() -> None:
    (one, many) = facts_of(
        "c.fetchone.return_value = (1, 'x')\nc.fetchall.return_value = [(1, 'x'), (2, None)]"
    ).doubles
    assert (one.shape, [len(row.items) for row in one.tuples]) == ("tuple", [2])
    assert (many.shape, [row.items[1].value.text for row in many.tuples]) == ("tuples", ["x", ""])


def test_a_double_that_returns_itself_may_skip_steps() -> None:
    (answer,) = facts_of(CHAIN + "c = MagicMock()\nc.table.return_value = chain([{'a': 1}])").doubles
    assert answer.fluent and way(answer) == "mock c: table(*).execute(*).data"


def test_what_a_fixture_hands_out_is_known_by_its_name() -> None:
    facts = facts_of(
        """
        @pytest.fixture
        def conn():
            made = AsyncMock()
            made.fetch.return_value = [{"a": 1}]
            return made
        """
    )
    assert [(one.function, one.root.name) for one in facts.handles] == [("conn", "made")]
    assert facts.doubles[0].handed_out


def test_a_row_of_another_file_is_lent() -> None:
    (answer,) = facts_of("def test(order_row):\n    c = MagicMock()\n    c.fetchrow.return_value = order_row").doubles
    assert [one.name for one in answer.lent] == ["order_row"]


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    return f(x)\nm.a.return_value = f(1)",
        "a = MagicMock()\nb = MagicMock()\na.x.return_value = b\nb.x.return_value = a\na.y.return_value = {'k': 1}",
        "m.side_effect = m\nm.return_value = m\nm = m",
        "class A:\n    def __init__(self, a): self.a = a\n    def f(self): return A(self.a)\nx = A(A(A({'k': 1})))",
        "m.x.side_effect = lambda n: (lambda k: {'a': 1})",
    ],
)
def test_rings_end(code: str) -> None:
    assert len(facts_of(code).doubles) < 20


ASKED = """
def test(mock_supabase):
    client, response, _ = mock_supabase
    response.data = [{"a": 1}]
    subject()
    client.table.assert_called_once_with("t")
    client.table().select.assert_called_once_with("a, b")
"""


def test_the_one_table_a_client_is_asked_for_is_its_answers_table() -> None:
    (use,) = (one for one in facts_of(ASKED).uses if one.role == "result")
    assert use.table is not None
    assert (use.table.name, use.operation, use.select) == ("t", "select", "a, b")


@pytest.mark.parametrize(
    "code",
    [
        ASKED + '    client.from_.assert_called_once_with("u")\n',
        ASKED.replace("client, response, _ = mock_supabase", "client, other = mock_supabase\n    response = answer()"),
        ASKED.replace("once_with", "with"),
    ],
)
def test_two_tables_or_another_double_say_nothing(code: str) -> None:
    assert [one for one in facts_of(code).uses if one.role == "result"] == []


def test_what_the_client_is_asked_to_write_is_a_row_of_that_table() -> None:
    code = """
    def test(mock_supabase):
        client, response, _ = mock_supabase
        changed = {"a": 1}
        subject(changed)
        client.table.assert_called_once_with("t")
        client.table().update.assert_called_once_with(changed)
    """
    facts = facts_of(code)
    (use,) = facts.uses
    assert (use.role, use.table.name if use.table else None, use.operation) == ("update", "t", "update")
    assert [entry.key for entry in facts.rows[use.row].entries] == ["a"]


def test_a_patcher_that_is_started_puts_its_mock_there() -> None:
    code = """
    class TestIt(TestCase):
        def setUp(self):
            self.query = mock.patch("app.db.query").start()
        def row(self):
            return {"a": 1}
        def test_one(self):
            self.query.return_value = self.row()
    """
    assert told(code) == [("patch app.db.query: (*)", "a")]


def test_a_double_of_several_tables_says_nothing_of_its_rows() -> None:
    code = """
    def test(client):
        chain = MagicMock()
        chain.select.return_value.execute.return_value.data = [{"a": 1}]
        def table(name):
            if name == "t":
                return chain
            return chain
        client.table.side_effect = table
    """
    assert [one for one in facts_of(code).uses if one.evidence == "dispatch"] == []
