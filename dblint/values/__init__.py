"""Would a column take a literal, and which literal would it take."""
