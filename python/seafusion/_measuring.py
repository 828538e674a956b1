"""Metrics of fused pictures."""

from typing import Any, Dict, List, NamedTuple, Sequence, Union

from numpy.typing import NDArray

from . import _core
from ._arguments import count, text


def metrics(
    ir: NDArray[Any],
    visible: NDArray[Any],
    fused: NDArray[Any],
    convention: str = "paper",
    *,
    metrics: Union[str, Sequence[str]] = "all",
    threads: int = 0,
) -> Dict[str, Any]:
    """How good a fused picture is: {"EN": 7.1, "MI": 3.9, ...}.

    ir, visible, fused: uint8, HxW or HxWx3 (made gray as MATLAB's rgb2gray does it), of one size;
        batches of as many give arrays of N float64 in place of floats.
    convention: "paper", the code published with SeAFusion, or "f255", the author's later one, which
        most later papers quote. Numbers of one must not be compared with numbers of the other.
    metrics: "all", "six" (EN, MI, VIF, SF, SD, Qabf: what the paper reports), or names, in a list
        or with commas between.
    threads: pictures of a batch that are measured at a time; 0: one for each processor.

    Values may be NaN or infinite where the definition divides by zero; describe_metrics() has
    formulas, units and directions, docs/metrics.md says which published numbers they match.

    Raises ValueError (shapes, dtypes, names), seafusion.Error (not enough memory).
    """
    if not isinstance(metrics, str):
        try:
            metrics = ",".join(text(name, "a metric") for name in metrics)
        except TypeError:
            raise ValueError(f"metrics is {metrics!r}, not names") from None
    return _core.metrics(
        ir, visible, fused, metrics, text(convention, "convention"), count(threads, "threads")
    )


class MetricDescription(NamedTuple):
    """What a metric is."""

    name: str  #: The key in metrics(): "MS_SSIM".
    title: str  #: "entropy"
    formula: str
    unit: str  #: "bit", "gray levels", "dB"; "": a pure number.
    range: str  #: "0..8"
    higher_is_better: bool
    source: str  #: Who defined it.
    conventions: str  #: How the conventions differ; "" where they give the same number.


def describe_metrics() -> List[MetricDescription]:
    """All metrics, the paper's six first."""
    return [MetricDescription(*values) for values in _core.metric_descriptions()]
