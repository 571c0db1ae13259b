#!/usr/bin/env python3
"""Makes test/golden/heads: what a graph of each family might have answered, and what that means, worked out in NumPy.

    python3 test/golden/make_heads.py

The tensors are seeded noise with some structure: scores of which some pass, distributions with a peak. The decoding is written
from the families' published code (src/detector/families names it), in float64 and apart from ours: prior centres by mgrid, the integral
by a matrix product, sigma by E[i^2] - E[i]^2, suppression on a whole matrix of overlaps. Draws in which a score lies so near
to the threshold, or an overlap so near to the limit, that rounding could decide are drawn again. Equal scores stay: of these
the first comes first. Needs numpy; made with 2.4.6.
"""
import base64
import json
import math
import pathlib

import numpy as np

HEADS = pathlib.Path(__file__).parent / "heads"
CLASSES = 4
NEAR = 1e-7


# --- tensors -----------------------------------------------------------------------------------------------------------------
def quantised(values, scale):
    """Whole numbers / scale, a power of two: exact in float32, and two bytes in the file."""
    return np.clip(np.round(values * scale), -32768, 32767).astype(np.int16) / scale


def draw_scores(rng, points, passing):
    logits = rng.normal(-6, 1.5, (points, CLASSES))
    hot = rng.random((points, CLASSES)) < passing
    return quantised(np.where(hot, rng.normal(0, 1.2, logits.shape), logits), 1024)


def draw_distributions(rng, points, bins):
    peak = rng.uniform(0, bins - 1, (points, 4, 1)) * rng.choice([0.4, 1.0], (points, 1, 1))
    width = rng.uniform(0.4, 2.5, (points, 4, 1))
    logits = -((np.arange(bins) - peak) ** 2) / (2 * width**2) + rng.normal(0, 0.4, (points, 4, bins))
    return quantised(np.maximum(logits, -24) + 4, 1024).reshape(points, 4 * bins)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# --- decoding ----------------------------------------------------------------------------------------------------------------
def priors(width, height, stride, offset):
    y, x = np.mgrid[: -(-height // stride), : -(-width // stride)]
    return np.stack([x, y], -1).reshape(-1, 2) * float(stride) + offset * stride


def integrate(logits, stride):
    """(points, 4 * bins) -> distances and sigmas, (points, 4), input pixels."""
    bins = logits.shape[1] // 4
    p = np.exp(logits.reshape(-1, 4, bins))
    p = p / p.sum(-1, keepdims=True)
    values = np.arange(bins, dtype=np.float64)
    mean = p @ values
    return mean * stride, np.sqrt(np.maximum(p @ values**2 - mean**2, 0)) * stride


def pick(scores, threshold, rule, limit):
    """(points, classes) of one level -> rows, columns."""
    if rule == "max-class" and len(scores) > limit:  # mmdetection 2.x: the best points, by their best class
        points = np.argsort(-scores.max(1), kind="stable")[:limit]
        masked = np.full_like(scores, -1.0)
        masked[points] = scores[points]
        scores = masked
    if rule == "best-class":
        best = scores.argmax(1)
        masked = np.full_like(scores, -1.0)
        masked[np.arange(len(scores)), best] = scores[np.arange(len(scores)), best]
        scores = masked
    rows, columns = np.nonzero(scores > threshold)
    if rule == "all-classes":  # mmdetection 3.x filter_scores_and_topk
        order = np.argsort(-scores[rows, columns], kind="stable")[:limit]
        rows, columns = rows[order], columns[order]
    return rows, columns


def overlaps(boxes):
    lt = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    rb = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    inter = np.prod(np.clip(rb - lt, 0, None), -1)
    area = np.prod(boxes[:, 2:] - boxes[:, :2], -1)
    return inter / np.maximum(area[:, None] + area[None] - inter, 1e-12)


def suppress(boxes, scores, classes, iou, most):
    order = np.argsort(-scores, kind="stable")
    table = overlaps(boxes)
    same = classes[:, None] == classes[None]
    if np.abs(table[same] - iou).min(initial=1) < NEAR:
        raise Redraw("an overlap on the limit")
    kept = []
    alive = np.ones(len(boxes), bool)
    for i in order:
        if alive[i]:
            kept.append(i)
            alive &= ~(same[i] & (table[i] > iou))
    return kept[:most]


class Redraw(Exception):
    pass


# --- pictures in the network input: x = X * scale + offset ---------------------------------------------------------------------
def warp_letterbox(size, picture):
    r = min(size[0] / picture[0], size[1] / picture[1])
    return (r, r), (size[0] / 2 - r * picture[0] / 2, size[1] / 2 - r * picture[1] / 2), None


def stretch(size, picture):
    return (size[0] / picture[0], size[1] / picture[1]), (0.0, 0.0), None


def keep_ratio(short, long):
    def place(size, picture):
        r = min(long / max(picture), short / min(picture))
        new = [int(side * r + 0.5) for side in picture]
        assert [-(-side // 32) * 32 for side in new] == list(size), (new, size)
        return (new[0] / picture[0], new[1] / picture[1]), (0.0, 0.0), new

    return place


def top_left(size, picture):
    r = min(size[0] / picture[0], size[1] / picture[1])
    new = [int(side * r + 0.5) for side in picture]
    return (new[0] / picture[0], new[1] / picture[1]), (0.0, 0.0), new


def ultralytics(size, picture):  # scale_boxes: the unrounded gain, the pad rounded again
    gain = min(size[0] / picture[0], size[1] / picture[1])
    pad = [round((size[i] - picture[i] * gain) / 2 - 0.1) for i in range(2)]
    return (gain, gain), pad, None


# --- one case ------------------------------------------------------------------------------------------------------------------
def grid_case(seed, f):
    rng = np.random.default_rng(seed)
    width, height = f["size"]
    levels, points = [], []
    for stride in f["strides"] or [None]:
        count = f["points"] if stride is None else len(priors(width, height, stride, 0))
        scores = draw_scores(rng, count, f["passing"])
        if f["boxes"] == "logits":
            boxes = draw_distributions(rng, count, f["bins"])
        elif f["boxes"] == "distances":
            boxes = quantised(rng.uniform(0, 7, (count, 4)), 1024)
        else:
            corner = rng.uniform(-5, [width * 0.8, height * 0.8], (count, 2))
            extent = rng.uniform(4, [width * 0.5, height * 0.5], (count, 2))
            boxes = np.concatenate([corner, corner + extent] if f["boxes"] == "xyxy" else [corner + extent / 2, extent], 1)
            boxes = quantised(boxes, 128)
        levels.append((stride, scores if f["scores"] == "logit" else quantised(sigmoid(scores), 32768), boxes))
        points.append(count)

    boxes, sigmas, scores, classes = [], [], [], []
    scale, offset, content = f["place"](f["size"], f["picture"])
    for stride, level_scores, level_boxes in levels:
        p = sigmoid(level_scores) if f["scores"] == "logit" else level_scores
        if np.abs(p / f["threshold"] - 1).min() < 10 * NEAR:
            raise Redraw("a score on the threshold")
        rows, columns = pick(p, f["threshold"], f["rule"], f["limit"])
        part, sigma = level_boxes[rows], np.full((len(rows), 4), np.nan)
        if f["boxes"] in ("logits", "distances"):
            distance = part * stride
            if f["boxes"] == "logits":
                distance, sigma = integrate(part, stride)
            centre = priors(width, height, stride, f["offset"])[rows]
            part = np.concatenate([centre - distance[:, :2], centre + distance[:, 2:]], 1)
        elif f["boxes"] == "cxcywh":
            part = np.concatenate([part[:, :2] - part[:, 2:] / 2, part[:, :2] + part[:, 2:] / 2], 1)
        boxes.append(part)
        sigmas.append(sigma)
        scores.append(p[rows, columns])
        classes.append(columns)
    boxes, sigmas, scores, classes = (np.concatenate(parts) for parts in (boxes, sigmas, scores, classes))

    if f["clip"] != "none":
        limit = content if f["clip"] == "content" else f["size"]
        boxes = boxes.clip(0, [*limit, *limit])
    back = lambda b: (b - [*offset, *offset]) / [*scale, *scale]
    if f["space"] == "original":
        boxes = back(boxes)
    kept = suppress(boxes, scores, classes, f["iou"], f["most"])
    boxes, sigmas, scores, classes = boxes[kept], sigmas[kept] / [*scale, *scale], scores[kept], classes[kept]
    if f["space"] == "input":
        boxes = back(boxes)
    boxes = boxes.clip(0, [*f["picture"], *f["picture"]])
    whole = ((boxes[:, 2:] - boxes[:, :2]) > 0).all(1)
    expected = [
        {"classId": int(c), "score": round(float(s), 9), "box": b.round(6).tolist(), **({} if np.isnan(g).any() else {"sigma": g.round(6).tolist()})}
        for c, s, b, g in zip(classes[whole], scores[whole], boxes[whole], sigmas[whole])
    ]
    return tensors_of(f, levels), expected, sum(points)


def tensors_of(f, levels):
    """The outputs as the family exports them; name -> array with the batch in front, and the scale they are stored with."""
    box_scale = 128 if f["boxes"] in ("xyxy", "cxcywh") else 1024
    score_scale = 1024 if f["scores"] == "logit" else 32768
    turn = (lambda a: a.T[None]) if f.get("layout") == "channels-first" else (lambda a: a[None])
    if f["form"] == "pairs":
        out = {}
        for i, (stride, scores, boxes) in enumerate(levels):
            out[f"cls_{stride or i}"] = (turn(scores), score_scale)
            out[f"reg_{stride or i}"] = (turn(boxes), box_scale)
        if f.get("maps"):  # (batch, channels, rows, columns)
            for name, (array, s) in out.items():
                stride = int(name.split("_")[1])
                out[name] = (array.reshape(1, array.shape[1], -(-f["size"][1] // stride), -(-f["size"][0] // stride)), s)
        return out
    parts = [np.concatenate(pair if f["order"] == "scores-first" else pair[::-1], 1) for pair in [(s, b) for _, s, b in levels]]
    # One tensor holds both: the finer of the two steps, where both fit.
    scale = max(box_scale, score_scale) if f["scores"] == "probability" and f["boxes"] == "logits" else min(box_scale, score_scale)
    if f["form"] == "fused apart":
        return {f"out_{stride}": (turn(part), scale) for (stride, _, _), part in zip(levels, parts)}
    return {"output": (turn(np.concatenate(parts)), scale)}


def detections_case(seed, f):
    rng = np.random.default_rng(seed)
    width, height = f["size"]
    count, filler = 60, 20  # the last rows only fill the tensor up
    sure = rng.uniform(0.12, 0.95, 20), rng.uniform(0.01, 0.12, 20)
    scores = quantised(np.concatenate([np.sort(np.concatenate(sure))[::-1], np.zeros(filler)]), 32768)
    corner = rng.uniform(-5, [width * 0.8, height * 0.8], (count, 2))
    boxes = quantised(np.concatenate([corner, corner + rng.uniform(4, [width * 0.5, height * 0.5], (count, 2))], 1), 128)
    classes = rng.integers(0, CLASSES, count)
    classes[-filler:] = -1
    if np.abs(scores - f["threshold"]).min() < NEAR or len(np.unique(scores[:-filler])) < count - filler:
        raise Redraw("scores")
    scale, offset, _ = f["place"](f["size"], f["picture"])
    chosen = scores > f["threshold"]
    b = ((boxes - [*offset, *offset]) / [*scale, *scale]).clip(0, [*f["picture"], *f["picture"]])
    expected = [
        {"classId": int(c), "score": round(float(s), 9), "box": r.round(6).tolist()}
        for c, s, r in zip(classes[chosen], scores[chosen], b[chosen])
        if (r[2:] > r[:2]).all()
    ][: f["most"]]
    dets = np.concatenate([boxes, scores[:, None]], 1)[None]
    # Boxes and scores share a tensor: store them apart, the test puts them together.
    return {"dets": (dets, None), "labels": (classes[None].astype(np.float64), 1)}, expected, count


def stored(array, scale):
    if scale is None:
        return {"dims": list(array.shape), "float32": base64.b64encode(array.astype("<f4").tobytes()).decode()}
    whole = np.round(array * scale)
    if not np.array_equal(whole / scale, array) or np.abs(whole).max() > 32767:
        return stored(array, None)
    return {"dims": list(array.shape), "scale": scale, "int16": base64.b64encode(whole.astype("<i2").tobytes()).decode()}


# --- the families ----------------------------------------------------------------------------------------------------------------
NANODET = dict(
    family="nanodet", size=(96, 96), picture=(131, 88), strides=[8, 16, 32], offset=0.5, bins=8, boxes="logits", scores="probability",
    form="pairs", place=warp_letterbox, threshold=0.05, rule="all-classes", limit=1000, clip="input", space="input", iou=0.6, most=100, passing=0.2,
)  # fmt: skip
GFL = dict(
    NANODET, family="gfl", size=(128, 96), picture=(107, 83), strides=[8, 16, 32, 64, 128], offset=0.0, bins=17, scores="logit", layout="channels-first",
    maps=True, place=keep_ratio(80, 133), resize={"shortSide": 80, "longSide": 133}, clip="content", space="original", limit=30,
)  # fmt: skip
YOLO = dict(
    NANODET, family="yolov8", size=(96, 96), picture=(117, 64), bins=16, scores="logit", form="fused apart", order="boxes-first", layout="channels-first",
    place=ultralytics, threshold=0.001, limit=10000, clip="none", iou=0.7, most=300, passing=0.06,
)  # fmt: skip
CASES = {
    "nanodet-m": NANODET,
    "nanodet-g": dict(NANODET, bins=11, picture=(70, 140)),
    "nanodet-v0.0": dict(NANODET, offset="(stride-1)/2"),
    "nanodet-distances": dict(NANODET, boxes="distances", bins=None),
    "nanodet-plus": dict(NANODET, family="nanodet-plus", size=(96, 96), strides=[8, 16, 32, 64], offset=0.0, form="fused", order="scores-first", place=stretch, picture=(150, 61)),
    "picodet": dict(NANODET, family="picodet", strides=[8, 16, 32, 64], place=stretch, threshold=0.025, picture=(61, 150)),
    "gfl": GFL,
    "gfl-max-class": dict(GFL, rule="max-class", limit=20),
    "gflv2": dict(GFL, family="gflv2", scores="probability", rule="max-class", limit=20),
    "yolov8": YOLO,
    "yolov8-best-class": dict(YOLO, rule="best-class", threshold=0.25, passing=0.2),
    "decoded-cxcywh": dict(YOLO, boxes="cxcywh", bins=None, strides=None, offset=None, points=150, form="fused", scores="probability", place=ultralytics),
    "decoded-xyxy": dict(YOLO, family="decoded", boxes="xyxy", bins=None, strides=None, offset=None, points=150, form="pairs", layout="points-first", scores="probability", place=stretch, threshold=0.05, most=500, passing=0.3),
    "detections": dict(family="decoded", size=(96, 96), picture=(90, 131), detections=True, place=top_left, threshold=0.05, most=100),
}  # fmt: skip


def head_of(f):
    """The manifest's head, in its own words."""
    if f.get("detections"):
        return {"detections": "dets", "labels": "labels"}
    strides = f["strides"]
    names = lambda key: {"scores": f"cls_{key}", "boxes": f"reg_{key}"}
    if f["form"] == "pairs":
        outputs = [{"stride": s, **names(s)} for s in strides] if strides else [names(0)]
    elif f["form"] == "fused apart":
        outputs = [{"stride": s, "fused": f"out_{s}"} for s in strides]
    else:
        outputs = [{"fused": "output"}]
    given = {"strides": strides, "bins": f["bins"], "priorOffset": f["offset"], "layout": f.get("layout"), "order": f.get("order")}
    if f["form"] == "pairs":
        given["order"] = None
    return {**{k: v for k, v in given.items() if v is not None}, "scores": f["scores"], "boxes": f["boxes"], "outputs": outputs}


def made(name, f):
    numeric = dict(f)
    if f.get("offset") == "(stride-1)/2":
        # In pixels; as a part of the stride it differs from level to level.
        numeric["offset"] = HalfPixel()
    for attempt in range(200):
        try:
            seed = [ord(c) for c in name] + [attempt]
            return (detections_case if f.get("detections") else grid_case)(seed, numeric)
        except Redraw:
            continue
    raise SystemExit(f"{name}: no draw without a near tie")


class HalfPixel:
    """offset * stride = (stride - 1) / 2"""

    def __mul__(self, stride):
        return (stride - 1) / 2


def main():
    HEADS.mkdir(exist_ok=True)
    for name, f in CASES.items():
        tensors, expected, points = made(name, f)
        golden = {
            "family": f["family"],
            "classes": CLASSES,
            "network": {"width": f["size"][0], "height": f["size"][1]},
            "picture": {"width": f["picture"][0], "height": f["picture"][1]},
            "head": head_of(f),
            # What differs from the family's published protocol, on purpose.
            "resize": f.get("resize", {}),
            "candidates": {"scoreThreshold": f["threshold"], **({} if f.get("detections") else {"rule": f["rule"], "perLevel": f["limit"]})},
            "tensors": {key: stored(*value) for key, value in tensors.items()},
            "detections": expected,
        }
        if f["family"] == "decoded" and f.get("form") == "pairs":
            golden["nms"] = {"iouThreshold": f["iou"], "clip": f["clip"]}
        (HEADS / f"{name}.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
        print(f"{name}: {points} points, {len(expected)} detections")


if __name__ == "__main__":
    main()
