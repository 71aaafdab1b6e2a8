// A skeletal formula on a canvas, from the lines and letters of RDKit's picture.

const INKS = { // by element: on light paper, on dark paper; the letter is the sign
  N: ["#0067a3", "#6cc0f5"], O: ["#b84a00", "#ff9a5c"], S: ["#75590f", "#e0bd62"],
  F: ["#007a59", "#4fd0a8"], Cl: ["#007a59", "#4fd0a8"], Br: ["#a8325a", "#f08db0"],
};

function dark(colour) {
  const parts = colour.startsWith("#")
    ? [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16))
    : (colour.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
  return 0.3 * parts[0] + 0.59 * parts[1] + 0.11 * parts[2] < 128;
}

/** Draw `picture` into a box of `width` x `height`; `faded` greys it. */
export function drawMolecule(context, picture, width, height, colours, faded = false) {
  context.clearRect(0, 0, width, height);
  if (!picture) return;
  const [wide, high] = picture.box;
  const scale = Math.min(34, (width - 8) / wide, (height - 8) / high);
  const X = (x) => width / 2 + scale * (x - wide / 2);
  const Y = (y) => height / 2 + scale * (y - high / 2);
  context.save();
  context.globalAlpha = faded ? 0.3 : 1;
  context.strokeStyle = colours.text;
  context.lineWidth = Math.max(1, scale / 18);
  context.lineCap = "round";
  context.beginPath();
  for (const [x1, y1, x2, y2] of picture.lines) {
    context.moveTo(X(x1), Y(y1));
    context.lineTo(X(x2), Y(y2));
  }
  context.stroke();
  const shade = dark(colours.background) ? 1 : 0;
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
  for (const [x, y, text, size, element] of picture.letters) {
    context.font = `600 ${scale * size}px ${colours.font}`;
    context.fillStyle = INKS[element]?.[shade] ?? colours.text;
    context.fillText(text, X(x), Y(y));
  }
  context.restore();
}

/** Blue, violet, orange: readable on both themes, in the order of the values. */
export function heat(share) {
  const stops = [[0, 114, 178], [155, 110, 170], [230, 140, 0]];
  const at = Math.min(0.9999, Math.max(0, share)) * 2;
  const i = Math.floor(at);
  return `rgb(${stops[i].map((v, c) => Math.round(v + (at - i) * (stops[i + 1][c] - v))).join(" ")})`;
}
