"""The schema after the last migration."""
