"""Bytes and a path to facts; one module a kind."""
