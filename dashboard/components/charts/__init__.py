"""Plotly charts in one grammar. Each function takes plain data and returns a figure; `template.show` draws it."""
