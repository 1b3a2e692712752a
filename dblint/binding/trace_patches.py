"""What a test puts in the place of the project's names: ``patch``, ``patch.object``, ``monkeypatch.setattr``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dblint.binding.code import Found
from dblint.binding.trace_names import declared
from dblint.binding.trace_settings import configure
from dblint.binding.trace_values import (
    OUTSIDE,
    Blueprint,
    Double,
    Giving,
    Instance,
    Namespace,
    Outside,
    Put,
    Root,
    Routine,
    Text,
    Value,
)
from dblint.facts.code_model import Call, Expression

if TYPE_CHECKING:
    from dblint.binding.trace import Trace
    from dblint.binding.trace_model import Frame

PATCHED = "patch"
_DRIVERS = frozenset(
    (
        *("psycopg2", "psycopg", "psycopg_pool", "asyncpg", "aiopg", "pg8000", "sqlite3", "aiosqlite", "pymysql"),
        *("MySQLdb", "mysql", "mariadb", "aiomysql", "databases", "sqlalchemy", "supabase"),
    )
)
"""Packages whose functions a test may replace for all who call them."""


def patched(trace: Trace, frame: Frame, call: Call, callee: str) -> Put | None:
    """What a call puts in whose place; None for a call that is no patch."""
    names = callee.split(".")
    if names[-1] == "setattr" and "monkeypatch" in names:
        return _put(trace, frame, call, replaces=True)
    if names[-1] == "patch" or names[-2:] == ["patch", "object"]:
        return _put(trace, frame, call, replaces=False)
    return None


def decorated(trace: Trace, module: Frame, decorators: Iterable[Expression]) -> list[Value]:
    """The doubles that the ``@patch`` decorators of a test hand it, in the order of its parameters."""
    given: list[Value] = []
    for one in reversed(list(decorators)):
        call = module.function.calls[one.call] if 0 <= one.call < len(module.function.calls) else None
        if call is None or not (one.text.endswith("patch") or one.text.endswith("patch.object")):
            continue
        put = _put(trace, module, call, replaces=False)
        if put is not None and not _says_new(call):
            given.append(put.value)
    return given


def _says_new(call: Call) -> bool:
    behind = 2 if call.name == "object" else 1
    return any(one.name in ("new", "new_callable") for one in call.arguments) or (
        len([one for one in call.arguments if not one.name]) > behind
    )


def _put(trace: Trace, frame: Frame, call: Call, *, replaces: bool) -> Put | None:
    positional = [trace.value(frame, one.value) for one in call.arguments if not one.name]
    keywords = {one.name: trace.value(frame, one.value) for one in call.arguments if one.name}
    if not positional:
        return None
    first, *rest = positional
    if isinstance(first, Text):
        spot = spot_named(trace, frame, first.text)
    elif rest and isinstance(rest[0], Text):
        holder = first if first is not None else _foreign(trace, frame.path, call.arguments[0].value.text)
        spot = spot_of(trace, holder, rest[0].text)
        rest = rest[1:]
    else:
        return None
    new = rest[0] if rest else keywords.get("value" if replaces else "new")
    given = keywords.get("return_value") or keywords.get("side_effect")
    if spot is None:
        return Put(new)
    stands = spot.function or _object_there(trace, spot)
    double = Double(spot.root, (), stands, spot.makes, given)
    if isinstance(new, Routine | Giving):
        double = Double(spot.root, (), spot.function, None, new)
    elif isinstance(new, Double) and new.stands_for is None:
        new = Double(new.root, new.way, stands, new.makes, new.gives)
    else:
        configure(trace, frame, double, call)
    put: Value = new if new is not None and not isinstance(new, Routine | Giving) else double
    spot.take(trace, put)
    return Put(put)


def _foreign(trace: Trace, path: str, name: str) -> Double | None:
    """The object of another package that a name of the project holds, once a test puts something into it."""
    found = trace.code.find(path, name)
    if found is None or found.kind != "constant":
        return None
    known = trace.constants.get((found.path, found.name))
    double = known if isinstance(known, Double) else Double(Root(f"{PATCHED} {found.path}", "", found.name))
    trace.constants[(found.path, found.name)] = double
    return double


def _object_there(trace: Trace, spot: Spot) -> Found | None:
    """The class of the object of the project that a patch takes the place of."""
    if spot.constant is not None:
        return declared(trace, spot.constant)
    before = spot.before
    return before.made_of if isinstance(before, Instance) else None


class Spot:
    """A place something is put: a name of a file, an attribute of a class or of an object."""

    __slots__ = ("_held", "_name", "constant", "function", "makes", "root")

    def __init__(self, held: Value, name: str, root: Root, meant: Found | None) -> None:
        self._held = held
        self._name = name
        self.root = root
        self.function = meant if meant is not None and meant.kind == "function" else None
        self.makes = meant if meant is not None and meant.kind == "class" else None
        self.constant = meant if meant is not None and meant.kind == "constant" else None

    def take(self, trace: Trace, value: Value) -> None:
        """Put a value there."""
        if isinstance(self._held, Instance):
            self._held.attributes[self._name] = value
        elif isinstance(self._held, Namespace):
            trace.replace(self._held.path, self._name, value)
        elif isinstance(self._held, Blueprint):
            found = self._held.found
            trace.replace(found.path, f"{found.name}.{self._name}", value)
        elif isinstance(self._held, Outside):
            trace.replace(OUTSIDE, f"{self._held.name}.{self._name}", value)
        elif isinstance(self._held, Double):
            trace.link(self._held, self._name, value)

    def put(self, trace: Trace) -> Value:
        """What a test has put there; None where nothing is."""
        if isinstance(self._held, Instance):
            return self._held.attributes.get(self._name)
        if isinstance(self._held, Namespace):
            return trace.put_in(self._held.path, self._name)
        if isinstance(self._held, Outside):
            return trace.put_in(OUTSIDE, f"{self._held.name}.{self._name}")
        if isinstance(self._held, Double):
            return trace.links.get(self._held.attribute(self._name))
        found = self._held.found if isinstance(self._held, Blueprint) else None
        return None if found is None else trace.put_in(found.path, f"{found.name}.{self._name}")

    @property
    def before(self) -> Value:
        """What an object has there."""
        return self._held.attributes.get(self._name) if isinstance(self._held, Instance) else None


def spot_named(trace: Trace, frame: Frame, target: str) -> Spot | None:
    """The spot that a dotted string names."""
    home = trace.code.home(frame.path, target)
    if home is None:
        held, _, name = target.rpartition(".")
        return spot_of(trace, Outside(held), name)
    path, name = home
    holder: Value = Namespace(path)
    if "." in name:
        held, _, name = name.rpartition(".")
        holder = trace.place(path, held)
        holder = _foreign(trace, path, held) if holder is None else holder
    return spot_of(trace, holder, name)


def spot_of(trace: Trace, holder: Value, name: str) -> Spot | None:
    """The spot that an attribute of an object is."""
    code = trace.code
    if isinstance(holder, Namespace):
        return Spot(holder, name, Root(f"{PATCHED} {holder.path}", "", name), code.find(holder.path, name))
    if isinstance(holder, Blueprint):
        root = Root(f"{PATCHED} {holder.found.path}", holder.found.name, name)
        return Spot(holder, name, root, code.member(holder.found, name))
    if isinstance(holder, Double):
        root = Root(f"{PATCHED} {holder.root.path}", ".".join((holder.root.name, *holder.way)), name)
        return Spot(holder, name, root, None)
    if isinstance(holder, Instance):
        made = holder.made_of
        return Spot(holder, name, Root(f"{PATCHED} {made.path}", made.name, name), code.member(made, name))
    if isinstance(holder, Outside) and holder.name.partition(".")[0] in _DRIVERS:
        return Spot(holder, name, Root(PATCHED, holder.name, name), None)
    return None
