"""Charts as SVG text: light enough to be redrawn at every change, in the colors of the theme."""
