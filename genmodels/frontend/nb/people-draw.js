// 1,000 people as marks: filled triangles are ill, open rings are well; never colour alone.

import { NEGATIVE, POSITIVE } from "../core/palette.js";

/** Columns, rows and the size of a cell, in pixels. */
function layout(stage, people) {
  const columns = stage.width > 520 ? 50 : 40;
  const rows = Math.ceil(people / columns);
  const cell = Math.min(stage.width / columns, stage.height / rows);
  return { columns, rows, cell, left: (stage.width - columns * cell) / 2 };
}

/** The number of the person under a point, or null. */
export function peopleAt(stage, [px, py], people) {
  const { columns, rows, cell, left } = layout(stage, people);
  const [column, row] = [Math.floor((px - left) / cell), Math.floor(py / cell)];
  return column >= 0 && column < columns && row >= 0 && row < rows ? row * columns + column : null;
}

/** `ill` of them marked, and a dashed line around the `before` that there would be without findings. */
export function drawPeople(stage, ill, before, people, colours) {
  const { context, width, height } = stage;
  const { columns, cell, left } = layout(stage, people);
  const r = cell * 0.34;
  context.clearRect(0, 0, width, height);
  context.beginPath();
  for (let i = ill; i < people; i++) {
    const [x, y] = [left + ((i % columns) + 0.5) * cell, (Math.floor(i / columns) + 0.5) * cell];
    context.moveTo(x + r * 0.85, y);
    context.arc(x, y, r * 0.85, 0, 2 * Math.PI);
  }
  context.strokeStyle = NEGATIVE;
  context.lineWidth = 1.3;
  context.stroke();
  context.beginPath();
  for (let i = 0; i < ill; i++) {
    const [x, y] = [left + ((i % columns) + 0.5) * cell, (Math.floor(i / columns) + 0.5) * cell];
    context.moveTo(x, y - r * 1.15);
    context.lineTo(x + r * 1.1, y + r * 0.9);
    context.lineTo(x - r * 1.1, y + r * 0.9);
    context.closePath();
  }
  context.fillStyle = POSITIVE;
  context.fill();
  if (before <= 0 || before >= people) return;
  const [full, rest] = [Math.floor(before / columns), before % columns];
  const right = left + columns * cell;
  context.beginPath();
  context.moveTo(right, full * cell);
  context.lineTo(left + rest * cell, full * cell);
  if (rest) {
    context.lineTo(left + rest * cell, (full + 1) * cell);
    context.lineTo(left, (full + 1) * cell);
  }
  context.setLineDash([5, 3]);
  context.lineWidth = 1.8;
  context.strokeStyle = colours.text;
  context.stroke();
  context.setLineDash([]);
}
