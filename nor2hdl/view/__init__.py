"""Pictures of a build, each as one self-contained HTML page: its report, and a viewer for its circuits."""

from nor2hdl.view._page import report_page
from nor2hdl.view._scene import (
    MOST_GATES,
    Image,
    Network,
    Samples,
    Scene,
    ShownCircuit,
    ShownLayer,
)
from nor2hdl.view._viewer import viewer_page

__all__ = [
    "MOST_GATES",
    "Image",
    "Network",
    "Samples",
    "Scene",
    "ShownCircuit",
    "ShownLayer",
    "report_page",
    "viewer_page",
]
