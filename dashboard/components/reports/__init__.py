"""What the page of reports draws."""
