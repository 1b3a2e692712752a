"""Rules about fixtures and doubles of asynchronous clients."""
