import torch
from torch import Tensor, nn

from integral import Integral

from .conv_module import ConvModule
from .fpn import CHANNELS

LEVELS = 5
STACKED_CONVS = 4
TOP_BINS = 4  # GFLv2's reg_topk
QUALITY_CHANNELS = 64  # GFLv2's reg_channels


class Scale(nn.Module):
    """One learned factor a level, on the LOGITS of the distributions (mmcv/cnn/bricks/scale.py)."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale


class GFLHead(nn.Module):
    """P3..P7 -> per level (batch, classes, h, w) scores and (batch, 4*bins, h, w) logits of left, top, right, bottom.

    GFL: the scores are logits. GFLv2 (`quality`): they are probabilities, sigmoid(class logit) times the quality that
    the Distribution-Guided Quality Predictor reads from the four largest bins of each side and their mean.
    Source: mmdet/models/dense_heads/gfl_head.py (3.x) and implus/GFocalV2 gfocal_head.py, forward_single.
    """

    def __init__(self, classes: int, bins: int, quality: bool) -> None:
        super().__init__()
        self.bins = bins
        self.cls_convs = nn.ModuleList(ConvModule(CHANNELS, CHANNELS, 3, norm=True) for _ in range(STACKED_CONVS))
        self.reg_convs = nn.ModuleList(ConvModule(CHANNELS, CHANNELS, 3, norm=True) for _ in range(STACKED_CONVS))
        self.gfl_cls = nn.Conv2d(CHANNELS, classes, 3, padding=1)
        self.gfl_reg = nn.Conv2d(CHANNELS, 4 * bins, 3, padding=1)
        self.scales = nn.ModuleList(Scale() for _ in range(LEVELS))
        self.integral = Integral(bins)
        self.reg_conf = None
        if quality:
            self.reg_conf = nn.Sequential(
                nn.Conv2d(4 * (TOP_BINS + 1), QUALITY_CHANNELS, 1),
                nn.ReLU(),
                nn.Conv2d(QUALITY_CHANNELS, 1, 1),
                nn.Sigmoid(),
            )

    def forward(self, pyramid: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        scores, sides = [], []
        for feature, scale in zip(pyramid, self.scales, strict=True):
            for_classes, for_sides = feature, feature
            for conv in self.cls_convs:
                for_classes = conv(for_classes)
            for conv in self.reg_convs:
                for_sides = conv(for_sides)
            logits, side = self.gfl_cls(for_classes), scale(self.gfl_reg(for_sides))
            scores.append(logits if self.reg_conf is None else logits.sigmoid() * self.quality(side))
            sides.append(side)
        return scores, sides

    def quality(self, sides: Tensor) -> Tensor:
        """(batch, 4*bins, h, w) logits -> (batch, 1, h, w) in 0..1."""
        # (batch, 4, bins, h, w); the top bins per side, side-major, as the 1x1 convolution was trained on
        probabilities = sides.unflatten(1, (4, self.bins)).softmax(2)
        top = probabilities.topk(TOP_BINS, dim=2).values
        return self.reg_conf(torch.cat([top, top.mean(2, keepdim=True)], 2).flatten(1, 2))
