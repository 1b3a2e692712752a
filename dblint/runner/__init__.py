"""What the project tells its test runner: pytest's settings and the plugins it declares."""
