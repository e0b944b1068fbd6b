"""What a run will cost, and how wrong that was: pictures and words."""
