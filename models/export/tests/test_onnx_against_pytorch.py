"""The exported graph gives what PyTorch gives: every architecture, random weights, two input sizes, batches of 1 and 2."""

import os
from pathlib import Path

import onnx
import pytest
import torch

from architectures import GFL, NANODET
from exported import exported
from half import half_graph
from onnx_graph import largest_difference, session

TOLERANCE = 1e-4
SHAPES = ((1, 3, 128, 160), (2, 3, 192, 96))
# These differ from one that is tried in widths, in depth or in the head alone.
SLOW = {"gfl-r50", "gfl-r101", "gflv2-r101", "gflv2-x101-32x4d", "nanodet-m", "nanodet-m-1.5x", "nanodet-plus-m-1.5x"}
# FP16 has 11 bits: a score moves in its fourth digit, a logit of a few units in its third.
HALF_TOLERANCE = 0.05


def every():
    return os.environ.get("EXPORT_TESTS") == "all"


def cases():
    for name in (*GFL, *NANODET):
        skip = pytest.mark.skipif(name in SLOW and not every(), reason="a quarter of a minute: EXPORT_TESTS=all tries it")
        yield pytest.param(name, marks=skip)


@pytest.mark.parametrize("name", cases())
def test_same_as_pytorch(name, tell):
    export = exported(name)
    onnx.checker.check_model(export.graph, full_check=True)
    assert [value.name for value in export.graph.graph.input] == [export.input_name], "weights are listed as inputs"
    assert [value.name for value in export.graph.graph.output] == export.output_names

    run = session(export.graph)
    for shape in SHAPES:
        image = random_image(shape)
        difference = largest_difference(export.net, run, image)
        tell(f"{name} {shape}: largest difference {difference:.2g}")
        assert difference < TOLERANCE
    with torch.no_grad():
        values = export.net(image)
    for value in [values] if isinstance(values, torch.Tensor) else values:
        assert 0.02 < value.std() < 5, f"the comparison says little about values of deviation {value.std()}"


@pytest.mark.parametrize("name", ["nanodet-m-0.5x", "nanodet-plus-m", "gfl-x101-32x4d", "gflv2-r50"])
def test_half_is_close_and_speaks_fp32(name, tell):
    export = exported(name)
    half = half_graph(export.graph)
    assert half.ByteSize() < 0.6 * export.graph.ByteSize()
    for value in (*half.graph.input, *half.graph.output):
        assert value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
    weights = {tensor.data_type for tensor in half.graph.initializer if len(tensor.dims) > 1}
    assert onnx.TensorProto.FLOAT not in weights
    difference = largest_difference(export.net, session(half), random_image((2, 3, 128, 160)))
    tell(f"{name} --half: largest difference {difference:.2g}")
    assert 0 < difference < HALF_TOLERANCE


def test_half_refuses_weights_that_it_cannot_hold():
    graph = onnx.ModelProto()
    graph.CopyFrom(exported("nanodet-m-0.5x").graph)
    weight = next(tensor for tensor in graph.graph.initializer if len(tensor.dims) == 4)
    values = onnx.numpy_helper.to_array(weight).copy()
    values.flat[0] = 1e5
    weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))
    with pytest.raises(ValueError, match=r"1e\+05, which FP16 cannot"):
        half_graph(graph)


def test_no_path_of_this_machine_is_in_the_graph():
    assert str(Path(__file__).parents[1]).encode() not in exported("nanodet-m-0.5x").graph.SerializeToString()


def random_image(shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))
