"""Which file of a project an import means."""

from __future__ import annotations

from dblint.binding.imports import ImportPaths


def test_a_root_that_is_a_package_ends_the_search() -> None:
    paths = ImportPaths(["__init__.py", "model.py", "util/__init__.py", "util/text.py", "tests/test_model.py"])
    assert paths.relative("tests/test_model.py", "model", 2) == "model.py"
    assert paths.absolute("tests/test_model.py", "util.text") == "util/text.py"
