"""What the real databases say, for tests to compare with."""
