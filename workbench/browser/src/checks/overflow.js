// What makes the page wider than the window. Gives a list of lines.
(() => {
  const root = document.scrollingElement;
  const room = document.documentElement.clientWidth;
  if (root.scrollWidth <= room) return [];
  const describe = (element) => {
    const classes = [...element.classList].map((name) => `.${name}`).join("");
    return `${element.localName}${element.id && `#${element.id}`}${classes}`;
  };
  const scrollsByItself = (element) => {
    for (let above = element.parentElement; above && above !== document.body; above = above.parentElement) {
      if (getComputedStyle(above).overflowX !== "visible") return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")].filter((element) => {
    const { right, width } = element.getBoundingClientRect();
    return width > 0 && right + scrollX > room + 0.5 && !scrollsByItself(element);
  });
  const lines = wide.map((element) => {
    const right = Math.round(element.getBoundingClientRect().right + scrollX);
    return `${describe(element)} ends at ${right}, of ${room}`;
  });
  return lines.length ? lines : [`the page is ${root.scrollWidth} wide, of ${room}`];
})();
