"""The parts that pages are built from. They take plain data, never rows of the database."""
