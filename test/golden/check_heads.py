#!/usr/bin/env python3
"""Holds test/golden/heads against another reference, whose decode() and nms() take the same tensors.

    python3 test/golden/check_heads.py ../shared/reference/evaluate.py

Of the families that it knows: NanoDet, NanoDet-Plus and PicoDet. Fails where another set is kept or a box is 0.01 pixels off.
Needs what the reference imports (numpy, OpenCV, onnxruntime, pycocotools).
"""
import base64
import importlib.util
import json
import pathlib
import sys

import numpy as np

HEADS = pathlib.Path(__file__).parent / "heads"
KNOWN = {
    "nanodet-m": "nanodet-m-416",
    "nanodet-g": "nanodet-g",
    "nanodet-distances": "nanodet-m-416",
    "nanodet-plus": "nanodet-plus-416",
    "picodet": "picodet-416",
}
TOLERANCE = 0.01


def load(tensor):
    whole = "int16" in tensor
    values = np.frombuffer(base64.b64decode(tensor["int16" if whole else "float32"]), "<i2" if whole else "<f4")
    return (values.astype(np.float32) / tensor.get("scale", 1)).reshape(tensor["dims"])


def answer(reference, golden, family):
    f = {**reference.FAMILIES[family], "size": golden["network"]["width"]}
    tensors = {name: load(tensor)[0] for name, tensor in golden["tensors"].items()}
    if "output" in tensors:
        scores, boxes = tensors["output"][:, : golden["classes"]], tensors["output"][:, golden["classes"] :]
    else:
        scores, boxes = (np.concatenate([v for k, v in tensors.items() if k.startswith(part)]) for part in ("cls", "reg"))
    boxes = reference.decode(scores, boxes, f)
    width, height = golden["picture"]["width"], golden["picture"]["height"]
    _, (sx, sy, px, py) = reference.preprocess(np.zeros((height, width, 3), np.uint8), f)
    rows, columns = np.nonzero(scores > f["thr"])
    found = []
    for c in np.unique(columns):
        q = rows[columns == c]
        found += [(float(scores[q[k], c]), int(c), boxes[q[k]]) for k in reference.nms(boxes[q], scores[q, c], f["iou"])]
    kept = []
    for score, c, box in sorted(found, key=lambda t: -t[0])[:100]:
        box = np.clip((box - [px, py, px, py]) / [sx, sy, sx, sy], 0, [width, height, width, height])
        if (box[2:] > box[:2]).all():
            kept.append((c, score, box.tolist()))
    return kept


def main():
    spec = importlib.util.spec_from_file_location("reference", sys.argv[1])
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    wrong = False
    for name, family in KNOWN.items():
        golden = json.loads((HEADS / f"{name}.json").read_text())
        # Equal scores may come in another order; class, score and corner together do not.
        key = lambda d: (d[0], round(d[1], 5), round(d[2][0], 1), round(d[2][1], 1))
        ours = sorted(((d["classId"], d["score"], d["box"]) for d in golden["detections"]), key=key)
        theirs = sorted(answer(reference, golden, family), key=key)
        same = [d[0] for d in ours] == [d[0] for d in theirs]
        box = max(abs(a - b) for o, t in zip(ours, theirs) for a, b in zip(o[2], t[2]))
        score = max(abs(o[1] - t[1]) for o, t in zip(ours, theirs))
        print(f"{name}: {len(ours)} and {len(theirs)} detections, largest difference: box {box:.1e} px, score {score:.1e}")
        wrong |= not same or box > TOLERANCE
    sys.exit(wrong)


if __name__ == "__main__":
    main()
