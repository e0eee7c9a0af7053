// Looks at where the focus is, each time that it has gone on. What is wrong is in `found`.
(() => {
  const describe = (element) => {
    const words = element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 30);
    return `${element.localName}${element.id && `#${element.id}`} "${words}"`;
  };
  const visited = new Set();
  let before;
  document.activeElement?.blur();
  window.focusCheck = {
    found: [],
    /** Whether there is more to come. */
    look() {
      const element = document.activeElement;
      if (!element || element === document.body || visited.has(element)) return false;
      visited.add(element);
      const style = getComputedStyle(element);
      const { width, height, top, bottom } = element.getBoundingClientRect();
      const problem = (words) => this.found.push(`${describe(element)} ${words}`);
      if (width < 1 || height < 1 || !element.checkVisibility({ visibilityProperty: true })) problem("cannot be seen");
      else if (bottom <= 0 || top >= innerHeight) problem("is not on the screen");
      const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      if (!hasOutline && style.boxShadow === "none") problem("does not show that it has the focus");
      if (before && !(before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)) {
        problem(`comes after ${describe(before)}`);
      }
      before = element;
      return true;
    },
  };
  return null;
})();
