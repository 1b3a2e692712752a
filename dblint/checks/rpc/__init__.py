"""Checks of calls to stored functions and of the doubles that answer them."""
