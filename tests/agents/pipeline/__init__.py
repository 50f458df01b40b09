"""The linear pipeline."""
