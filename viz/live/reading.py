"""How to read each panel: shown under the pointer, and read by screen readers."""

HELP = {
    "capability": (
        "What a lab's best model can do, in orders of magnitude (OOM) of effective compute: one OOM is a "
        "factor of ten. A circle is a release. Names say bloc, openness and number of a role, not a firm."
    ),
    "gap": (
        "How long the best Chinese lab needs at the frontier's growth to reach where the best US lab is now; "
        "true in the model, as measured by tests, and as each group believes it."
    ),
    "story": (
        "Stories about one topic compete for the same attention, with each other and with other news. So each "
        "topic has a band of its own, from none to all of that attention; bands do not add up. Each dot is a "
        "claim: click it to read it, or choose it under Claim card."
    ),
    "benchmarks": (
        "Latest score of each model on the newest test sets, with the error of measurement (95 %). Filled "
        "marks are labs with open weights. A saturated test is too easy to tell models apart."
    ),
    "surprises": (
        "How far the gap measured by this week's scores departed from what was expected, in standard "
        "deviations. Beyond the faint lines policy takes notice."
    ),
    "valuations": (
        "What investors pay for each lab; a diamond is a private funding round at the value it reported."
    ),
    "listed": (
        "Price of listed chip makers, and what its expected earnings would justify (fundamental). Triangles "
        "below: private rounds of labs; diamonds above: surprising scores, acts, incidents."
    ),
    "policy": (
        "Strictness of control from 0 (none) to 1 (full): as announced, as in force after leakage, and as the "
        "pivotal policymaker would have it. A diamond is an act."
    ),
    "pressure": (
        "Policy acts when the pressure between what is and what is wanted passes a threshold: long calm, then "
        "a sudden step. Loosening needs more than tightening."
    ),
    "attention": (
        "How much policy looks at the issue. Above it, week by week: acts and elections, incidents and "
        "findings, and calls for or against control."
    ),
    "adoption": (
        "Share of users of each kind who use open weights: models whose files anyone may run. Bifurcation: "
        "how far the two blocs spend on different models."
    ),
    "network": (
        "Investors, policymakers and communities, each a mark coloured by the gap it believes in; faint lines "
        "are who listens to whom (a sample). Click a mark, or choose a number under Agent."
    ),
}
