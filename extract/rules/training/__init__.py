"""Training of the embedded extractor; see `__main__`. Needs the dependency group `train`."""
