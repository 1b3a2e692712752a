"""Columns of queries, against a real PostgreSQL."""
