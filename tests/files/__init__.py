"""Tests of the files that discovery takes."""
