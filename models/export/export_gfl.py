"""An mmdetection GFL or GFLv2 checkpoint as a model folder: ONNX graph, manifest, labels. Neither mmcv nor mmdet is needed.

python export_gfl.py gfl_r50_fpn_1x_coco_20200629_121244-25944287.pth --name gfl-r50
"""

import argparse
import sys

from checkpoint import load_strictly, read_checkpoint
from export_model import Export, arguments, run
from gfl_nets.architecture import architecture_of
from gfl_nets.gfl import GFL
from gfl_nets.manifest import INPUT, OUTPUTS, manifest_of


def prepare(args: argparse.Namespace) -> Export:
    state, ignored = read_checkpoint(args.checkpoint)
    if ignored:
        print(f"ignored objects of {', '.join(ignored)}", file=sys.stderr)
    state = {key.removeprefix("module."): tensor for key, tensor in state.items()}
    architecture = architecture_of(state)
    net = GFL(architecture).eval()
    load_strictly(net, state)
    manifest = manifest_of(architecture, args.short_side, args.long_side)
    return Export(net, str(architecture), architecture.classes, INPUT, OUTPUTS, manifest)


def main(argv: list[str] | None = None) -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument(
        "--short-side", type=int, default=800, help="pixels the shorter side is resized to (default: %(default)s)"
    )
    parser.add_argument(
        "--long-side", type=int, default=1333, help="unless the longer one would pass this (default: %(default)s)"
    )
    args = parser.parse_args(argv)
    if not 32 <= args.short_side <= args.long_side <= 4096:
        parser.error("--short-side and --long-side are from 32 to 4096, the short one not larger")
    return run(prepare, args)


if __name__ == "__main__":
    sys.exit(main())
