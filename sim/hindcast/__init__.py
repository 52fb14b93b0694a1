"""Hindcast: the model against what was observed from October 2022 to December 2025."""
