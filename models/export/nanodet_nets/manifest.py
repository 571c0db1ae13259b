from typing import Any

from .architecture import Architecture

INPUT = "data"
MULTIPLE_OF = 32


def outputs_of(architecture: Architecture) -> list[str]:
    """NanoDet's own names: its v0.4 for the pairs, its v1 for the one tensor."""
    if architecture.plus:
        return ["output"]
    return [f"{kind}_pred_stride_{stride}" for kind in ("cls", "dis") for stride in architecture.strides]


def manifest_of(architecture: Architecture, size: int, old_priors: bool) -> dict[str, Any]:
    """What NanoDet does around the network. v0.x: centred letterbox, prior centre in the middle of the cell (before
    2021-02-20: at (stride-1)/2). Plus: stretched, prior centre = cell * stride.

    Source: nanodet/data/transform/warp.py and color.py, head/gfl_head.py, head/nanodet_plus_head.py.
    """
    strides = architecture.strides
    if architecture.plus:
        form = {"order": "scores-first", "outputs": [{"fused": "output"}]}
    else:
        form = {"outputs": [
            {"stride": stride, "scores": f"cls_pred_stride_{stride}", "boxes": f"dis_pred_stride_{stride}"} for stride in strides
        ]}  # fmt: skip
    return {
        "input": {
            "tensor": INPUT,
            "width": size,
            "height": size,
            "dynamic": {"batch": True, "spatial": True, "multipleOf": MULTIPLE_OF},
            "resize": {
                **({"fit": "stretch"} if architecture.plus else {"fit": "letterbox", "position": "centre"}),
                "interpolation": "bilinear",
                "sampling": "corner",
                "rounding": "none",
                "boxScale": "per-axis",
                "pad": [0, 0, 0],
            },
            "colour": "bgr",
            "scale": 1,
            "mean": [103.53, 116.28, 123.675],
            "std": [57.375, 57.12, 58.395],
        },
        "head": {
            "strides": strides,
            "bins": architecture.bins,
            "priorOffset": 0 if architecture.plus else "(stride-1)/2" if old_priors else 0.5,
            "scores": "probability",
            "boxes": "logits",
            "layout": "points-first",
            **form,
        },
        "candidates": {"scoreThreshold": 0.05, "perLevel": 1000, "rule": "all-classes"},
        "nms": {"iouThreshold": 0.6, "space": "input", "clip": "input", "maxDetections": 100},
    }
