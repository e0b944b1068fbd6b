"""Series and their forecasts: what stands on the page of that name."""
