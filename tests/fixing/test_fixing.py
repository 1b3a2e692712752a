"""Choosing, guarding and repeating fixes, with small analyses that stand in for the rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint import fixing
from dblint.finding import Edit, Finding, Fix, Safety, Subject
from dblint.fixing import rounds
from dblint.rewrite.text import Text
from dblint.source import Place, Source

PATH = "tests/test_x.py"
Rule = Callable[[str, str], Iterator[Finding]]


def finding(
    path: str, text: str, start: int, end: int, edits: Sequence[tuple[int, int, str]] = (), **more: str
) -> Finding:
    spans = Text(text)
    safety: Safety = "unsafe" if more.get("safety") == "unsafe" else "safe"
    made = tuple(Edit(Place(path, spans.span(first, last)), new) for first, last, new in edits)
    return Finding(
        rule=more.get("rule", "bad-word"),
        group="schema",
        severity="error",
        place=Place(path, spans.span(start, end)),
        message=f"`{text[start:end]}` is bad",
        subject=Subject(column=more.get("column", text[start:end])),
        fix=Fix("Say it better", safety, made) if edits else None,
    )


def word(bad: str, good: str | None, **more: str) -> Rule:
    """A rule that finds a word and, where there is a better one, puts that in its place."""

    def rule(path: str, text: str) -> Iterator[Finding]:
        for found in re.finditer(rf"\b{bad}\b", text):
            edits = [(found.start(), found.end(), good)] if good is not None else []
            yield finding(path, text, found.start(), found.end(), edits, **more)

    return rule


def missing(*keys: str, after: str = ", ", safety: str = "safe") -> Rule:
    """A rule that adds keys to every dict literal that lacks them, each by its own fix at the same place."""

    def rule(path: str, text: str) -> Iterator[Finding]:
        for found in re.finditer(r"\{([^}]*)\}", text):
            at = found.end() - 1
            for key in keys:
                if f'"{key}"' not in found[1]:
                    before = after if found[1].strip() else ""
                    edit = (at, at, f'{before}"{key}": 1')
                    yield finding(path, text, found.start(), found.end(), [edit], column=key, safety=safety)

    return rule


class Analysis:
    """Runs rules over texts and counts how often it was asked."""

    def __init__(self, sources: Mapping[str, Source], *rules: Rule) -> None:
        self.sources = sources
        self.rules = rules
        self.runs = 0

    def __call__(self, texts: Mapping[str, str]) -> list[Finding]:
        self.runs += 1
        current = {path: texts.get(path, source.text) for path, source in self.sources.items()}
        return [finding for path, text in current.items() for rule in self.rules for finding in rule(path, text)]


def run(text: str, *rules: Rule, unsafe: bool = False) -> tuple[fixing.FixOutcome, str]:
    sources = {PATH: Source(PATH, text)}
    outcome = fixing.run(Analysis(sources, *rules), sources, unsafe=unsafe)
    return outcome, outcome.texts.get(PATH, text)


def test_nothing_to_do() -> None:
    outcome, _ = run("x = good\n", word("bad", "good"))
    assert (outcome.texts, outcome.fixed, outcome.remaining, outcome.rounds) == ({}, (), (), 0)
    assert outcome.settled


def test_all_fixes_that_do_not_touch_are_made_in_one_round() -> None:
    outcome, text = run("x = [bad, worse, bad]\n", word("bad", "good"), word("worse", "better"))
    assert text == "x = [good, better, good]\n"
    assert (len(outcome.fixed), outcome.remaining, outcome.rounds) == (3, (), 1)


def test_unsafe_fixes_are_made_only_when_asked() -> None:
    rules = (word("bad", "good"), word("risky", "fine", safety="unsafe"))
    outcome, text = run("x = [bad, risky]\n", *rules)
    assert text == "x = [good, risky]\n"
    assert [one.message for one in outcome.remaining] == ["`risky` is bad"]
    outcome, text = run("x = [bad, risky]\n", *rules, unsafe=True)
    assert text == "x = [good, fine]\n"
    assert outcome.remaining == ()


def test_fixes_at_one_insertion_point_take_a_round_each() -> None:
    outcome, text = run('x = {"z": 0}\ny = {}\n', missing("a", "b", "c"))
    assert text == 'x = {"z": 0, "a": 1, "b": 1, "c": 1}\ny = {"a": 1, "b": 1, "c": 1}\n'
    assert (len(outcome.fixed), outcome.rounds) == (6, 3)


def test_a_fix_that_shows_another_finding_of_its_kind_goes_on() -> None:
    """A rename uncovers nothing new, but the word it leaves was there before."""
    outcome, text = run("x = outer(inner)\n", word("outer", "fine"), word("inner", "good"))
    assert text == "x = fine(good)\n"
    assert outcome.settled


def test_a_row_is_renamed_before_anything_is_added_to_it() -> None:
    """Were both done at once, the row would have the key twice."""
    outcome, text = run('x = {"old": 5}\n', missing("new"), word('"old"', '"new"'), word("old", "new"))
    assert text == 'x = {"new": 5}\n'
    assert (outcome.remaining, outcome.dropped) == ((), ())
    assert len(outcome.fixed) == 2


def test_a_fix_about_a_whole_row_waits_for_those_inside() -> None:
    def row(path: str, text: str) -> Iterator[Finding]:
        for found in re.finditer(r"\{[^}]*bad[^}]*\}|\{[^}]*good[^}]*\}", text):
            if "all" not in found[0]:
                edit = (found.end() - 1, found.end() - 1, ", 'all'")
                yield finding(path, text, found.start(), found.end(), [edit], column="all")

    outcome, text = run("x = {'bad', 'bad'}\n", row, word("bad", "good"))
    assert text == "x = {'good', 'good', 'all'}\n"
    assert outcome.rounds == 2


def test_a_fix_that_breaks_the_syntax_is_dropped_and_said() -> None:
    outcome, text = run("x = bad\ny = awful\n", word("bad", ")"), word("awful", "good"))
    assert text == "x = bad\ny = good\n"
    assert [(one.finding.place.line, one.reason) for one in outcome.dropped] == [(1, f"`{PATH}` would no longer parse")]
    assert [one.message for one in outcome.remaining] == ["`bad` is bad"]
    assert len(outcome.fixed) == 1


def test_a_repeated_keyword_is_broken_too() -> None:
    outcome, text = run("x = f(old=1, new=2)\n", word("old", "new"))
    assert text == "x = f(old=1, new=2)\n"
    assert [one.reason for one in outcome.dropped] == [f"`{PATH}` would no longer parse"]


def test_what_only_compiling_refuses_may_stay() -> None:
    assert run("def f():\n    await bad\n", word("bad", "good"))[1] == "def f():\n    await good\n"


def test_a_file_that_did_not_parse_is_still_fixed() -> None:
    outcome, text = run("x = (bad\n", word("bad", "good"))
    assert text == "x = (good\n"
    assert outcome.dropped == ()


def test_other_files_need_not_parse_as_python() -> None:
    sources = {"rows.txt": Source("rows.txt", "not python, bad\n")}
    outcome = fixing.run(Analysis(sources, word("bad", "good")), sources, unsafe=False)
    assert outcome.texts == {"rows.txt": "not python, good\n"}


def test_a_fix_that_gains_a_finding_is_dropped_and_the_rest_is_made() -> None:
    words = [f"w{index}" for index in range(9)]
    rules = [word(each, f"v{index}") for index, each in enumerate(words)]
    outcome, text = run(f"x = [{', '.join(words)}]\n", *rules, word("v5", None))
    assert text == "x = [v0, v1, v2, v3, v4, w5, v6, v7, v8]\n"
    assert [one.reason for one in outcome.dropped] == ["it would make a new finding: bad-word, `v5` is bad"]
    assert len(outcome.fixed) == 8


def test_a_fix_that_does_not_clear_its_finding_is_is_dropped() -> None:
    def stubborn(path: str, text: str) -> Iterator[Finding]:
        yield finding(path, text, 0, 1, [(len(text), len(text), "# again\n")], column="x")

    outcome, text = run("x = 1\n", stubborn)
    assert text == "x = 1\n"
    assert [one.reason for one in outcome.dropped] == ["the finding would still be there"]
    assert outcome.settled


def test_a_dropped_fix_is_not_tried_again_after_lines_moved() -> None:
    sources = {PATH: Source(PATH, "first\nx = {}\ny = bad\n")}
    rules = (word("first", "first_line\nsecond_line"), missing("a", "b"), word("bad", "(("))
    analysis = Analysis(sources, *rules)
    outcome = fixing.run(analysis, sources, unsafe=False)
    assert outcome.texts[PATH] == 'first_line\nsecond_line\nx = {"a": 1, "b": 1}\ny = bad\n'
    assert [(one.finding.message, one.finding.place.line) for one in outcome.dropped] == [("`bad` is bad", 4)]
    assert outcome.rounds == 2


def test_a_dropped_fix_of_one_row_does_not_stop_its_twin() -> None:
    """Two rows lack the same column; only in the first is adding it wrong."""

    def no_twins(path: str, text: str) -> Iterator[Finding]:
        for found in re.finditer(r'\{"k": 0.*"a": 1.*\}', text):
            yield finding(path, text, found.start(), found.end(), rule="duplicate-key", column="a")

    outcome, text = run('x = {"k": 0}\ny = {"m": 0}\n', missing("b", "a"), no_twins)
    assert text == 'x = {"k": 0, "b": 1}\ny = {"m": 0, "b": 1, "a": 1}\n'
    assert len(outcome.dropped) == 1
    assert outcome.dropped[0].finding in outcome.remaining


def test_fixes_of_several_files_are_all_or_nothing() -> None:
    sources = {"a.py": Source("a.py", "x = bad\n"), "b.py": Source("b.py", "y = bad\n")}

    def both(path: str, text: str) -> Iterator[Finding]:
        if path == "a.py" and "bad" in text:
            edits = tuple(
                Edit(Place(each, Text(text).span(4, 7)), new) for each, new in (("a.py", "ok"), ("b.py", ")"))
            )
            yield Finding("r", "g", "error", edits[0].place, "m", fix=Fix("t", "safe", edits))

    outcome = fixing.run(Analysis(sources, both), sources, unsafe=False)
    assert outcome.texts == {}
    assert [one.reason for one in outcome.dropped] == ["`b.py` would no longer parse"]


def test_files_not_given_and_sql_are_never_edited() -> None:
    sources = {path: Source(path, "bad") for path in ("a.py", "b.py", "schema.sql", "SEED.SQL")}
    given_sources = {path: source for path, source in sources.items() if path != "b.py"}
    outcome = fixing.run(Analysis(sources, word("bad", "good")), given_sources, unsafe=True)
    assert outcome.texts == {"a.py": "good"}
    assert sorted(one.path for one in outcome.remaining) == ["SEED.SQL", "b.py", "schema.sql"]


def test_findings_not_wanted_are_neither_fixed_nor_gained() -> None:
    sources = {path: Source(path, "x = bad\ny = worse\n") for path in ("a.py", "b.py")}

    def elsewhere(path: str, text: str) -> Iterator[Finding]:
        if path == "a.py" and "better" in text:
            yield finding("b.py", "x", 0, 1, rule="gained")

    analysis = Analysis(sources, word("bad", "good"), word("worse", "better"), elsewhere)
    outcome = fixing.run(analysis, sources, unsafe=False, wanted=lambda one: one.path == "a.py")
    assert outcome.texts == {"a.py": "x = good\ny = worse\n"}
    assert [one.message for one in outcome.remaining] == ["`worse` is bad"]
    assert [one.reason for one in outcome.dropped] == ["it would make a new finding: gained, `x` is bad"]
    assert len(outcome.fixed) == 1


def test_what_the_encoding_cannot_say_is_not_written() -> None:
    sources = {PATH: Source(PATH, "x = bad\n", "latin-1")}
    outcome = fixing.run(Analysis(sources, word("bad", "'€'")), sources, unsafe=False)
    assert outcome.texts == {}
    assert [one.reason for one in outcome.dropped] == [f"`{PATH}` could not be written in latin-1"]


def test_fixes_that_undo_each_other_come_to_an_end() -> None:
    outcome, text = run("x = bad\n", word("bad", "good"), word("good", "bad"))
    assert text == "x = bad\n"
    assert (len(outcome.dropped), outcome.rounds, outcome.settled) == (1, 1, True)


def test_the_limit_of_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "ROUNDS", 2)
    outcome, text = run("x = {}\n", missing("a", "b", "c"))
    assert text == 'x = {"a": 1, "b": 1}\n'
    assert (outcome.rounds, outcome.settled, len(outcome.remaining)) == (2, False, 1)


def test_bisecting_takes_few_runs() -> None:
    words = [f"w{index}" for index in range(64)]
    sources = {PATH: Source(PATH, f"x = [{', '.join(words)}]\n")}
    rules = [word(each, f"v{index}") for index, each in enumerate(words)]
    analysis = Analysis(sources, *rules, word("v40", None))
    outcome = fixing.run(analysis, sources, unsafe=False)
    assert len(outcome.fixed) == 63
    assert analysis.runs < 20


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcde"), unique=True), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
)
def test_the_end_is_stable_and_parses(rows: list[list[str]], newline: str) -> None:
    entries = ("{" + ", ".join(f'"{key}": 0' for key in row) + "}" for row in rows)
    text = "".join(f"x{index} = {entry}  # row {index}{newline}" for index, entry in enumerate(entries))
    outcome, fixed = run(text, missing("b", "d", "f"))
    ast.parse(fixed)
    assert outcome.remaining == () and outcome.settled
    assert fixed.count(newline) == text.count(newline)
    assert run(fixed, missing("b", "d", "f"))[0].texts == {}
    for before, after in zip(text.split(newline), fixed.split(newline), strict=True):
        assert before.rpartition("}")[0] == after[: len(before.rpartition("}")[0])]
        assert before.rpartition("}")[2] == after.rpartition("}")[2]
