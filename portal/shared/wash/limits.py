"""How much one file may hold; the messages say the first two."""

MOST_PAGES = 500
MOST_POINTS = (
    50_000_000  # of a picture; the largest that phones take in everyday use has 48 million
)
MOST_UNPACKED = 256 * 1024 * 1024  # bytes of one stream of a PDF
MOST_UNPACKED_IN_ALL = 1024 * 1024 * 1024
MOST_POINTS_IN_PDF = 200_000_000  # of one picture in it: a large sheet, scanned finely
