"""The interactive visualization: a Solara application that reads scenarios, models and records of ``sim``."""
