"""Our graphs with the weights of trained graphs that others exported give what those give: the networks are the same.

Their weights carry no names, so they are put where the flow of data says: both graphs are walked from their outputs.
"""

import onnx
import pytest
import torch

from exported import exported
from model_folder import MODELS
from onnx_graph import session
from test_onnx_against_pytorch import SLOW, every

TOLERANCE = 1e-4
PLUS = ["output"]
G = [f"{kind}_{stride}" for kind in ("cls", "reg") for stride in (8, 16, 32)]


@pytest.mark.parametrize(("name", "file", "outputs", "size"), [
    ("nanodet-g", MODELS / "nanodet-g" / "model.onnx", G, 160),
    ("nanodet-plus-m", "nanodet-plus-m_416.onnx", PLUS, 416),
    ("nanodet-plus-m-1.5x", "nanodet-plus-m-1.5x_416_dq8.onnx", PLUS, 416),
], ids=["nanodet-g", "nanodet-plus-m", "nanodet-plus-m-1.5x"])  # fmt: skip
def test_same_as_the_trained_graph(name, file, outputs, size, request, tell):
    if name in SLOW and not every():
        pytest.skip("a quarter of a minute: EXPORT_TESTS=all tries it")
    if isinstance(file, str):
        file = request.getfixturevalue("shared") / "weights" / file
    elif not file.exists():
        pytest.skip(f"models/{file.parent.name}/{file.name} is not built: npm run model")
    theirs, export = onnx.load(file), exported(name)
    ours = onnx.ModelProto()
    ours.CopyFrom(export.graph)
    transplant(theirs, outputs, ours, export.output_names)

    image = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(11)).numpy()
    expected = session(theirs).run(outputs, {theirs.graph.input[0].name: image})
    actual = session(ours).run(export.output_names, {export.input_name: image})
    difference = max(float(abs(mine - other).max()) for mine, other in zip(actual, expected, strict=True))
    tell(f"{name} with the weights of {file.name}: largest difference {difference:.2g}")
    assert difference < TOLERANCE


def transplant(source: onnx.ModelProto, source_outputs: list[str], target: onnx.ModelProto, target_outputs: list[str]) -> None:
    """Puts the weights and biases of all convolutions of `source` into `target`, whose names stay."""
    weights = {tensor.name: tensor for tensor in source.graph.initializer}
    places = {tensor.name: tensor for tensor in target.graph.initializer}
    pairs = zip(convolutions(source, source_outputs), convolutions(target, target_outputs), strict=True)
    for given, taken in pairs:
        for name, place in zip(given.input[1:], taken.input[1:], strict=True):
            assert list(weights[name].dims) == list(places[place].dims)
            places[place].CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(weights[name]), place))


def convolutions(graph: onnx.ModelProto, outputs: list[str]) -> list[onnx.NodeProto]:
    """In the order in which the outputs ask for them: inputs before the node, first input first."""
    makers = {name: node for node in graph.graph.node for name in node.output}
    seen: set[int] = set()
    found: list[onnx.NodeProto] = []

    def visit(name: str) -> None:
        node = makers.get(name)
        if node is None or id(node) in seen:
            return
        seen.add(id(node))
        for needed in node.input:
            visit(needed)
        if node.op_type == "Conv":
            found.append(node)

    for output in outputs:
        visit(output)
    return found
