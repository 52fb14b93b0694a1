import pytest

from sim.report import figure_files


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what takes long: figures are made, but not drawn."""
    empty = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
    monkeypatch.setattr(figure_files, "as_bytes", lambda figure, kind, facts: empty)
