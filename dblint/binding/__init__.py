"""Which table a mock row stands for, and how sure that is."""
