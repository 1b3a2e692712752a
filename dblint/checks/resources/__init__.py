"""Rules about what tests open, hold and start, one module each."""
