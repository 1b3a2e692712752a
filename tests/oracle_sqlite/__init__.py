"""Tests against SQLite itself."""
