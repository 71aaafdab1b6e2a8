// The segment stage's layers as canvases of one pixel a pixel, and how two of them share the stage.

/** A place and a scale that fit a picture of `columns` x `rows` into the stage, in the middle. */
export function layout(stage, [columns, rows]) {
  const scale = Math.min(stage.width / columns, stage.height / rows);
  const [width, height] = [scale * columns, scale * rows];
  return { x: (stage.width - width) / 2, y: (stage.height - height) / 2, scale, width, height };
}

/** The pixel under a point of the stage, [column, row], or null beside the picture. */
export function pixelAt(box, [columns, rows], [px, py]) {
  const column = Math.floor((px - box.x) / box.scale);
  const row = Math.floor((py - box.y) / box.scale);
  return column >= 0 && row >= 0 && column < columns && row < rows ? [column, row] : null;
}

function canvasOf([columns, rows], paint) {
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const bytes = image.data;
  for (let n = 0; n < columns * rows; n++) {
    paint(bytes, 4 * n, n);
    bytes[4 * n + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export const photograph = (size, picture) => canvasOf(size, (bytes, at, n) => {
  for (let c = 0; c < 3; c++) bytes[at + c] = picture[3 * n + c];
});

/** Each pixel in the colour of its label; `colours` holds three bytes a label. */
export const flat = (size, labels, colours) => canvasOf(size, (bytes, at, n) => {
  for (let c = 0; c < 3; c++) bytes[at + c] = colours[3 * labels[n] + c];
});

/** One component's responsibilities: black 0, white 1. */
export const grey = (size, shares) => canvasOf(size, (bytes, at, n) => {
  bytes[at] = bytes[at + 1] = bytes[at + 2] = shares[n];
});

/** The lines between pixels of different labels, one path in pixel units. */
export function borders([columns, rows], labels) {
  const path = new Path2D();
  const run = (differs, line, length) => {
    for (let i = 0, begin = -1; i <= length; i++) {
      const now = i < length && differs(i);
      if (now && begin < 0) begin = i;
      if (!now && begin >= 0) {
        line(begin, i);
        begin = -1;
      }
    }
  };
  for (let c = 1; c < columns; c++) {
    run((r) => labels[r * columns + c] !== labels[r * columns + c - 1], (from, to) => {
      path.moveTo(c, from);
      path.lineTo(c, to);
    }, rows);
  }
  for (let r = 1; r < rows; r++) {
    run((c) => labels[r * columns + c] !== labels[(r - 1) * columns + c], (from, to) => {
      path.moveTo(from, r);
      path.lineTo(to, r);
    }, columns);
  }
  return path;
}

/** `path` over `photo`, both `scale` device pixels a pixel: white lines with a dark edge. */
export function outlined(photo, path, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(photo.width * scale));
  canvas.height = Math.max(1, Math.round(photo.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(photo, 0, 0, canvas.width, canvas.height);
  context.setTransform(canvas.width / photo.width, 0, 0, canvas.height / photo.height, 0, 0);
  context.lineCap = "square";
  for (const line of [{ colour: "#000000", width: 2.4 }, { colour: "#ffffff", width: 1 }]) {
    context.strokeStyle = line.colour;
    context.lineWidth = line.width / scale * Math.min(1.5, window.devicePixelRatio || 1);
    context.stroke(path);
  }
  return canvas;
}

/** Two layers, one each side of `wipe` (0 to 1), with their names, and the chosen pixel. */
export function paintStage(stage, box, { left, right, names, wipe, pixel, font }) {
  const { context } = stage;
  context.clearRect(0, 0, stage.width, stage.height);
  const split = box.x + wipe * box.width;
  context.imageSmoothingEnabled = false;
  for (const [layer, from, to] of [[left, box.x, split], [right, split, box.x + box.width]]) {
    if (to - from < 0.01) continue;
    context.save();
    context.beginPath();
    context.rect(from, box.y, to - from, box.height);
    context.clip();
    context.drawImage(layer, box.x, box.y, box.width, box.height);
    context.restore();
  }
  context.font = `600 13px ${font}`;
  context.textBaseline = "middle";
  tag(context, names[0], box.x + 6, box.y + 6, split - box.x - 14, "left");
  tag(context, names[1], box.x + box.width - 6, box.y + 6, box.x + box.width - split - 14, "right");
  if (pixel) ring(context, box, pixel);
}

function tag(context, text, x, y, room, side) {
  const width = context.measureText(text).width + 14;
  if (width > room) return;
  const from = side === "left" ? x : x - width;
  context.fillStyle = "rgb(0 0 0 / 0.65)";
  context.fillRect(from, y, width, 22);
  context.fillStyle = "#ffffff";
  context.textAlign = "left";
  context.fillText(text, from + 7, y + 11.5);
}

function ring(context, box, [column, row]) {
  const x = box.x + (column + 0.5) * box.scale;
  const y = box.y + (row + 0.5) * box.scale;
  const reach = Math.max(6, box.scale);
  for (const [colour, width] of [["#000000", 4], ["#ffffff", 1.8]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, reach, 0, 2 * Math.PI);
    context.stroke();
  }
}
