"""Counting what a run will compute, from the model's config and the real lengths of the data; no torch, no guess."""
