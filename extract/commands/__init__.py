"""Commands with commands below them, one module each."""
