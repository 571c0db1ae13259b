"""The commands as a person runs them; the trained NanoDet-m checkpoint gives what its own graph gives."""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

import export_gfl
import export_nanodet
from architectures import GFL
from conftest import HERE
from exported import exported
from gfl_nets.manifest import manifest_of
from model_folder import COCO_LABELS, new_folder, read_labels, to_json, write_model
from zoo_keys import gfl_keys, nanodet_keys, nanodet_plus_keys

EXPORT = HERE.parent
TOLERANCE = 1e-4


def run(*command, code=0):
    done = subprocess.run([sys.executable, *map(str, command)], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


def checkpoint_of(keys, file):
    """Weights that are all alike, running variances 1: enough for a graph, and quick."""
    state = OrderedDict((key, torch.full(shape, 1.0 if key.endswith("running_var") else 0.01)) for key, shape in keys.items())
    torch.save({"state_dict": state}, file)
    return file


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """EXPORT_TEST_MODELS keeps the folders, so that test/models/export.test.ts can show them to `gfl-serve model check`."""
    kept = os.environ.get("EXPORT_TEST_MODELS")
    return Path(kept) if kept else tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def nanodet_m(models):
    checkpoint = HERE.parents[3] / "shared" / "weights" / "nanodet_m_416.ckpt"
    if not checkpoint.exists():
        pytest.skip("../shared/weights/nanodet_m_416.ckpt is not here")
    run(EXPORT / "export_nanodet.py", checkpoint, "--size", 416, "--name", "nanodet-m", "--models", models)
    return models / "nanodet-m"


def test_model_folder_of_gflv2(models):
    manifest = manifest_of(GFL["gflv2-r50"], short_side=320, long_side=544)
    about = {"name": "gflv2-r50", "version": "1", "license": "CC0-1.0", "source": "random weights"}
    folder = new_folder(models, "gflv2-r50", replace=False)
    write_model(folder, exported("gflv2-r50").graph, {**about, **manifest}, read_labels(None, 80))
    written = json.loads((folder / "model.json").read_text())
    assert written == {**about, "labels": "labels.txt", "graph": written["graph"], **manifest}
    assert list(written)[:6] == ["name", "version", "license", "source", "labels", "graph"]


def test_model_folder_of_the_trained_nanodet_m(nanodet_m):
    manifest = json.loads((nanodet_m / "model.json").read_text())
    assert sorted(path.name for path in nanodet_m.iterdir()) == ["labels.txt", "model.json", "model.onnx"]
    assert manifest["graph"] == {
        "file": "model.onnx",
        "sha256": hashlib.sha256((nanodet_m / "model.onnx").read_bytes()).hexdigest(),
    }
    assert (nanodet_m / "labels.txt").read_text() == COCO_LABELS.read_text()
    assert manifest["source"].startswith("nanodet_m_416.ckpt, sha256 1dc2b638")
    assert manifest["input"]["dynamic"] == {"batch": True, "spatial": True, "multipleOf": 32}
    assert (manifest["head"]["priorOffset"], manifest["head"]["bins"], manifest["head"]["strides"]) == (0.5, 8, [8, 16, 32])
    outputs = {output.name for output in session_of(nanodet_m / "model.onnx").get_outputs()}
    assert {name for pair in manifest["head"]["outputs"] for name in (pair["scores"], pair["boxes"])} == outputs


def session_of(file):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(file), options)


def test_same_outputs_as_its_own_graph_on_a_picture(nanodet_m, shared, tell):
    cv2 = pytest.importorskip("cv2", reason="opencv is not installed")
    picture = cv2.imread(str(shared / "data" / "free" / "astronaut.png"))
    picture = cv2.resize(picture, (416, 416)).astype(np.float32)
    image = ((picture - (103.53, 116.28, 123.675)) / (57.375, 57.12, 58.395)).transpose(2, 0, 1)[None].astype(np.float32)
    ours, theirs = session_of(nanodet_m / "model.onnx"), session_of(shared / "weights" / "nanodet_m_416.onnx")
    assert [output.name for output in ours.get_outputs()] == [output.name for output in theirs.get_outputs()]
    pairs = zip(ours.run(None, {"data": image}), theirs.run(None, {"input.1": image}), strict=True)
    difference = max(float(np.abs(mine - other).max()) for mine, other in pairs)
    tell(f"trained nanodet-m against nanodet_m_416.onnx on a picture: largest difference {difference:.2g}")
    assert difference < TOLERANCE


def test_same_ap_as_its_own_graph(nanodet_m, shared, tell):
    pytest.importorskip("cv2", reason="opencv is not installed")
    pytest.importorskip("pycocotools", reason="pycocotools is not installed")
    coco = shared / "data" / "coco-val-128"

    def ap(model):
        told = run(shared / "reference" / "evaluate.py", "nanodet-m-416", model, coco / "images", coco / "annotations.json")
        return float(re.search(r"AP ([\d.]+)", told)[1])

    ours, theirs = ap(nanodet_m / "model.onnx"), ap(shared / "weights" / "nanodet_m_416.onnx")
    tell(f"AP on coco-val-128: exported {ours:.4f}, nanodet_m_416.onnx {theirs:.4f}")
    assert abs(ours - theirs) < 0.0005
    assert abs(ours - 0.294) < 0.001


@pytest.mark.parametrize(("prepare", "keys", "options", "expected"), [
    (export_nanodet.prepare, nanodet_plus_keys(), {"size": 320, "old_priors": False}, {
        "head.outputs": [{"fused": "output"}], "head.order": "scores-first", "head.priorOffset": 0, "head.scores": "probability",
        "head.strides": [8, 16, 32, 64], "head.bins": 8, "head.layout": "points-first", "input.resize.fit": "stretch",
        "input.width": 320, "input.height": 320, "input.colour": "bgr", "nms.space": "input",
    }),
    (export_nanodet.prepare, nanodet_keys(), {"size": 416, "old_priors": True}, {
        "head.priorOffset": "(stride-1)/2", "head.strides": [8, 16, 32], "input.resize.fit": "letterbox",
        "input.resize.sampling": "corner",
    }),
    (export_gfl.prepare, gfl_keys(50), {"short_side": 800, "long_side": 1333}, {
        "head.scores": "logit", "head.bins": 17, "head.priorOffset": 0, "head.layout": "channels-first", "input.colour": "rgb",
        "head.strides": [8, 16, 32, 64, 128], "input.resize.longSide": 1333, "input.width": 1344, "input.height": 800,
        "input.resize.fit": "keep-ratio", "input.resize.pad": "mean", "nms.space": "original", "nms.clip": "content",
        "candidates.rule": "all-classes", "candidates.perLevel": 1000,
    }),
    (export_gfl.prepare, gfl_keys(50, quality=True), {"short_side": 480, "long_side": 800}, {
        "head.scores": "probability", "input.resize.shortSide": 480, "input.width": 800, "input.height": 480,
        "candidates.rule": "max-class",
    }),
], ids=["nanodet-plus-m", "nanodet-m of 2020", "gfl-r50", "gflv2-r50"])  # fmt: skip
def test_manifests(prepare, keys, options, expected, tmp_path):
    checkpoint = checkpoint_of(keys, tmp_path / "checkpoint.pth")
    export = prepare(argparse.Namespace(checkpoint=checkpoint, **options))
    for path, value in expected.items():
        found = export.manifest
        for key in path.split("."):
            found = found[key]
        assert found == value, path
    heads = [name for output in export.manifest["head"]["outputs"] for kind, name in output.items() if kind != "stride"]
    assert sorted(heads) == sorted(export.output_names)


@pytest.mark.skipif(os.environ.get("EXPORT_TESTS") != "all", reason="a quarter of a minute: EXPORT_TESTS=all tries it")
def test_half_source_license_and_labels(tmp_path):
    checkpoint = checkpoint_of(nanodet_plus_keys(), tmp_path / "checkpoint.ckpt")
    (tmp_path / "eighty.txt").write_text("\n".join(f"class {i}" for i in range(80)))
    told = run(
        EXPORT / "export_nanodet.py", checkpoint, "--size", 320, "--half", "--name", "mine", "--models", tmp_path,
        "--source", "our own training", "--license", "CC0-1.0", "--labels", tmp_path / "eighty.txt",
    )  # fmt: skip
    assert "at most 0.1" in told
    manifest = json.loads((tmp_path / "mine" / "model.json").read_text())
    assert (manifest["source"], manifest["license"]) == ("our own training", "CC0-1.0")
    assert (tmp_path / "mine" / "labels.txt").read_text().splitlines()[79] == "class 79"
    assert [output.type for output in session_of(tmp_path / "mine" / "model.onnx").get_outputs()] == ["tensor(float)"]
    assert (tmp_path / "mine" / "model.onnx").stat().st_size < 3e6


@pytest.mark.parametrize(("options", "sentence"), [
    (("--name", "../up"), r'"\.\./up" is no name for a model'),
    (("--name", "taken"), "taken exists already; --replace"),
    (("--name", "tests", "--replace"), "tests is not the folder of a model"),
    (("--name", "mine", "--labels", "three.txt"), "three.txt has 3 lines and the checkpoint 80 classes"),
    (("--name", "mine", "--labels", "none.txt"), "cannot be read"),
], ids=str)  # fmt: skip
def test_mistakes_get_a_sentence_and_exit_code_1(options, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "three.txt").write_text("one\ntwo\nthree\n")
    checkpoint = checkpoint_of(nanodet_plus_keys(), tmp_path / "checkpoint.ckpt")
    assert export_nanodet.main([str(checkpoint), "--size", "416", "--models", str(tmp_path), *options]) == 1
    told = capsys.readouterr().err
    assert re.search(sentence, told), told
    assert told.count("\n") == 1
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("size", ["0", "100", "8192", "big"])
def test_an_impossible_size_is_refused(size, capsys):
    with pytest.raises(SystemExit) as exit_:
        export_nanodet.main(["x.ckpt", "--size", size, "--name", "mine"])
    assert exit_.value.code == 2
    assert "--size" in capsys.readouterr().err


def test_a_damaged_checkpoint_gets_a_sentence(tmp_path):
    (tmp_path / "broken.pth").write_bytes(b"not weights")
    told = run(EXPORT / "export_gfl.py", tmp_path / "broken.pth", "--name", "mine", "--models", tmp_path, code=1)
    assert told.strip() == "broken.pth is not a PyTorch checkpoint: it is damaged or of another kind."


def test_manifests_are_written_with_short_arrays_on_one_line():
    assert to_json({"a": [1, 2], "b": [{"c": ["x", "y"]}], "d": []}) == (
        '{\n  "a": [1, 2],\n  "b": [\n    {\n      "c": ["x", "y"]\n    }\n  ],\n  "d": []\n}\n'
    )
