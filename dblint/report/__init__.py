"""Output formats: findings in, text out; one module a format."""
