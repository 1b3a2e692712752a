"""Trees of Python with positions."""
