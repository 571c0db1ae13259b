#!/usr/bin/env python3
"""What pycocotools says of COCO results, as JSON on standard output: the twelve figures, and AP, AP50, AP75 of each class.

    python3 pycocotools_summary.py ANNOTATIONS.json RESULTS.json

-1, "no such object", is null. Needs numpy and pycocotools.
"""
import contextlib
import io
import json
import sys

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

FIGURES = ["ap", "ap50", "ap75", "apSmall", "apMedium", "apLarge", "ar1", "ar10", "ar100", "arSmall", "arMedium", "arLarge"]


def summarise(annotations_file, results):
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(annotations_file)
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    precision = evaluation.eval["precision"]  # (thresholds, recalls, classes, areas, limits)
    classes = []
    for k, category in enumerate(evaluation.params.catIds):
        of_class = precision[:, :, k, 0, -1]
        if (of_class == -1).all():
            continue
        ap, ap50, ap75 = (float(np.mean(part)) for part in (of_class, of_class[0], of_class[5]))
        classes.append({"id": int(category), "ap": ap, "ap50": ap50, "ap75": ap75})
    figures = {name: None if value == -1 else float(value) for name, value in zip(FIGURES, evaluation.stats)}
    return {**figures, "classes": classes}


if __name__ == "__main__":
    with open(sys.argv[2]) as file:
        json.dump(summarise(sys.argv[1], json.load(file)), sys.stdout)
