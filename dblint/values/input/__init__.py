"""PostgreSQL's input functions: a text to a value of a type, refused with the SQLSTATE that the server gives."""
