"""Intents and layouts to edits; the one writer of Python syntax."""
