"""The project's Python test files and data files, and which of them a command line asks about."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dblint.config import CONFIG_FILES, Settings
from dblint.data_files import LARGEST, data_format
from dblint.errors import UsageError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# fmt: off
DEFAULT_EXCLUDES = frozenset({
    ".bzr", ".direnv", ".dblint_cache", ".eggs", ".git", ".git-rewrite", ".hg", ".hypothesis", ".idea",
    ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache",
    ".svn", ".tox", ".venv", ".vscode", "__pycache__", "__pypackages__", "_build", "_vendor", "bower_components",
    "buck-out", "build", "dist", "node_modules", "site-packages", "third_party", "vendor", "vendored",
    "venv",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known and what is reported.

    ``known`` are all test files and the files named on the command line. ``reported`` is None when everything is; else
    it holds files of ``known``, and what lies in ``folders`` is reported too.
    """

    known: tuple[str, ...]
    reported: frozenset[str] | None = None
    folders: tuple[str, ...] = ()
    others: tuple[str, ...] = field(default=(), compare=False)
    """The project's Python files that are no tests."""
    data: tuple[str, ...] = field(default=(), compare=False)
    """The data and configuration files beside Python that are read."""

    def reports(self, path: str) -> bool:
        return self.reported is None or path in self.reported or path.startswith(self.folders)

    @property
    def checked(self) -> int:
        """How many files the run speaks about."""
        return len(self.known) if self.reported is None else len(self.reported)


def scope(settings: Settings, paths: Sequence[str], cwd: Path, *, force_exclude: bool = False) -> Scope:
    """The project's test files and the part of them that ``paths`` ask for; by default the working directory's.

    A changed SQL or configuration file concerns every test, so one among ``paths`` widens the report to all.

    Raises:
        UsageError: a path that does not exist or lies outside the project.
    """
    tree = _tree(settings)
    if not paths and not cwd.is_relative_to(settings.root):
        return Scope(tuple(sorted(tree.tests)), others=tree.others, data=tree.data)
    given = [_Given(_below_root(settings.root, cwd, path), (cwd / path).is_dir()) for path in paths or (".",)]
    folders = tuple(one.folder_prefix for one in given if one.is_folder)
    files = {one.path for one in given if not one.is_folder}
    python = {path for path in files if path.endswith((".py", ".pyi"))}
    named = {path for path in files if data_format(path) is not None}
    known, data = set(tree.tests), set(tree.data)
    if not force_exclude:
        known |= python.union(*(_inside(settings, one) for one in folders if one not in tree.folders))
        data |= named
    whole, beside = tuple(sorted(known)), tuple(sorted(data))
    if "" in folders or any(_concerns_all(settings, path) for path in files):
        return Scope(whole, others=tree.others, data=beside)
    reported = (python & known).union(named & data, (path for path in whole if path.startswith(folders)))
    return Scope(whole, frozenset(reported), folders, tree.others, beside)


@dataclass(frozen=True, slots=True)
class _Given:
    path: str
    is_folder: bool

    @property
    def folder_prefix(self) -> str:
        return "" if self.path == "." else f"{self.path}/"


def _below_root(root: Path, cwd: Path, path: str) -> str:
    whole = Path(os.path.abspath(cwd / path))  # noqa: PTH100 (a link keeps the name it was given by)
    if not whole.exists():
        raise UsageError(f"{path}: there is no such file or folder")
    for candidate in (whole, whole.resolve()):
        if candidate.is_relative_to(root):
            return candidate.relative_to(root).as_posix()
    raise UsageError(
        f"{path}: this lies outside the project {root}; run dblint in the folder it belongs to, or name that project's "
        "file with --config"
    )


def _concerns_all(settings: Settings, path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    own_rules = tuple(f"{folder.removeprefix('./').rstrip('/')}/" for folder in settings.rules)
    return (
        path.endswith(".sql")
        or name in CONFIG_FILES
        or path.startswith(own_rules)
        or settings.root / path == settings.source
    )


@dataclass(frozen=True, slots=True)
class _Tree:
    """The tests below a folder, and the folders that were looked into, each with a slash behind it."""

    tests: tuple[str, ...]
    others: tuple[str, ...]
    data: tuple[str, ...]
    folders: frozenset[str]


def _tree(settings: Settings) -> _Tree:
    """What is found from the root down, without what is excluded or ignored by git."""
    excluded = _spec(settings.exclude) if settings.exclude else None
    found, folders = _walk(settings.root, "", excluded, tuple(_outer_ignores(settings.root)))
    files = [path for path in found if path.endswith(".py")]
    tests = tuple(filter(_spec(settings.tests).match_file, files))
    others = tuple(sorted(set(files).difference(tests)))
    return _Tree(tests, others, tuple(path for path in found if not path.endswith(".py")), frozenset(folders))


def _inside(settings: Settings, prefix: str) -> Iterable[str]:
    """The test files in a folder somebody asked for by name, which no exclusion from outside it hides."""
    found = (path for path in _walk(settings.root, prefix, None, ())[0] if path.endswith(".py"))
    return filter(_spec(settings.tests).match_file, found)


def _spec(patterns: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    plain = (pattern.removeprefix("./") or "." for pattern in patterns)
    return GitIgnoreSpec.from_lines("*" if pattern == "." else pattern for pattern in plain)


@dataclass(frozen=True, slots=True)
class _Ignores:
    """One .gitignore file: the folder it stands in, as an absolute path with a slash, and its patterns."""

    base: str
    spec: GitIgnoreSpec


def _walk(
    root: Path, start: str, excluded: GitIgnoreSpec | None, outer: tuple[_Ignores, ...]
) -> tuple[list[str], list[str]]:
    """The Python and data files from a folder down, and the folders looked into."""
    top = f"{root.as_posix().rstrip('/')}/"
    pending = [(start, outer)]
    files: list[str] = []
    folders: list[str] = []
    while pending:
        folder, ignores = pending.pop()
        try:
            with os.scandir(top + folder) as listing:
                entries = list(listing)
        except OSError:
            continue
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names:
            continue
        folders.append(folder)
        if ".gitignore" in names:
            ignores = (*_ignore_file(top + folder, ".gitignore"), *ignores)
        files += _files_to_read(entries, top, folder, excluded, ignores)
        for entry in entries:
            path = f"{folder}{entry.name}/"
            if _is_open_folder(entry) and not _left_out(top, path, excluded, ignores):
                pending.append((path, ignores))
    return files, folders


def _files_to_read(
    entries: list[os.DirEntry[str]],
    top: str,
    folder: str,
    excluded: GitIgnoreSpec | None,
    ignores: tuple[_Ignores, ...],
) -> Iterator[str]:
    for entry in entries:
        path = folder + entry.name
        # A link is not followed: what it leads to is found itself or is no part of the project.
        if (
            (entry.name.endswith(".py") or data_format(entry.name) is not None)
            and entry.is_file(follow_symlinks=False)
            and (entry.name.endswith(".py") or entry.stat(follow_symlinks=False).st_size <= LARGEST)
            and not _left_out(top, path, excluded, ignores)
        ):
            yield path


def _is_open_folder(entry: os.DirEntry[str]) -> bool:
    return entry.name not in DEFAULT_EXCLUDES and entry.is_dir(follow_symlinks=False)


def _left_out(top: str, path: str, excluded: GitIgnoreSpec | None, ignores: tuple[_Ignores, ...]) -> bool:
    if excluded is not None and excluded.match_file(path):
        return True
    for one in ignores:  # the nearest file that says anything decides
        verdict = one.spec.check_file((top + path).removeprefix(one.base)).include
        if verdict is not None:
            return verdict
    return False


def _outer_ignores(root: Path) -> Iterator[_Ignores]:
    """The ignore files of the repository that stand above the root, nearest first, then its ``info/exclude``."""
    repository = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if repository is None:
        return
    for folder in root.parents:
        if not folder.is_relative_to(repository):
            break
        yield from _ignore_file(f"{folder.as_posix().rstrip('/')}/", ".gitignore")
    yield from _ignore_file(f"{repository.as_posix().rstrip('/')}/", ".git/info/exclude")


def _ignore_file(base: str, name: str) -> Iterator[_Ignores]:
    try:
        text = Path(base + name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if lines:
        from pathspec import GitIgnoreSpec

        yield _Ignores(base, GitIgnoreSpec.from_lines(lines))
