"""A drawing as pixels, for those who do not take SVG: pictures in messengers and social networks."""

import json
import threading

import typst

# The document is as wide as the drawing; its text goes in as data, so that nothing in it is read as markup.
DOCUMENT = b"""#let drawing = json(bytes(sys.inputs.drawing))
#set page(width: drawing.width * 1pt, height: drawing.height * 1pt, margin: 0pt)
#image(bytes(drawing.svg), format: "svg", width: 100%, height: 100%, fit: "cover")
"""

# One thread at a time: the compiler keeps caches between drawings.
_drawing = threading.Lock()


def raster(svg: str, width: int, height: int) -> bytes:
    """The SVG as a PNG of `width` x `height` pixels, cut to fill them."""
    inputs = {"drawing": json.dumps({"svg": svg, "width": width, "height": height})}
    with _drawing:
        # At 72 points to the inch one point is one pixel.
        return typst.compile(DOCUMENT, format="png", ppi=72, sys_inputs=inputs)
