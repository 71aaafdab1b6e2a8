// The map of molecules, a point dragged over it, and the molecule decoded there; or (with `cards`)
// a sheet of molecules. The server decodes, checks and lays out.

import { restore, underlay } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { drawMolecule, heat } from "./molecule-draw.js";
import { themeColours } from "../core/palette.js";
import { createStage, drawAxes, draggable, linearScale, niceTicks, pngButton } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const MARGIN = { left: 34, right: 8, top: 30, bottom: 40 };
const SETTLE_MS = 350;
const HEIGHT = 190;

export default defineWidget("molecule-pad", (root, actions) => {
  let data = null;
  let colours = null;
  let background = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let base = 0;
  let own = "";
  let at = [0, 0];
  let reply = null;
  let last = null; // the last drawing that was a molecule
  let described = null; // the reply that the words are of
  let baseShown = ""; // the base as it was drawn last
  const loop = frameLoop(paint);

  const left = element("div", {});
  const title = (text) => element("p", { class: "label" }, text);
  const baseTitle = title("Base");
  const madeTitle = title("Decoded here");
  const baseBox = element("div", {});
  const madeBox = element("div", {});
  const baseSmiles = element("p", { class: "smiles" });
  const madeSmiles = element("p", { class: "smiles" });
  const verdict = element("p", { class: "verdict" });
  const numbers = element("p", { class: "numbers" });
  const tokens = element("p", { class: "tokens", role: "group", "aria-label": "Tokens; paler ones were less sure. Press one to open it" });
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  const right = element("div", {}, madeTitle, madeBox, madeSmiles, verdict, numbers, tokens,
    baseTitle, baseBox, baseSmiles);
  const columns = element("div", { class: "columns" }, left, right);
  const sheet = element("div", { class: "cards" });
  root.append(columns, sheet, status, connection);
  const map = createStage(left, { className: "map", aspect: 1.05, minHeight: 300, maxHeight: 500,
    label: "Map of molecules. Click one to start from it; drag, or arrows (with shift farther), move the point",
    onResize: () => { background = null; loop.request(); } });
  const picture = (parent, label) => createStage(parent, { className: "structure", aspect: 0.5, minHeight: 150,
    maxHeight: HEIGHT, focusable: false, label, onResize: () => loop.request() });
  const made = picture(madeBox, "Structure decoded at the point");
  const from = picture(baseBox, "Structure of the base molecule");
  left.append(element("div", { class: "tools" }, pngButton(made, "molecule", () => colours.background)));
  let cards = [];

  function ask(eventTime = null) {
    if (!data?.live) return;
    const text = base > data.last ? new TextEncoder().encode(own) : new Uint8Array(0);
    const bytes = new Uint8Array(12 + text.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, base, true);
    at.forEach((v, j) => view.setFloat32(4 + 4 * j, v, true));
    bytes.set(text, 12);
    live ??= openLive(data.live, {
      onReply: (view, about) => {
        reply = JSON.parse(new TextDecoder().decode(view));
        if (reply.drawing) last = reply.drawing;
        if (connection.textContent) connection.textContent = "";
        loop.request(about.eventTime);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => { connection.textContent = state === "waiting" ? text : ""; },
    });
    live.send(bytes, eventTime);
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => actions.setState("place", { base, at: [...at], start_id: startId }), wait);
  }

  // -- input -----------------------------------------------------------------------------------
  function scales() {
    const box = { left: MARGIN.left, top: MARGIN.top, width: map.width - MARGIN.left - MARGIN.right,
      height: map.height - MARGIN.top - MARGIN.bottom };
    const [x0, x1, y0, y1] = data.view;
    const x = linearScale(x0, x1, box.left, box.left + box.width);
    const y = linearScale(y0, y1, box.top + box.height, box.top);
    x.ticks = () => niceTicks(x0, x1, 5);
    y.ticks = () => niceTicks(y0, y1, 5);
    return { x, y, box };
  }
  const clamp = (v, axis) => Math.min(data.view[2 * axis + 1], Math.max(data.view[2 * axis], v));
  function nearest(point) {
    const { x, y } = scales();
    let best = -1;
    let far = 12;
    for (let i = 0; i <= data.last; i++) {
      const d = Math.hypot(x(data.xy[2 * i]) - point[0], y(data.xy[2 * i + 1]) - point[1]);
      if (d < far) [best, far] = [i, d];
    }
    return best;
  }
  draggable(map, {
    start: () => !!data?.live,
    move: (point, event) => place(point, event),
    end: (point, event, moved) => {
      const found = moved ? -1 : nearest(point);
      if (found >= 0) {
        base = found;
        own = "";
        last = null;
        at = [data.xy[2 * found], data.xy[2 * found + 1]];
        ask(event.timeStamp);
        loop.request();
      } else if (!moved) place(point, event);
      settle(0);
    },
  });
  function place(point, event) {
    const { x, y } = scales();
    at = [clamp(x.inverse(point[0]), 0), clamp(y.inverse(point[1]), 1)];
    ask(event.timeStamp);
    loop.soon();
  }
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  map.canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || !data?.live) return;
    const size = event.shiftKey ? 0.25 : 0.05;
    at = at.map((v, j) => clamp(v + arrow[j] * size, j));
    ask(event.timeStamp);
    settle(SETTLE_MS);
    loop.request();
    event.preventDefault();
  });

  // -- drawing ---------------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data) return;
    const fresh = themeColours(root);
    if (fresh !== colours) background = null;
    colours = fresh;
    if (data.cards) {
      cards.forEach(({ stage, one }) => stage && drawMolecule(stage.context, one.drawing, stage.width, stage.height, colours));
    } else {
      paintMap();
      if (reply) {
        drawMolecule(made.context, reply.drawing ?? last, made.width, made.height, colours, !reply.valid);
        const stands = `${reply.base.smiles} ${from.width} ${from.height} ${colours.text}`;
        if (stands !== baseShown) {
          baseShown = stands;
          drawMolecule(from.context, reply.base.drawing, from.width, from.height, colours);
        }
        if (reply !== described) describe();
      }
    }
    if (eventTime !== null) measurePaint("molecule-pad", "drag", eventTime);
  }
  function paintMap() {
    const { context } = map;
    if (!map.width) return;
    const { x, y, box } = scales();
    if (!background) {
      background = underlay(map, (under) => {
        const [low, high] = data.range;
        for (let i = 0; i <= data.last; i++) {
          const [px, py] = [x(data.xy[2 * i]), y(data.xy[2 * i + 1])];
          if (px < box.left || px > box.left + box.width || py < box.top || py > box.top + box.height) continue;
          under.fillStyle = heat((data.values[i] - low) / (high - low));
          under.fillRect(px - 1.75, py - 1.75, 3.5, 3.5);
        }
        drawAxes(under, x, y, box, colours, { xLabel: "direction in which logP grows",
          yLabel: "QED's direction, less logP's share" });
        const bar = { left: box.left + 70, top: 8, width: Math.min(180, box.width - 150) };
        for (let i = 0; i < bar.width; i++) {
          under.fillStyle = heat(i / bar.width);
          under.fillRect(bar.left + i, bar.top, 1.5, 12);
        }
        under.font = `12px ${colours.font}`;
        under.fillStyle = colours.text;
        under.textBaseline = "middle";
        under.textAlign = "right";
        under.fillText(`${data.name}  ${numberText(low, 2)}`, bar.left - 6, bar.top + 6);
        under.textAlign = "left";
        under.fillText(numberText(high, 2), bar.left + bar.width + 6, bar.top + 6);
      });
    }
    restore(context, background);
    const home = base <= data.last ? [data.xy[2 * base], data.xy[2 * base + 1]] : data.home;
    const [hx, hy] = [x(home[0]), y(home[1])];
    const [px, py] = [x(at[0]), y(at[1])];
    for (const [style, lineWidth] of [[colours.background, 5], [colours.text, 2]]) {
      context.strokeStyle = style;
      context.lineWidth = lineWidth;
      context.beginPath();
      context.moveTo(hx, hy);
      context.lineTo(px, py);
      context.rect(hx - 6, hy - 6, 12, 12);
      context.stroke();
    }
    context.beginPath();
    context.arc(px, py, 9, 0, 2 * Math.PI);
    context.fillStyle = colours.primary;
    context.fill();
    context.lineWidth = 2.5;
    context.strokeStyle = colours.background;
    context.stroke();
  }
  function describe() {
    described = reply;
    const { predicted, valid, problem, smiles, drawing, own: its } = reply;
    madeSmiles.textContent = smiles || "(nothing: the decoder ended at once)";
    verdict.textContent = valid
      ? `Valid: ${drawing.formula}. Its own logP ${numberText(its.logp)}, weight ${numberText(its.weight)} Da.`
      : `No molecule: ${problem}${last ? " In grey: the last that was one." : ""}`;
    verdict.classList.toggle("bad", !valid);
    numbers.textContent = `Predicted logP ${numberText(predicted.logp)}, QED ${numberText(predicted.qed)}. ` +
      `Probability of this string ${numberText(Math.exp(reply.log_p))}.`;
    while (tokens.children.length > reply.tokens.length) tokens.lastChild.remove();
    reply.tokens.forEach(([token, p, second, q], t) => {
      const key = tokens.children[t] ?? tokens.appendChild(element("button", { type: "button",
        onclick: () => { settle(0); actions.setTrigger("token", t + 1); } }));
      const text = `${t + 1}: ${token} ${numberText(p)}, then ${second} ${numberText(q)}`;
      if (key.title === text) return;
      if (key.textContent !== token) key.textContent = token;
      key.title = text;
      key.setAttribute("aria-label", `Token ${text}`);
      key.className = p < 0.5 ? "unsure" : "";
      key.style.opacity = (0.45 + 0.55 * p).toFixed(2);
    });
    const given = reply.base.given;
    baseTitle.textContent = reply.base.number > data.last ? "Base: your own" : `Base: molecule ${reply.base.number}`;
    baseSmiles.textContent = reply.base.smiles + (given
      ? `  (logP ${numberText(given.logp)}, QED ${numberText(given.qed)} as given)` : "");
    const said = `${valid ? "A molecule" : "No molecule"}${reply.is_base ? ", the base itself" : ""}.`;
    if (status.textContent !== said) status.textContent = said;
    Object.assign(root.dataset, { smiles, valid: String(valid), base: String(reply.base.number),
      at: reply.xy.map((v) => v.toFixed(2)).join(","), logp: predicted.logp.toFixed(3) });
  }
  function deal() {
    cards.forEach(({ stage }) => stage?.destroy());
    cards = data.cards.map((one) => {
      const box = element("div", {});
      const card = element("div", { class: one.drawing ? "card" : "card bad" }, title(one.label), box,
        ...one.lines.map((line) => element("p", { class: "numbers" }, line)),
        element("p", { class: one.valid ? "verdict" : "verdict bad" },
          one.valid ? `Valid: ${one.drawing.formula}` : `No molecule: ${one.problem}`),
        element("p", { class: "smiles" }, one.smiles || "(nothing)"));
      return { one, box, card, stage: null };
    });
    sheet.replaceChildren(...cards.map(({ card }) => card));
    for (const card of cards) {
      if (!card.one.drawing) continue;
      card.stage = createStage(card.box, { className: "structure", aspect: 0.75, minHeight: 100, maxHeight: 150,
        focusable: false, label: `Structure: ${card.one.label}`, onResize: () => loop.request() });
    }
    Object.assign(root.dataset, { cards: String(cards.length), sheet: data.start_id,
      valid: String(cards.filter(({ one }) => one.valid).length) });
  }

  return {
    update(next) {
      const anew = next.start_id !== startId;
      const recoloured = next.name !== data?.name;
      data = next.cards ? next : { ...next, xy: decodeArray(next.xy), values: decodeArray(next.values) };
      columns.style.display = data.cards ? "none" : "";
      if (data.cards) {
        if (anew) deal();
        startId = next.start_id;
      } else if (anew) {
        startId = next.start_id;
        if (base !== next.start.base || own !== next.own) last = null;
        base = next.start.base;
        own = next.own;
        at = [...next.start.at];
        ask();
      }
      if (recoloured) background = null;
      loop.request();
    },
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      live?.close();
      for (const stage of [map, made, from, ...cards.map((card) => card.stage)]) stage?.destroy();
    },
  };
});
