"""The figures that oversight researchers publish: pure functions of columns, each with its denominator."""

from arena.results.metrics._accuracy import accuracy, accuracy_by_group, accuracy_of_questions
from arena.results.metrics._adaptive import (
    adaptive_calibration_error,
    area_under_precision_recall,
    conditional_accuracy,
)
from arena.results.metrics._agreement import cohen_kappa, judges_majority, krippendorff_alpha
from arena.results.metrics._bootstrap import by_group, with_interval
from arena.results.metrics._calibration import (
    Bins,
    ReliabilityBin,
    ReliabilityCurve,
    expected_calibration_error,
    overconfidence_bias,
    reliability_curve,
)
from arena.results.metrics._detection import (
    correct_step_accuracy,
    detection_harmonic_mean,
    detection_mean,
    detection_recall,
    first_error_accuracy,
    first_error_f1,
    no_error_accuracy,
)
from arena.results.metrics._diversity import TextDiversity, text_diversity, yule_k
from arena.results.metrics._negotiation import deal_price, deal_rate, surplus_realised, surplus_share
from arena.results.metrics._overconfidence import (
    absolute_belief_change,
    belief_change,
    confidence_escalation,
    confidence_slope,
    confidence_sum_above_one,
    mutual_confidence_above,
    mutual_confidence_at_least,
)
from arena.results.metrics._position import first_position_win_rate, swap_inconsistency, win_rate
from arena.results.metrics._preference import length_correlation, self_preference
from arena.results.metrics._proper_scores import (
    BrierDecomposition,
    brier_decomposition,
    brier_score,
    log_score,
)
from arena.results.metrics._revision import (
    accuracy_at,
    confidence_level,
    correct_to_wrong,
    critique_score,
    relative_self_correction,
    wrong_to_correct,
)
from arena.results.metrics._selective import (
    RiskCoverageCurve,
    RiskCoveragePoint,
    area_under_risk_coverage,
    area_under_roc,
    risk_coverage_curve,
    wrong_at_confidence,
)
from arena.results.metrics._thresholds import Threshold, f1_at, fit_threshold
from arena.results.metrics._weighted import is_weighable, weighted_interval
from arena.results.metrics.figure import Figure

__all__ = [
    "Bins",
    "BrierDecomposition",
    "Figure",
    "ReliabilityBin",
    "ReliabilityCurve",
    "RiskCoverageCurve",
    "RiskCoveragePoint",
    "TextDiversity",
    "Threshold",
    "absolute_belief_change",
    "accuracy",
    "accuracy_at",
    "accuracy_by_group",
    "accuracy_of_questions",
    "adaptive_calibration_error",
    "area_under_precision_recall",
    "area_under_risk_coverage",
    "area_under_roc",
    "belief_change",
    "brier_decomposition",
    "brier_score",
    "by_group",
    "cohen_kappa",
    "conditional_accuracy",
    "confidence_escalation",
    "confidence_level",
    "confidence_slope",
    "confidence_sum_above_one",
    "correct_step_accuracy",
    "correct_to_wrong",
    "critique_score",
    "deal_price",
    "deal_rate",
    "detection_harmonic_mean",
    "detection_mean",
    "detection_recall",
    "expected_calibration_error",
    "f1_at",
    "first_error_accuracy",
    "first_error_f1",
    "first_position_win_rate",
    "fit_threshold",
    "is_weighable",
    "judges_majority",
    "krippendorff_alpha",
    "length_correlation",
    "log_score",
    "mutual_confidence_above",
    "mutual_confidence_at_least",
    "no_error_accuracy",
    "overconfidence_bias",
    "relative_self_correction",
    "reliability_curve",
    "risk_coverage_curve",
    "self_preference",
    "surplus_realised",
    "surplus_share",
    "swap_inconsistency",
    "text_diversity",
    "weighted_interval",
    "win_rate",
    "with_interval",
    "wrong_at_confidence",
    "wrong_to_correct",
    "yule_k",
]
