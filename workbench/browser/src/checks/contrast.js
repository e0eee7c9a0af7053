// The contrast of all visible text to what is behind it. Gives a list of lines.
(() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });

  // Any colour that CSS knows, as red, green, blue and alpha from 0 to 1.
  const known = new Map();
  const read = (colour) => {
    if (!known.has(colour)) {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      known.set(colour, [...context.getImageData(0, 0, 1, 1).data].map((part) => part / 255));
    }
    return known.get(colour);
  };
  const over = (front, back) => {
    const alpha = front[3];
    return [0, 1, 2].map((part) => front[part] * alpha + back[part] * (1 - alpha)).concat(1);
  };

  // The paper under all: white, or dark in the dark.
  const sheet = document.createElement("div");
  sheet.style.background = "Canvas";
  document.documentElement.append(sheet);
  const paper = read(getComputedStyle(sheet).backgroundColor);
  sheet.remove();

  const behind = (element) => {
    const layers = [];
    for (let above = element; above; above = above.parentElement) {
      const style = getComputedStyle(above);
      if (style.backgroundImage.includes("url(")) return undefined;
      layers.push(read(style.backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reduceRight((back, layer) => over(layer, back), paper);
  };

  const luminance = (colour) => {
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
  };
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };

  const opacity = (element) => {
    let product = 1;
    for (let above = element; above; above = above.parentElement) product *= getComputedStyle(above).opacity;
    return product;
  };
  const isShown = (element, range) => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const { width, height } = range.getBoundingClientRect();
    // What is kept for those who listen is a pixel or less in size.
    const { clip, clipPath } = getComputedStyle(element);
    return width > 1 && height > 1 && clip === "auto" && clipPath === "none";
  };

  const lines = [];
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || ["SCRIPT", "STYLE", "TITLE", "title", "style", "OPTION"].includes(element.tagName)) continue;
    if (element.closest(":disabled, [aria-disabled=true]")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    if (!isShown(element, range)) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    if (!back) continue;
    const colour = [...read(element instanceof SVGElement ? style.fill : style.color)];
    colour[3] *= opacity(element);
    const ratio = contrast(over(colour, back), back);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const needed = isLarge ? 3 : 4.5;
    if (ratio >= needed) continue;
    const line = `${ratio.toFixed(2)} instead of ${needed}: ${element.localName}.${element.getAttribute("class") ?? ""}`;
    // One example of each kind is enough.
    if (!seen.has(line)) lines.push(`${line} "${text.data.trim().slice(0, 40)}"`);
    seen.add(line);
  }
  return lines;
})();
