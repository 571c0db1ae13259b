"""What both commands do once they have a network: make the graph, hold it against PyTorch, write the model's folder."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from checkpoint import sha256_of
from checkpoint_error import CheckpointError
from half import half_graph
from model_folder import MODELS, ModelFolderError, new_folder, read_labels, write_model
from onnx_graph import largest_difference, onnx_graph, session

PROBES = ((1, 3, 128, 160), (2, 3, 224, 96))  # batch, channels, height, width: none of them what the graph was traced with
TOLERANCE = 1e-4
HALF_TOLERANCE = 0.1  # of logits around 10; PyTorch stays FP32


@dataclass(frozen=True)
class Export:
    net: nn.Module
    title: str
    classes: int
    input_name: str
    output_names: Sequence[str]
    manifest: dict[str, Any]


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("checkpoint", type=Path, help="the trained weights: a .pth or .ckpt file of PyTorch")
    parser.add_argument("--name", required=True, help="of the model; the folder under --models")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of models (default: the project's)")
    parser.add_argument("--labels", type=Path, help="class names, one a line (default: COCO's when there are 80 classes)")
    parser.add_argument("--license", default="unknown", help="of the weights, for the manifest (default: %(default)s)")
    parser.add_argument("--source", help="where the weights come from (default: the file's name and SHA-256)")
    parser.add_argument("--half", action="store_true", help="FP16 weights and arithmetic; inputs and outputs stay FP32")
    parser.add_argument("--replace", action="store_true", help="write over a model of that name")
    return parser


def run(prepare: Callable[[argparse.Namespace], Export], args: argparse.Namespace) -> int:
    """Exit code 0, or 1 with one sentence on standard error."""
    try:
        export_model(prepare(args), args)
    except (CheckpointError, ModelFolderError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def export_model(export: Export, args: argparse.Namespace) -> None:
    folder = new_folder(args.models, args.name, args.replace)
    labels = read_labels(args.labels, export.classes)
    print(export.title)
    graph = onnx_graph(export.net, export.input_name, export.output_names)
    if args.half:
        try:
            graph = half_graph(graph)
        except ValueError as error:
            raise ModelFolderError(f"--half is not for these weights: {error}") from error
    tolerance = HALF_TOLERANCE if args.half else TOLERANCE
    checked = session(graph)
    for shape in PROBES:
        image = torch.randn(shape, generator=torch.Generator().manual_seed(1))
        difference = largest_difference(export.net, checked, image)
        batch, _, height, width = shape
        print(f"largest difference from PyTorch, {batch} of {width}x{height}: {difference:.2g} (at most {tolerance:g})")
        if not difference <= tolerance:
            raise ModelFolderError("The graph does not give what PyTorch gives: nothing was written. This is a bug.")
    source = args.source or f"{args.checkpoint.name}, sha256 {sha256_of(args.checkpoint)}"
    about = {"name": args.name, "version": "1", "license": args.license, "source": source}
    write_model(folder, graph, {**about, **export.manifest}, labels)
    print(f"wrote {folder / 'model.json'}, labels.txt and model.onnx ({graph.ByteSize() / 1e6:.1f} MB)")
