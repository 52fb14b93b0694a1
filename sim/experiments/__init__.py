"""Experiments: runs with replicates, paired comparisons."""
