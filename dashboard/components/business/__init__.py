"""The parts of the business pages."""
