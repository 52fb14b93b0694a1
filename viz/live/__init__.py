"""Parts of the page Live: what is chosen, what is drawn, what is told."""
