"""Laboratories: train, copy, release, estimate, claim, enforce, raise capital."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from numpy import count_nonzero, log, log10, maximum, minimum, sqrt, where

from sim.agents.columns import Column
from sim.agents.source import SMALLEST_SHARE_SD, Source
from sim.institutions.public_record import PublicRecord
from sim.mechanisms import capability, capital, distillation, export_control, valuation
from sim.mechanisms.numerics import (
    LN10,
    ONE,
    YEAR_STEP,
    ZERO,
    Array,
    constant,
    deeper,
    max_of,
    row_best,
    sum_of,
)
from sim.registry import valuation_rules

if TYPE_CHECKING:
    from sim.model import NarrativeModel

#: Step of the finite differences by which a lab reads its own interest.
DIFFERENCE = 0.01
#: Share of the way to its preferred enforcement that a lab moves in a week (compounded over a review).
ENFORCEMENT_SPEED = 1.0 / 13.0


class Sensitivity(NamedTuple):
    """Derivatives of a lab's log value at its own beliefs, each ``(worlds, labs)``."""

    gap: Array
    share: Array
    control: Array
    enforcement: Array


class Lab(Source):
    """A laboratory. Latent state is its own; the public sees releases, scores, prices and claims."""

    kind = "labs"

    compute = Column("labs", "OOM", "log10 of effective training compute from chips, c")
    algorithms = Column("labs", "OOM", "own and spilled algorithmic efficiency, A")
    distilled = Column("labs", "OOM", "uplift copied from other models, D")
    released_capability = Column("labs", "OOM", "capability of the best released model")
    released_algorithms = Column("labs", "OOM", "algorithms in the last released model")
    family_error = Column("labs", "OOM", "released model's strength by benchmark family", shape=(4,))
    selective_reporting = Column("labs", "0/1", "submits the best of several private variants")
    distillation_effort = Column("labs", "1", "effort spent on learning from rivals' models")
    paying_students = Column("labs", "1", "students' paid use of this lab's API, in developers")
    enforcement = Column("labs", "1", "effort against unauthorised use of the API, e")
    price_markup = Column("labs", "1", "own price over the price curve", fill=1.0)
    price = Column("labs", "US$/Mtok", "list price of the released model", fill=1.0)
    derivatives = Column("labs", "count", "models built on this lab's open weights")
    compute_stock = Column("labs", "million H100e", "compute owned, K", fill=1.0)
    compute_offset = Column("labs", "OOM", "log10 of effective training compute per unit of stock")
    cash = Column("labs", "bn US$", "cash, B")
    spending = Column("labs", "bn US$/yr", "spending on compute")
    revenue = Column("labs", "bn US$/yr", "revenue, R")
    valuation = Column("labs", "bn US$ (loop on), years of rent (off)", "value to the mean investor, V")
    private_mark = Column("labs", "as valuation", "reported value of the last private round")
    gap_estimate = Column("labs", "OOM", "own estimate of the gap")
    share_estimate = Column("labs", "1", "own estimate of the copied share")
    share_sd = Column("labs", "1", "its standard deviation, inf if the lab knows nothing", fill=np.inf)

    #: Cache of the cohort: access is worked out again only when enforcement or access control has changed.
    teachers_changed = True
    _access: Array
    _access_under: Array | None = None
    #: Likewise what students pay: only when a student changes its teacher.
    _taught_as: bytes = b""
    _taught_with: Array | None = None
    #: Likewise the best open algorithms: only when a lab releases.
    _best_open: Array
    _best_open_of: Array | None = None
    rivals: Array
    rival_count: Array
    with_api: Array

    @classmethod
    def cohort(cls, model: NarrativeModel) -> Self:
        """All labs, who know which of them are of the controlled bloc, how many (at least one), and who has an API."""
        labs = super().cohort(model)
        # A mask as large as a column is read faster than one row.
        labs.rivals = model.nobody | model.is_rival
        labs.rival_count = constant(float(max(model.rival_count, 1)))
        labs.with_api = np.flatnonzero(model.has_api)
        return labs

    @property
    def capability(self) -> Array:
        """Latent capability, theta = c + A + D (OOM)."""
        return self.compute + self.algorithms + self.distilled

    @property
    def own_capability(self) -> Array:
        """Capability without anything copied, c + A (OOM)."""
        return self.compute + self.algorithms

    # -- research and development ---------------------------------------------------------------------------

    def advance(self, week: int) -> None:
        """One week of compute, algorithms and copying; all labs move at once from last week's state."""
        uplift = self._copy()
        algorithms = self._discover(week)
        self._train(week)
        self.algorithms = self.algorithms + algorithms
        self.distilled = maximum(self.distilled + uplift, ZERO)

    def _train(self, week: int) -> None:
        """Compute grows: bought with cash and revenue, or at the shortcut's rate without the capital loop."""
        model, p = self.model, self.model.settings
        tech, control, regime = p.capability, p.export_control, model.regime
        strength = regime.effective_chips
        learning = export_control.learning_growth(
            strength, regime.shifted_demand, control.learning_exponent, control.learning_base
        )
        if not p.capital.buys_compute:
            controlled = learning + export_control.compute_growth(
                strength,
                tech.compute_growth_controlled,
                tech.compute_growth_floor,
                control.stockpiling,
                regime.expected_rise,
            )
            growth = where(self.rivals, controlled, tech.compute_growth_controlling)
            self.compute = self.compute + growth * YEAR_STEP
            return
        money = p.capital
        self.spending = capital.compute_spending(
            self.cash, self.revenue, money.spend_share, money.revenue_share
        )
        economy, each = model.economy(week), self.compute.shape[-1]
        price = economy.compute_price
        market_price = where(self.rivals, price * (ONE + money.control_price_markup * strength), price)
        scale = economy.scale / self.rival_count
        demand = self.spending / market_price
        stockpiled = ONE + control.stockpiling * maximum(regime.expected_rise, ZERO)
        # Repeated along the labs: cheaper than a broadcast in every use.
        funded = (demand + (money.state_compute * scale).repeat(each, 1)) * stockpiled.repeat(each, 1)
        imported = capital.imports_under_control(
            funded,
            self.compute_stock,
            strength.repeat(each, 1),
            tech.compute_growth_floor,
            money.depreciation,
        )
        substituted = (money.state_compute_response * strength * scale).repeat(each, 1)
        learned = self.compute_stock * learning.repeat(each, 1) * LN10
        bought = where(self.rivals, imported + substituted + learned, demand)
        self.compute_stock = (
            self.compute_stock + (bought - money.depreciation * self.compute_stock) * YEAR_STEP
        )
        self.compute = log10(self.compute_stock) + self.compute_offset

    def _discover(self, week: int) -> Array:
        """Own algorithmic progress, spillovers, diffusion of open weights, and jumps (OOM this week)."""
        model, p = self.model, self.model.settings
        tech, draws = p.capability, model.draws
        growth = where(
            self.rivals,
            export_control.induced_growth(
                tech.algorithmic_growth, p.export_control.induced_efficiency, model.regime.scarcity
            ),
            tech.algorithmic_growth,
        )
        if tech.jumps:
            growth = growth + model.jump_compensation
        growth = growth + capability.derivative_feedback(self.derivatives, tech.derivative_feedback)
        if self.released_algorithms is not self._best_open_of:
            self._best_open_of = self.released_algorithms
            self._best_open = row_best(self.released_algorithms + model.open_only)
        change = capability.algorithmic_step(
            self.algorithms,
            row_best(self.algorithms),
            self._best_open,
            growth,
            tech.spillover_rate,
            tech.open_diffusion_rate,
        )
        labs = model.counts["labs"]
        if tech.jumps:
            occurs = draws.uniform("capability.jump", week, labs) < model.chance.jump
            if count_nonzero(occurs):
                change = change + capability.jump_size(
                    occurs, draws.uniform("capability.jump_size", week, labs), tech.jump_mean
                )
        elif model.uses.algorithmic_noise:
            change = change + tech.algorithmic_noise * sqrt(YEAR_STEP) * draws.normal(
                "capability.noise", week, labs
            )
        return change

    def access_to_teachers(self) -> Array:
        """Access of each student to each possible teacher, ``(worlds, students, teachers)`` in [0, 1].

        Open weights are open to all; a rival's API as far as terms, enforcement and model-access control let it;
        a lab's own earlier models teach it nothing new.
        """
        model, p = self.model, self.model.settings
        copying = p.distillation
        paying = deeper(copying.access * (ONE - copying.unauthorised_share))
        if p.enforcement.ban_paying_access:
            paying = where(model.crosses_control, ZERO, paying)
        barred = where(model.crosses_control, model.regime.effective[:, 1, None, None], ZERO)
        by_api = distillation.api_access(
            paying,
            deeper(copying.access * copying.unauthorised_share),
            self.enforcement[:, None, :],
            barred,
            deeper(copying.base_detection),
            deeper(copying.enforced_detection),
            deeper(copying.account_replacement),
            deeper(p.export_control.access_effect),
        )
        return where(model.is_closed, by_api, ONE) * model.not_self

    def _copy(self) -> Array:
        """Uplift learned from the best teacher within reach (OOM this week)."""
        model, p = self.model, self.model.settings
        if not model.any_student:
            return np.zeros_like(self.distilled)
        if self.teachers_changed or model.regime.effective is not self._access_under:
            # Access changes only with enforcement and with model-access control.
            self._access, self._access_under = self.access_to_teachers(), model.regime.effective
            self.teachers_changed = False
        gains = distillation.teaching_gain(
            self._access,
            self.released_capability[:, None, :],
            self.capability[:, :, None],
            deeper(p.distillation.ceiling_margin),
        )
        gain = max_of(gains, axis=-1)
        self._pay_teachers(gain, gains == gain[:, :, None])
        return distillation.uplift_step(
            self.distilled,
            gain * self.distillation_effort,
            p.distillation.potency,
            p.distillation.obsolescence,
        )

    def _pay_teachers(self, gain: Array, taught_by: Array) -> None:
        """Students' paid use of their teachers' APIs; equal teachers share a student.

        It changes only with the mask ``taught_by`` and with effort: a student with nothing to learn is "taught" by all
        labs, itself among them.
        """
        pattern = taught_by.tobytes()
        if pattern == self._taught_as and self.distillation_effort is self._taught_with:
            return
        self._taught_as, self._taught_with = pattern, self.distillation_effort
        model, p = self.model, self.model.settings
        copying = p.distillation
        paid = (gain > ZERO) * self.distillation_effort * (copying.potency > ZERO)
        paid = paid * (copying.access * (ONE - copying.unauthorised_share))
        share = (paid / maximum(sum_of(taught_by, axis=-1), 1))[:, :, None]
        if p.enforcement.ban_paying_access:
            share = where(model.crosses_control, ZERO, share)
        self.paying_students = sum_of(taught_by * share, axis=1)

    def receive_weights(self, student: Array, teacher_capability: Array) -> None:
        """Weights of a teacher reach a student; mask ``(worlds, labs)``, capability ``(worlds, 1)`` (OOM)."""
        after = distillation.exfiltrated_uplift(
            self.distilled,
            self.own_capability,
            teacher_capability,
            self.model.parameters.distillation.exfiltration_margin,
        )
        self.distilled = where(student, after, self.distilled)

    def release(self, week: int, forced: Array | None, suppressed: Array | None) -> Array:
        """Publish the current model at Poisson times (or each week); returns who did, ``(worlds, labs)``."""
        model, tech = self.model, self.model.settings.capability
        labs = model.counts["labs"]
        if tech.continuous_releases:
            out = np.ones((model.worlds, labs), dtype=bool)
            self.released_capability, self.released_algorithms = self.capability, self.algorithms
            return out
        out = model.draws.uniform("labs.release", week, labs) < model.chance.release
        if suppressed is not None:
            out = out & ~suppressed
        if forced is not None:
            out = out | forced
        if count_nonzero(out):
            self.released_capability = where(
                out, maximum(self.capability, self.released_capability), self.released_capability
            )
            self.released_algorithms = where(out, self.algorithms, self.released_algorithms)
            luck = model.draws.normal("labs.model_family", week, labs * 4).reshape(self.family_error.shape)
            fresh = deeper(model.settings.benchmarks.family_sd) * luck
            self.family_error = where(out[..., None], fresh, self.family_error)
        return out

    # -- what a lab knows -------------------------------------------------------------------------------------

    def look_at_own_logs(self, week: int, copied_share: Array) -> None:
        """Labs with an API estimate the copied share from flagged use; students know it; others do not."""
        model, p = self.model, self.model.settings
        copying = p.distillation
        rates = copying.base_detection, copying.enforced_detection, copying.account_replacement
        activity = distillation.active_share(self.enforcement.take(self.with_api, 1), *rates)
        activity = activity / distillation.active_share(0.0, *rates)
        legal, suspicious = p.claims.flags_legal, p.claims.flags_copying
        expected = distillation.flag_rate(copied_share, activity, legal, suspicious, p.beliefs.prior_share)
        luck = model.draws.uniform("labs.flags", week, model.counts["labs"]).take(self.with_api, 1)
        flags = distillation.poisson_quantile(luck, expected)
        mean, sd = model.share_posterior(flags, activity, legal, suspicious, p.beliefs.prior_share)
        self.flags = self._of_all(flags, 0.0)
        knows = model.is_student
        self.share_estimate = where(knows, copied_share, self._of_all(mean, 0.0))
        self.share_sd = where(knows, SMALLEST_SHARE_SD, self._of_all(maximum(sd, SMALLEST_SHARE_SD), np.inf))

    def _of_all(self, values: Array, others: float) -> Array:
        """A column of all labs, ``(worlds, labs)``, from one of the labs with an API."""
        column = np.full(self.compute.shape, others)
        column[:, self.with_api] = values
        return column

    def sensitivity(self, record: PublicRecord) -> Sensitivity:
        """Finite differences of the log of each lab's value at its own beliefs (not at the truth)."""
        model, p = self.model, self.model.settings
        mood = record.sentiment
        share = where(np.isfinite(self.share_sd), self.share_estimate, mood.share[:, :1])
        steps = DIFFERENCE * model.difference_pattern  # (4 variables, 8 evaluations, 1, 1)
        gap = self.gap_estimate + record.evaluation.own_gap + steps[0]
        factor = valuation.closing_factor(
            share + steps[1],
            record.controls.expected[:, :1] + steps[2],
            record.expected_enforcement + steps[3],
            p.valuation.believed_control_effect,
            p.valuation.believed_enforcement_effect,
            p.valuation.copying_stalls,
        )
        catch_up = valuation.catch_up_time(
            gap,
            mood.speed[:, :1],
            factor,
            p.benchmarks.parity_margin,
            p.valuation.min_closing_speed,
            p.valuation.max_moat,
        )
        after = valuation_rules.get(p.valuation.rule)(p.valuation.discount_less_growth, catch_up)
        log_value = log(model.annuity(after, model.is_rival))
        slope = (log_value[0::2] - log_value[1::2]) / (2.0 * DIFFERENCE)
        return Sensitivity(slope[0], slope[1], slope[2], slope[3])

    # -- defence and money ------------------------------------------------------------------------------------

    def choose_enforcement(self, sensitivity: Sensitivity | None) -> None:
        """Move towards the effort whose value covers its cost; never tied to claims (docs/odd.md 7.15)."""
        model, p = self.model, self.model.settings
        if p.enforcement.rule != "chosen" or sensitivity is None:
            return
        wanted = (sensitivity.enforcement - p.enforcement.false_positive_cost) / p.enforcement.cost
        wanted = where(model.has_api, minimum(maximum(wanted, ZERO), ONE), ZERO)
        moved = 1.0 - (1.0 - ENFORCEMENT_SPEED) ** p.claims.review_every
        self.enforcement = self.enforcement + moved * (wanted - self.enforcement)
        self.teachers_changed = True

    def raise_capital(self, week: int) -> Array:
        """Private rounds at random times raise a share of the value; returns whose round it was."""
        model, p = self.model, self.model.settings
        if not p.rounds.enabled:
            if p.capital.buys_compute:
                self.cash = capital.cash_step(self.cash, ZERO)
            return model.nobody
        luck = model.draws.uniform("labs.rounds", week, model.counts["labs"])
        rounds = luck < model.chance.round
        if p.capital.buys_compute:
            raised = ZERO
            if count_nonzero(rounds):
                raised = where(rounds, model.round_fraction * self.valuation, ZERO)
            self.cash = capital.cash_step(self.cash, raised)
        return rounds
