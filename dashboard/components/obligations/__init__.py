"""What the page of obligations is drawn from."""
