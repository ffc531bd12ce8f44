"""QR codes as SVG, small enough for a JSON answer and sharp at any size."""

import io


def qr_svg(text: str) -> str:
    """An `<svg>` of the text, dark on white with the quiet zone that scanners need, without a fixed size."""
    import segno  # at its first use: it takes four parts in a hundred of a start

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, dark="#000", light="#fff"
    )
    return out.getvalue().decode().strip()
