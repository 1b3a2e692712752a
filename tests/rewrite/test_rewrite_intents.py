"""Every intent in many layouts: the text after the fix, to the character."""

from __future__ import annotations

import ast

import pytest

from dblint.finding import Fix, Remedy
from dblint.intent import AddEntry, DropEntry, Intent, RenameKey, ReplaceString, ReplaceText, ReplaceValue
from dblint.layout import EntryLayout, RowLayout
from dblint.rewrite.text import Text, apply
from dblint.rewrite.write import fix
from dblint.source import Place, Source, Span

PATH = "tests/test_x.py"
NOWHERE = Span(1, 1, 1, 1)


def find(text: str, piece: str, occurrence: int = 0) -> Span:
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(piece, start + 1)
    return Text(text).span(start, start + len(piece))


def write(text: str, *intents: Intent, encoding: str = "utf-8") -> Fix | None:
    return fix(Remedy("Do it", "safe", intents), {PATH: Source(PATH, text, encoding)})


def after(text: str, *intents: Intent, encoding: str = "utf-8") -> str | None:
    made = write(text, *intents, encoding=encoding)
    return None if made is None else apply(text, made.edits)


def row(
    marked: str, before: str, after: str, form: str = "dict", quote: str = '"', commented: bool = False
) -> RowLayout:
    """A layout whose insertion point is where ``|`` stands in the text."""
    start = Text(marked).position(marked.index("|"))
    return RowLayout(form, quote, Span(*start, *start), before, after, commented)  # type: ignore[arg-type]


ADDITIONS = [
    ("one line", 'x = {"a": 1|}', ", ", "", "dict", '"', 'x = {"a": 1, "c": "red"}'),
    ("one line, trailing comma", 'x = {"a": 1,|}', " ", ",", "dict", '"', 'x = {"a": 1, "c": "red",}'),
    ("single quotes", "x = {'a': 1|}", ", ", "", "dict", "'", "x = {'a': 1, 'c': 'red'}"),
    ("empty", "x = {|}", "", "", "dict", '"', 'x = {"c": "red"}'),
    ("call", "x = dict(a=1|)", ", ", "", "call", '"', 'x = dict(a=1, c="red")'),
    ("call in single quotes", "x = dict(a='b'|)", ", ", "", "call", "'", "x = dict(a='b', c='red')"),
    ("empty call", "x = f(|)", "", "", "call", '"', 'x = f(c="red")'),
    ("lines", 'x = {\n    "a": 1,\n|}\n', "    ", ",\n", "dict", '"', 'x = {\n    "a": 1,\n    "c": "red",\n}\n'),
    (
        "lines from comma",
        'x = {\n    "a": 1,|\n}\n',
        "\n    ",
        ",",
        "dict",
        '"',
        'x = {\n    "a": 1,\n    "c": "red",\n}\n',
    ),
    (
        "no trailing comma",
        'x = {\n    "a": 1|\n}\n',
        ",\n    ",
        "",
        "dict",
        '"',
        'x = {\n    "a": 1,\n    "c": "red"\n}\n',
    ),
    ("tabs", 'x = {\n\t"a": 1|\n}\n', ",\n\t", "", "dict", '"', 'x = {\n\t"a": 1,\n\t"c": "red"\n}\n'),
    ("CRLF", 'x = {\r\n  "a": 1,\r\n|}\r\n', "  ", ",\n", "dict", '"', 'x = {\r\n  "a": 1,\r\n  "c": "red",\r\n}\r\n'),
    (
        "mixed endings",
        'y = 1\r\nx = {\n  "a": 1|\n}\n',
        ",\n  ",
        "",
        "dict",
        '"',
        'y = 1\r\nx = {\n  "a": 1,\n  "c": "red"\n}\n',
    ),
    ("last line", 'y = 1\r\nx = {"a": 1|}', ",\n  ", "", "dict", '"', 'y = 1\r\nx = {"a": 1,\r\n  "c": "red"}'),
    ("CRLF layout", 'x = {\r\n  "a": 1|\r\n}', ",\r\n  ", "", "dict", '"', 'x = {\r\n  "a": 1,\r\n  "c": "red"\r\n}'),
    (
        "before the last",
        'x = {\n  |"a": 1  # one\n}',
        "",
        ",\n  ",
        "dict",
        '"',
        'x = {\n  "c": "red",\n  "a": 1  # one\n}',
    ),
    ("CRLF, bare", 'x = {\r\n  "a": 1|\r\n}', ",\n  ", "", "dict", '"', 'x = {\r\n  "a": 1,\r\n  "c": "red"\r\n}'),
]


@pytest.mark.parametrize(
    ("marked", "before", "behind", "form", "quote", "expected"),
    [case[1:] for case in ADDITIONS],
    ids=[case[0] for case in ADDITIONS],
)
def test_add(marked: str, before: str, behind: str, form: str, quote: str, expected: str) -> None:
    layout = row(marked, before, behind, form, quote)
    made = write(marked.replace("|", ""), AddEntry(PATH, layout, "c", '"red"'))
    assert made is not None
    assert made.safety == "safe"
    assert apply(marked.replace("|", ""), made.edits) == expected


@pytest.mark.parametrize(
    ("marked", "before", "behind", "form", "expected"),
    [
        ('x = {"a": 1|}', ", ", "", "dict", 'x = {"a": 1, "c": 1, "d": "e"}'),
        ('x = {"a": 1,|}', " ", ",", "dict", 'x = {"a": 1, "c": 1, "d": "e",}'),
        ("x = {|}", "", "", "dict", 'x = {"c": 1, "d": "e"}'),
        ("x = f(|)", "", "", "call", 'x = f(c=1, d="e")'),
        ("x = {|\n}", "\n    ", "", "dict", 'x = {\n    "c": 1,\n    "d": "e"\n}'),
        ("x = {\n|}", "    ", "\n", "dict", 'x = {\n    "c": 1,\n    "d": "e"\n}'),
        ("x = {\n|}", "    ", ",\n", "dict", 'x = {\n    "c": 1,\n    "d": "e",\n}'),
        ("x = {\r\n|}\r\n", "    ", ",\n", "dict", 'x = {\r\n    "c": 1,\r\n    "d": "e",\r\n}\r\n'),
        ('x = {"a": 1|\n}', ",\n  ", "", "dict", 'x = {"a": 1,\n  "c": 1,\n  "d": "e"\n}'),
    ],
)
def test_several_entries_of_one_row_compose(marked: str, before: str, behind: str, form: str, expected: str) -> None:
    layout = row(marked, before, behind, form)
    text = marked.replace("|", "")
    made = write(text, AddEntry(PATH, layout, "c", "1"), AddEntry(PATH, layout, "d", '"e"'))
    assert made is not None
    assert len(made.edits) == 1
    assert apply(text, made.edits) == expected
    ast.parse(expected)


def test_one_after_the_other_is_the_same_as_together() -> None:
    marked = 'x = {"a": 1|}'
    first = after(marked.replace("|", ""), AddEntry(PATH, row(marked, ", ", ""), "c", "1"))
    assert first == 'x = {"a": 1, "c": 1}'
    second = after(first, AddEntry(PATH, row('x = {"a": 1, "c": 1|}', ", ", ""), "d", "2"))
    assert second == 'x = {"a": 1, "c": 1, "d": 2}'


def test_the_same_entry_twice_is_added_once() -> None:
    intent = AddEntry(PATH, row("x = {|}", "", ""), "c", "1")
    assert after("x = {}", intent, intent) == 'x = {"c": 1}'


def test_keys_are_escaped() -> None:
    assert after("x = {}", AddEntry(PATH, row("x = {|}", "", ""), 'a"b\\', "1")) == "x = {'a\"b\\\\': 1}"


@pytest.mark.parametrize("name", ["class", "two words", "1st", "", "ﬁ"])
def test_a_keyword_must_be_a_name(name: str) -> None:
    assert write("x = f()", AddEntry(PATH, row("x = f(|)", "", "", "call"), name, "1")) is None


def test_a_fixed_row_takes_no_entry() -> None:
    assert write("x = {}", AddEntry(PATH, row("x = {|}", "", "", "fixed"), "c", "1")) is None


def test_a_comment_before_the_insertion_stays_where_it_is() -> None:
    text = 'x = {\n    "a": 1,  # one\n}\n'
    layout = row('x = {\n    "a": 1,  # one|\n}\n', "\n    ", ",", commented=True)
    made = write(text, AddEntry(PATH, layout, "c", "1"))
    assert made is not None
    assert (made.title, made.safety) == ("Do it", "safe")
    assert apply(text, made.edits) == 'x = {\n    "a": 1,  # one\n    "c": 1,\n}\n'


def entry(text: str, key: str, value: str, removal: str | None = None, commented: bool = False) -> EntryLayout:
    return EntryLayout(find(text, key), find(text, value), find(text, removal) if removal else NOWHERE, commented)


@pytest.mark.parametrize(
    ("text", "key", "value", "name", "expected"),
    [
        ('x = {"colour": 1}', '"colour"', "1", "color", 'x = {"color": 1}'),
        ("x = {'colour': 1}", "'colour'", "1", "color", "x = {'color': 1}"),
        ('x = {r"colour": 1}', 'r"colour"', "1", "color", 'x = {r"color": 1}'),
        ('x = {"""colour""": 1}', '"""colour"""', "1", "color", 'x = {"""color""": 1}'),
        ('x = {"colour": 1}', '"colour"', "1", 'a"b', 'x = {"a\\"b": 1}'),
        ("x = f(colour=1)", "colour", "1", "color", "x = f(color=1)"),
        ("x = f(colour = 1)", "colour", "1", "color", "x = f(color = 1)"),
        ("x = f(colour=1)", "colour", "1", "class", None),
        ("x = f(colour=1)", "colour", "1", "two words", None),
        ("x = {COLOUR: 1}", "COLOUR", "1", "color", None),
        ('x = {"col" "our": 1}', '"col" "our"', "1", "color", None),
        ('x = {f"colour": 1}', 'f"colour"', "1", "color", None),
        ('q.eq("colour", 1)', '"colour"', "1", "color", 'q.eq("color", 1)'),
    ],
)
def test_rename(text: str, key: str, value: str, name: str, expected: str | None) -> None:
    assert after(text, RenameKey(PATH, entry(text, key, value), name)) == expected


@pytest.mark.parametrize(
    ("text", "removals", "expected"),
    [
        ('x = {"a": 1, "b": 2}', [', "b": 2'], 'x = {"a": 1}'),
        ('x = {"a": 1, "b": 2}', ['"a": 1, '], 'x = {"b": 2}'),
        ('x = {"a": 1}', ['"a": 1'], "x = {}"),
        ('x = {"a": 1,}', ['"a": 1,'], "x = {}"),
        ('x = {\n    "a": 1,\n    "b": 2,\n}', ['    "a": 1,\n'], 'x = {\n    "b": 2,\n}'),
        ('x = {\r\n    "a": 1,\r\n    "b": 2,\r\n}', ['    "a": 1,\r\n'], 'x = {\r\n    "b": 2,\r\n}'),
        ('x = {\n\t"a": 1,\n\t"b": 2,\n}', ['\t"b": 2,\n'], 'x = {\n\t"a": 1,\n}'),
        ('x = {"a": 1, "b": 2, "c": 3}', ['"b": 2, ', ', "c": 3'], 'x = {"a": 1}'),
        ('x = {"a": 1, "b": 2, "c": 3}', [', "b": 2', ', "c": 3'], 'x = {"a": 1}'),
        ('x = {"a": 1, "b": 2, "c": 3}', ['"a": 1, ', '"b": 2, '], 'x = {"c": 3}'),
        ('x = {"a": 1, "b": 2, "c": 3}', ['"a": 1, ', ', "b": 2'], 'x = {"c": 3}'),
        ('x = {"a": 1, "b": 2, "c": 3}', ['"a": 1, ', ', "c": 3'], 'x = {"b": 2}'),
        ('x = {"a": 1, "b": 2, "c": 3}', ['"a": 1, ', '"b": 2, ', ', "c": 3'], "x = {}"),
        ('x = {"a": 1, "b": 2, "c": 3}', ['"a": 1, ', ', "b": 2', ', "c": 3'], "x = {}"),
        ("x = f(a=1, b=2, c=3)", ["b=2, ", ", c=3"], "x = f(a=1)"),
        ("x = f(1, b=2, c=3)", ["b=2, ", ", c=3"], "x = f(1)"),
        (
            'x = {\n    "a": 1,\n    "b": 2,\n    "c": 3\n}',
            ['    "b": 2,\n', ',\n    "c": 3'],
            'x = {\n    "a": 1\n}',
        ),
        (
            'x = {\n    "a": 1,\n    "b": 2,\n    "c": 3,\n}',
            ['    "b": 2,\n', '    "c": 3,\n'],
            'x = {\n    "a": 1,\n}',
        ),
        (
            'x = {\n    "a": 1,  # one,\n    "b": 2,\n    "c": 3\n}',
            ['    "b": 2,\n', ',\n    "c": 3'],
            'x = {\n    "a": 1,  # one,\n\n}',
        ),
    ],
)
def test_drop(text: str, removals: list[str], expected: str) -> None:
    assert after(text, *(DropEntry(PATH, entry(text, removal, removal, removal)) for removal in removals)) == expected
    ast.parse(expected)


def test_dropping_a_commented_entry_is_unsafe() -> None:
    text = 'x = {\n    "a": 1,  # the total\n    "b": 2,\n}\n'
    told = write(text, DropEntry(PATH, entry(text, '"b"', "2", '    "b": 2,\n', commented=True)))
    seen = write(text, DropEntry(PATH, entry(text, '"a"', "1", '    "a": 1,  # the total\n')))
    assert told is not None and told.safety == "unsafe"
    assert seen is not None and seen.safety == "unsafe"


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ('x = "ordrs"', '"ordrs"', "orders", 'x = "orders"'),
        ("x = b'ordrs'", "b'ordrs'", "orders", "x = b'orders'"),
        ("x = '''ordrs'''", "'''ordrs'''", "two\nlines", "x = '''two\nlines'''"),
        ("y\r\nx = '''ordrs'''", "'''ordrs'''", "two\nlines", "y\r\nx = '''two\r\nlines'''"),
        ('x = "a" "b"', '"a" "b"', "c", None),
        ('x = f"a{b}"', 'f"a{b}"', "c", None),
        ("x = name", "name", "c", None),
    ],
)
def test_replace_string(text: str, old: str, new: str, expected: str | None) -> None:
    assert after(text, ReplaceString(Place(PATH, find(text, old)), new)) == expected


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ('x = {"a": 1}', "1", '"one"', 'x = {"a": "one"}'),
        ("x = {'a': 1}", "1", '"one"', "x = {'a': 'one'}"),
        ("x = {'a': 'b'}", "'b'", "2.5", "x = {'a': 2.5}"),
        ("x = {\"a\": 'b'}", "'b'", '"c"', "x = {\"a\": 'c'}"),
        ("y = 'a', 'b'\nx = f(\n    a=1,\n)", "1", '"c"', "y = 'a', 'b'\nx = f(\n    a='c',\n)"),
        ("x = f(\n    a=1,\n)", "1", '"c"', 'x = f(\n    a="c",\n)'),
    ],
)
def test_replace_value(text: str, old: str, new: str, expected: str) -> None:
    assert after(text, ReplaceValue(Place(PATH, find(text, old)), new)) == expected


def test_replacing_a_value_with_a_comment_inside_is_unsafe() -> None:
    text = "x = [\n    1,  # one\n]\n"
    made = write(text, ReplaceValue(Place(PATH, find(text, "[\n    1,  # one\n]")), "[2]"))
    assert made is not None and made.safety == "unsafe"


def test_replace_text() -> None:
    text = "x = 1  # dblint: ignore[old]\r\n"
    made = write(text, ReplaceText(Place(PATH, find(text, "  # dblint: ignore[old]")), ""))
    assert made is not None and made.safety == "safe"
    assert apply(text, made.edits) == "x = 1\r\n"


def test_several_intents_of_several_files() -> None:
    first, second = Source("a.py", 'x = {"b": 1}'), Source("b.py", "y = f(b=1)")
    remedy = Remedy(
        "Rename everywhere",
        "unsafe",
        (
            RenameKey("a.py", entry(first.text, '"b"', "1"), "c"),
            RenameKey("b.py", entry(second.text, "b", "1"), "c"),
            AddEntry("a.py", row('x = {"b": 1|}', ", ", ""), "d", "2"),
        ),
    )
    made = fix(remedy, {"a.py": first, "b.py": second})
    assert made is not None
    assert [edit.place.path for edit in made.edits] == ["a.py", "a.py", "b.py"]
    assert apply(first.text, made.edits[:2]) == 'x = {"c": 1, "d": 2}'
    assert apply(second.text, made.edits[2:]) == "y = f(c=1)"


def test_one_intent_that_cannot_be_written_costs_the_whole_fix() -> None:
    text = "x = f(a=1, b=2)"
    intents = (RenameKey(PATH, entry(text, "a", "1"), "c"), RenameKey(PATH, entry(text, "b", "2"), "class"))
    assert write(text, *intents) is None


def test_intents_that_clash_are_no_fix() -> None:
    text = 'x = {"a": 1}'
    place = Place(PATH, find(text, "1"))
    assert write(text, ReplaceValue(place, "2"), ReplaceValue(place, "3")) is None
    assert write(text, ReplaceValue(place, "2"), DropEntry(PATH, entry(text, '"a"', "1", '"a": 1'))) is None


@pytest.mark.parametrize("path", ["db/schema.sql", "tests/rows.json", "tests/missing.py"])
def test_only_python_files_that_were_read_are_edited(path: str) -> None:
    sources = {path: Source(path, "x")} if "missing" not in path else {}
    assert fix(Remedy("Do it", "safe", (ReplaceText(Place(path, Span(1, 1, 1, 2)), "y"),)), sources) is None


def test_a_remedy_without_intents_is_no_fix() -> None:
    assert write("x = 1") is None


def test_characters_the_encoding_lacks_are_escaped() -> None:
    text = 'x = {"a": 1|}'
    intent = AddEntry(PATH, row(text, ", ", ""), "c", '"€"')
    assert after('x = {"a": 1}', intent, encoding="latin-1") == 'x = {"a": 1, "c": "\\u20ac"}'
