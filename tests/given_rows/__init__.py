"""Every way a test gives a row: fixtures, helpers with overrides, constants, fakes, events."""
