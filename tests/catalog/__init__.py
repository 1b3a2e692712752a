"""The catalog by replay against PostgreSQL's own."""
