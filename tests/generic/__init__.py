"""Tests of the front-end and the replay of MySQL and SQLite."""
