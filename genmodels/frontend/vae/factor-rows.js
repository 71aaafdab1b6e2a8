// Ten latents a model: each row is the digit along one latent, under a slider that decodes live,
// and what the latent tells of each measured attribute.

import { SIDE, inkImage, paintDigit } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { NEGATIVE, rgb, themeColours } from "../core/palette.js";
import { decodeArray, defineWidget, element, frameLoop, inflate, measurePaint, numberText } from "../core/widget.js";

const TILE = SIDE * SIDE;
const SHORT = { thickness: "thick" };
const MOST = 0.7; // nats that shade a cell fully

export default defineWidget("factor-rows", (root, actions) => {
  let data = null;
  let startId = null;
  let colours = null;
  let blocks = []; // by model: { z, moved: Map, live, pixels, strips, parts }
  let count = 0;
  let opened = "";
  const loop = frameLoop(paint);
  const holder = element("div", { class: "models" });
  const back = element("button", { type: "button", onclick: (event) => {
    for (const block of blocks) block.moved.clear();
    blocks.forEach((block) => { set(block); ask(block, event.timeStamp); });
    tell();
  } }, "Back to its own code");
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  root.append(holder, element("div", { class: "tools" }, back), status, connection);

  function build() {
    holder.replaceChildren();
    blocks = data.models.map((model, m) => {
      const digit = (label) => element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": label });
      const block = { m, moved: new Map(), live: null, pixels: null, strips: null, x: digit("The digit"),
        out: digit(`The digit as ${model.name} decodes it`), title: element("b", {}), inputs: [], canvases: [] };
      const titles = element("div", { class: "line titles" }, element("span", {}), element("span", {}),
        ...model.factors.map((factor, k) => element("button", { type: "button", title: `Open the gap of ${factor}`,
          onclick: () => open(`gap:${m}:${k}`) }, SHORT[factor] ?? factor)));
      const lines = model.mu.map((_, j) => {
        const canvas = element("canvas", { width: SIDE * data.steps, height: SIDE, "aria-hidden": "true" });
        const input = element("input", { type: "range", min: -data.farthest, max: data.farthest, step: 0.05,
          "aria-label": `${model.name}, latent ${j + 1}`, oninput: (event) => {
            block.moved.set(j, Number(input.value));
            set(block);
            ask(block, event.timeStamp);
            describe(`${model.name}: z${j + 1} = ${numberText(Number(input.value))}, the others held.`);
          }, onchange: tell });
        block.inputs.push(input);
        block.canvases.push(canvas);
        const still = Math.max(...model.information[j]) < 0.005 ? " still" : "";
        return element("div", { class: `line${still}` }, element("b", {}, `z${j + 1}`),
          element("div", { class: "strip" }, canvas, input),
          ...model.information[j].map((value, k) => element("button", { type: "button", "data-value": value,
            "aria-label": `${numberText(value)} nats of ${model.factors[k]} by z${j + 1}`,
            onclick: () => open(`cell:${m}:${j}:${k}`) }, value < 0.005 ? "0" : value.toFixed(2))));
      });
      holder.append(element("div", {},
        element("div", { class: "head" }, block.x, block.out, element("div", {}, block.title)), titles, ...lines));
      block.cells = lines.flatMap((line) => [...line.querySelectorAll("button")]);
      return block;
    });
  }
  function set(block) {
    const { mu } = data.models[block.m];
    block.z = mu.map((value, j) => block.moved.get(j) ?? value);
    block.inputs.forEach((input, j) => { input.value = String(block.z[j]); });
    root.dataset.moved = blocks.map((b) => [...b.moved].map(([j, v]) => `${b.m}:${j}:${v}`).join(",")).join(";");
  }
  function ask(block, eventTime = null) {
    const bytes = new Uint8Array(8 + 4 * block.z.length);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, -1, true);
    view.setUint32(4, 1, true);
    block.z.forEach((value, j) => view.setFloat32(8 + 4 * j, value, true));
    block.live ??= openLive(data.models[block.m].live, {
      onReply: (body, { eventTime: about }) => {
        block.pixels = new Uint8Array(body.buffer, body.byteOffset, TILE);
        connection.textContent = "";
        root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
        loop.request(about);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => { connection.textContent = state === "waiting" ? text : ""; },
    });
    block.live.send(bytes, eventTime);
  }
  const tell = () => actions.setState("view", { moved: blocks.flatMap((b) => [...b.moved].map(([j, v]) => [b.m, j, v])),
    opened, count: ++count, start_id: startId });
  function open(name) {
    opened = name;
    tell();
  }
  function describe(text) {
    if (status.textContent !== text) status.textContent = text;
  }
  function paint(now, eventTime) {
    if (!data) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      for (const block of blocks) block.fresh = false;
    }
    for (const block of blocks) {
      paintDigit(block.out, block.pixels, colours);
      if (block.fresh || !block.strips) continue;
      block.fresh = true;
      paintDigit(block.x, data.x, colours);
      block.canvases.forEach((canvas, j) => {
        const context = canvas.getContext("2d");
        for (let n = 0; n < data.steps; n++) {
          const from = (j * data.steps + n) * TILE;
          context.putImageData(inkImage(block.strips.subarray(from, from + TILE), SIDE, colours.inkRgb, colours.paperRgb),
            n * SIDE, 0);
        }
      });
      const [r, g, b] = rgb(NEGATIVE);
      for (const cell of block.cells) {
        cell.style.backgroundColor = `rgb(${r} ${g} ${b} / ${Math.min(0.75, (0.75 * Number(cell.dataset.value)) / MOST)})`;
      }
    }
    if (eventTime !== null) measurePaint("factor-rows", "drag", eventTime);
  }

  return {
    update(next) {
      const first = data === null;
      const other = data?.id !== next.id;
      data = { ...next, x: decodeArray(next.x) };
      if (first) build();
      if (other) {
        root.dataset.strips = "false";
        Promise.all(next.models.map((model) => inflate(model.strips))).then((all) => {
          if (data.id !== next.id) return;
          all.forEach((strips, m) => Object.assign(blocks[m], { strips, fresh: false }));
          root.dataset.strips = "true";
          loop.request();
        });
      }
      const anew = next.start_id !== startId;
      if (anew) {
        startId = next.start_id;
        opened = "";
        for (const block of blocks) block.moved = new Map();
        for (const [m, j, value] of next.start) blocks[m].moved.set(j, value);
      }
      if (anew || other) {
        for (const block of blocks) {
          set(block);
          ask(block);
        }
        describe("Drag across a strip: that latent moves, the others are held.");
      }
      data.models.forEach((model, m) => { blocks[m].title.textContent = model.title; });
      root.dataset.digit = data.id;
      loop.request();
    },
    destroy() {
      loop.cancel();
      for (const block of blocks) block.live?.close();
    },
  };
});
