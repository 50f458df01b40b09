"""Real services for tests: where one comes from, and how it ends with the run."""
