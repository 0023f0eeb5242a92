"""Batches: the same questions at half the price, answered by the provider within a day.

A batch is a file of requests, one a line, that a provider (or a cluster's own batch runner) answers when it suits it.
What is asked and how replies are read is the LLM extractor's; here is only what carries them there and back.
"""
