"""SQL text read as our own statements."""
