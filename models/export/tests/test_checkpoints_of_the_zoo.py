"""Checkpoints with exactly the keys of the real ones load strictly; what is not supported is told in a sentence."""

from collections import OrderedDict

import pytest
import torch

from architectures import GFL, NANODET
from checkpoint import CheckpointError, load_strictly, read_checkpoint
from gfl_nets.architecture import architecture_of as gfl_architecture_of
from gfl_nets.gfl import GFL as GFLNet
from nanodet_nets.architecture import architecture_of as nanodet_architecture_of
from nanodet_nets.inference_weights import inference_weights
from nanodet_nets.nanodet import NanoDet
from zoo_keys import gfl_keys, ghost_pan_keys, nanodet_keys, nanodet_plus_keys


def filled(keys, value=None):
    generator = torch.Generator().manual_seed(3)
    state = OrderedDict()
    for key, shape in keys.items():
        if key.endswith("num_batches_tracked"):
            state[key] = torch.tensor(7330)
        else:
            state[key] = torch.rand(shape, generator=generator) if value is None else torch.full(shape, float(value))
    return state


def stored(folder, content):
    torch.save(content, folder / "checkpoint.pth")
    return read_checkpoint(folder / "checkpoint.pth")[0]


# parameters: published where known (GFL R50 32.44 M, R101 51.43 M; NanoDet-Plus 1.17 M and 2.44 M before the count was exact)
@pytest.mark.parametrize(("name", "keys", "tensors", "parameters"), [
    ("gfl-r50", gfl_keys(50), 368, 32.44e6),
    ("gfl-r101", gfl_keys(101), 674, 51.43e6),
    ("gfl-x101-32x4d", gfl_keys(101, resnext=True), 674, None),
    ("gflv2-r50", gfl_keys(50, quality=True), 372, 32.44e6),
    ("gflv2-r101", gfl_keys(101, quality=True), 678, 51.43e6),
    ("gflv2-x101-32x4d", gfl_keys(101, resnext=True, quality=True), 678, None),
])  # fmt: skip
def test_mmdetection(name, keys, tensors, parameters, tmp_path):
    state = filled(keys)
    meta = {"epoch": 12, "CLASSES": ("person", "bicycle")}
    read = stored(tmp_path, {"meta": meta, "state_dict": state, "optimizer": {"state": {}}})
    assert len(read) == tensors
    architecture = gfl_architecture_of(read)
    assert architecture == GFL[name]
    net = GFLNet(architecture)
    load_strictly(net, read)
    assert all(torch.equal(value, state[key]) for key, value in net.state_dict().items())
    if parameters is not None:
        assert round(sum(parameter.numel() for parameter in net.parameters()) / 1e4) == round(parameters / 1e4)


@pytest.mark.parametrize(("name", "keys", "parameters"), [
    ("nanodet-m", nanodet_keys(), 950_036),
    ("nanodet-m-0.5x", nanodet_keys((48, 96, 192)), 271_056),
    ("nanodet-m-1.5x", nanodet_keys((176, 352, 704), 128), 2_065_392),
    ("nanodet-plus-m", nanodet_plus_keys(), 1_197_924),
    ("nanodet-plus-m-1.5x", nanodet_plus_keys((176, 352, 704), 128), 2_477_792),
])  # fmt: skip
def test_nanodet(name, keys, parameters, tmp_path):
    assert len(keys) == {"nanodet-m": 421, "nanodet-plus-m": 645}.get(name, len(keys))
    weights = inference_weights(
        stored(tmp_path, {"epoch": 1, "state_dict": {f"model.{key}": value for key, value in filled(keys).items()}})
    )
    architecture = nanodet_architecture_of(weights)
    assert architecture == NANODET[name]
    net = NanoDet(architecture)
    load_strictly(net, weights)
    assert sum(parameter.numel() for parameter in net.parameters()) == parameters


def test_nanodet_plus_as_trained_average_and_auxiliary_head(tmp_path):
    keys = nanodet_plus_keys()
    auxiliary = {**ghost_pan_keys("aux_fpn", (116, 232, 464), 96), "aux_head.cls_convs.0.conv.weight": (192, 192, 3, 3)}
    trained = {f"model.{key}": value for key, value in filled({**keys, **auxiliary}, 1).items()}
    averaged = {f"avg_model.{key}": value for key, value in filled({**keys, **auxiliary}, 2).items()}
    for state in ({**trained, **averaged}, {**averaged, **trained}):
        weights = inference_weights(stored(tmp_path, {"state_dict": state}))
        assert set(weights) == set(keys)
        assert all(torch.all(value == 2) for key, value in weights.items() if not key.endswith("num_batches_tracked"))
    plain = inference_weights(stored(tmp_path, {"state_dict": trained}))
    assert torch.all(plain["head.gfl_cls.0.weight"] == 1)


@pytest.mark.parametrize("content", ["state_dict", "bare", "data parallel"])
def test_forms_of_a_state_dict(content, tmp_path):
    state = filled(nanodet_keys((48, 96, 192)))
    forms = {
        "state_dict": {"state_dict": state},
        "bare": state,
        "data parallel": {f"module.{key}": value for key, value in state.items()},
    }
    load_strictly(NanoDet(NANODET["nanodet-m-0.5x"]), inference_weights(stored(tmp_path, forms[content])))


def without(keys, *gone):
    return {key: shape for key, shape in keys.items() if key not in gone}


@pytest.mark.parametrize(("keys", "sentence"), [
    ({"fc.weight": (1000, 512)}, "not a GFL checkpoint of mmdetection: it has no bbox_head.gfl_cls.weight"),
    ({**gfl_keys(50), "backbone.layer2.0.conv2.conv_offset.weight": (27, 128, 3, 3)}, "deformable convolutions"),
    (without(gfl_keys(50), "backbone.layer1.0.conv3.weight"), "another one: ResNet-50, ResNet-101"),
    ({key: shape for key, shape in gfl_keys(101).items() if not key.startswith("backbone.layer3.22.")}, "22 blocks in layer3"),
    (without(gfl_keys(50), "neck.fpn_convs.4.conv.bias"), "it lacks neck.fpn_convs.4.conv.bias"),
    ({**gfl_keys(50), "bbox_head.atss_centerness.weight": (1, 256, 3, 3)}, "it has unknown bbox_head.atss_centerness.weight"),
    ({**gfl_keys(50), "bbox_head.gfl_reg.weight": (68,)}, "bbox_head.gfl_reg.weight is not a convolution"),
    ({**gfl_keys(50, resnext=True)}, "6 blocks in layer3 and 32x4d convolutions"),
    ({**gfl_keys(50), "bbox_head.gfl_cls.bias": (81,)}, r"bbox_head.gfl_cls.bias \(81,\) instead of \(80,\)"),
])  # fmt: skip
def test_what_mmdetection_has_and_we_do_not(keys, sentence, tmp_path):
    state = stored(tmp_path, {"state_dict": filled(keys)})
    with pytest.raises(CheckpointError, match=sentence):
        load_strictly(GFLNet(gfl_architecture_of(state)), state)


@pytest.mark.parametrize(("keys", "sentence"), [
    (gfl_keys(50), "not a NanoDet or NanoDet-Plus checkpoint"),
    ({**nanodet_keys(), "head.reg_convs.0.0.depthwise.weight": (96, 1, 3, 3)}, "share_cls_reg: False"),
    ({**nanodet_keys(), "head.gfl_cls.0.weight": (112, 96)}, "head.gfl_cls.0.weight is not a convolution"),
    ({**nanodet_keys(), "fpn.transformer.conv.weight": (96, 288, 1, 1)}, "neither PAN"),
    ({key.replace("backbone.", "backbone._"): shape for key, shape in nanodet_keys().items()}, "neither ShuffleNetV2"),
    (without(nanodet_plus_keys(), "fpn.extra_lvl_in_conv.0.depthwise.weight"), "it lacks fpn.extra_lvl_in_conv.0.depthwise"),
])  # fmt: skip
def test_what_nanodet_has_and_we_do_not(keys, sentence, tmp_path):
    weights = inference_weights(stored(tmp_path, {"state_dict": filled(keys)}))
    with pytest.raises(CheckpointError, match=sentence):
        load_strictly(NanoDet(nanodet_architecture_of(weights)), weights)
