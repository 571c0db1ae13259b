import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LARGEST_HALF = 65504.0


def half_graph(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with FP16 weights and arithmetic; its inputs and outputs stay FP32. Raises ValueError on overflow.

    Every operator of these networks takes either type, so all weights change but the scales of Resize, which ONNX wants
    in FP32. (onnxruntime.transformers.float16 leaves these graphs unsorted and with wrong types; onnx.checker refuses them.)
    """
    half = onnx.ModelProto()
    half.CopyFrom(graph)
    body = half.graph
    del body.value_info[:]  # their types are about to be wrong, and nothing needs them
    kept = {name for node in body.node if node.op_type == "Resize" for name in node.input[1:]}
    for tensor in body.initializer:
        if tensor.data_type == TensorProto.FLOAT and tensor.name not in kept:
            tensor.CopyFrom(as_half(tensor))
    for node in body.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.TENSOR and attribute.t.data_type == TensorProto.FLOAT:
                attribute.t.CopyFrom(as_half(attribute.t))
            if node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT:
                attribute.i = TensorProto.FLOAT16

    inner = {value.name: f"{value.name}_half" for value in (*body.input, *body.output)}
    for node in body.node:
        node.input[:] = [inner.get(name, name) for name in node.input]
        node.output[:] = [inner.get(name, name) for name in node.output]
    first = [cast(value.name, inner[value.name], TensorProto.FLOAT16) for value in body.input]
    last = [cast(inner[value.name], value.name, TensorProto.FLOAT) for value in body.output]
    nodes = [*first, *body.node, *last]
    del body.node[:]
    body.node.extend(nodes)
    onnx.checker.check_model(half, full_check=True)
    return half


def cast(source: str, target: str, to: int) -> onnx.NodeProto:
    return helper.make_node("Cast", [source], [target], name=f"cast_{target}", to=to)


def as_half(tensor: TensorProto) -> TensorProto:
    values = numpy_helper.to_array(tensor)
    if values.size and float(np.abs(values).max()) > LARGEST_HALF:
        raise ValueError(f"{tensor.name} holds {float(np.abs(values).max()):.3g}, which FP16 cannot.")
    return numpy_helper.from_array(values.astype(np.float16), tensor.name)
