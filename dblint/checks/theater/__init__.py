"""Rules about tests that only test their doubles, one module each."""
