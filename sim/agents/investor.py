"""Investors: value laboratories by the moat they believe in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.columns import Column
from sim.agents.receiver import Receiver
from sim.institutions.media import Media
from sim.institutions.public_record import PublicRecord
from sim.mechanisms import capability, valuation
from sim.mechanisms.numerics import Array, row_mean
from sim.registry import valuation_rules


class Appraisal(NamedTuple):
    """What investors think labs are worth, per unit of a frontier lab's rent."""

    by_investor: Array  #: ``(worlds, labs, investors)`` annuity of each lab
    mean: Array  #: ``(worlds, labs)``
    reference: Array  #: ``(worlds, 1)`` weight of the time after catch-up for the leading lab's moat
    catch_up: Array  #: ``(worlds, 1)`` mean believed years until parity for the leading lab


class Investor(Receiver):
    """Prices rents with a finite, believed moat; the marginal buyer of a private round is an optimist."""

    kind = "investors"

    conviction = Column("investors", "1", "weight in the mean (equal by default)", fill=1.0)

    def appraise(self, record: PublicRecord, media: Media) -> Appraisal:
        """Annuity of each lab, averaged over the investor's posterior of the closing speed."""
        model, p = self.model, self.model.parameters
        measured = record.evaluation.measured
        best_home = capability.bloc_best(measured, model.home_only)
        best_rival = capability.bloc_best(measured, model.rival_only)
        offset = np.where(model.is_rival, best_rival - measured, measured - best_home)
        # The last row is the leading lab's own moat, for reference.
        offset = np.concatenate([offset, np.zeros((model.worlds, 1))], axis=1)
        factor = valuation.closing_factor(
            self.acted_share(media),
            record.controls.expected[:, :1],
            record.expected_enforcement,
            p.valuation.believed_control_effect,
            p.valuation.believed_enforcement_effect,
            p.valuation.copying_stalls,
        )
        speeds = valuation.speed_quadrature(self.believed_speed, self.speed_variance)
        closing = np.maximum(np.maximum(speeds, p.valuation.min_closing_speed) * factor, 1e-6)
        lead = np.maximum(
            (self.acted_gap(media) - p.benchmarks.parity_margin)[:, None, :] + offset[:, :, None], 0.0
        )
        discount, longest = p.valuation.discount_less_growth[..., None], p.valuation.max_moat[..., None]
        rule = valuation_rules.get(p.valuation.rule)
        after: Array | float = 0.0
        catch_up: Array | float = 0.0
        for weight, speed in zip(valuation.QUADRATURE_WEIGHTS, closing, strict=True):
            years = np.minimum(lead / speed[:, None, :], longest)
            after = after + weight * rule(discount, years)
            catch_up = catch_up + weight * row_mean(years[:, -1])
        annuity = model.annuity(after[:, :-1], model.is_rival[:, None])  # type: ignore[index]
        mean = row_mean(annuity)[..., 0]
        return Appraisal(annuity, mean, row_mean(after[:, -1]), catch_up)  # type: ignore[index,arg-type]

    def believed_efficiency(self) -> Array:
        """Mean believed efficiency of the controlled bloc, ``(c_hat - g)(1 - m)``, ``(worlds, 1)`` in OOM."""
        return row_mean((self.believed_compute - self.believed_gap) * (1.0 - self.believed_share))
