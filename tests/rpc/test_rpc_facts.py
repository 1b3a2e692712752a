"""What a file says of stored functions: calls, assertions, answers and dispatches."""

from __future__ import annotations

import pytest

from dblint.facts.read import read
from dblint.facts.rpc_model import RpcFacts
from dblint.source import Source


def facts(text: str) -> RpcFacts:
    return read(Source("tests/test_x.py", text)).rpc


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('client.rpc("f")', ("f", None, [], False)),
        ('client.rpc("f", {"a": 1}).execute()', ("f", None, ["a"], False)),
        ('client.rpc(fn="f", params={"a": 1})', ("f", None, ["a"], False)),
        ('client.schema("s").rpc("f", {})', ("f", "s", [], False)),
        ('client.rpc("s.f", None)', ("f", "s", [], False)),
        ('client.rpc("f", dict(a=1, **more))', ("f", None, ["a"], True)),
        ('client.rpc("f", params)', ("f", None, [], True)),
        ('params = {"a": 1}\n    params["b"] = 2\n    client.rpc("f", params)', ("f", None, ["a", "b"], False)),
        ('client.rpc(NAME, {"a": 1})', ("f", None, ["a"], False)),
        ('client.rpc.assert_called_once_with("f", {"a": 1})', ("f", None, ["a"], False)),
        ('client.rpc.assert_awaited_with("f", {"a": ANY})', ("f", None, ["a"], False)),
        ('client.rpc.assert_has_calls([call("f", {"a": 1})])', ("f", None, ["a"], False)),
        ('assert client.rpc.call_args[0][0] == "f"', ("f", None, [], True)),
        ('cursor.callproc("f", [1, 2])', ("f", None, [None, None], False)),
        ('cursor.callproc("f", {"a": 1})', ("f", None, ["a"], False)),
    ],
)
def test_calls(code: str, told: tuple[str, str | None, list[str | None], bool]) -> None:
    (call,) = facts(f'NAME = "f"\n\n\ndef test_x(client, cursor, params, more):\n    {code}\n').calls
    said = (call.function.name, call.function.schema, [one.name for one in call.arguments], call.open)
    assert said == told


@pytest.mark.parametrize(
    "code",
    [
        'client.rpc("eth_call", [1, 2])',
        'client.rpc("f", "g", 3)',
        "client.rpc(name)",
        'client.storage.from_("rpc")',
        'call_rpc("f", {"a": 1})',
        'rpc_counts = {"f": 1}',
        'RPC_PARAMS = {"f": {"a": 1}}',
        'client.expect_rpc("f", {"a": 1})',
    ],
)
def test_what_is_no_call(code: str) -> None:
    found = facts(f"def test_x(client, name):\n    {code}\n")
    assert (found.calls, found.answers) == ((), ())


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("client.rpc.return_value.execute.return_value.data = [1]", "list"),
        ("client.rpc.return_value.execute.return_value = MagicMock(data={'a': 1})", "dict"),
        ("client.rpc.return_value.execute = AsyncMock(return_value=SimpleNamespace(data=5))", "int"),
        ("client.rpc.return_value = Mock(execute=Mock(return_value=Mock(data=[])))", "list"),
        ("client.rpc = Mock(return_value=Mock(execute=lambda: Mock(data=[{'a': 1}])))", "list"),
        ("client.rpc.return_value = {'a': 1}", "dict"),
        (
            "reply = Mock()\n    reply.data = [{'a': 1}]\n    client.rpc.return_value.execute.return_value = reply",
            "list",
        ),
        (
            "query = MagicMock()\n    query.execute.return_value.data = True\n    client.rpc.return_value = query",
            "bool",
        ),
    ],
)
def test_answers_of_mocks(code: str, kind: str) -> None:
    text = f'def test_x(client):\n    {code}\n    client.rpc.assert_called_once_with("f")\n'
    (answer,) = facts(text).answers
    assert answer.function is not None
    assert (answer.function.name, answer.value.kind) == ("f", kind)


def test_an_answer_is_nobodys_where_several_functions_are_called() -> None:
    text = """
def test_x(client):
    client.rpc.return_value.execute.return_value.data = [1]
    client.rpc.assert_any_call("f")


def test_y(client):
    client.rpc.return_value.execute.return_value.data = [1]
    client.rpc("f").execute()
    client.rpc("g").execute()
"""
    assert [one.function for one in facts(text).answers] == [None, None]


@pytest.mark.parametrize(
    ("body", "names", "fallback", "is_open"),
    [
        ('if name == "f":\n            return [1]', ("f",), "nothing", False),
        ('if name in ("f", "g"):\n            return [1]\n        raise KeyError(name)', ("f", "g"), "raises", False),
        ('if name == "f":\n            return [1]\n        return []', ("f",), "value", False),
        (
            'match name:\n          case "f":\n            return 1\n          case _:\n            raise KeyError',
            ("f",),
            "raises",
            False,
        ),
        ('return {"f": [1], "g": 2}[name]', ("f", "g"), "raises", False),
        ('return {"f": [1]}.get(name)', ("f",), "nothing", False),
        ('return {"f": [1]}.get(name, [])', ("f",), "value", False),
        ("return self.handlers[name](params)", (), "value", True),
        ('if name == "f":\n            return [1]\n        return self.other(name)', ("f",), "value", True),
    ],
)
def test_dispatches(body: str, names: tuple[str, ...], fallback: str, is_open: bool) -> None:
    (found,) = facts(f"class Fake:\n    def rpc(self, name, params=None):\n        {body}\n").dispatches
    assert (found.name, found.names, found.open) == ("Fake.rpc", names, is_open)
    assert found.fallback == fallback
