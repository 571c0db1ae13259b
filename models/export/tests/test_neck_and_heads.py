"""Neck and heads of GFL against NumPy written from the papers and sources, not from our modules."""

import numpy as np
import torch

from architectures import GFL
from gfl_nets.fpn import FPN
from gfl_nets.gfl_head import GFLHead
from random_weights import random_weights

TOLERANCE = 2e-5
SIZES = ((6, 7), (3, 4), (2, 2), (1, 2), (1, 1))


def convolution(x, weight, bias=None, stride=1):
    """x is (channels, h, w), weight (out, channels, k, k); padded by half the kernel."""
    k = weight.shape[2]
    padded = np.pad(x, ((0, 0), (k // 2, k // 2), (k // 2, k // 2)))
    out = np.zeros((weight.shape[0], *x.shape[1:]))
    for dy in range(k):
        for dx in range(k):
            shifted = padded[:, dy : dy + x.shape[1], dx : dx + x.shape[2]]
            out += np.einsum("oc,chw->ohw", weight[:, :, dy, dx], shifted)
    out = out[:, ::stride, ::stride]
    return out if bias is None else out + bias[:, None, None]


def group_norm(x, weight, bias):
    grouped = x.reshape(32, -1)
    normal = (grouped - grouped.mean(1, keepdims=True)) / np.sqrt(grouped.var(1, keepdims=True) + 1e-5)
    return normal.reshape(x.shape) * weight[:, None, None] + bias[:, None, None]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x, axis):
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def head_in_numpy(w, x, level, quality):
    """One level of one picture: scores (classes, h, w), logits of the sides (68, h, w)."""
    towers = {}
    for tower in ("cls_convs", "reg_convs"):
        towers[tower] = x
        for i in range(4):
            y = convolution(towers[tower], w[f"{tower}.{i}.conv.weight"])
            towers[tower] = np.maximum(group_norm(y, w[f"{tower}.{i}.gn.weight"], w[f"{tower}.{i}.gn.bias"]), 0)
    classes = convolution(towers["cls_convs"], w["gfl_cls.weight"], w["gfl_cls.bias"])
    sides = convolution(towers["reg_convs"], w["gfl_reg.weight"], w["gfl_reg.bias"]) * w[f"scales.{level}.scale"]
    if not quality:
        return classes, sides
    # GFLv2, section 3.2: of each side the four largest probabilities and their mean, through two 1x1 layers
    p = softmax(sides.reshape(4, 17, *sides.shape[1:]), 1)
    top = -np.sort(-p, 1)[:, :4]
    statistics = np.concatenate([top, top.mean(1, keepdims=True)], 1).reshape(20, *sides.shape[1:])
    hidden = np.maximum(convolution(statistics, w["reg_conf.0.weight"], w["reg_conf.0.bias"]), 0)
    return sigmoid(classes) * sigmoid(convolution(hidden, w["reg_conf.2.weight"], w["reg_conf.2.bias"])), sides


def neck_in_numpy(w, c3, c4, c5):
    """FPN of Lin et al. with two more levels from P5's output; no activation anywhere."""

    def twice(x):
        return x.repeat(2, 1).repeat(2, 2)

    def output(level, x, stride=1):
        return convolution(x, w[f"fpn_convs.{level}.conv.weight"], w[f"fpn_convs.{level}.conv.bias"], stride)

    lateral = [
        convolution(x, w[f"lateral_convs.{level}.conv.weight"], w[f"lateral_convs.{level}.conv.bias"])
        for level, x in enumerate((c3, c4, c5))
    ]
    middle = lateral[1] + twice(lateral[2])
    p5 = output(2, lateral[2])
    p6 = output(3, p5, 2)
    return [output(0, lateral[0] + twice(middle)), output(1, middle), p5, p6, output(4, p6, 2)]


def test_neck(tell):
    neck = random_weights(FPN(), 5)
    generator = torch.Generator().manual_seed(6)
    features = [torch.randn(1, 256 * scale, 32 // scale, 16 // scale, generator=generator) for scale in (2, 4, 8)]
    weights = {name: value.numpy().astype(np.float64) for name, value in neck.state_dict().items()}
    with torch.no_grad():
        pyramid = neck(features)
    expected = neck_in_numpy(weights, *(feature[0].numpy().astype(np.float64) for feature in features))
    assert [tuple(p.shape[2:]) for p in pyramid] == [(16, 8), (8, 4), (4, 2), (2, 1), (1, 1)]
    largest = max(float(np.abs(p[0].numpy() - e).max()) for p, e in zip(pyramid, expected, strict=True))
    tell(f"FPN against NumPy: largest difference {largest:.2g}")
    assert largest < TOLERANCE


def head_and_pyramid(quality, seed=5):
    head = random_weights(GFLHead(80, 17, quality), seed)
    generator = torch.Generator().manual_seed(seed)
    return head, [torch.randn(2, 256, h, w, generator=generator) for h, w in SIZES]


def compare(quality, tell):
    head, pyramid = head_and_pyramid(quality)
    weights = {name: value.numpy().astype(np.float64) for name, value in head.state_dict().items()}
    with torch.no_grad():
        scores, sides = head(pyramid)
    largest = 0.0
    for level, feature in enumerate(pyramid):
        for picture in range(2):
            expected = head_in_numpy(weights, feature[picture].numpy().astype(np.float64), level, quality)
            for actual, value in zip((scores, sides), expected, strict=True):
                largest = max(largest, float(np.abs(actual[level][picture].numpy() - value).max()))
    tell(f"{'GFLv2' if quality else 'GFL'} head against NumPy: largest difference {largest:.2g}")
    assert largest < TOLERANCE
    return scores


def test_gfl_head(tell):
    scores = compare(False, tell)
    assert min(float(score.min()) for score in scores) < 0, "GFL's scores are logits"


def test_gflv2_head(tell):
    scores = compare(True, tell)
    assert all(float(score.min()) >= 0 and float(score.max()) <= 1 for score in scores), "GFLv2's scores are probabilities"
    assert max(float(score.max()) for score in scores) > 0.1


def test_channels_of_the_sides_are_side_major():
    """What the integral reads: mmdetection flattens (4*bins) of a point to rows of `bins`, in the order l, t, r, b."""
    head, pyramid = head_and_pyramid(False)
    with torch.no_grad():
        sides = head(pyramid)[1][0]
        # gfl_head.py, Integral.forward
        distances = (sides.permute(0, 2, 3, 1).reshape(-1, 17).softmax(1) @ head.integral.project).reshape(2, 6, 7, 4)
    p = softmax(sides.numpy().astype(np.float64).reshape(2, 4, 17, 6, 7), 2)
    expected = np.einsum("nskhw,k->nhws", p, np.arange(17.0))
    assert np.abs(distances.numpy() - expected).max() < 1e-5
    assert GFL["gfl-r50"].bins == head.integral.project.numel() == 17
