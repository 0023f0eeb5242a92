"""Commands of more than a few lines, one module each."""
