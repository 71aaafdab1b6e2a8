"""What every threshold on a score does: flagged, caught, false alarms, and the curves of these.

A case is flagged where its score is below the cut ("below": a log-density) or above it ("above":
a probability of spam). With P positive and N negative cases, TP(c) and FP(c) of them flagged:

    recall = TP / P,  false alarm rate = FP / N,  precision = TP / (TP + FP)

ROC: recall over false alarm rate. Precision-recall: precision over recall. Fawcett, "An
introduction to ROC analysis", Pattern Recognition Letters 27, 2006.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Flag = Literal["below", "above"]
Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Thresholds:
    """All cuts that flag different cases, from flagging none (stop 0) to flagging all.

    order (cases,): cases from the most suspicious on; stop j flags the first flagged[j] of them.
    cut, flagged, tp, fp (stops,). Equal scores are flagged together, so there is no stop within.
    scores (cases,), positive (cases,): as given.
    """

    flag: Flag
    scores: Array
    positive: NDArray[np.bool_]
    order: Whole
    cut: Array
    flagged: Whole
    tp: Whole
    fp: Whole

    @property
    def positives(self) -> int:
        return int(self.positive.sum())

    @property
    def negatives(self) -> int:
        return int((~self.positive).sum())

    @property
    def recall(self) -> Array:
        """TP / P at each stop."""
        return self.tp / self.positives

    @property
    def false_alarm_rate(self) -> Array:
        """FP / N at each stop."""
        return self.fp / self.negatives

    @property
    def precision(self) -> Array:
        """TP / flagged at each stop; NaN where nothing is flagged."""
        return np.where(self.flagged > 0, self.tp / np.maximum(self.flagged, 1), np.nan)

    @property
    def auc(self) -> float:
        """The area under the ROC curve, by trapezoids."""
        rise, width = self.recall, np.diff(self.false_alarm_rate)
        return float((width * (rise[1:] + rise[:-1]) / 2).sum())

    @property
    def average_precision(self) -> float:
        """sum_j (recall_j - recall_{j-1}) precision_j, the area under the stepped PR curve."""
        return float((np.diff(self.recall) * self.precision[1:]).sum())

    def stop_at(self, cut: float) -> int:
        """The stop that flags the cases that `cut` flags."""
        beyond = self.scores < cut if self.flag == "below" else self.scores > cut
        return int(np.searchsorted(self.flagged, beyond.sum()))

    def stop_flagging(self, count: int) -> int:
        """The stop that flags `count` cases, or where scores tie the next one that flags more."""
        return min(int(np.searchsorted(self.flagged, count)), len(self.flagged) - 1)


def thresholds(scores: ArrayLike, positive: ArrayLike, flag: Flag = "below") -> Thresholds:
    """Every cut on `scores` (cases,), finite, for `positive` (cases,) true or false.

    The cut between two cases lies in the middle of their scores; the outermost ones lie as far
    outside as the outermost neighbours lie apart.

    Raises ValueError where a score isn't finite, or either class has no case.
    """
    s = np.asarray(scores, dtype=np.float64)
    is_positive = np.asarray(positive, dtype=bool)
    if s.ndim != 1 or s.shape != is_positive.shape:
        raise ValueError(
            f"scores and positive must have one value a case; got {s.shape}, {is_positive.shape}"
        )
    if not np.isfinite(s).all():
        raise ValueError(f"scores must be finite; case {int((~np.isfinite(s)).argmax())} is not")
    if is_positive.all() or not is_positive.any():
        raise ValueError("positive must have cases of both classes; got one class")
    if flag not in ("below", "above"):
        raise ValueError(f"flag must be below or above; got {flag!r}")
    sign = 1.0 if flag == "below" else -1.0
    order = np.argsort(sign * s, kind="stable")
    ranked = s[order]
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0, True)) + 1
    flagged = np.concatenate([[0], ends])
    caught = np.concatenate([[0], np.cumsum(is_positive[order])])
    levels = ranked[ends - 1]  # the distinct scores, most suspicious first
    between = (levels[1:] + levels[:-1]) / 2
    first = levels[0] - levels[1] if len(levels) > 1 else -sign
    last = levels[-1] - levels[-2] if len(levels) > 1 else sign
    cut = np.concatenate([[levels[0] + first / 2], between, [levels[-1] + last / 2]])
    tp = caught[flagged]
    return Thresholds(flag, s, is_positive, order, cut, flagged, tp, flagged - tp)
