"""Passive institutions: they have no goals; they turn releases, claims and acts into the public record."""
