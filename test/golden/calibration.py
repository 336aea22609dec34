"""Writes calibration.json: ranges by percentile and entropy, of histograms symmetric about 0, by numpy.

    python3 test/golden/calibration.py > test/golden/calibration.json

Each case: counts of equal bins over [-limit, limit], and what was seen (min, max).
"""

import json

import numpy as np

BINS, LEVELS, SMOOTHING = 512, 128, 1e-4


def percentile(counts, edges, percent):
    share = np.cumsum(counts / counts.sum())
    cut = (100 - percent) / 200
    return edges[np.searchsorted(share, cut)], edges[np.searchsorted(share, 1 - cut)]


def smoothed(values):
    empty = values == 0
    taken = SMOOTHING * empty.sum() / (~empty).sum()
    return np.where(empty, SMOOTHING, values - taken)


def divergence(counts, start, end):
    inside = counts[start:end]
    p = inside.copy()
    p[0] += counts[:start].sum()
    p[-1] += counts[end:].sum()
    width = len(inside) // LEVELS
    q = np.zeros_like(p)
    for level in range(LEVELS):
        part = slice(level * width, (level + 1) * width if level < LEVELS - 1 else len(inside))
        filled = inside[part] != 0
        if filled.any():
            q[part][filled] = inside[part].sum() / filled.sum()
    p, q = smoothed(p), smoothed(q)
    if (p <= 0).any() or (q <= 0).any():
        return np.inf
    p, q = p / p.sum(), q / q.sum()
    return float((p * np.log(p / q)).sum())


def entropy(counts, edges):
    middle = len(counts) // 2
    halves = range(LEVELS // 2, middle + 1)
    half = min(halves, key=lambda half: divergence(counts, middle - half, middle + half))
    return edges[middle - half], edges[middle + half]


def case(name, values):
    limit = float(np.abs(values).max())
    counts, edges = np.histogram(values, bins=BINS, range=(-limit, limit))
    counts = counts.astype(np.float64)
    low, high = float(values.min()), float(values.max())
    clamp = lambda pair: {"min": max(low, float(pair[0])), "max": min(high, float(pair[1]))}
    return {
        "name": name,
        "min": low,
        "max": high,
        "counts": [int(count) for count in counts],
        "percentile99": clamp(percentile(counts, edges, 99)),
        "percentile99_999": clamp(percentile(counts, edges, 99.999)),
        "entropy": clamp(entropy(counts, edges)),
    }


random = np.random.default_rng(7)
normal = random.normal(0, 1, 20000)
print(
    json.dumps(
        [
            case("normal", normal),
            case("normal after a ReLU", np.maximum(normal, 0)),
            case("with a few outliers", np.append(normal, [9.0, 9.5, -8.0])),
            case("long tail", np.maximum(random.laplace(0, 1, 20000), 0)),
            case("all positive", random.uniform(2, 3, 5000)),
        ]
    )
)
