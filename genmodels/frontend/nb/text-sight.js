// The part of a long text that is in sight. Laying out and painting every word's dress at each key
// takes longer than a frame.

const DENSE = 100; // words from which only those about the part in sight are dressed
const ROOM = 1; // sheets above and below it, dressed ahead of the next scroll
const LETTERS = 160; // a line's at most: so high is a text that was pasted and isn't laid out yet

/**
 * `sheet` scrolls, `area` is the text area in it; `repaint()` is called when another part of a long
 * text comes into sight. `words(all, text)` gives those to dress.
 */
export function createSight(sheet, area, repaint) {
  // In px, as last told: asking while painting would force a layout.
  const view = { top: 0, height: 0, whole: 0, line: 36 };
  let long = false;
  const sizes = new ResizeObserver(() => {
    Object.assign(view, { top: sheet.scrollTop, height: sheet.clientHeight, whole: area.clientHeight,
      line: parseFloat(getComputedStyle(area).lineHeight) || 36 });
    if (long) repaint();
  });
  sizes.observe(area);
  sizes.observe(sheet);
  sheet.addEventListener("scroll", () => {
    view.top = sheet.scrollTop;
    if (long) repaint();
  }, { passive: true });

  return {
    words(all, text) {
      long = all.length >= DENSE;
      const lines = Math.max(view.whole / view.line, text.length / LETTERS);
      if (!long || lines <= view.height / view.line + 1) return all;
      const place = places(text, lines);
      const from = place((view.top - ROOM * view.height) / view.line - 1);
      const to = place((view.top + (1 + ROOM) * view.height) / view.line + 1);
      return all.filter((word) => word.end >= from && word.start <= to);
    },
    close: () => sizes.disconnect(),
  };
}

/** From a line on the sheet to a place in the text, lines being taken to hold as many letters. */
function places(text, lines) {
  const lengths = text.split("\n").map((paragraph) => paragraph.length);
  const rows = (length, letters) => Math.max(1, Math.ceil(length / letters));
  let [few, many] = [1, 400]; // letters a line, between which the text fills as many lines
  for (let i = 0; i < 10; i++) {
    const letters = (few + many) / 2;
    const filled = lengths.reduce((sum, length) => sum + rows(length, letters), 0);
    if (filled > lines) few = letters;
    else many = letters;
  }
  return (line) => {
    let start = 0;
    for (const length of lengths) {
      const taken = rows(length, many);
      if (line < taken) return start + Math.max(0, line) * many;
      line -= taken;
      start += length + 1;
    }
    return text.length;
  };
}
