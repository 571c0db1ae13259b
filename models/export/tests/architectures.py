"""Every network that the exporters know, by name."""

from gfl_nets.architecture import Architecture as GFLArchitecture
from nanodet_nets.architecture import Architecture as NanoDetArchitecture


def gfl(depth: int, quality: bool, groups: int = 1, group_width: int = 64) -> GFLArchitecture:
    return GFLArchitecture(depth, groups, group_width, classes=80, bins=17, quality=quality)


def nanodet(backbone: tuple[int, int, int], channels: int, plus: bool = False) -> NanoDetArchitecture:
    return NanoDetArchitecture(
        plus, False, backbone, channels, levels=4 if plus else 3, convs=2, head_kernel=5 if plus else 3,
        depthwise=True, classes=80, bins=8,
    )  # fmt: skip


GFL = {
    "gfl-r50": gfl(50, False),
    "gfl-r101": gfl(101, False),
    "gfl-x101-32x4d": gfl(101, False, 32, 4),
    "gflv2-r50": gfl(50, True),
    "gflv2-r101": gfl(101, True),
    "gflv2-x101-32x4d": gfl(101, True, 32, 4),
}
NANODET = {
    "nanodet-m-0.5x": nanodet((48, 96, 192), 96),
    "nanodet-m": nanodet((116, 232, 464), 96),
    "nanodet-m-1.5x": nanodet((176, 352, 704), 128),
    "nanodet-g": NanoDetArchitecture(False, True, (128, 256, 512), 128, 3, 1, 3, False, 80, 11),
    "nanodet-plus-m": nanodet((116, 232, 464), 96, plus=True),
    "nanodet-plus-m-1.5x": nanodet((176, 352, 704), 128, plus=True),
}
