from typing import Any

from .architecture import Architecture

STRIDES = (8, 16, 32, 64, 128)
INPUT = "input"
OUTPUTS = [f"{kind}_{stride}" for kind in ("cls", "reg") for stride in STRIDES]
MULTIPLE_OF = 32


def manifest_of(architecture: Architecture, short_side: int, long_side: int) -> dict[str, Any]:
    """What mmdetection does around the network: resize, normalisation, prior centres, candidates, NMS.

    Source: configs/_base_/datasets/coco_detection.py (Resize keep_ratio, Normalize, Pad to 32 after it),
    mmdet/core/anchor/anchor_generator.py (prior centre = cell * stride) and test_cfg of configs/gfl.
    """
    # mmdetection 3.x takes the best pairs of point and class; 2.x, on which GFLv2 was built, the points with the best class.
    rule = "max-class" if architecture.quality else "all-classes"
    return {
        "input": {
            "tensor": INPUT,
            "width": rounded_up(long_side),
            "height": rounded_up(short_side),
            "dynamic": {"batch": True, "spatial": True, "multipleOf": MULTIPLE_OF},
            "resize": {
                "fit": "keep-ratio",
                "position": "top-left",
                "shortSide": short_side,
                "longSide": long_side,
                "interpolation": "bilinear",
                "sampling": "half-pixel",
                "rounding": "round",
                "boxScale": "per-axis",
                "pad": "mean",
            },
            "colour": "rgb",
            "scale": 1,
            "mean": [123.675, 116.28, 103.53],
            "std": [58.395, 57.12, 57.375],
        },
        "head": {
            "strides": list(STRIDES),
            "bins": architecture.bins,
            "priorOffset": 0,
            "scores": "probability" if architecture.quality else "logit",
            "boxes": "logits",
            "layout": "channels-first",
            "outputs": [{"stride": stride, "scores": f"cls_{stride}", "boxes": f"reg_{stride}"} for stride in STRIDES],
        },
        "candidates": {"scoreThreshold": 0.05, "perLevel": 1000, "rule": rule},
        "nms": {"iouThreshold": 0.6, "space": "original", "clip": "content", "maxDetections": 100},
    }


def rounded_up(side: int) -> int:
    return -(-side // MULTIPLE_OF) * MULTIPLE_OF
