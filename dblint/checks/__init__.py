"""One module per rule that a pattern cannot decide, in a folder per group."""
