"""A small shop over a PostgreSQL database behind PostgREST."""
