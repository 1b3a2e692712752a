"""Tests of the catalog as tree and JSON."""
