"""What the pages about money draw."""
