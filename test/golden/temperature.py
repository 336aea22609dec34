"""Writes temperature.json: calibration of drawn logits by numpy, temperatures by scipy's bounded minimizer.

    python3 test/golden/temperature.py > test/golden/temperature.json

ECE in 15 bins of equal width, (a, b], as in Guo et al. 2017. Logits are rounded before anything is computed of them.
"""

import json

import numpy as np
from scipy.optimize import minimize_scalar

rng = np.random.default_rng(7)


def log_softmax(z):
    z = z - z.max(1, keepdims=True)
    return z - np.log(np.exp(z).sum(1, keepdims=True))


def nll(logits, labels, temperature):
    return -log_softmax(logits / temperature)[np.arange(len(labels)), labels].mean()


def ece(logits, labels, temperature):
    scores = np.exp(log_softmax(logits / temperature))
    confidence, right = scores.max(1), scores.argmax(1) == labels
    edges = np.linspace(0, 1, 16)
    total = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return total


cases = []
for name, scale, classes, count in [("too sure", 3.0, 4, 160), ("too shy", 0.4, 3, 120), ("fair", 1.0, 6, 160)]:
    true_logits = rng.normal(0, 1.5, (count, classes))
    scores = np.exp(log_softmax(true_logits))
    labels = np.array([rng.choice(classes, p=p) for p in scores])
    logits = np.round(true_logits * scale, 4)
    best = minimize_scalar(
        lambda log_t: nll(logits, labels, np.exp(log_t)), bounds=(np.log(0.05), np.log(20)), method="bounded",
        options={"xatol": 1e-10},
    )
    temperature = float(np.exp(best.x))
    cases.append(
        {
            "name": name,
            "labels": labels.tolist(),
            "logits": logits.tolist(),
            "temperature": temperature,
            "loss": {"before": nll(logits, labels, 1), "after": nll(logits, labels, temperature)},
            "ece": {"before": ece(logits, labels, 1), "after": ece(logits, labels, temperature)},
        }
    )

print(json.dumps(cases))
