"""How a double's dispatch on functions' names is written, so that a new branch can be written like the others."""

from __future__ import annotations

from dataclasses import dataclass

from dblint.facts.layouts import Container
from dblint.facts.rpc_answers import Answers
from dblint.facts.rpc_model import BranchLayout
from dblint.syntax.python import Node


@dataclass(frozen=True, slots=True)
class Written:
    """A branch: what it answers with, the statement it is, and the literal that names its function."""

    block: Node
    statement: Node
    literal: Node


def entry(answers: Answers, literal: Node, last: Node) -> BranchLayout | None:
    """A new entry of a dict whose last value is ``last``."""
    wrapped = _wrapping(answers, last)
    if wrapped is None:
        return None
    return BranchLayout(wrapped[0], wrapped[1], row=Container(literal).row("dict"))


def chain(answers: Answers, last: Written | None) -> BranchLayout | None:
    """A new branch behind the last one, in its own form."""
    statements = last.block.named if last is not None else []
    returned = statements[0] if len(statements) == 1 and statements[0].kind == "return_statement" else None
    given = returned.named[0] if returned is not None and returned.named else None
    wrapped = _wrapping(answers, given) if given is not None else None
    if last is None or given is None or returned is None or wrapped is None or not _is_plain(last, returned):
        return None
    text, tree = last.block.tree.text, last.block.tree
    margin = text[tree.line_start(tree.line_of(last.statement.start)) : last.statement.start]
    quote = last.literal.text[-1]
    opening, between = text[last.statement.start : last.literal.start], text[last.literal.end : given.start]
    before = f"\n{margin}{opening}{quote}\0{quote}{between}{wrapped[0]}"
    return BranchLayout(before, wrapped[1], insert_at=tree.span(last.block.end, last.block.end))


def _is_plain(last: Written, returned: Node) -> bool:
    """The branch begins its line, names one function in plain quotes, and returns at once."""
    text, tree = last.block.tree.text, last.block.tree
    margin = text[tree.line_start(tree.line_of(last.statement.start)) : last.statement.start]
    opening = text[last.statement.start : last.literal.start]
    between = text[last.literal.end : returned.start].strip("\r\n \t")
    said = last.literal.text
    quoted = last.literal.kind == "string" and len(said) > 1 and said[0] == said[-1] and said[-1] not in said[1:-1]
    return quoted and not margin.strip() and "\n" not in opening and "\n" not in between


def _wrapping(answers: Answers, given: Node) -> tuple[str, str] | None:
    """The text around the data inside what a branch answers."""
    data = answers.data(given, direct=True)
    if data is None or not (given.start <= data.node.start and data.node.end <= given.end):
        return None
    text = given.tree.text
    return text[given.start : data.node.start], text[data.node.end : given.end]
