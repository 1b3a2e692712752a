"""Small asynchronous projects that real pytest and dblint both judge."""
