"""The formats for people: code frames with both places, one line a finding, and the closing line."""

from __future__ import annotations

import re
from dataclasses import replace

from dblint.finding import Label, Subject
from dblint.report import concise, text
from dblint.report.closing import closing
from tests.report.reports import FILES, FULL, finding, place, report, severities


def test_the_frame_shows_the_test_and_the_sql() -> None:
    shown = report(FULL, files_checked=1, tables=1, rows_found=2, rows_bound=1)
    assert text.render(shown).splitlines() == [
        "error[unknown-column]: `orders` has no column `colour`",
        "  --> tests/test_orders.py:3:5",
        "   |",
        ' 3 |     "colour": "red",',
        "   |     ^^^^^^^^",
        "  ::: schema.sql:3:5",
        "   |",
        " 3 |     color text",
        "   |     ----- `color` is made here",
        "   = help: The nearest is `color`.",
        "   = fix: Rename `colour` to `color` (unsafe)",
        "",
        "1 error. 1 file checked against 1 table and 0 functions; 2 mock rows found, 1 bound; "
        "0 SQL statements skipped; 1 fix with --fix --unsafe-fixes.",
    ]


def test_the_gutter_is_as_wide_as_its_widest_number() -> None:
    many = replace(report(finding(place("long.py", 120, 1, 2), help="x")), lines=lambda path: ["y"] * 200)
    assert [line[: line.index("|") if "|" in line else 6] for line in text.render(many).splitlines()[2:6]] == [
        "     ",
        " 120 ",
        "     ",
        "     =",
    ]


def test_a_span_of_several_lines_has_a_bar() -> None:
    row = place("tests/test_orders.py", 1, 9, 2, end_line=4)
    assert text.render(report(finding(row))).splitlines()[1:7] == [
        "  --> tests/test_orders.py:1:9",
        "   |",
        " 1 | > ORDER = {",
        ' 2 | >     "id": 1,',
        ' 3 | >     "colour": "red",',
        " 4 | > }",
    ]


def test_marks_stand_under_wide_characters_and_tabs() -> None:
    wide = text.render(report(finding(place("tests/wide.py", 1, 6, 10)))).splitlines()
    assert (wide[3], wide[4]) == (' 1 | x = {"名前": 1}', "   |      ^^^^^^")
    tab = text.render(report(finding(place("tests/wide.py", 2, 7, 15)))).splitlines()
    assert tab[4].index("^") == tab[3].index('"colour"')


def test_control_characters_are_shown_and_not_obeyed() -> None:
    shown = text.render(report(finding(place("tests/wide.py", 2, 7, 15), message="a\x1b]0;b\rc\nd\x9b")))
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown) is None
    assert "␛[31mred" in shown


def test_a_long_line_is_cut_around_the_place() -> None:
    line = " " * 300 + '"colour": 1' + " " * 300 + "end"
    shown = replace(report(finding(place("long.py", 1, 301, 309))), lines=lambda path: [line])
    framed = text.render(shown).splitlines()
    assert max(map(len, framed[:5])) < 200
    assert framed[4].index("^") == framed[3].index('"colour"')


def test_a_place_without_lines_is_named_only() -> None:
    lost = finding(place(".", 1, 1, 1), labels=(Label(place("gone.sql", 7, 1, 2), "it was here"),))
    assert text.render(report(lost)).splitlines()[1:4] == [
        "  --> .",
        "  ::: gone.sql:7:1",
        "   | it was here",
    ]


def test_colour_adds_colour_and_nothing_else() -> None:
    shown = report(FULL, *severities(("warning", 1), ("info", 1)))
    coloured = text.render_coloured(shown)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "\x1b[" in coloured
    assert [line.rstrip() for line in bare.splitlines()] == text.render(shown).splitlines()


def test_concise_is_one_line_a_finding() -> None:
    shown = concise.render(
        report(FULL, finding(place("tests/wide.py", 1, 1, 2), message="two\nlines", severity="info"))
    )
    assert shown.splitlines() == [
        "tests/test_orders.py:3:5: error[unknown-column] `orders` has no column `colour`",
        "tests/wide.py:1:1: info[unknown-column] two␊lines",
    ]
    assert len(FILES) == 3


def test_statistics_count_by_rule() -> None:
    several = [FULL, *severities(("warning", 2)), finding(rule="missing-column", subject=Subject("orders"))]
    shown = replace(report(*several), statistics=True)
    assert concise.render(shown).splitlines() == [
        "3  warning  unknown-column (1 with a fix)",
        "1  error    missing-column",
    ]


def test_the_closing_line_says_what_was_seen_and_what_was_not() -> None:
    safe = finding(fix=replace(FULL.fix, safety="safe") if FULL.fix else None)
    shown = report(
        safe,
        FULL,
        fixed=3,
        suppressed=2,
        files_checked=12,
        tables=8,
        functions=1,
        rows_found=40,
        rows_bound=31,
        statements_skipped=1,
    )
    assert closing(shown) == (
        "2 errors, 3 fixed, 2 suppressed. 12 files checked against 8 tables and 1 function; "
        "40 mock rows found, 31 bound; 1 SQL statement skipped; "
        "1 fix available with --fix, 1 more with --fix --unsafe-fixes."
    )
    assert closing(replace(shown, fixing=True)).endswith("; 1 fix with --fix --unsafe-fixes.")
    assert closing(report()).startswith("No findings. 0 files checked")
