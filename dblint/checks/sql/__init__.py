"""The rules of the group ``sql``: SQL strings against the catalog."""
