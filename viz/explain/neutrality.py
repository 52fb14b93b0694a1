"""What Parity does not claim; the same in substance as the README's 'Neutrality' and 'What this cannot say'."""

POINTS = (
    "Labs, the vendor and sources are roles and archetypes, not firms.",
    "Claims may be true or false. A claim can be strategic and true, or sincere and wrong: strategic means chosen "
    "with regard to effects, sincere means that a source reports its own estimate.",
    "The same claim rule, copying mechanism and valuation apply to every lab, each with its own sign. Exchanging "
    "the blocs' labels mirrors every output.",
    "Allegations stay allegations: the model takes no side on whether copying took place between any real "
    "organisations, nor on how much it mattered.",
    "It does not tell what any firm or government intends. The record of a strategic source with little to gain "
    "is that of a sincere one.",
    "It does not tell what caused an observed event. Differences between paired runs are effects in the model.",
    "Levels and dates are no forecast. Most parameters are assumptions; the table of parameters marks them.",
)
