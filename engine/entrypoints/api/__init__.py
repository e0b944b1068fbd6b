"""The model server: finished runs over HTTP, without torch and without a database."""
