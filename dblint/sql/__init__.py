"""SQL text to statements and expressions of our own small frozen kind."""
