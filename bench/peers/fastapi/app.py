"""The same detector as an experienced user would write it in Python: FastAPI, OpenCV, ONNX Runtime.

    python app.py --manifest models/nanodet-g/model.json --port 8001 [--workers 2]

One inference thread a process. The benchmark starts it in two ways: one process an engine, each on a port of its own, with connections
dealt out evenly, which is what a load balancer would do at no cost; and as uvicorn's documentation would have it, one port and
`--workers`, where whichever worker wakes first takes a connection. Written for speed where that costs no accuracy:

- `POST /detect` works on the event loop: with every CPU kept busy by its own process, a thread pool only adds hand-overs.
  `POST /threads/detect` is the same as FastAPI's documentation would have it: an `UploadFile` and a `def`, which FastAPI runs in its
  thread pool, each thread with a tensor of its own;
- OpenCV's threads are off, and ONNX Runtime has one;
- cv2.imdecode and cv2.resize, and one cv2.addWeighted a plane, straight into a tensor that is made once: 2 ms a COCO picture
  (NumPy arithmetic instead took 3 times as long for the last step, cv2.LUT twice);
- softmax and boxes for candidates only, cv2's class-aware NMS, orjson, no access log, uvloop and httptools where installed.

Only what the benchmark compares: no limits on bodies or pixels, no queue bound, no deadline, no metrics, no uncertainty.
`?sampling=family` samples as NanoDet's own code does (cv2.warpAffine, corner origin) instead of cv2.resize, 0.5 ms slower: for
comparing detections with a service that always does.
"""
import argparse
import copy
import json
import os
import threading
import time

os.environ.setdefault("OPENCV_OPENCL_RUNTIME", "disabled")
import cv2
import numpy as np
import onnxruntime as ort
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response, UploadFile

try:
    from orjson import dumps
except ImportError:
    def dumps(value):
        return json.dumps(value, separators=(",", ":")).encode()

SCORE_THRESHOLD = 0.25
cv2.setNumThreads(0)


class Unsupported(Exception):
    pass


def check(manifest):
    """This file is short because it knows only the shapes of model that it is compared on."""
    head, resize = manifest["head"], manifest["input"]["resize"]
    for what, ok in {
        "graphs that suppress by themselves": "detections" not in head,
        "scores as logits": head.get("scores") == "probability",
        "boxes other than distributions": head.get("boxes") == "logits",
        "channels-first outputs": head.get("layout", "points-first") == "points-first",
        "boxes-first outputs": head.get("order", "scores-first") == "scores-first",
        "resizes other than stretch and centred letterbox": resize["fit"] == "stretch"
        or (resize["fit"] == "letterbox" and resize.get("position", "centre") == "centre"),
        "interpolation other than bilinear": resize["interpolation"] == "bilinear",
        "other pads than black": resize["pad"] == [0, 0, 0],
        "prior offsets in pixels": not isinstance(head.get("priorOffset"), str),
        "outputs without names": all("fused" in o or "scores" in o for o in head.get("outputs", [])),
    }.items():
        if not ok:
            raise Unsupported(f"the peer does not know {what}")


class Detector:
    def __init__(self, manifest_path, provider):
        folder = os.path.dirname(manifest_path)
        with open(manifest_path) as file:
            self.manifest = manifest = json.load(file)
        check(manifest)
        with open(os.path.join(folder, manifest["labels"])) as file:
            self.labels = file.read().split("\n")
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        if provider == "cuda" and "CUDAExecutionProvider" not in ort.get_available_providers():
            raise Unsupported("this onnxruntime has no CUDA")
        providers = ["CUDAExecutionProvider"] if provider == "cuda" else ["CPUExecutionProvider"]
        graph = os.path.join(folder, manifest["graph"]["file"])
        self.session = ort.InferenceSession(graph, options, providers)

        spec, head = manifest["input"], manifest["head"]
        self.name, self.width, self.height = spec["tensor"], spec["width"], spec["height"]
        self.stretch, self.swap = spec["resize"]["fit"] == "stretch", spec["colour"] == "rgb"
        gains = [spec["scale"] / std for std in spec["std"]]
        self.normalise = [(gain, -mean / std) for gain, mean, std in zip(gains, spec["mean"], spec["std"])]
        self.make_buffers()

        self.bins, self.iou, self.most = head["bins"], manifest["nms"]["iouThreshold"], manifest["nms"].get("maxDetections", 100)
        self.range = np.arange(self.bins, dtype=np.float32)
        self.outputs = [(o.get("stride"), o["fused"], None) if "fused" in o else (o["stride"], o["scores"], o["boxes"])
                        for o in head["outputs"]]
        self.wanted = [name for _, scores, boxes in self.outputs for name in (scores, boxes) if name]
        self.classes = len([label for label in self.labels if label])
        centres = [self.centres(stride, head["priorOffset"]) for stride in head["strides"]]
        self.priors = np.concatenate(centres) if self.outputs[0][0] is None else dict(zip(head["strides"], centres))

    def make_buffers(self):
        self.canvas = np.zeros((self.height, self.width, 3), np.uint8)
        self.planes = [np.empty((self.height, self.width), np.uint8) for _ in range(3)]
        self.tensor = np.empty((1, 3, self.height, self.width), np.float32)
        return self

    def for_this_thread(self, local=threading.local()):
        """One session, buffers of its own."""
        if not hasattr(local, "detector"):
            local.detector = copy.copy(self).make_buffers()
        return local.detector

    def centres(self, stride, offset):
        """(points, 3): x and y of the prior centre, stride."""
        y, x = np.mgrid[: -(-self.height // stride), : -(-self.width // stride)]
        xs, ys = (x.ravel() + offset) * stride, (y.ravel() + offset) * stride
        return np.stack([xs, ys, np.full(xs.size, stride)], 1).astype(np.float32)

    def place(self, image, family):
        """Fills the canvas; -> scale x, scale y, offset x, offset y."""
        height, width = image.shape[:2]
        if self.stretch:
            sx, sy, ox, oy = self.width / width, self.height / height, 0.0, 0.0
        else:
            sx = sy = min(self.width / width, self.height / height)
            ox, oy = (self.width - width * sx) / 2, (self.height - height * sy) / 2
        if family:
            matrix = np.array([[sx, 0, ox], [0, sy, oy]])
            cv2.warpAffine(image, matrix, (self.width, self.height), dst=self.canvas)
            return sx, sy, ox, oy
        w, h, x, y = round(width * sx), round(height * sy), int(ox), int(oy)
        if (w, h) != (self.width, self.height):
            self.canvas.fill(0)
        cv2.resize(image, (w, h), dst=self.canvas[y : y + h, x : x + w])
        return w / width, h / height, x, y

    def fill(self):
        cv2.split(self.canvas, self.planes)
        for channel, (gain, bias) in enumerate(self.normalise):
            plane = self.planes[2 - channel if self.swap else channel]
            cv2.addWeighted(plane, gain, plane, 0, bias, dst=self.tensor[0, channel], dtype=cv2.CV_32F)

    def candidates(self, results):
        """-> (n, 4) boxes x, y, w, h in pixels of the input, scores, class ids."""
        found = []
        for stride, scores_name, boxes_name in self.outputs:
            scores = results[scores_name][0]
            priors = self.priors if stride is None else self.priors[stride]
            if boxes_name is None:
                scores, edges = scores[:, : self.classes], scores[:, self.classes :]
            else:
                edges = results[boxes_name][0]
            pairs = np.flatnonzero(scores > SCORE_THRESHOLD)
            if pairs.size == 0:
                continue
            points, classes = np.divmod(pairs, self.classes)
            logits = edges[points].reshape(-1, 4, self.bins)
            weights = np.exp(logits - logits.max(-1, keepdims=True))
            distances = weights @ self.range / weights.sum(-1) * priors[points, 2:]
            corners = np.concatenate([priors[points, :2] - distances[:, :2], priors[points, :2] + distances[:, 2:]], 1)
            found.append((corners, scores[points, classes], classes))
        if not found:
            return None
        corners, scores, classes = (np.concatenate(part) for part in zip(*found))
        limits = np.array([self.width, self.height] * 2, np.float32)
        corners = np.clip(corners, 0, limits)
        corners[:, 2:] -= corners[:, :2]
        return corners, scores, classes

    def detect(self, data, family):
        began = time.perf_counter()
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            return None
        decoded = time.perf_counter()
        sx, sy, ox, oy = self.place(image, family)
        self.fill()
        filled = time.perf_counter()
        results = dict(zip(self.wanted, self.session.run(self.wanted, {self.name: self.tensor})))
        inferred = time.perf_counter()
        height, width = image.shape[:2]
        detections, candidates = [], self.candidates(results)
        scored = time.perf_counter()
        if candidates is not None:
            boxes, scores, classes = candidates
            kept = cv2.dnn.NMSBoxesBatched(boxes.astype(np.float64), scores, classes.astype(np.int32), SCORE_THRESHOLD, self.iou)
            kept = sorted(kept, key=lambda i: -scores[i])[: self.most]
            x1, y1 = (boxes[:, 0] - ox) / sx, (boxes[:, 1] - oy) / sy
            x2, y2 = x1 + boxes[:, 2] / sx, y1 + boxes[:, 3] / sy
            for i in kept:
                box = {"x1": round(min(max(float(x1[i]), 0), width), 2), "y1": round(min(max(float(y1[i]), 0), height), 2),
                       "x2": round(min(max(float(x2[i]), 0), width), 2), "y2": round(min(max(float(y2[i]), 0), height), 2)}
                if box["x2"] > box["x1"] and box["y2"] > box["y1"]:
                    class_id = int(classes[i])
                    detections.append({"class_id": class_id, "label": self.labels[class_id], "score": round(float(scores[i]), 5), "box": box})
        ended = time.perf_counter()
        answer = dumps({"image": {"width": width, "height": height}, "detections": detections})
        stages = zip(("image", "tensor", "inference", "gfl", "nms"), (began, decoded, filled, inferred, scored), (decoded, filled, inferred, scored, ended))
        return answer, ", ".join(f"{name};dur={(to - at) * 1e3:.2f}" for name, at, to in stages)


def build(detector):
    app = FastAPI(openapi_url=None)

    @app.post("/detect")
    async def detect(request: Request):
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form() as form:
                data = await form["image"].read()
        else:
            data = await request.body()
        found = detector.detect(data, request.query_params.get("sampling") == "family")
        if found is None:
            return Response(b'{"detail":"not a picture"}', 422, media_type="application/json")
        return Response(found[0], headers={"server-timing": found[1]}, media_type="application/json")

    @app.post("/threads/detect")
    def detect_in_a_thread(image: UploadFile):
        found = detector.for_this_thread().detect(image.file.read(), False)
        if found is None:
            raise HTTPException(422, "not a picture")
        return Response(found[0], headers={"server-timing": found[1]}, media_type="application/json")

    @app.get("/health/live")
    @app.get("/health/ready")
    async def health():
        return Response(b'{"status":"ok"}', media_type="application/json")

    return app


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--manifest", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--provider", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    settings = {"host": "127.0.0.1", "port": args.port, "access_log": False, "log_level": "warning"}
    if args.workers == 1:
        uvicorn.run(build(load(args.manifest, args.provider)), **settings)
    else:
        os.environ.update(PEER_MANIFEST=args.manifest, PEER_PROVIDER=args.provider)
        uvicorn.run("app:worker", factory=True, workers=args.workers, app_dir=os.path.dirname(__file__), **settings)


def load(manifest, provider):
    try:
        detector = Detector(manifest, provider)
    except Unsupported as reason:
        raise SystemExit(f"{reason}.")
    detector.fill()
    detector.session.run(detector.wanted, {detector.name: detector.tensor})
    return detector


def worker():
    """What each of uvicorn's workers serves."""
    return build(load(os.environ["PEER_MANIFEST"], os.environ["PEER_PROVIDER"]))


if __name__ == "__main__":
    main()
