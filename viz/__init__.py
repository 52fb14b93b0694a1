"""The interactive visualization (not built yet)."""
