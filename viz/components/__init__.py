"""Components of the application."""
