"""The backbone against its formula written out layer by layer from torchvision's keys (held equal to torchvision 0.28 once)."""

import pytest
import torch
from torch.nn import functional

from gfl_nets.resnet import ResNet
from random_weights import random_weights

TOLERANCE = 1e-5
BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


def features_of(state, x, depth, groups):
    def conv(x, name, stride=1, padding=0, groups=1):
        return functional.conv2d(x, state[f"{name}.weight"], None, stride, padding, 1, groups)

    def norm(x, name):
        mean, variance, weight, bias = (state[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
        return functional.batch_norm(x, mean, variance, weight, bias, False, 0, 1e-5)

    x = functional.max_pool2d(norm(conv(x, "conv1", 2, 3), "bn1").relu(), 3, 2, 1)
    features = []
    for stage, blocks in enumerate(BLOCKS[depth], start=1):
        for block in range(blocks):
            at = f"layer{stage}.{block}"
            stride = 2 if stage > 1 and block == 0 else 1
            y = norm(conv(x, f"{at}.conv1"), f"{at}.bn1").relu()
            y = norm(conv(y, f"{at}.conv2", stride, 1, groups), f"{at}.bn2").relu()
            y = norm(conv(y, f"{at}.conv3"), f"{at}.bn3")
            if block == 0:
                x = norm(conv(x, f"{at}.downsample.0", stride), f"{at}.downsample.1")
            x = (x + y).relu()
        features.append(x)
    return features


@pytest.mark.parametrize(("depth", "groups", "width"), [(50, 1, 64), (101, 1, 64), (101, 32, 4)])
def test_features(depth, groups, width, tell):
    net = random_weights(ResNet(depth, groups, width), seed=9)
    image = torch.randn(1, 3, 96, 64, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        features, expected = net(image), features_of(net.state_dict(), image, depth, groups)
    assert [tuple(feature.shape[1:]) for feature in features] == [(256, 24, 16), (512, 12, 8), (1024, 6, 4), (2048, 3, 2)]
    assert all(feature.std() > 0.05 for feature in features)
    largest = max(float((feature - value).abs().max()) for feature, value in zip(features, expected, strict=True))
    tell(f"ResNet-{depth} {groups}x{width}d written out: largest difference {largest:.2g}")
    assert largest < TOLERANCE
