"""String literals keep their style, say what they are told to say, or are left alone."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.rewrite.literal import Style, has_comment, plain, restyled, style_of, write


@pytest.mark.parametrize(
    ("code", "style"),
    [
        ('"a"', Style("", '"')),
        ("'a'", Style("", "'")),
        ("''", Style("", "'")),
        ('"""a"b"""', Style("", '"""')),
        ("'''a\nb'''", Style("", "'''")),
        (r'"a\"b"', Style("", '"')),
        ("rb'a'", Style("rb", "'")),
        ('U"a"', Style("U", '"')),
        ('f"a"', None),
        ("rf'a'", None),
        ('t"a"', None),
        ('"a" "b"', None),
        ('"a"\n"b"', None),
        ("'''a''' '''b'''", None),
        ('"a', None),
        ("name", None),
        ("1", None),
        ('("a")', None),
        ('"a" + b', None),
    ],
)
def test_style_of(code: str, style: Style | None) -> None:
    assert style_of(code) == style


@pytest.mark.parametrize(
    ("content", "style", "code"),
    [
        ("blue", Style("", '"'), '"blue"'),
        ("blue", Style("", "'"), "'blue'"),
        ("it's", Style("", "'"), r"'it\'s'"),
        ('say "x"', Style("", '"'), r'"say \"x\""'),
        ("a\\b", Style("", '"'), r'"a\\b"'),
        ("a\\b", Style("r", '"'), r'r"a\b"'),
        ("a\\", Style("r", '"'), None),
        ('a"b', Style("r", '"'), None),
        ("a\nb", Style("r", '"'), None),
        ("a\nb", Style("", '"'), r'"a\nb"'),
        ("a\nb", Style("", '"""'), '"""a\nb"""'),
        ('a"', Style("", '"""'), r'"""a\""""'),
        ('a"""b', Style("", '"""'), r'"""a\"\""b"""'),
        ("blue", Style("b", "'"), "b'blue'"),
        ("blü", Style("b", "'"), None),
        ("blü", Style("", "'"), "'blü'"),
        ("\x00\u200b", Style("u", "'"), r"u'\x00\u200b'"),
    ],
)
def test_write(content: str, style: Style, code: str | None) -> None:
    assert write(content, style) == code


def test_write_escapes_what_the_encoding_cannot_say() -> None:
    assert write("ü€😀", Style("", '"'), "latin-1") == r'"ü\u20ac\U0001f600"'
    assert write("€", Style("r", '"'), "latin-1") is None


@settings(derandomize=True, max_examples=300)
@given(st.text(), st.sampled_from(['"', "'", '"""', "'''"]), st.sampled_from(["utf-8", "ascii", "latin-1", "cp1252"]))
def test_what_is_written_reads_back(content: str, quotes: str, encoding: str) -> None:
    code = write(content, Style("", quotes), encoding)
    assert code is not None
    code.encode(encoding)
    assert style_of(code) == Style("", quotes)
    assert ast.literal_eval(code) == content


@settings(derandomize=True, max_examples=200)
@given(st.text(), st.sampled_from([Style("r", '"'), Style("b", "'"), Style("Rb", '"""'), Style("u", "'''")]))
def test_prefixed_literals_read_back_or_are_refused(content: str, style: Style) -> None:
    code = write(content, style)
    if code is not None:
        value = ast.literal_eval(code)
        assert (value.decode("ascii") if isinstance(value, bytes) else value) == content


@pytest.mark.parametrize(
    ("expression", "restyled_expression"),
    [
        ('"blue"', "'blue'"),
        ("{}", "{}"),
        ('["a", "b"]', "['a', 'b']"),
        ('{"a": [1, "b"]}', "{'a': [1, 'b']}"),
        ('"it\'s"', '"it\'s"'),
        (r'"say \"x\""', "'say \"x\"'"),
        ('b"x"', 'b"x"'),
        ('f"{a}"', 'f"{a}"'),
        ('os.environ["KEY"]', "os.environ['KEY']"),
        ("'x'", "'x'"),
    ],
)
def test_restyled(expression: str, restyled_expression: str) -> None:
    assert restyled(expression, "'") == restyled_expression
    assert restyled(expression, '"') == expression


def test_plain_spares_an_escape() -> None:
    assert plain("it's", "'") == '"it\'s"'
    assert plain("both ' and \"", "'") == "'both \\' and \"'"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('"a": 1,', False),
        ('"a": "#1",', False),
        ('"a": 1,  # first', True),
        ("# alone\n", True),
        (', "b": 2', False),
        ("'''\n# text\n'''", False),
        ("'# unfinished", True),
    ],
)
def test_has_comment(code: str, expected: bool) -> None:
    assert has_comment(code) is expected
