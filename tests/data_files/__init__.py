"""Tests of what is read beside Python."""
