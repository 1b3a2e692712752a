"""The literals that a call gives the placeholders of its statement, one set for each execution."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dblint.facts.literals import dotted, string, value
from dblint.facts.sql_runs import Run, looped
from dblint.facts.statements_model import Argument, ArgumentSet, Giving, SqlText
from dblint.source import Span
from dblint.syntax.python import Node

if TYPE_CHECKING:
    from dblint.facts.draft import Draft

_MANY = frozenset(("executemany", "execute_many", "execute_batch", "execute_values"))
_VALUES = frozenset(
    ("params", "parameters", "args", "vars", "values", "seq_of_params", "seq_of_parameters", "argslist", "params_seq")
)
_OPTIONS = frozenset(
    (
        *("timeout", "column", "record_class", "prepare", "binary", "returning", "page_size", "fetch", "template"),
        *("execution_options", "bind_arguments", "stream", "prefetch", "connection", "conn", "con", "cur", "cursor"),
    )
)
_NUMBERED = re.compile(r"\$\d+")
_SCALARS = frozenset(("string", "concatenated_string", "integer", "float", "true", "false", "none"))
_DEPTH = 6


def given_to(
    draft: Draft, text: SqlText, name: str, rest: list[Node], statement: Node, runs: Sequence[Run]
) -> tuple[Giving, tuple[ArgumentSet, ...], bool]:
    """What a call gives beside the statement in its runs, and whether one run executes it once for each set."""
    several = name in _MANY
    found: dict[ArgumentSet, None] = {}
    givings: set[Giving] = set()
    for run in runs:
        giving, sets, many = _given(draft, text, name, rest, statement, run)
        givings.add(giving)
        several = several or many
        for one in sets:
            placed = replace(one, span=run.place) if run.place is not None and not many and len(runs) > 1 else one
            found.setdefault(placed)
    if "values" in givings:
        return "values", tuple(found), several
    return ("nothing" if givings == {"nothing"} else "unknown"), (), several


def _given(
    draft: Draft, text: SqlText, name: str, rest: list[Node], statement: Node, run: Run
) -> tuple[Giving, tuple[ArgumentSet, ...], bool]:
    """What one run gives, and how much of it the file shows."""
    rest = [one for one in rest if not _is_option(one)]
    bound = _bound(draft, run.behind(statement), run)
    if bound is not None:
        return ("values", (bound,), False) if not rest else ("unknown", (), False)
    if not rest:
        return "nothing", (), False
    if name == "prepare":
        return "unknown", (), False
    spread = _spread(rest, run)
    numbered = len(set(_NUMBERED.findall(text.text)))
    # Some helpers take all values in one list.
    only = run.behind(rest[0]) if len(rest) == 1 and spread is None else None
    listed = only is not None and numbered > 1 and only.kind not in _SCALARS
    if numbered == 1 and only is not None and only.kind in ("list", "tuple") and len(only.named) == 1:
        return "unknown", (), False
    if name not in _MANY and not listed and (numbered or spread is not None):
        plain = spread if spread is not None else rest
        if any(one.kind in ("list_splat", "dictionary_splat", "keyword_argument") for one in plain):
            return "unknown", (), False
        return "values", (_positional(plain, rest[0].tree.span(rest[0].start, rest[-1].end), run),), False
    several = name in _MANY
    sets = _sets(draft, rest[0], run, many=several) if len(rest) == 1 else None
    if sets is None:
        return "unknown", (), False
    return "values", sets, several or len(sets) > 1


def _spread(rest: list[Node], run: Run) -> list[Node] | None:
    """The values with those of ``*ARGS`` in the place of it; None where there is no such thing."""
    if not any(one.kind == "list_splat" for one in rest):
        return None
    found: list[Node] = []
    for one in rest:
        inner = run.behind(one.named[0]) if one.kind == "list_splat" and one.named else None
        found += inner.named if inner is not None and inner.kind in ("list", "tuple") else [one]
    return found


def _is_option(argument: Node) -> bool:
    name = argument.field("name") if argument.kind == "keyword_argument" else None
    return name is not None and name.text in _OPTIONS


def _bound(draft: Draft, node: Node, run: Run) -> ArgumentSet | None:
    """``text("…").bindparams(x=1)``."""
    function = node.field("function") if node.kind == "call" else None
    method = function.field("attribute") if function is not None and function.kind == "attribute" else None
    arguments = node.field("arguments")
    if method is None or method.text != "bindparams" or arguments is None:
        return None
    return _keywords(arguments, run)


def _sets(draft: Draft, argument: Node, run: Run, *, many: bool) -> tuple[ArgumentSet, ...] | None:
    """The argument sets of a tuple, list or dict; None for what the file does not show."""
    if argument.kind == "keyword_argument":
        name, given = argument.field("name"), argument.field("value")
        if name is None or given is None or name.text not in _VALUES:
            return None
        argument = given
    node = run.behind(argument)
    if node.kind in ("list", "tuple") and node.named and (many or _holds_sets(node)):
        found = [_set(draft, run.behind(one), run) for one in node.named]
        return tuple(one for one in found if one is not None) if all(one is not None for one in found) else None
    if many:
        return _looped(draft, node, run)
    one = _set(draft, node, run)
    return None if one is None else (one,)


def _looped(draft: Draft, node: Node, run: Run) -> tuple[ArgumentSet, ...] | None:
    """``[(row["id"], row["name"]) for row in ROWS]``."""
    body = node.field("body")
    inner = looped(draft, node, run) if body is not None else []
    found = []
    for one in inner:
        made = _set(draft, one.behind(body), one) if body is not None else None
        if made is None:
            return None
        found.append(replace(made, span=one.place or made.span))
    return tuple(found) or None


def _holds_sets(node: Node) -> bool:
    """A list of dicts, as SQLAlchemy takes them for several rows."""
    return node.kind == "list" and all(one.kind == "dictionary" or _is_dict_call(one) for one in node.named)


def _set(draft: Draft, node: Node, run: Run) -> ArgumentSet | None:
    if node.kind in ("list", "tuple"):
        if any(one.kind == "list_splat" for one in node.named):
            return None
        return _positional(node.named, node.span, run)
    return _named(draft, node, run)


def _positional(nodes: list[Node], span: Span, run: Run) -> ArgumentSet:
    return ArgumentSet(span, tuple(_argument(one, run) for one in nodes))


def _argument(node: Node, run: Run, name: str | None = None) -> Argument:
    """A value where it is written: for a name that a run gives its meaning, the place that does, but for defaults."""
    meant = run.behind(node) if run.names else node
    above = meant.parent
    default = above is not None and above.kind in ("default_parameter", "typed_default_parameter")
    return Argument(value(node, run.resolve), node.span if default else meant.span, name)


# Given by name


def _named(draft: Draft, node: Node, run: Run) -> ArgumentSet | None:
    """A dict's entries: of a literal, ``dict(…)``, ``{**BASE, …}``, ``BASE | {…}``, or what code made of one."""
    found = _entries(node, run, 0)
    if found is not None:
        arguments, open_ = found
    else:
        rows = draft.records.rows(node)
        if len(rows) != 1 or not rows[0].entries:
            return None
        arguments = [Argument(one.value, one.layout.value, one.key) for one in rows[0].entries]
        open_ = rows[0].open
    last = {one.name: one for one in arguments}
    return ArgumentSet(node.span, tuple(last.values()), named=True, open=open_)


def _entries(node: Node, run: Run, depth: int) -> tuple[list[Argument], bool] | None:
    """The entries in the order in which they are laid over each other, and whether more may come."""
    if depth > _DEPTH:
        return None
    node = run.behind(node)
    if node.kind == "dictionary":
        return _pairs(node, run, depth)
    if node.kind == "binary_operator" and (operator := node.field("operator")) is not None and operator.text == "|":
        left, right = node.field("left"), node.field("right")
        sides = [_entries(one, run, depth + 1) if one is not None else None for one in (left, right)]
        return _laid(sides) if any(one is not None for one in sides) else None
    if _is_dict_call(node):
        arguments = node.field("arguments")
        made = _keywords(arguments, run) if arguments is not None else None
        return (list(made.arguments), False) if made is not None else None
    return None


def _pairs(node: Node, run: Run, depth: int) -> tuple[list[Argument], bool] | None:
    found: list[Argument] = []
    open_ = False
    for pair in node.named:
        if pair.kind == "dictionary_splat":
            inner = _entries(pair.named[0], run, depth + 1) if pair.named else None
            more, unknown = _laid([inner])
            found = [*([] if inner is None else found), *more]
            open_ = open_ or unknown
            continue
        key, given = pair.field("key"), pair.field("value")
        name = string(key) if pair.kind == "pair" else None
        if name is None or given is None:
            return None
        found.append(_argument(given, run, name))
    return found, open_


def _laid(sides: Sequence[tuple[list[Argument], bool] | None]) -> tuple[list[Argument], bool]:
    """Entries over entries; what is not known may change all before it."""
    found: list[Argument] = []
    open_ = False
    for side in sides:
        found = [*found, *side[0]] if side is not None else []
        open_ = open_ or side is None or side[1]
    return found, open_


def _is_dict_call(node: Node) -> bool:
    """``dict(a=1, b=2)``."""
    arguments = node.field("arguments") if node.kind == "call" else None
    return arguments is not None and dotted(node.field("function")) == "dict" and bool(arguments.named)


def _keywords(arguments: Node, run: Run) -> ArgumentSet | None:
    found = []
    for one in arguments.named:
        name = one.field("name") if one.kind == "keyword_argument" else None
        given = one.field("value")
        if name is None or given is None:
            return None
        found.append(_argument(given, run, name.text))
    return ArgumentSet(arguments.span, tuple(found), named=True)
