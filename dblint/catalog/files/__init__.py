"""The schema files of a project: which are taken, in which order, which half of them, and why the others are left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dblint.catalog.files.discovery import Discovery, discover

__all__ = ["Discovery", "discover"]


def __getattr__(name: str) -> Any:
    """Discovery when it is asked for: a warm run walks the tree and needs none of it."""
    if name not in __all__:
        raise AttributeError(name)
    from dblint.catalog.files import discovery

    return getattr(discovery, name)
