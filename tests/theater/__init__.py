"""Tests of the rules about tests that only test their doubles."""
