"""What the pages of decisions are made of."""
