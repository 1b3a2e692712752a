"""Every way a test gives a row."""
