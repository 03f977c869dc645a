"""Draw static/favicon.png, a line that falls to its lowest point: `python -m tools.draw_favicon`."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

TARGET = Path(__file__).resolve().parents[1] / "static" / "favicon.png"
ACCENT, PAPER = "#0B5A78", "#FFFFFF"
SCALE = 8  # drawn large and reduced: Pillow's lines have no smooth edges of their own


def main() -> None:
    side = 64 * SCALE
    picture = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=14 * SCALE, fill=ACCENT)
    course = [(10, 16), (24, 24), (34, 46), (44, 34), (54, 26)]
    pen.line([(x * SCALE, y * SCALE) for x, y in course], fill=PAPER, width=5 * SCALE, joint="curve")
    x, y = course[2]
    pen.ellipse([(x - 7) * SCALE, (y - 7) * SCALE, (x + 7) * SCALE, (y + 7) * SCALE], fill=PAPER)
    TARGET.parent.mkdir(exist_ok=True)
    picture.resize((64, 64), Image.Resampling.LANCZOS).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
