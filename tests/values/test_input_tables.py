"""What each type takes and refuses, spelling by spelling, as a real PostgreSQL's own input functions say."""

from __future__ import annotations

import random
import re

import psycopg
import pytest

from dblint.catalog.model import Catalog, Type
from dblint.values.input.read import read
from dblint.values.input.refusal import RefusedInputError, UnclearInputError
from tests.oracle.spellings import SPELLINGS

CATALOG = Catalog("postgres")
OUT_OF_RANGE = {"22001", "22003", "22015", "22026"}
# `money` reads by the server's locale, and days before months by its DateStyle: dblint leaves those open.
MOST_OPEN = {"money": 10, "date": 8, "macaddr8": 4, "macaddr": 5}


def type_named(text: str) -> Type:
    bare = text.removesuffix("[]")
    found = re.search(r"\(([^)]*)\)", bare)
    name = re.sub(r"\([^)]*\)", "", bare)
    limits = tuple(found[1].split(",")) if found else ()
    kind = "range" if "range" in name else "base"
    return Type(name, kind, None, limits, int(text.endswith("[]")), text)  # type: ignore[arg-type]


def ours(type_: str, text: str) -> str | None:
    """The SQLSTATE we expect; None where the text is taken, ``open`` where we cannot know."""
    try:
        read(text, type_named(type_), CATALOG)
    except RefusedInputError as error:
        return error.code
    except UnclearInputError:
        return "open"
    return None


def theirs(connection: psycopg.Connection, type_: str, text: str) -> str | None:
    try:
        row = connection.execute("select sql_error_code from pg_input_error_info(%s, %s)", (text, type_)).fetchone()
    except psycopg.Error as error:
        return error.sqlstate
    assert row is not None
    return None if row[0] is None else str(row[0])


def kind(code: str | None) -> str | None:
    """The rule that is due for a SQLSTATE."""
    return code if code in (None, "open") else "value-out-of-range" if code in OUT_OF_RANGE else "type-mismatch"


@pytest.mark.parametrize("type_", SPELLINGS)
def test_the_server_says_the_same(postgres: psycopg.Connection, type_: str) -> None:
    said = [(text, theirs(postgres, type_, text), ours(type_, text)) for text in SPELLINGS[type_]]
    differing = [one for one in said if one[2] != "open" and kind(one[1]) != kind(one[2])]
    assert differing == []
    silent = [text for text, server, own in said if server is not None and own == "open"]
    is_dated = "date" in type_ or "timestamp" in type_
    assert len(silent) <= MOST_OPEN.get("date" if is_dated else type_, 0), silent
    assert {server is None for _, server, _ in said} == {True, False} or type_ in ("text", "character varying", "name")


_PIECES = sorted({piece for texts in SPELLINGS.values() for text in texts for piece in re.findall(r"\w+|\W", text)})


@pytest.mark.parametrize("type_", [one for one in SPELLINGS if one != "money"])
@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.slow)])
def test_no_text_made_of_the_same_pieces_is_judged_otherwise(
    postgres: psycopg.Connection, type_: str, count: int
) -> None:
    made = generated(type_, count)
    said = [
        (text, server, ours(type_, text)) for text, server in zip(made, all_theirs(postgres, type_, made), strict=True)
    ]
    judged = [one for one in said if one[2] != "open"]
    assert [one for one in judged if one[1] is None and one[2] is not None] == []
    missed = [one for one in judged if one[1] is not None and one[2] is None]
    assert len(missed) <= 0.0005 * len(said), missed
    # Of a text with two faults the server may meet the other one first.
    otherwise = [one for one in judged if kind(one[1]) != kind(one[2])]
    assert len(otherwise) <= 0.15 * len(said), otherwise


def generated(type_: str, count: int) -> list[str]:
    """Texts that are near to right ones, the same in every run."""
    choose = random.Random(f"{type_} {count}")
    own = sorted({piece for text in SPELLINGS[type_] for piece in (text, *re.findall(r"\w+|\W", text))})
    made = (
        "".join(choose.choice(own if choose.random() < 0.8 else _PIECES) for _ in range(choose.randint(1, 6)))
        for _ in range(count)
    )
    return [text for text in made if "\0" not in text]


def all_theirs(connection: psycopg.Connection, type_: str, texts: list[str]) -> list[str | None]:
    """What the server says of many texts; one by one where it has no soft errors for the type."""
    query = (
        "select (pg_input_error_info(t, %s)).sql_error_code from unnest(%s::text[]) with ordinality x(t, n) order by n"
    )
    try:
        return [row[0] for row in connection.execute(query, (type_, texts))]
    except psycopg.Error:
        return [theirs(connection, type_, text) for text in texts]
