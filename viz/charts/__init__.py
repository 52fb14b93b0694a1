"""Charts: from a view of a run to an ECharts option, as plain JSON."""
