from torch import Tensor, nn

from .architecture import Architecture
from .custom_csp_net import CustomCspNet
from .ghost_pan import GhostPAN
from .nanodet_head import NanoDetHead
from .nanodet_plus_head import NanoDetPlusHead
from .pan import PAN
from .shufflenet_v2 import ShuffleNetV2

GHOST_KERNEL = 5


class NanoDet(nn.Module):
    """(batch, 3, h, w), BGR, normalised -> what NanoDetHead or NanoDetPlusHead gives; h and w multiples of 32."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        a = architecture
        self.backbone = CustomCspNet() if a.csp else ShuffleNetV2(a.backbone_channels)
        self.fpn = GhostPAN(a.backbone_channels, a.channels, GHOST_KERNEL) if a.plus else PAN(a.backbone_channels, a.channels)
        head = NanoDetPlusHead if a.plus else NanoDetHead
        self.head = head(a.levels, a.channels, a.convs, a.head_kernel, a.depthwise, a.classes, a.bins)

    def forward(self, image: Tensor) -> Tensor | tuple[Tensor, ...]:
        return self.head(self.fpn(self.backbone(image)))
