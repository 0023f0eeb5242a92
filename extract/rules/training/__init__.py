"""Training of the embedded extractor; see `__main__`. Needs the extra `train`."""
