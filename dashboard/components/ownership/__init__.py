"""What owning an idea costs: words, inputs, pictures."""
