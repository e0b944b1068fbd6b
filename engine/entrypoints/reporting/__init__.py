"""What reports say: documents of `engine.reports`, put together from what the database knows."""
