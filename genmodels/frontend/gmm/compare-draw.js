// Drawing k-means and the mixture side by side: tinted regions, borders, rings, probe, cuts.

import { COMPONENTS, rgb } from "../core/palette.js";

const TINT = 64; // of 255, where an owner is sure

/** One model's regions as a small image; `sure` (bytes) fades them where the mixture wavers. */
export function regionImage(owner, sure, model) {
  const [, rows, columns] = owner.shape;
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const from = model * rows * columns;
  for (let i = 0; i < rows * columns; i++) {
    const [r, g, b] = rgb(COMPONENTS[owner[from + i]]);
    const share = sure ? sure[from + i] / 255 : 1;
    image.data.set([r, g, b, TINT * share], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** Places of the grid lie on the box's edges, so its pixels reach half a cell beyond them. */
export function drawRegions(context, image, box, alpha) {
  const across = box.width / (image.width - 1);
  const down = box.height / (image.height - 1);
  context.globalAlpha = alpha;
  context.drawImage(image, box.left - across / 2, box.top - down / 2, box.width + across, box.height + down);
  context.globalAlpha = 1;
}

export function drawBorders(context, borders, ends, model, box, colour, alpha) {
  context.beginPath();
  for (let i = ends[model]; i < ends[model + 1]; i++) {
    context.moveTo(box.left + borders[4 * i] * box.width, box.top + borders[4 * i + 1] * box.height);
    context.lineTo(box.left + borders[4 * i + 2] * box.width, box.top + borders[4 * i + 3] * box.height);
  }
  context.globalAlpha = 0.8 * alpha;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.lineCap = "round";
  context.stroke();
  context.globalAlpha = 1;
}

/** A ring round every point on which the two disagree; bits are packed, the first highest. */
export function drawRings(context, points, bits, iteration, x, y, colour) {
  const width = bits.shape[1];
  context.beginPath();
  for (let i = 0; i < points.length / 2; i++) {
    if (!(bits[iteration * width + (i >> 3)] & (128 >> (i & 7)))) continue;
    const [px, py] = [x(points[2 * i]), y(points[2 * i + 1])];
    context.moveTo(px + 6, py);
    context.arc(px, py, 6, 0, 6.2832);
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.4;
  context.stroke();
}

/** The probe: a pie of shares on the mixture's side, one whole colour on k-means'. */
export function drawProbe(context, px, py, shares, colours, held) {
  const radius = 13;
  context.beginPath();
  context.arc(px, py, radius + 2, 0, 6.2832);
  context.fillStyle = colours.background;
  context.fill();
  let turn = -Math.PI / 2;
  shares.forEach((share, k) => {
    if (share <= 0) return;
    const end = turn + 2 * Math.PI * share;
    context.beginPath();
    context.moveTo(px, py);
    context.arc(px, py, radius, turn, end);
    context.fillStyle = COMPONENTS[k];
    context.fill();
    turn = end;
  });
  context.strokeStyle = colours.text;
  context.lineWidth = held ? 4 : 2.5;
  context.beginPath();
  context.arc(px, py, radius, 0, 6.2832);
  context.stroke();
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    context.moveTo(px + dx * (radius + 1), py + dy * (radius + 1));
    context.lineTo(px + dx * (radius + 7), py + dy * (radius + 7));
  }
  context.stroke();
}

/** Shares along the horizontal line through the probe, stacked: [place][K] bytes. */
export function drawCut(stage, view, bytes, places, K, probe, colours) {
  const { context, width, height } = stage;
  const { box, x } = view;
  context.clearRect(0, 0, width, height);
  const [top, tall] = [3, height - 6];
  if (bytes) {
    const at = (i) => box.left + (i / (places - 1)) * box.width;
    const below = new Float64Array(places);
    for (let k = 0; k < K; k++) {
      context.beginPath();
      for (let i = 0; i < places; i++) context.lineTo(at(i), top + tall * (1 - below[i] / 255));
      for (let i = places - 1; i >= 0; i--) {
        context.lineTo(at(i), top + tall * (1 - Math.min(255, below[i] + bytes[i * K + k]) / 255));
      }
      for (let i = 0; i < places; i++) below[i] += bytes[i * K + k];
      context.fillStyle = COMPONENTS[k];
      context.globalAlpha = 0.85;
      context.fill();
    }
    context.globalAlpha = 1;
  }
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.strokeRect(box.left + 0.5, top - 0.5, box.width, tall + 1);
  const px = x(probe[0]);
  context.strokeStyle = colours.text;
  context.lineWidth = 2.5;
  context.beginPath();
  context.moveTo(px, top - 2);
  context.lineTo(px, top + tall + 2);
  context.stroke();
  context.fillStyle = colours.text;
  context.font = `12px ${colours.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText("1", box.left - 6, top + 5);
  context.fillText("0", box.left - 6, top + tall - 4);
}
