"""Tests that click through the pages in a real browser."""
