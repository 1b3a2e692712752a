"""Whether a dotted name means code of the project that is no test."""

from __future__ import annotations

from dblint.binding.model import BoundProject


def is_own(project: BoundProject, importer: str, target: str) -> bool:
    """Whether an absolute dotted name ends in something that a source of the project holds."""
    found = project.code.target(importer, target)
    if found is not None:
        return found.kind == "function" and not is_test_file(found.path)
    home = project.code.home(importer, target)
    if home is None or is_test_file(home[0]):
        return False
    # A method of an object that the module makes: ``app.db.client.fetch``.
    head, _, rest = home[1].partition(".")
    held = project.code.find(home[0], head)
    return bool(rest) and held is not None and held.kind == "constant" and held.path == home[0]


def is_test_file(path: str) -> bool:
    *folders, name = path.split("/")
    tests = name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
    return tests or bool({"tests", "test"} & set(folders))
