"""The facts of code and what names mean across files."""
