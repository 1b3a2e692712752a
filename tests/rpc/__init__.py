"""Tests of calls to stored functions and of the doubles of clients."""
