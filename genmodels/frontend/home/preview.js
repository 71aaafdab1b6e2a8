// The home page's small pictures: each plays its trace once, and again when pointed at or pressed.

import { COMPONENTS, NEGATIVE, POSITIVE, blend, themeColours } from "../core/palette.js";
import { createStage } from "../core/stage.js";
import { calm, decodeArray, defineWidget, signedText } from "../core/widget.js";

const PLAY_MS = 3500;

export default defineWidget("preview", (root) => {
  let scene = null;
  let data = null;
  let handle = 0;
  let began = 0;
  const stage = createStage(root, { className: "picture", aspect: 0.86, minHeight: 180, maxHeight: 320,
    onResize: () => paint() });

  function paint() {
    if (!scene || !stage.width) return;
    const position = Math.min(scene.length, scene.position);
    const { context } = stage;
    context.clearRect(0, 0, stage.width, stage.height);
    scene.draw(context, position, stage, themeColours(root));
    root.dataset.step = String(Math.floor(position));
  }
  function play() {
    cancelAnimationFrame(handle);
    if (calm()) {
      scene.position = scene.length;
      paint();
      return;
    }
    began = performance.now();
    const frame = (now) => {
      scene.position = Math.max(0, ((now - began) / PLAY_MS) * scene.length);
      paint();
      if (scene.position < scene.length) handle = requestAnimationFrame(frame);
      else root.dataset.played = "true";
    };
    handle = requestAnimationFrame(frame);
  }
  stage.canvas.addEventListener("pointerenter", () => scene && play());
  stage.canvas.addEventListener("click", () => scene && play());
  stage.canvas.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    play();
  });
  return {
    update(next) {
      const text = JSON.stringify(next);
      if (text === data) return paint();
      data = text;
      scene = SCENES[next.kind](next);
      scene.position = 0;
      root.dataset.kind = next.kind;
      root.dataset.steps = String(scene.length);
      stage.canvas.setAttribute("aria-label", `${next.label} Press space to play it again.`);
      stage.canvas.setAttribute("role", "img");
      play();
    },
    destroy() {
      cancelAnimationFrame(handle);
      stage.destroy();
    },
  };
});

const SCENES = { mixture, chain, words, latent };

function mixture(data) {
  const points = decodeArray(data.points);
  const steps = data.steps.map((step) => {
    const gamma = decodeArray(step.responsibilities);
    const [count, components] = gamma.shape;
    const colours = [];
    for (let i = 0; i < count; i++) {
      colours.push(blend(COMPONENTS, gamma.subarray(i * components, (i + 1) * components), 255));
    }
    return { colours, outlines: decodeArray(step.outlines) };
  });
  return {
    length: steps.length - 1,
    draw(context, position, { width, height }) {
      const x = (value) => 14 + value * (width - 28);
      const y = (value) => height - 14 - value * (height - 28);
      const index = Math.floor(position);
      const now = steps[index];
      const next = steps[Math.min(index + 1, steps.length - 1)];
      const part = position - index;
      for (let i = 0; i < now.colours.length; i++) {
        context.fillStyle = now.colours[i];
        context.globalAlpha = 0.75;
        context.fillRect(x(points[2 * i]) - 1.5, y(points[2 * i + 1]) - 1.5, 3, 3);
      }
      context.globalAlpha = 1;
      context.lineWidth = 2.5;
      const [components, corners] = now.outlines.shape;
      for (let k = 0; k < components; k++) {
        context.strokeStyle = COMPONENTS[k];
        context.beginPath();
        for (let c = 0; c < corners; c++) {
          const at = 2 * (k * corners + c);
          const mix = (offset) => now.outlines[at + offset] * (1 - part) + next.outlines[at + offset] * part;
          context.lineTo(x(mix(0)), y(mix(1)));
        }
        context.closePath();
        context.stroke();
      }
    },
  };
}

function chain(data) {
  const pointers = decodeArray(data.pointers); // (T - 1, K)
  const path = decodeArray(data.path);
  const T = path.length;
  const K = data.states.length;
  return {
    length: 2 * T - 1,
    draw(context, position, { width, height }, colours) {
      context.font = `12px ${colours.font}`;
      const left = 12 + Math.max(...data.states.map((name) => context.measureText(name).width));
      const x = (t) => left + 16 + (t * (width - left - 34)) / (T - 1);
      const y = (k) => 30 + (k * (height - 92)) / Math.max(1, K - 1);
      const radius = Math.min(7, 0.34 * (x(1) - x(0)));
      const filled = Math.min(T - 1, Math.floor(position));
      const traced = position - T;
      context.textBaseline = "middle";
      context.textAlign = "left";
      context.fillStyle = colours.text;
      data.states.forEach((name, k) => context.fillText(name, 6, y(k)));
      for (let t = 1; t <= filled; t++) {
        for (let k = 0; k < K; k++) {
          const from = pointers[(t - 1) * K + k];
          const onPath = T - 1 - t < traced && path[t] === k && path[t - 1] === from;
          context.strokeStyle = onPath ? POSITIVE : colours.border;
          context.lineWidth = onPath ? 4 : 1.5;
          context.beginPath();
          context.moveTo(x(t - 1), y(from));
          context.lineTo(x(t), y(k));
          context.stroke();
        }
      }
      context.textAlign = "center";
      for (let t = 0; t < T; t++) {
        for (let k = 0; k < K; k++) {
          const best = path[t] === k && T - 1 - t <= traced;
          context.fillStyle = best ? POSITIVE : colours.background;
          context.strokeStyle = best ? POSITIVE : t <= filled ? COMPONENTS[0] : colours.border;
          context.lineWidth = 1.5;
          context.beginPath();
          context.arc(x(t), y(k), radius, 0, 2 * Math.PI);
          context.fill();
          context.stroke();
        }
        context.fillStyle = colours.text;
        context.fillText(data.symbols[t], x(t), height - 22);
      }
    },
  };
}

function words(data) {
  const totals = [data.prior];
  for (const value of data.log_odds) totals.push(totals.at(-1) + value);
  const low = Math.min(0, ...totals);
  const high = Math.max(0, ...totals);
  return {
    length: data.words.length + 1,
    draw(context, position, { width, height }, colours) {
      const rows = data.words.length + 1;
      const step = (height - 34) / rows;
      const x = (value) => 96 + ((value - low) / (high - low || 1)) * (width - 148);
      context.font = `12px ${colours.font}`;
      context.textBaseline = "middle";
      context.strokeStyle = colours.border;
      context.beginPath();
      context.moveTo(x(0), 6);
      context.lineTo(x(0), height - 26);
      context.stroke();
      for (let i = 0; i < rows && i <= position; i++) {
        const value = i ? data.log_odds[i - 1] : data.prior;
        const from = i ? totals[i - 1] : 0;
        const y = 8 + i * step;
        context.fillStyle = value < 0 ? NEGATIVE : POSITIVE;
        context.fillRect(Math.min(x(from), x(from + value)), y, Math.max(2, Math.abs(x(from + value) - x(from))), step - 4);
        context.fillStyle = colours.text;
        context.textAlign = "right";
        context.fillText(i ? data.words[i - 1] : "prior", 88, y + step / 2 - 2);
        context.textAlign = "left";
        context.fillText(signedText(value, 2), Math.max(x(from), x(from + value)) + 5, y + step / 2 - 2);
      }
      if (position >= rows) {
        context.textAlign = "center";
        context.fillText(`P(spam | message) = ${data.probability.toFixed(3)}`, width / 2, height - 12);
      }
    },
  };
}

function latent(data) {
  const grid = decodeArray(data.grid);
  const [rows, columns] = grid.shape;
  const tiles = Array.from({ length: rows * columns }, (_, i) => tile(grid.subarray(i * 784, (i + 1) * 784)));
  // A loop over the map: along an ellipse, from cell to cell.
  const walk = Array.from({ length: 41 }, (_, i) => {
    const angle = (i / 40) * 2 * Math.PI;
    return [
      Math.round((columns - 1) * (0.5 + 0.42 * Math.cos(angle))),
      Math.round((rows - 1) * (0.5 + 0.42 * Math.sin(angle))),
    ];
  });
  return {
    length: 14,
    draw(context, position, { width, height }) {
      const side = Math.min(width * 0.62, height) - 8;
      const top = (height - side) / 2;
      const cell = side / Math.max(rows, columns);
      const [column, row] = walk[Math.min(40, Math.floor((position / 14) * 40))];
      context.fillStyle = "#fff"; // the pictures are ink on paper, in both themes
      context.fillRect(4, top, side, side);
      context.globalAlpha = 0.7;
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          context.drawImage(tiles[r * columns + c], 4 + c * cell, top + r * cell, cell, cell);
        }
      }
      context.globalAlpha = 1;
      context.strokeStyle = POSITIVE;
      context.lineWidth = 2.5;
      context.strokeRect(4 + column * cell, top + row * cell, cell, cell);
      const large = Math.min(width - side - 24, height - 16);
      context.imageSmoothingEnabled = false;
      context.drawImage(tiles[row * columns + column], side + 16, (height - large) / 2, large, large);
      context.strokeStyle = POSITIVE;
      context.strokeRect(side + 16, (height - large) / 2, large, large);
    },
  };
}

function tile(pixels) {
  const canvas = new OffscreenCanvas(28, 28);
  const context = canvas.getContext("2d");
  const picture = context.createImageData(28, 28);
  for (let i = 0; i < 784; i++) {
    picture.data[4 * i] = picture.data[4 * i + 1] = picture.data[4 * i + 2] = 255 - pixels[i];
    picture.data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}
