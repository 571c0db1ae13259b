from torch import Tensor, nn

BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}
EXPANSION = 4


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1. The stride is on the 3x3 (mmdetection's style='pytorch'); ResNeXt widens and groups it."""

    def __init__(self, channels_in: int, planes: int, stride: int, groups: int, group_width: int) -> None:
        super().__init__()
        width = planes if groups == 1 else planes * group_width // 64 * groups
        channels_out = planes * EXPANSION
        self.conv1 = nn.Conv2d(channels_in, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, groups=groups, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, channels_out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels_out)
        self.downsample = None
        if stride != 1 or channels_in != channels_out:
            self.downsample = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn1(self.conv1(x)).relu()
        out = self.bn2(self.conv2(out)).relu()
        out = self.bn3(self.conv3(out))
        return (out + (x if self.downsample is None else self.downsample(x))).relu()


class ResNet(nn.Module):
    """(batch, 3, h, w) -> C2..C5 of 256, 512, 1024, 2048 channels at strides 4, 8, 16, 32. No classifier.

    Source of the names: torchvision, which mmdet/models/backbones/resnet.py and resnext.py keep.
    """

    def __init__(self, depth: int, groups: int = 1, group_width: int = 64) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        channels = 64
        for level, blocks in enumerate(BLOCKS[depth]):
            planes = 64 * 2**level
            stage = []
            for block in range(blocks):
                stride = 2 if block == 0 and level > 0 else 1
                stage.append(Bottleneck(channels, planes, stride, groups, group_width))
                channels = planes * EXPANSION
            self.add_module(f"layer{level + 1}", nn.Sequential(*stage))

    def forward(self, x: Tensor) -> list[Tensor]:
        x = self.maxpool(self.bn1(self.conv1(x)).relu())
        features = []
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
            features.append(x)
        return features
