"""Names that a file replaces by something else: ``monkeypatch.setattr``, ``patch``, ``dependency_overrides``."""

from __future__ import annotations

from dblint.facts.draft import Draft
from dblint.facts.literals import dotted, string
from dblint.facts.makers import made_by
from dblint.facts.model import Patch
from dblint.syntax.python import Node


def extract(draft: Draft) -> tuple[Patch, ...]:
    """The replacements whose making is known."""
    found: dict[Patch, None] = {}
    for call in draft.calls_of(("setattr", "patch", "object")):
        patch = _call(draft, call)
        if patch is not None and patch.makes:
            found.setdefault(patch)
    overriding = "dependency_overrides" in draft.source.text
    for assignment in draft.nodes["assignment"] if overriding else ():
        left = assignment.field("left")
        if left is None or left.kind != "subscript":
            continue
        held, key = left.field("value"), dotted(left.field("subscript"))
        if key is not None and (dotted(held) or "").endswith("dependency_overrides"):
            found.setdefault(Patch(_last(key), tuple(made_by(draft, assignment.field("right")))))
    return tuple(found)


def _call(draft: Draft, call: Node) -> Patch | None:
    arguments = call.field("arguments")
    given = arguments.named if arguments is not None and arguments.kind == "argument_list" else []
    positional = [one for one in given if one.kind != "keyword_argument"]
    # The target is one dotted string, or an object and an attribute's name behind it.
    index = next((at for at, one in enumerate(positional[:2]) if string(one) is not None), None)
    if index is None:
        return None
    put = [*positional[index + 1 :], *_keywords(given)]
    return Patch(_last(string(positional[index]) or ""), tuple(made_by(draft, put[0]))) if put else None


def _keywords(given: list[Node]) -> list[Node]:
    named = [(one.field("name"), one.field("value")) for one in given if one.kind == "keyword_argument"]
    return [value for name, value in named if name is not None and value is not None and name.text in _REPLACING]


def _last(name: str) -> str:
    return name.rpartition(".")[2]


_REPLACING = frozenset(("new", "return_value", "side_effect", "value"))
