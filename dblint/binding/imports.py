"""From a dotted module to the file of the project that Python would import, as far as folders tell the search path."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

_SOURCES = ("src", "lib", "python")
_DEEP = 3
"""How many folders below the project's root a search path may begin that no test lies under."""


class ImportPaths:
    """The project's Python files by the folders that may be on Python's search path."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(paths)
        self._folders = frozenset(folder for path in self._paths for folder in _above(path))
        self._packages = frozenset(path.rpartition("/")[0] for path in self._paths if path.endswith("__init__.py"))
        self._known: dict[tuple[str, str], str | None] = {}
        tops = {_root_of(folder, self._packages) for folder in self._folders}
        self._tops = sorted(one for one in tops if one.count("/") < _DEEP)

    def relative(self, importer: str, module: str, level: int) -> str | None:
        """The file ``from ..module import`` means."""
        parts = importer.split("/")[:-1]
        if level - 1 > len(parts):
            return None
        base = parts[: len(parts) - (level - 1)]
        return self._at("/".join([*base, *(one for one in module.split(".") if one)]))

    def absolute(self, importer: str, module: str) -> str | None:
        """The file ``import module`` means, where only one can be meant."""
        key = (importer.rpartition("/")[0], module)
        if key not in self._known:
            self._known[key] = None if module.partition(".")[0] in sys.stdlib_module_names else self._find(*key)
        found = self._known[key]
        return None if found == importer else found

    def _find(self, folder: str, module: str) -> str | None:
        way = module.replace(".", "/")
        # Folders without modules of that name are gone through: they may be parts of one namespace package. A package's
        # own folder is on the path only where somebody runs from there, so it comes last.
        roots = (*self._near(folder), *(one for one in (folder, *_above(folder)) if one in self._packages))
        near = (one for root in roots if (one := self._at(_join(root, way))) is not None)
        first = next(near, None)
        if first is not None:
            return first
        found = {one for root in self._tops if (one := self._at(_join(root, way))) is not None}
        return found.pop() if len(found) == 1 else None

    def _near(self, folder: str) -> Iterator[str]:
        """The folders above an importer that are no packages themselves, each with its source folders."""
        at = folder
        while True:
            if at not in self._packages:
                yield at
                yield from (_join(at, one) for one in _SOURCES)
            if not at:
                return
            at = at.rpartition("/")[0]

    def _at(self, way: str) -> str | None:
        return next((path for path in (f"{way}.py", f"{way}/__init__.py") if path in self._paths), None)


def _join(root: str, way: str) -> str:
    return f"{root}/{way}" if root else way


def _above(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _root_of(folder: str, packages: frozenset[str]) -> str:
    """The folder a search path would hold for what lies in ``folder``."""
    while folder and folder in packages:
        folder = folder.rpartition("/")[0]
    return folder
