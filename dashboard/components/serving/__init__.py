"""Serving it ourselves or buying it: words, controls, tables."""
