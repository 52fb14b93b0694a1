"""Small self-contained reference models of the theory the simulator builds on.

None of these modules imports the simulator: they restate published results from scratch (one idea a
file, source in each docstring), so that the tests beside this package can check the results themselves
and later compare the simulator's mechanisms with them.
"""
