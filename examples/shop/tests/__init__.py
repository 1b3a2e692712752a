"""The shop's tests: all green, and not all true."""
