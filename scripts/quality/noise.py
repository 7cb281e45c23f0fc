"""The level of noise that λ is measured in; the same number as `als train` uses, written a second time."""
import numpy as np


def level(user_degrees, item_degrees, unobserved_weight):
    """The largest singular value of noise with these row and column sums, each cell divided by the roots of
    n + α0·N of its row and its column: the least t at which M_u = 1/(t − a_u·Σ b·M_i), M_i = 1/(t − b_i·Σ a·M_u) has a
    positive solution, by iteration from zero and bisection over t."""
    entries = user_degrees.sum()

    def variances(degrees, across):
        values = degrees / (degrees + unobserved_weight * across) / np.sqrt(entries)
        return np.unique(values, return_counts=True)

    (a, a_count), (b, b_count) = variances(user_degrees, len(item_degrees)), variances(item_degrees, len(user_degrees))

    def is_outside(t):
        p = 0.0
        for _ in range(2000):
            room = t - a * p
            if room.min() <= 0:
                return False
            room = t - b * (a_count * a / room).sum()
            if room.min() <= 0:
                return False
            last, p = p, (b_count * b / room).sum()
            if abs(p - last) <= 1e-9 * p:
                return True
        return True

    low, high = 0.0, 10.0
    while not is_outside(high):
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if is_outside(middle) else (middle, high)
    return high
