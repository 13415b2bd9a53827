"""What a reader takes away: a deck, a report, pictures and open data, made of released figures by presentation. No web in it."""

from metrics.exports.files import MIME, PictureFormat, each_area, make, name, picture
from metrics.exports.open_data import check, export, open_data
from metrics.exports.placing import place, place_all
from metrics.exports.stamp import Stamp, stamp
from metrics.formats import FORMATS, ExportError, Format

__all__ = [
    "FORMATS",
    "MIME",
    "ExportError",
    "Format",
    "PictureFormat",
    "Stamp",
    "check",
    "each_area",
    "export",
    "make",
    "name",
    "open_data",
    "picture",
    "place",
    "place_all",
    "stamp",
]
