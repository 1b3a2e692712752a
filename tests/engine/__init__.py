"""Tests of settings, project files, rule book, cache, engine and suppression."""
