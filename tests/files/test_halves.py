"""The Down half of a migration is blanked out, and every place stays where it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dblint.catalog.files.halves import without_down

UP, DOWN = "create table a (id int);", "drop table a;"


@pytest.mark.parametrize(
    ("up", "down"),
    [
        ("-- +goose Up", "-- +goose Down"),
        ("--+goose up", "--  +goose DOWN"),
        ("-- migrate:up", "-- migrate:down"),
        ("-- migrate:up transaction:false", "-- migrate:down transaction:false"),
        ("-- +migrate Up", "-- +migrate Down"),
        ("-- rambler up", "-- rambler down"),
        ("-- Up Migration", "-- Down Migration"),
        ("-- some text", "---- create above / drop below ----"),
        ("-- //", "-- //@UNDO"),
    ],
)
def test_each_tool_has_its_marks(up: str, down: str) -> None:
    text = f"{up}\r\n{UP}\r\n{down}\r\n{DOWN}\r\n"
    half = without_down(text)
    assert UP in half
    assert DOWN not in half
    assert [len(line) for line in half.split("\n")] == [len(line) for line in text.split("\n")]


def test_an_up_after_a_down_is_kept() -> None:
    half = without_down(f"-- +goose Down\n{DOWN}\n-- +goose Up\n{UP}\n")
    assert UP in half
    assert DOWN not in half


def test_text_without_marks_is_untouched() -> None:
    text = "-- scroll down to see\nselect 'down';\n-- the ups and downs\n"
    assert without_down(text) is text


@settings(derandomize=True, max_examples=200)
@given(st.lists(st.sampled_from(["-- +goose Up", "-- +goose Down", UP, "é\r", "", "  -- +goose Down"])))
def test_lines_and_columns_never_move(lines: list[str]) -> None:
    text = "\n".join(lines)
    half = without_down(text)
    assert len(half) == len(text)
    assert all(new == old or new == " " for new, old in zip(half, text, strict=True))
