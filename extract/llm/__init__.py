"""The LLM extractor: a model says what each marked number means, and never types one."""
