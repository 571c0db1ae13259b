from dataclasses import dataclass
from functools import cache

import onnx
from torch import nn

from architectures import GFL, NANODET
from gfl_nets import manifest as gfl_manifest
from gfl_nets.gfl import GFL as GFLNet
from nanodet_nets import manifest as nanodet_manifest
from nanodet_nets.nanodet import NanoDet
from onnx_graph import onnx_graph
from random_weights import random_weights


@dataclass(frozen=True)
class Exported:
    net: nn.Module
    graph: onnx.ModelProto
    input_name: str
    output_names: list[str]


@cache
def exported(name: str) -> Exported:
    """An architecture with random weights and its graph. Tracing takes a quarter of a minute: once a run."""
    if name in GFL:
        net, inputs, outputs = GFLNet(GFL[name]), gfl_manifest.INPUT, gfl_manifest.OUTPUTS
    else:
        net, inputs, outputs = NanoDet(NANODET[name]), nanodet_manifest.INPUT, nanodet_manifest.outputs_of(NANODET[name])
    random_weights(net, seed=7)
    return Exported(net, onnx_graph(net, inputs, outputs), inputs, outputs)
