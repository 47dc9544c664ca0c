"""QR codes, drawn as SVG."""

import io

import segno


def qr_svg(words: str) -> str:
    """The QR code that says `words`, as an SVG element; black on white in any scheme."""
    # What we write in one is random enough that one mask is as good as another; trying all eight would be
    # most of the work.
    code = segno.make(words, error="m", micro=False, mask=0)
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, border=2, light="#fff", nl=False, omitsize=True)
    return drawn.getvalue().decode()
