"""Abstracts in, claims out."""
