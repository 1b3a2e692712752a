"""Fixed files on disk: bytes, modes, links, and files that must stay as they are."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from dblint import fixing
from dblint.fixing import FixOutcome, Unwritten
from dblint.source import Source, decode


def outcome(texts: dict[str, str], together: tuple[frozenset[str], ...] = ()) -> FixOutcome:
    return FixOutcome(texts, (), (), (), 1, together=together)


def sources(root: Path, *paths: str) -> dict[str, Source]:
    return {path: decode(path, (root / path).read_bytes()) for path in paths}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "data",
    [
        b"x = bad\n",
        b"x = bad\r\ny = 1\r\n",
        b"x = bad\r\ny = 1\n",
        b"x = bad",
        b"\xef\xbb\xbfx = bad\n",
        b"# coding: latin-1\nx = bad  # \xfc\n",
        "\ufeffx = bad\n".encode("utf-16-le"),
    ],
)
def test_bytes_are_kept(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "test_x.py"
    file.write_bytes(data)
    read = sources(tmp_path, "test_x.py")
    text = read["test_x.py"].text.replace("bad", "gut")
    assert fixing.write(outcome({"test_x.py": text}), tmp_path, read) == ()
    wide = data.startswith(b"\xff\xfe")
    old, new = ("bad".encode("utf-16-le"), "gut".encode("utf-16-le")) if wide else (b"bad", b"gut")
    assert file.read_bytes() == data.replace(old, new)
    assert names(tmp_path) == ["test_x.py"]


def test_the_mode_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "test_x.py"
    file.write_text("x = bad\n")
    file.chmod(0o750)
    fixing.write(outcome({"test_x.py": "x = good\n"}), tmp_path, sources(tmp_path, "test_x.py"))
    assert file.read_text() == "x = good\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o750


def test_a_file_changed_meanwhile_is_left(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = bad\n")
    read = sources(tmp_path, "a.py", "b.py")
    (tmp_path / "a.py").write_text("x = bad  # mine\n")
    left = fixing.write(outcome({"a.py": "x = good\n", "b.py": "x = good\n"}), tmp_path, read)
    assert left == (Unwritten("a.py", "the file changed while dblint was at work"),)
    assert (tmp_path / "a.py").read_text() == "x = bad  # mine\n"
    assert (tmp_path / "b.py").read_text() == "x = good\n"


def test_a_vanished_file_is_not_made_again(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = bad\n")
    read = sources(tmp_path, "a.py")
    (tmp_path / "a.py").unlink()
    (left,) = fixing.write(outcome({"a.py": "x = good\n"}), tmp_path, read)
    assert left.path == "a.py"
    assert names(tmp_path) == []


def test_files_of_one_fix_are_written_all_or_none(tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "c.py", "d.py"):
        (tmp_path / name).write_text("x = bad\n")
    read = sources(tmp_path, "a.py", "b.py", "c.py", "d.py")
    (tmp_path / "a.py").write_text("changed\n")
    groups = (frozenset({"a.py", "b.py"}), frozenset({"b.py", "c.py"}))
    left = fixing.write(outcome(dict.fromkeys(read, "x = good\n"), groups), tmp_path, read)
    assert [one.path for one in left] == ["a.py", "b.py", "c.py"]
    assert [(tmp_path / name).read_text() for name in ("b.py", "c.py", "d.py")] == [
        "x = bad\n",
        "x = bad\n",
        "x = good\n",
    ]
    assert names(tmp_path) == ["a.py", "b.py", "c.py", "d.py"]


def test_links_inside_the_project_are_followed_and_kept(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text("x = bad\n")
    (tmp_path / "link.py").symlink_to("real.py")
    assert fixing.write(outcome({"link.py": "x = good\n"}), tmp_path, sources(tmp_path, "link.py")) == ()
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "real.py").read_text() == "x = good\n"


def test_one_file_under_two_names_is_written_once(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text("x = bad\n")
    (tmp_path / "link.py").symlink_to("real.py")
    read = sources(tmp_path, "link.py", "real.py")
    left = fixing.write(outcome({"link.py": "x = good\n", "real.py": "x = better\n"}), tmp_path, read)
    assert [one.path for one in left] == ["real.py"]
    assert (tmp_path / "real.py").read_text() == "x = good\n"


@pytest.mark.parametrize("through", ["file", "folder", "parent"])
def test_nothing_outside_the_root_is_touched(tmp_path: Path, through: str) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "test_x.py").write_text("x = bad\n")
    if through == "file":
        (root / "test_x.py").symlink_to(outside / "test_x.py")
        path = "test_x.py"
    elif through == "folder":
        (root / "tests").symlink_to(outside, target_is_directory=True)
        path = "tests/test_x.py"
    else:
        path = "../outside/test_x.py"
    assert not fixing.editable(root, path)
    read = sources(root, path)
    left = fixing.write(outcome({path: "x = good\n"}), root, read)
    assert left == (Unwritten(path, "dblint edits no SQL files and nothing outside the project"),)
    assert (outside / "test_x.py").read_text() == "x = bad\n"
    assert names(outside) == ["test_x.py"]


def test_sql_is_never_written(tmp_path: Path) -> None:
    (tmp_path / "schema.SQL").write_text("bad\n")
    assert not fixing.editable(tmp_path, "schema.SQL")
    left = fixing.write(outcome({"schema.SQL": "good\n"}), tmp_path, sources(tmp_path, "schema.SQL"))
    assert [one.path for one in left] == ["schema.SQL"]
    assert (tmp_path / "schema.SQL").read_text() == "bad\n"


def test_a_failure_while_writing_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("x = bad\n")
    read = sources(tmp_path, "a.py")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    left = fixing.write(outcome({"a.py": "x = good\n"}), tmp_path, read)
    assert left == (Unwritten("a.py", "No space left on device"),)
    assert (tmp_path / "a.py").read_text() == "x = bad\n"
    assert names(tmp_path) == ["a.py"]


def test_an_interruption_leaves_no_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = bad\n")
    read = sources(tmp_path, "a.py", "b.py")

    def interrupted(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fixing.write(outcome(dict.fromkeys(read, "x = good\n")), tmp_path, read)
    assert names(tmp_path) == ["a.py", "b.py"]
    assert (tmp_path / "a.py").read_text() == "x = bad\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = bad\ny = 1\n", "x = good\ny = 1\n"),
        ("x = bad", "x = good"),
        ("x = bad\n", "x = bad\nz = 1"),
        ("a\r\nx = bad\r\n", "a\r\nx = good\r\n"),
        ("a\x0cb\u2028c\nx = bad\n", "a\x0cb\u2028c\nx = good\n"),
    ],
)
def test_the_diff_applies(tmp_path: Path, before: str, after: str) -> None:
    file = tmp_path / "test_x.py"
    file.write_bytes(before.encode())
    text = fixing.diff(outcome({"test_x.py": after}), sources(tmp_path, "test_x.py"))
    assert text.startswith("--- test_x.py\n+++ test_x.py\n@@ ")
    subprocess.run(["git", "apply", "-p0", "-"], input=text.encode(), cwd=tmp_path, check=True)
    assert file.read_bytes() == after.encode()


def test_the_diff_names_paths_as_told_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("x = bad\n")
    (tmp_path / "a.py").write_text("x = bad\n")
    read = sources(tmp_path, "b.py", "a.py")
    text = fixing.diff(outcome(dict.fromkeys(read, "x = good\n")), read, lambda path: f"sub/{path}")
    assert [line for line in text.split("\n") if line.startswith("+++")] == ["+++ sub/a.py", "+++ sub/b.py"]
    assert (tmp_path / "a.py").read_text() == "x = bad\n"
