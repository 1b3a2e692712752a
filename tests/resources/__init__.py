"""What tests open: the pages' cases run against a real server."""
