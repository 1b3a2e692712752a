"""What stands in for the database in the shop's tests."""
