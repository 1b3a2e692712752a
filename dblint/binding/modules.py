"""From the module an import names to the file of the project that it means."""

from __future__ import annotations

from collections.abc import Iterable


class Modules:
    """The project's files by the ways an import may spell them."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._by_tail: dict[str, list[str]] = {}
        for path in paths:
            parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
            for start in range(len(parts)):
                self._by_tail.setdefault(".".join(parts[start:]), []).append(path)

    def file(self, importer: str, module: str) -> str | None:
        """The file an import in ``importer`` means, where only one can be meant."""
        dots = len(module) - len(module.lstrip("."))
        if dots:
            folder = importer.split("/")[:-dots]
            whole = [*folder, *(part for part in module[dots:].split(".") if part)]
            found = [path for path in self._by_tail.get(".".join(whole), []) if _is(path, whole)]
        else:
            found = self._by_tail.get(module, [])
        return _nearest(importer, found)


def data_file(importer: str, tail: str, paths: Iterable[str]) -> str | None:
    """The data file that a path written in ``importer`` means, where only one can be meant."""
    end = tail.removeprefix("./").lstrip("/")
    while end.startswith("../"):
        end = end[3:]
    return _nearest(importer, [path for path in paths if path == end or path.endswith(f"/{end}")])


def _is(path: str, parts: list[str]) -> bool:
    whole = "/".join(parts)
    return path in (f"{whole}.py", f"{whole}/__init__.py")


def _nearest(importer: str, paths: list[str]) -> str | None:
    """The only path, or the only one that shares the most folders with the importer."""
    shared = sorted(((_shared(importer, path), path) for path in paths), reverse=True)
    if not shared or (len(shared) > 1 and shared[0][0] == shared[1][0]):
        return None
    return shared[0][1]


def _shared(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
