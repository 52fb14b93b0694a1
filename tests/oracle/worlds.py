"""The worlds in which the two implementations are compared: shipped scenarios, and groups of switches."""

from sim.scenario import load_scenario

SMALL = {
    "size.investors": 12,
    "size.policymakers": 7,
    "size.communities": 12,
    "run.burn_in": 16,
    "run.weeks": 30,
}

#: Talkative: something is said in most weeks, so that every rule about claims is used in a short run.
LOUD = {
    "claims.rate": 1.0,
    "claims.motive_rate": 0.5,
    "claims.relay_probability": 0.5,
    "claims.private_gap_sd": 0.03,
}

#: Changes to the baseline by name, each a world of its own.
SWITCHES = {
    # -- claims and credibility
    "loud and sincere": LOUD,
    "loud and strategic": {**LOUD, "claims.policy": "strategic", "claims.max_bias": 0.5},
    "common publication": {**LOUD, "claims.publication": "common", "claims.policy": "strategic"},
    "strategic with linked issues": {
        **LOUD,
        "claims.policy": "strategic",
        "policy.link_copying": 0.8,
        "policy.link_gap": -0.5,
        "listed.believed_demand_elasticity": 0.6,
        "export_control.access_mode": "endogenous",
        "export_control.access_strength": 0.3,
    },
    "mixed policies": {
        **LOUD,
        "claims.policy": "none",
        "labs.us-closed-1.claim_policy": "strategic",
        "labs.cn-open-1.claim_policy": "sincere",
        "vendor.claim_policy": "strategic",
        "sources.us-official.claim_policy": "strategic",
        "sources.trade-press.delay": 3,
        "sources.trade-press.trust": 0.8,
    },
    "reveals and asymmetric credibility": {
        **LOUD,
        "credibility.forensic_reveal_rate": 2.0,
        "credibility.reproduction_reveal_rate": 2.0,
        "credibility.miss_weight": 3.0,
        "beliefs.max_counts": 6.0,
    },
    "no credibility, known biases": {
        **LOUD,
        "claims.policy": "strategic",
        "credibility.enabled": False,
        "beliefs.bias_learning": False,
        "claims.sophistication": 0.9,
    },
    "naive receivers": {
        **LOUD,
        "claims.sophistication": 0.0,
        "beliefs.bias_drift": 0.1,
        "claims.policy": "strategic",
    },
    "knock-out of claims, labs still lobby": {
        "claims.policy": "none",
        "sources.independent-analyst.claim_policy": "none",
        "enforcement.rule": "fixed",
        "enforcement.level": 0.4,
    },
    "rare reviews": {"claims.review_every": 7, "claims.policy": "strategic"},
    # -- beliefs
    "motivated receivers": {**LOUD, "beliefs.motivated": 0.6, "beliefs.salience": 1.0},
    "late policymakers, foreign prior": {
        "beliefs.policy_delay": 5,
        "beliefs.prior_gap": 0.2,
        "beliefs.speed_drift": 0.8,
    },
    "prompt policymakers": {"beliefs.policy_delay": 0, "beliefs.briefing_probability": 1.0, **LOUD},
    "everybody hears": {**LOUD, "media.contagion": False},
    "no talk": {"social.rule": "none", **LOUD},
    "degroot": {"social.rule": "degroot", **LOUD},
    "bounded confidence": {
        "social.rule": "bounded_confidence",
        "social.confidence_bound": 0.1,
        "social.weight": 0.7,
    },
    "isolated groups, all narratives compete": {"social.cross_degree": 0, "media.competition": "all", **LOUD},
    "no competition, strong contagion": {
        "media.competition": "none",
        "media.reproduction_number": 4.0,
        "media.recovery": 0.3,
        **LOUD,
    },
    # -- benchmarks
    "no new sets": {"benchmarks.generated": False},
    "perfect measurement": {"benchmarks.noise": False, "benchmarks.family_sd": 0.0},
    "everybody games": {
        "benchmarks.gaming_share": 1.0,
        "benchmarks.contamination": 1.0,
        "benchmarks.variant_sd": 0.2,
    },
    "naive parity": {"benchmarks.parity_rule": "overlap"},
    "naive parity by win rate": {"benchmarks.parity_rule": "overlap", "benchmarks.composite": "win_rate"},
    "no news": {"benchmarks.news": False},
    "many sets": {"benchmarks.release_rate": 12.0, "benchmarks.public_share": 0.2, "run.weeks": 60},
    # -- technology and copying
    "continuous releases, diffusion": {"capability.continuous_releases": True, "capability.jumps": False},
    "strong copying": {
        "distillation.potency": 2.0,
        "distillation.unauthorised_share": 0.9,
        "claims.policy": "strategic",
    },
    "copying from nothing": {
        "distillation.initial_share_at_steady_state": False,
        "distillation.exfiltration_rate": 0.2,
        "labs.us-open-1.distillation_effort": 0.5,
        "run.weeks": 60,
    },
    "banned customers": {"enforcement.ban_paying_access": True},
    "silent enforcement": {
        "enforcement.announced": False,
        "enforcement.rule": "fixed",
        "enforcement.level": 0.6,
    },
    "no enforcement": {"enforcement.rule": "none"},
    # -- control
    "leaky control": {
        "export_control.leakage": 0.3,
        "export_control.leakage_slope": 0.2,
        "export_control.ally_coordination": 0.5,
        "export_control.lag": 0,
        "export_control.induced_efficiency": 2.5,
    },
    "restless policy": {
        "policy.friction": 0.02,
        "policy.bargaining_share": 0.8,
        "policy.truce_hazard": 0.5,
        "policy.retaliation_probability": 1.0,
        "policy.election_sd": 0.4,
        "policy.loosening_hysteresis": 0.0,
        "export_control.lag": 3,
        "export_control.access_mode": "endogenous",
        "export_control.access_strength": 0.2,
        "policy.access_friction": 0.02,
    },
    "given cost of control": {"policy.marginal_cost": 0.2, "policy.friction": 0.1, "policy.max_step": 0.1},
    "no lobbying": {"policy.lobbying": False, "enforcement.rule": "none", **LOUD},
    # -- value, market, adoption
    "no loop": {"capital.buys_compute": False, "claims.policy": "strategic"},
    "creative destruction": {"valuation.rule": "creative_destruction", "valuation.copying_stalls": 0.4},
    "creative destruction without loop": {
        "valuation.rule": "creative_destruction",
        "capital.buys_compute": False,
    },
    "no rounds": {"rounds.enabled": False, "listed.rule": "fundamental"},
    "sticky news": {"listed.news_pass_through": 0.3, "listed.believed_demand_elasticity": 1.5},
    "no adoption": {"adoption.enabled": False},
    "no adoption, no loop": {"adoption.enabled": False, "capital.buys_compute": False},
    "distrust of copying": {
        "adoption.distrust_response": 0.5,
        "adoption.reconsider": 0.5,
        "adoption.weight_access_control": 4.0,
        "export_control.access_strength": 0.6,
        "capability.derivative_feedback": 0.1,
        "labs.us-open-1.home_share": 0.1,
    },
    # -- who takes part
    "no vendor, fewer labs, a third bloc": {
        "vendor.enabled": False,
        "labs.us-closed-3.enabled": False,
        "labs.us-open-1.bloc": "other",
        **LOUD,
    },
    "one of each": {"size.investors": 1, "size.policymakers": 1, "size.communities": 1},
    "no burn-in": {"run.burn_in": 0, **LOUD},
    "later start": {"run.start_date": "2026-07-01", "market.cap": 60.0},
}

#: Every kind of dated event, in and after the burn-in, alone and in place of the model's own.
EVENTS = [
    {"type": "shock", "week": -15, "lab": "cn-open-2", "to": "compute", "amount": 0.2},
    {"type": "shock", "week": 4, "lab": "us-closed-2", "to": "algorithms", "amount": -0.3},
    {"type": "model_release", "week": -3, "lab": "cn-open-1", "capability_gain": 0.4},
    {"type": "model_release", "week": 6, "lab": "us-closed-1", "replace": True, "replace_weeks": 20},
    {"type": "model_release", "week": 2, "lab": "cn-open-3", "capability": 0.1, "from_start": True},
    {"type": "model_release", "week": 10, "lab": "us-closed-3", "capability": 3.5},
    {"type": "model_release", "week": 13, "lab": "us-open-1", "capability": -2.0, "from_start": True},
    {"type": "benchmark_release", "week": 0, "benchmark": "zeroth", "difficulty": -0.5, "from_start": True},
    {"type": "benchmark_release", "week": -10, "benchmark": "first", "difficulty": 0.2, "public": False},
    {
        "type": "benchmark_release",
        "week": 9,
        "benchmark": "second",
        "family": "agentic",
        "difficulty": 1.0,
        "chance_floor": 0.25,
        "items": 100,
        "replace": True,
        "replace_weeks": 15,
    },
    {
        "type": "weight_exfiltration",
        "week": 5,
        "student": "cn-closed-1",
        "teacher": "us-closed-1",
        "replace": True,
    },
    {"type": "chip_diversion", "week": 7, "amount": 0.1},
    {"type": "reveal", "week": 11, "replace": True, "replace_weeks": 26},
    {"type": "reveal", "week": -5, "kind": "reproduction"},
    {"type": "election", "week": 12, "shift": -0.15, "replace": True},
    {"type": "control_act", "week": -8, "change": 0.05},
    {"type": "control_act", "week": 3, "change": 0.2, "durable": False, "replace": True, "replace_weeks": 5},
    {"type": "control_act", "week": 8, "instrument": "access", "strength": 0.5},
    {
        "type": "control_act",
        "week": 20,
        "instrument": "access",
        "change": 0.2,
        "durable": False,
        "replace": True,
    },
    {"type": "control_act", "week": 25, "change": -0.5},
    {"type": "truce", "week": 22, "replace": True, "replace_weeks": 10},
]

CLAIM_EVENTS = [
    {"type": "claim", "week": -6, "source": "cn-open-1", "narrative": "parity", "value": 0.1},
    {
        "type": "claim",
        "week": 1,
        "source": "us-closed-1",
        "narrative": "copying",
        "value": 0.6,
        "bias": 0.3,
        "repeat_every": 3,
        "until": 25,
        "replace": True,
        "replace_weeks": 25,
    },
    {"type": "claim", "week": 2, "source": "us-closed-2", "narrative": "moat", "value": 1.2, "bias": 0.2},
    {
        "type": "claim",
        "week": 2,
        "source": "us-closed-2",
        "narrative": "parity",
        "quantity": "speed",
        "value": 0.9,
    },
    {"type": "claim", "week": 5, "source": "cn-official", "narrative": "cost_efficiency", "value": 0.05},
    {
        "type": "claim",
        "week": 6,
        "source": "cn-open-2",
        "narrative": "cost_efficiency",
        "quantity": "compute",
        "value": 1.1,
    },
    {
        "type": "claim",
        "week": 8,
        "source": "independent-analyst",
        "narrative": "moat",
        "quantity": "speed",
        "value": 0.1,
    },
    {
        "type": "claim",
        "week": 8,
        "source": "cn-open-1",
        "narrative": "motive",
        "target": "us-closed-1",
        "target_quantity": "share",
        "value": 0.3,
        "repeat_every": 4,
    },
    {"type": "claim", "week": 10, "source": "us-official", "narrative": "control_call"},
    {"type": "claim", "week": 13, "source": "chip-vendor-1", "narrative": "control_call", "direction": -1},
    {
        "type": "claim",
        "week": 14,
        "source": "us-official",
        "narrative": "moat",
        "value": 0.9,
        "replace": True,
    },
]

#: Sources that fall silent, begin to speak, take sides, or no longer repeat others.
POLICY_EVENTS = [
    {"type": "claim_policy", "week": -1, "source": "us-closed-2", "policy": "strategic"},
    {"type": "claim_policy", "week": 6, "source": "us-closed-1", "policy": "strategic"},
    {"type": "claim_policy", "week": 9, "source": "us-official", "policy": "strategic"},
    {"type": "claim_policy", "week": 11, "source": "trade-press", "policy": "none"},
    {"type": "claim_policy", "week": 13, "source": "cn-open-1", "policy": "none"},
    {"type": "claim_policy", "week": 18, "source": "chip-vendor-1", "policy": "strategic"},
    {"type": "claim_policy", "week": 21, "source": "us-closed-1", "policy": "sincere"},
    {"type": "claim_policy", "week": 22, "source": "cn-official", "policy": "sincere"},
]

SWITCHES |= {
    "dated policies": {"events": POLICY_EVENTS, **LOUD},
    "dated policies of relays": {
        "events": POLICY_EVENTS,
        **LOUD,
        "sources.us-official.delay": 4,
        "sources.trade-press.delay": 3,
    },
    # Nobody speaks or reads anything at first; logs come to be read in week 3, interests in week 10.
    "dated policies only": {
        **LOUD,
        "events": [
            {"type": "claim_policy", "week": 3, "source": "us-closed-1", "policy": "sincere"},
            {"type": "claim_policy", "week": 10, "source": "cn-open-1", "policy": "strategic"},
            {"type": "claim_policy", "week": 13, "source": "us-closed-1", "policy": "none"},
            {"type": "claim_policy", "week": 14, "source": "cn-open-1", "policy": "none"},
            {"type": "claim_policy", "week": 19, "source": "us-closed-2", "policy": "strategic"},
        ],
        "claims.policy": "none",
        "sources.independent-analyst.claim_policy": "none",
        "policy.lobbying": False,
        "enforcement.rule": "none",
    },
    "dated events": {
        "events": EVENTS,
        "export_control.mode": "both",
        "export_control.access_mode": "both",
        "export_control.lag": 4,
    },
    "dated acts, exogenous": {
        "events": [event for event in EVENTS if event["type"] in ("control_act", "truce")],
        "export_control.mode": "exogenous",
        "export_control.access_mode": "both",
        "export_control.lag": 2,
        "policy.truce_hazard": 1.0,
    },
    "dated claims": {"events": CLAIM_EVENTS, **LOUD},
    "dated claims, known biases": {
        "events": CLAIM_EVENTS,
        "beliefs.bias_learning": False,
        "media.contagion": False,
    },
    "dated claims only": {
        "events": CLAIM_EVENTS,
        "claims.policy": "none",
        "sources.independent-analyst.claim_policy": "none",
        "policy.lobbying": False,
    },
}

SHIPPED = (
    "core",
    "baseline",
    "copying-strategic",
    "no-copying-sincere",
    "no-copying-strategic",
    "no-capital-loop",
    "no-controls",
    "controls-schedule",
    "weight-exfiltration-shock",
    "open-weights-surge",
    "silent-sources",
    "label-swap",
)


def shipped(name, small=True):
    """A shipped scenario, with few agents; a longer one keeps its weeks so that its events happen."""
    scenario = load_scenario(name)
    if not small:
        return scenario
    sizes = {key: value for key, value in SMALL.items() if key.startswith("size.")}
    return scenario.with_changes({**sizes, "run.burn_in": 16})


def variant(name):
    """The baseline with a group of switches, small and short."""
    return load_scenario("baseline").with_changes({**SMALL, **SWITCHES[name]})
