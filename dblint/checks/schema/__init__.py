"""Rules that hold mock rows against the catalog, one module each."""
