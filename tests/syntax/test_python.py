"""Trees know where things stand, whatever the text holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.facts.read import read
from dblint.source import Source
from dblint.syntax.python import Tree


@settings(derandomize=True, max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["x = {'ü': 1}", "# 𝄞 note", "", "y = '''a", "b'''", "\tz(1)", "é = 'ß'  # ü"])),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_nodes_span_cuts_out_its_text(lines: list[str], newline: str) -> None:
    text = newline.join(lines)
    tree = Tree(Source("x.py", text))
    rows = text.split("\n")
    for node in tree.root.find("string", "comment", "identifier", "dictionary"):
        span = node.span
        cut = rows[span.line - 1 : span.end_line]
        cut[-1] = cut[-1][: span.end_column - 1]
        cut[0] = cut[0][span.column - 1 :]
        assert "\n".join(cut) == node.text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = 1\n", None),
        ("def f[T](x: T) -> T: ...\n", None),
        ('x = f"{a["b"]}"\n', None),
        ("class A[T = int]: ...\n", None),
        ("", None),
        ("x = 1\ndef f(:\n    pass\n", "line 2"),
        ("x = {'a': 1\n", "line 1"),
        ("\x00", "line 1"),
        ("def f():\n", "line 1"),
        ("{% for x in y %}\nx = 1\n", "line 1"),
    ],
)
def test_what_is_no_python_is_told_with_its_line(text: str, problem: str | None) -> None:
    said = Tree(Source("x.py", text)).problem()
    assert said is None if problem is None else said is not None and said.startswith(problem)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 3000 + "]" * 3000,
        "x = " + "{'a': " * 500 + "1" + "}" * 500,
        "x" + ".a" * 5000 + "\n",
        "x" + ".a()" * 2000 + "\n",
        "sb.table('t')" + ".eq('a', 1)" * 500 + "\n",
        "x = " + "1 + " * 5000 + "1\n",
        "sb.table('t').insert(" + "{**" * 500 + "x" + "}" * 500 + ")",
        "a = b\nb = a\nsb.table('t').insert(a)\n",
        "def f():\n    return f()\nsb.table('t').insert(f())\n",
        "a = {**a}\nsb.table('t').insert(a)\n",
    ],
)
def test_depth_and_cycles_never_stop_the_reader(text: str) -> None:
    assert read(Source("x.py", text)).path == "x.py"


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "sb.table('t')",
                ".insert(",
                "{",
                "}",
                "'a'",
                ": ",
                "1",
                ",",
                "\n",
                "    ",
                "def f(",
                "):",
                "x",
                " = ",
                "[",
                "]",
                ")",
                "(",
                "# dblint: ",
                "ignore[a]",
                "table=t",
                "if ",
                "return ",
                "'''",
                "**",
                "class ",
                "match x:",
                "case 't':",
            ]
        ),
        max_size=25,
    )
)
def test_no_shuffled_code_stops_the_reader(parts: list[str]) -> None:
    assert read(Source("x.py", "".join(parts))).path == "x.py"
