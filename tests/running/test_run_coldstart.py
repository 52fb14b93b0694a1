"""Postponed imports behave as the modules they stand for."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

CODE = """
import sys
from sim.experiments.coldstart import postpone

postpone()
import pandas as pd
import networkx as nx
assert "pandas._libs" not in sys.modules and "networkx.classes" not in sys.modules
import scipy.sparse, scipy.special
assert "numpy.testing._private.utils" not in sys.modules and "numpy.f2py.rules" not in sys.modules
layout = nx.spring_layout
assert "networkx.classes" not in sys.modules
assert len(layout(nx.path_graph(3), seed=1)) == 3
from pandas.api.types import is_list_like
assert is_list_like([]) and pd.DataFrame({"a": [1]}).shape == (1, 1)
assert type(sys.modules["pandas"]).__name__ == "module"
import pandas
assert pandas.Series is pd.Series and pandas.__version__ == pd.__version__
from numpy.testing import assert_allclose
assert_allclose(1.0, 1.0)
import numpy, numpy.f2py
assert numpy.testing.assert_allclose is assert_allclose and numpy.f2py.get_include()
postpone()
assert sys.modules["pandas"] is pandas
postpone({"no_such_module_at_all": ()})
assert "no_such_module_at_all" not in sys.modules
"""


def test_postponed_modules_load_when_used() -> None:
    subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, check=True, timeout=120)
