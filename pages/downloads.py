"""Downloads: slides, report, figures and open data to take away, and the permanent link to a figure."""

from pages.components import downloads, frame
from pages.components.view import View


def page(view: View) -> None:
    """Files made behind the page, the link to a figure, and the open data."""
    downloads.choose(view)
    downloads.address(view)
    downloads.open_data(view)


frame.show(
    "Downloads", "What you see here, to take away: each file says what it shows, of how many children and from what.", page
)
