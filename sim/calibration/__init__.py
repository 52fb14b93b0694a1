"""Calibration: which values of the factors the observed record leaves possible, and which it cannot tell apart."""
