from torch import Tensor, nn

from .architecture import Architecture
from .fpn import FPN
from .gfl_head import GFLHead
from .resnet import ResNet


class GFL(nn.Module):
    """(batch, 3, h, w), RGB, normalised -> cls_8 .. cls_128, then reg_8 .. reg_128; see GFLHead for shapes and meaning."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.backbone = ResNet(architecture.depth, architecture.groups, architecture.group_width)
        self.neck = FPN()
        self.bbox_head = GFLHead(architecture.classes, architecture.bins, architecture.quality)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        scores, sides = self.bbox_head(self.neck(self.backbone(image)[1:]))
        return (*scores, *sides)
