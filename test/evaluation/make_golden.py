#!/usr/bin/env python3
"""Makes test/evaluation/golden: real detections, a truth of our own for them, and what pycocotools says of the two.

    gfl-serve eval --model nanodet-g --images IMAGES --annotations COCO.json --limit 24 --out /tmp/nanodet-g.json
    python3 test/evaluation/make_golden.py /tmp/nanodet-g.json

The detections are NanoDet-g's on the 24 pictures of COCO val2017 with the lowest ids. The truth is not COCO's: it is drawn by
a seeded generator around the detections (jittered, missed, mislabelled), with everything an evaluation can trip over: crowds,
pictures without objects, pictures without detections, classes without objects, equal scores, more than 100 detections of a
class in a picture, objects at the limits of small and large, overlaps and recalls exactly on a threshold, "ignore" (which pycocotools
overwrites), ids in no order. Needs numpy and pycocotools; made with numpy 2.4.6 and pycocotools 2.0.11.
"""
import json
import pathlib
import random
import sys

from pycocotools_summary import summarise

GOLDEN = pathlib.Path(__file__).parent / "golden"
CLASSES = 12


def main():
    with open(sys.argv[1]) as file:
        found = json.load(file)
    rng = random.Random(20201208)
    count = {}
    for result in found:
        count[result["category_id"]] = count.get(result["category_id"], 0) + 1
    kept = sorted(sorted(count), key=lambda c: -count[c])[:CLASSES]
    results = [
        {
            "image_id": r["image_id"],
            "category_id": r["category_id"],
            "bbox": [round(v, 2) for v in r["bbox"]],
            # Two decimals for a third of them: equal scores within a picture and between pictures.
            "score": round(r["score"], 2 if i % 3 == 0 else 5),
        }
        for i, r in enumerate(found)
        if r["category_id"] in kept
    ]
    images = sorted({r["image_id"] for r in found})
    annotations = []

    def annotate(image, category, box, **fields):
        x, y, w, h = (round(v, 2) for v in box)
        area = fields.pop("area", round(w * h * rng.uniform(0.5, 1.0), 2))
        annotations.append({"image_id": image, "category_id": category, "bbox": [x, y, w, h], "area": area, "iscrowd": 0, **fields})

    for n, image in enumerate(images):
        if n % 8 == 3:
            continue  # no object at all
        here = [r for r in results if r["image_id"] == image]
        for r in here:
            if r["score"] < 0.2 or rng.random() < 0.2:
                continue
            x, y, w, h = r["bbox"]
            spread = rng.choice([0.02, 0.05, 0.1, 0.2])
            box = [x + rng.gauss(0, spread) * w, y + rng.gauss(0, spread) * h, w * (1 + rng.gauss(0, spread)), h * (1 + rng.gauss(0, spread))]
            category = rng.choice(kept) if rng.random() < 0.1 else r["category_id"]
            annotate(image, category, [box[0], box[1], abs(box[2]), abs(box[3])], **({"ignore": 1} if rng.random() < 0.1 else {}))
        for _ in range(rng.randrange(3)):  # objects that nobody found
            side = rng.choice([8, 31.9, 32, 64, 96, 200])
            annotate(image, rng.choice(kept), [rng.uniform(0, 400), rng.uniform(0, 300), side, side], area=round(side * side, 2))
        if n % 4 == 1 and here:  # a crowd, over some of the detections of a class
            category = rng.choice(here)["category_id"]
            boxes = [r["bbox"] for r in here if r["category_id"] == category][:4]
            left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
            right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
            annotate(image, category, [left, top, right - left, bottom - top], iscrowd=1)

    # Pictures of our own: no detections; more than a hundred of one class; overlaps exactly on every threshold.
    silent, full, exact = 900001, 900002, 900003
    annotate(silent, kept[0], [10, 10, 50, 50])
    for i in range(130):
        x, y = 40 * (i % 13), 40 * (i // 13)
        if i % 2 == 0:
            annotate(full, kept[1], [x, y, 30, 30], area=900)
        results.append({"image_id": full, "category_id": kept[1], "bbox": [x, y, 30, 30], "score": round(0.9 - 0.005 * i, 5)})
    for i, width in enumerate(range(50, 101, 5)):
        annotate(exact, kept[2], [0, 200 * i, 100, 100], area=10000)
        results.append({"image_id": exact, "category_id": kept[2], "bbox": [0, 200 * i, width, 100], "score": 0.5})

    # A hundred objects of a class of their own: every recall is a whole hundredth, right on the levels that are looked at.
    for i in range(100):
        box = [60 * (i % 10), 60 * (i // 10), 40, 40]
        annotate(exact, 98, box, area=1600)
        right = i < 40 or i % 2 == 0
        results.append({"image_id": exact, "category_id": 98, "bbox": box if right else [700, 700, 9, 9], "score": round(0.995 - 0.005 * i, 5)})

    ids = images + [silent, full, exact]
    rng.shuffle(ids)
    rng.shuffle(results)
    rng.shuffle(annotations)
    for i, annotation in enumerate(annotations):
        annotation["id"] = 3 * i + 7
    truth = {
        "images": [{"id": i, "file_name": f"{i}.jpg", "width": 640, "height": 640} for i in ids],
        # One class more, which has no object, and their order is not that of their ids.
        "categories": [{"id": c, "name": f"class {c}"} for c in reversed([*kept, 98, 99])],
        "annotations": annotations,
    }
    GOLDEN.mkdir(exist_ok=True)
    write("truth.json", truth)
    write("results.json", results)
    write("expected.json", summarise(str(GOLDEN / "truth.json"), results))
    crowds = sum(a["iscrowd"] for a in annotations)
    print(f"{len(ids)} pictures, {len(annotations)} annotations ({crowds} crowds), {len(results)} detections")


def write(name, value):
    (GOLDEN / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
