// What all the drawings share: a sharp canvas, and the colours of the style sheet.

/** The names of the colours, which are custom properties in replay.css. */
const COLOURS = ["fg", "muted", "line", "surface", "message", "on-message", "reply", "loss", "partition",
  "side-a", "side-b", "known", "missing", "unborn", "follow", "on-follow"];

/** The colours as they are now: the page's theme may change. */
const readPalette = (element) => {
  const style = getComputedStyle(element);
  const palette = { font: style.fontFamily };
  for (const name of COLOURS) {
    palette[name] = style.getPropertyValue(`--replay-${name}`).trim();
  }
  return palette;
};

/** A canvas whose units are the page's, and which is sharp on every screen. */
class Canvas {
  constructor(element) {
    this.element = element;
    this.pen = element.getContext("2d");
  }

  /** Makes it as wide as its place, and of that height. True if its size has changed. */
  fit(height) {
    const width = this.element.clientWidth;
    const density = window.devicePixelRatio || 1;
    const isNew = width !== this.width || height !== this.height || density !== this.density;
    if (isNew) {
      Object.assign(this, { width, height, density });
      this.element.style.height = `${height}px`;
      this.element.width = Math.round(width * density);
      this.element.height = Math.round(height * density);
    }
    return isNew;
  }

  clear() {
    this.pen.setTransform(this.density, 0, 0, this.density, 0, 0);
    this.pen.clearRect(0, 0, this.width, this.height);
    this.pen.globalAlpha = 1;
    this.pen.setLineDash([]);
    return this.pen;
  }

  /** Where a pointer is on the canvas. */
  at(event) {
    const place = this.element.getBoundingClientRect();
    return { x: event.clientX - place.left, y: event.clientY - place.top };
  }
}
