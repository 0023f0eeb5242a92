"""Commands that are more than a question to the store, one a module."""
