"""Pictures of a build: its report as one self-contained HTML page."""

from nor2hdl.view._cone import write_cone
from nor2hdl.view._page import report_page

__all__ = ["report_page", "write_cone"]
