"""Clusters of settled opinions on a line.

Convention of this project: after convergence, opinions sorted on the line belong to one cluster while
neighbours are not more than .01 apart; a major cluster holds more than 3 % of the agents. (Minor clusters
survive near the edges; see J. Lorenz (2007), "Continuous opinion dynamics under bounded confidence: a
survey", International Journal of Modern Physics C 18:1819-1838, doi:10.1142/S0129183107011789.)

Units: opinions and gap on the same scale, [0, 1] here.
"""

import numpy as np


def cluster_sizes(opinions: np.ndarray, gap: float = 0.01) -> np.ndarray:
    """Number of agents in each cluster, from the lowest opinion to the highest."""
    ordered = np.sort(opinions)
    cuts = np.flatnonzero(np.diff(ordered) > gap) + 1
    return np.diff(np.concatenate([[0], cuts, [ordered.size]]))


def count_major_clusters(opinions: np.ndarray, minimum_share: float = 0.03) -> int:
    """Number of clusters that hold more than `minimum_share` of the agents."""
    return int(np.sum(cluster_sizes(opinions) > minimum_share * opinions.size))
