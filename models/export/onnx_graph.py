"""A PyTorch network as an ONNX graph, and how far the two are apart."""

import contextlib
import io
import logging
import warnings
from collections.abc import Sequence

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor, nn

OPSET = 18


def onnx_graph(net: nn.Module, input_name: str, output_names: Sequence[str], multiple_of: int = 32) -> onnx.ModelProto:
    """Batch, height and width stay free; the sides are multiples of `multiple_of`. BatchNorm is folded into convolutions."""
    net.eval()
    dim = torch.export.Dim
    rows, columns = multiple_of * dim("rows", min=1, max=512), multiple_of * dim("columns", min=1, max=512)
    shapes = ({0: dim("batch", min=1, max=4096), 2: rows, 3: columns},)
    example = torch.zeros(2, 3, 4 * multiple_of, 5 * multiple_of)  # no two sizes alike, or they are taken to be one
    with torch.no_grad(), quiet():
        program = torch.onnx.export(
            net,
            (example,),
            input_names=[input_name],
            output_names=list(output_names),
            dynamic_shapes=shapes,
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    return without_traces(program.model_proto)


def without_traces(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The exporter writes where each node came from, paths of this machine included; a quarter of a megabyte of no use."""
    body = graph.graph
    for part in (graph, body, *body.node, *body.input, *body.output, *body.value_info, *body.initializer):
        del part.metadata_props[:]
    return graph


@contextlib.contextmanager
def quiet():
    """The exporter reports missing torchvision and its own deprecations; neither says anything about the graph."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def session(graph: onnx.ModelProto, threads: int = 1) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])


def largest_difference(net: nn.Module, run: onnxruntime.InferenceSession, image: Tensor) -> float:
    """Over all outputs, in the units of the outputs, between PyTorch and ONNX Runtime on one batch."""
    with torch.no_grad():
        expected = net(image)
    expected = (expected,) if isinstance(expected, Tensor) else expected
    actual = run.run(None, {run.get_inputs()[0].name: image.numpy()})
    pairs = zip(expected, actual, strict=True)
    return max(float(np.abs(tensor.numpy() - array).max()) for tensor, array in pairs)
