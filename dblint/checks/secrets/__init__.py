"""Rules that look for credentials which open a real database, one module each."""
