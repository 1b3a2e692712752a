"""Edits change what they cover and nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.finding import Edit
from dblint.rewrite.text import Text, apply, overlaps
from dblint.source import Place, Span

TEXTS = st.text(alphabet=st.sampled_from(list("ab \t\n\r'\"#ü😀\x0c\u2028")), max_size=60)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    pieces = [(start, end, draw(TEXTS)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    return text, pieces


@settings(derandomize=True, max_examples=300)
@given(edited(), st.randoms(use_true_random=False))
def test_the_rest_of_the_text_stays(case: tuple[str, list[tuple[int, int, str]]], random: object) -> None:
    content, pieces = case
    text = Text(content)
    edits = [Edit(Place("x.py", text.span(start, end)), new) for start, end, new in pieces]
    random.shuffle(edits)  # type: ignore[attr-defined]
    expected, done = "", 0
    for start, end, new in pieces:
        expected += content[done:start] + new
        done = end
    assert apply(content, edits) == expected + content[done:]


@settings(derandomize=True)
@given(TEXTS)
def test_positions_and_offsets_are_inverse(content: str) -> None:
    text = Text(content)
    for offset in range(len(content) + 1):
        line, column = text.position(offset)
        assert text.offset(line, column) == offset
        assert content.split("\n")[line - 1][: column - 1] == content[:offset].split("\n")[-1]


def test_a_position_behind_the_end_is_the_end() -> None:
    assert Text("ab\n").offset(9, 1) == 3
    assert Text("ab").cut(Span(1, 2, 4, 1)) == "b"


def test_overlaps() -> None:
    assert overlaps(Span(1, 1, 1, 3), Span(1, 2, 1, 4))
    assert not overlaps(Span(1, 1, 1, 3), Span(1, 3, 1, 4))
    assert overlaps(Span(1, 3, 1, 3), Span(1, 3, 1, 3))
    assert overlaps(Span(1, 1, 1, 3), Span(1, 3, 1, 3))
    assert not overlaps(Span(1, 1, 1, 3), Span(1, 4, 1, 4))
