"""A NanoDet or NanoDet-Plus checkpoint as a model folder: ONNX graph, manifest, labels. NanoDet itself is not needed.

python export_nanodet.py nanodet-plus-m_416_checkpoint.ckpt --size 416 --name nanodet-plus-m
"""

import argparse
import sys

from checkpoint import load_strictly, read_checkpoint
from export_model import Export, arguments, run
from nanodet_nets.architecture import architecture_of
from nanodet_nets.inference_weights import inference_weights
from nanodet_nets.manifest import INPUT, MULTIPLE_OF, manifest_of, outputs_of
from nanodet_nets.nanodet import NanoDet


def prepare(args: argparse.Namespace) -> Export:
    state, ignored = read_checkpoint(args.checkpoint)
    if ignored:
        print(f"ignored objects of {', '.join(ignored)}", file=sys.stderr)
    weights = inference_weights(state)
    architecture = architecture_of(weights)
    net = NanoDet(architecture).eval()
    load_strictly(net, weights)
    manifest = manifest_of(architecture, args.size, args.old_priors)
    return Export(net, str(architecture), architecture.classes, INPUT, outputs_of(architecture), manifest)


def main(argv: list[str] | None = None) -> int:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument(
        "--size", type=int, required=True, help="side of the square input it was trained with (320, 416): no checkpoint says"
    )
    parser.add_argument(
        "--old-priors", action="store_true", help="NanoDet v0.0.x, trained before 2021-02-20: prior centres at (stride-1)/2"
    )
    args = parser.parse_args(argv)
    if args.size % MULTIPLE_OF or not MULTIPLE_OF <= args.size <= 4096:
        parser.error(f"--size is a multiple of {MULTIPLE_OF}, at most 4096")
    return run(prepare, args)


if __name__ == "__main__":
    sys.exit(main())
