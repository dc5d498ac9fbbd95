"""Pictures of a build: its report and a viewer for its circuits as HTML pages, figures of run and network."""

from nor2hdl.view._bars import area_figure, confusion_figure
from nor2hdl.view._cone import write_cone
from nor2hdl.view._curves import fan_in_figure, training_figure
from nor2hdl.view._errors import Mistake, error_figure, mistakes
from nor2hdl.view._figures import check_suffix, figure_svg, save_figure
from nor2hdl.view._masks import mask_figure, neuron_bounds
from nor2hdl.view._page import report_page
from nor2hdl.view._pictures import PICTURES, build_pictures, picture_file, read_pictures, write_pictures
from nor2hdl.view._scene import (
    MOST_GATES,
    Image,
    Network,
    Samples,
    Scene,
    ShownCircuit,
    ShownLayer,
)
from nor2hdl.view._trade import TradePoint, trade_figure, trade_point
from nor2hdl.view._viewer import viewer_page

__all__ = [
    "MOST_GATES",
    "PICTURES",
    "Image",
    "Mistake",
    "Network",
    "Samples",
    "Scene",
    "ShownCircuit",
    "ShownLayer",
    "TradePoint",
    "area_figure",
    "build_pictures",
    "check_suffix",
    "confusion_figure",
    "error_figure",
    "fan_in_figure",
    "figure_svg",
    "mask_figure",
    "mistakes",
    "neuron_bounds",
    "picture_file",
    "read_pictures",
    "report_page",
    "save_figure",
    "trade_figure",
    "trade_point",
    "training_figure",
    "viewer_page",
    "write_cone",
    "write_pictures",
]
