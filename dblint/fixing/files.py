"""Fixed files on disk: which may be edited, written in one step each, with their mode and encoding; and as a diff."""

from __future__ import annotations

import contextlib
import difflib
import os
import stat
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dblint.errors import DblintError
from dblint.facts.hidden import without_secrets
from dblint.fixing.outcome import FixOutcome, Unwritten
from dblint.source import Source


def editable(root: Path, path: str) -> bool:
    """Whether fixes may touch a file: no SQL, inside the root, and not reached through a link out of it."""
    return not is_sql(path) and (root / path).resolve().is_relative_to(root.resolve())


def is_sql(path: str) -> bool:
    return path.lower().endswith(".sql")


def write(outcome: FixOutcome, root: Path, sources: Mapping[str, Source]) -> tuple[Unwritten, ...]:
    """Write the changed files, each in one step, keeping line endings, encoding and mode; say which were left.

    A file is left when it is SQL, lies outside the root, was changed since it was read, or cannot be written, and so
    are the files that one fix changes together with it.
    """
    staged: dict[str, tuple[Path, Path]] = {}
    unwritten: list[Unwritten] = []
    try:
        for path, text in outcome.texts.items():
            try:
                target = _target(root, path, sources[path])
                if any(target == other for _, other in staged.values()):
                    raise DblintError("it is a file that was fixed under another name")
                staged[path] = (_stage(target, sources[path].encode(text)), target)
            except (OSError, DblintError) as error:
                unwritten.append(Unwritten(path, _reason(error)))
        for path in _held_back({one.path for one in unwritten}, outcome.together) & staged.keys():
            staged.pop(path)[0].unlink()
            unwritten.append(Unwritten(path, "a file that the same fix changes could not be written"))
        for path in list(staged):
            copy, target = staged[path]
            try:
                copy.replace(target)
                del staged[path]
            except OSError as error:
                unwritten.append(Unwritten(path, _reason(error)))
    finally:
        for copy, _ in staged.values():
            copy.unlink(missing_ok=True)
    return tuple(sorted(unwritten, key=lambda one: one.path))


def diff(outcome: FixOutcome, sources: Mapping[str, Source], name: Callable[[str], str] = str) -> str:
    """A unified diff of the changes without the secrets they hold; ``name`` says how a path is shown."""
    parts: list[str] = []
    for path, text in sorted(outcome.texts.items()):
        shown, source = name(path), sources[path]
        old, new = source.text.split("\n"), text.split("\n")
        lines = tuple(difflib.unified_diff(_lines(old), _lines(new), shown, shown))
        parts += map(_diff_line, without_secrets(lines, source))
    return "".join(parts)


def _lines(pieces: list[str]) -> list[str]:
    """Lines with their ends; ``str.splitlines`` would also break at characters that end no line."""
    lines = [f"{piece}\n" for piece in pieces[:-1]]
    return [*lines, pieces[-1]] if pieces[-1] else lines


def _diff_line(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _target(root: Path, path: str, source: Source) -> Path:
    """The file to write, links followed; raises where it must not be written."""
    if not editable(root, path):
        raise DblintError("dblint edits no SQL files and nothing outside the project")
    target = (root / path).resolve(strict=True)
    if target.read_bytes() != source.encode(source.text):
        raise DblintError("the file changed while dblint was at work")
    if not os.access(target, os.W_OK):
        raise DblintError("the file is read-only")
    return target


def _stage(target: Path, data: bytes) -> Path:
    """The new bytes in a file beside the target, with its mode."""
    descriptor, name = tempfile.mkstemp(prefix=".dblint-", suffix=".tmp", dir=target.parent)
    copy = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        status = target.stat()
        copy.chmod(stat.S_IMODE(status.st_mode))
        if hasattr(os, "chown"):
            # Only root may give a file away; anyone else owns what they can rename over.
            with contextlib.suppress(OSError):
                os.chown(copy, status.st_uid, status.st_gid)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy


def _held_back(failed: set[str], together: Sequence[frozenset[str]]) -> set[str]:
    """The files that may not be written because one they are changed together with cannot be."""
    held = set(failed)
    while reached := [group for group in together if group & held and not group <= held]:
        held.update(*reached)
    return held - failed


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
