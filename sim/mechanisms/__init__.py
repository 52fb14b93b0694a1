"""Pure equations: floats or arrays in, floats or arrays out.

No Mesa, no I/O, no hidden random generator. Every function works on the last axis, so that one body
serves one agent, a whole kind of agents, or a batch of worlds. Symbols in docstrings are those of
``docs/odd.md``.
"""
