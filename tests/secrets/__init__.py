"""Credentials: found, and never shown."""
