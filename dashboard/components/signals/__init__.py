"""What the page of signals is drawn from."""
