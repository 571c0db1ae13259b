import hashlib
import json
import re
from pathlib import Path
from typing import Any

import onnx

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MODELS = Path(__file__).resolve().parent.parent
COCO_LABELS = MODELS / "nanodet-g" / "labels.txt"


class ModelFolderError(Exception):
    """A sentence for the person who runs the export."""


def read_labels(file: Path | None, classes: int) -> list[str]:
    """One class name a line, in the order of the scores. Without a file: COCO's 80, when there are 80 classes."""
    if file is None and classes != 80:
        raise ModelFolderError(f"The checkpoint has {classes} classes, not COCO's 80: give their names with --labels FILE.")
    source = file or COCO_LABELS
    try:
        labels = [line.strip() for line in source.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as cause:
        raise ModelFolderError(f"The labels in {source} cannot be read: {cause}.") from cause
    while labels and not labels[-1]:
        labels.pop()
    if len(labels) != classes or not all(labels) or len(set(labels)) != len(labels):
        raise ModelFolderError(
            f"{source} has {len(labels)} lines and the checkpoint {classes} classes: expected is one name a line, none twice."
        )
    return labels


def new_folder(models: Path, name: str, replace: bool) -> Path:
    """Where the model goes. Raises ModelFolderError when the name is not one or the folder is taken."""
    if not NAME.fullmatch(name):
        raise ModelFolderError(f'"{name}" is no name for a model: letters, digits, ".", "_" and "-", at most 64, no folders.')
    folder = models / name
    if folder.exists() and not replace:
        raise ModelFolderError(f"{folder} exists already; --replace writes over its model.json, labels.txt and model.onnx.")
    if folder.exists() and not (folder / "model.json").exists():
        raise ModelFolderError(f"{folder} is not the folder of a model; take another --name.")
    return folder


def write_model(folder: Path, graph: onnx.ModelProto, manifest: dict[str, Any], labels: list[str]) -> None:
    """The manifest comes last: a folder without model.json is no model."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.json").unlink(missing_ok=True)
    content = graph.SerializeToString()
    (folder / "model.onnx").write_bytes(content)
    (folder / "labels.txt").write_text("\n".join(labels) + "\n", encoding="utf-8")
    sha256 = hashlib.sha256(content).hexdigest()
    about = {key: manifest[key] for key in ("name", "version", "license", "source")}
    whole = {**about, "labels": "labels.txt", "graph": {"file": "model.onnx", "sha256": sha256}, **manifest}
    (folder / "model.json").write_text(to_json(whole), encoding="utf-8")


def to_json(value: dict[str, Any]) -> str:
    """Arrays of numbers on one line, as the other manifests have them."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    flat = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda match: "[" + re.sub(r"\s*\n\s*", " ", match[1]) + "]", text)
    return flat + "\n"
