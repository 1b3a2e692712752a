"""The schema files of a project: which are taken, in which order, which half of them, and why the others are left."""

from __future__ import annotations

from dblint.catalog.files.discovery import Discovery, discover

__all__ = ["Discovery", "discover"]
