"""A project tree from a mapping of paths to texts, and what discovery makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dblint.catalog.files import Discovery, discover
from dblint.config import Settings

Discover = Callable[..., Discovery]


@pytest.fixture
def found(tmp_path: Path) -> Discover:
    def run(tree: Mapping[str, str | bytes], **settings: object) -> Discovery:
        for name, text in tree.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return discover(tmp_path, Settings(root=tmp_path, **settings))  # type: ignore[arg-type]

    return run
