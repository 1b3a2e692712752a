"""Checks about dblint's own work."""
