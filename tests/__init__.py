"""dblint's tests."""
