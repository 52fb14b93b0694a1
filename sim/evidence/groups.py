"""Groups: listed shares that stand for chips, and the bloc of a model in the table of compute.

Names of firms and models are data of the evidence; outside of this room they are asked for by what they stand for.
"""

from __future__ import annotations

from typing import Literal

from sim.evidence.loading import load

#: The listed share that stands for the chip supplier, and the index of its sector.
SUPPLIER_SHARE, SECTOR_INDEX = "NVDA", "SOX"
#: Listed shares and indices that together stand for chips on a day of news.
CHIP_SHARES = ("NVDA", "AVGO", "TSM", "MU", "ASML", "SOX")
#: First words of models that the release table does not name in the same way, by bloc.
MODEL_FAMILIES = {
    "GPT": "us", "Claude": "us", "Grok": "us", "gpt-oss": "us",
    "DeepSeek": "cn", "Qwen": "cn", "Kimi": "cn", "GLM": "cn", "Yi": "cn",
}  # fmt: skip


def bloc_of_model(name: str) -> Literal["us", "cn"]:
    """Return the bloc of a model's developer: by the release table, else by the first word of its name.

    Raises
    ------
    ValueError
        If neither says it, so that a new name is not dropped in silence.

    """
    releases = load("model_releases")
    countries = releases.loc[releases["model"] == name, "country"]
    if len(countries):
        return "us" if countries.iloc[0] == "US" else "cn"
    for family, bloc in MODEL_FAMILIES.items():
        if name.startswith(family):
            return "us" if bloc == "us" else "cn"
    raise ValueError(f"no bloc is known for the model {name!r}")
