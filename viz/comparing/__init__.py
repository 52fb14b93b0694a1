"""Parts of the page Compare: two scenarios under the same luck."""
