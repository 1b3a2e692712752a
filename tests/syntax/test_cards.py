"""Cards run as the ast-grep command line runs them, and say what is wrong with them."""

from __future__ import annotations

import pytest

from dblint.errors import UsageError
from dblint.rule import Rule
from dblint.source import Source
from dblint.syntax.cards import hits


def rule_of(card: str) -> Rule:
    return Rule("some-rule", "async", "error", "on", "0.1", "safe", "Something.", "https://x", card=card)


def run(card: str, code: str) -> list[tuple[int, int, str, str | None]]:
    found = hits(Source("x.py", code), (rule_of(card),))
    return [(hit.span.line, hit.span.column, hit.message, hit.fix) for hit in found]


def test_a_pattern_fills_message_and_fix() -> None:
    card = """
id: some-rule
language: python
message: $OBJ swallows
rule: {pattern: $OBJ.__aexit__ = AsyncMock()}
fix: $OBJ.__aexit__ = AsyncMock(return_value=False)
"""
    code = "def f():\n    # ü\n    pool.__aexit__ = AsyncMock()\n"
    assert run(card, code) == [(3, 5, "pool swallows", "pool.__aexit__ = AsyncMock(return_value=False)")]


def test_constraints_utils_and_transform_are_heeded() -> None:
    card = """
rule: {all: [{pattern: 'f($A, $$$REST)'}, {matches: call}]}
utils: {call: {kind: call}}
constraints: {A: {regex: ^x}}
transform: {UP: {convert: {source: $A, toCase: upperCase}}}
message: $UP then $$$REST
"""
    assert run(card, "f(xa, 1, 2)\nf(ya, 1)\nf(xb, *z)\n") == [(1, 1, "XA then 1, 2", None), (3, 1, "XB then *z", None)]


def test_a_rule_without_card_hits_nothing() -> None:
    bare = Rule("some-rule", "async", "error", "on", "0.1", "none", "Something.", "https://x", has_check=True)
    assert hits(Source("x.py", "x = 1\n"), (bare,)) == ()


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("rule: {kind: call}\nfiles: ['*.py']", "does not heed `files`"),
        ("rule: {kind: call}\nrewriters: []", "does not heed `rewriters`"),
        ("rule: {kind: no_such_kind}", "card some-rule"),
        ("rule: {patern: x}", "card some-rule"),
        ("message: x", "a mapping with a `rule`"),
        ("- rule", "a mapping with a `rule`"),
        ("rule: {kind: call", "no YAML"),
        ("rule: {kind: call}\nid: other", "its id is `other`"),
        ("rule: {kind: call}\nlanguage: rust", "its language is `rust`"),
        ("rule: {kind: call}\nfix: {template: x}", "`fix` is no text"),
        ("rule: {kind: call}\nconstraints: 5", "card some-rule"),
    ],
)
def test_a_card_that_cannot_be_meant_is_refused(card: str, said: str) -> None:
    with pytest.raises(UsageError, match="card some-rule") as raised:
        run(card, "x = 1\n")
    assert said in str(raised.value)
