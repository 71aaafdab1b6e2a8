// States as nodes on a circle, transitions as arrows as wide as their probability, pi as entries.
// An arrow's dot stands at its probability's part of the way: dragged, or by keys and field, it sets it.

import { COMPONENTS } from "../core/palette.js";
import { element } from "../core/widget.js";

const SPACE = "http://www.w3.org/2000/svg";
const ENTRY = 30; // px, pi's arrows
const STEP = 0.01; // of a probability, by one arrow key
const FEW = 4; // states up to which every arrow shows its dot

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Where everything stands: nodes on a circle, the first at the top left of two, else at the top. */
function placed(K) {
  const radius = K === 1 ? 0 : K <= 3 ? 58 : K <= 6 ? 78 : 106;
  const node = K <= 6 ? 17 : K <= 10 ? 14 : 12;
  const from = K === 2 ? Math.PI : -Math.PI / 2;
  const at = Array.from({ length: K }, (_, k) => {
    const angle = from + (2 * Math.PI * k) / K;
    return { angle, x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });
  return { node, at };
}
/** The picture's limits around all curves: [left, top, width, height]. */
function bounds({ at, node }, lines) {
  const points = [...lines.flatMap((line) => [0.25, 0.5, 0.75, 0].map((s) => along(line, s))),
    ...at.flatMap(({ x, y }) => [{ x: x - node, y: y - node }, { x: x + node, y: y + node }])];
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs) - 10, Math.min(...ys) - 10];
  return [left, top, Math.max(...xs) + 10 - left, Math.max(...ys) + 10 - top].map(Math.round);
}

/** An arrow's curve: [start, control, control, end]. From null: pi's entry; i to i: a loop. */
function curve(place, i, j) {
  const { at, node } = place;
  const to = at[j];
  const out = (state, angle, far) => ({ x: state.x + far * Math.cos(angle), y: state.y + far * Math.sin(angle) });
  if (i === null) {
    // Beside the loop, from outside.
    const angle = to.angle - 0.85;
    const start = out(to, angle, node + ENTRY);
    const end = out(to, angle, node + 4);
    return [start, start, end, end];
  }
  if (i === j) {
    const [a, b] = [to.angle - 0.35, to.angle + 0.75];
    return [out(to, a, node + 1), out(to, a, node + 36), out(to, b, node + 36), out(to, b, node + 5)];
  }
  const from = at[i];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const far = Math.hypot(dx, dy);
  const bend = Math.min(20, far * 0.16);
  const middle = { x: (from.x + to.x) / 2 - (dy / far) * bend, y: (from.y + to.y) / 2 + (dx / far) * bend };
  const leave = Math.atan2(middle.y - from.y, middle.x - from.x);
  const arrive = Math.atan2(middle.y - to.y, middle.x - to.x);
  return [out(from, leave, node + 1), middle, middle, out(to, arrive, node + 5)];
}

const along = ([a, b, c, d], s) => {
  const r = 1 - s;
  const mix = (name) => r * r * r * a[name] + 3 * r * r * s * b[name] + 3 * r * s * s * c[name] + s * s * s * d[name];
  return { x: mix("x"), y: mix("y") };
};

/**
 * `show(data)`: `data.graph` {initial, transition}, or null for none. `light({states, arrows})` marks
 * the step's states and arrows ("i.j", "pi.j"). `onEdit(from | null, to, value)` on a set arrow.
 */
export function createStateGraph(parent, { onEdit }) {
  const box = element("div", { class: "graph" });
  box.dataset.widget = "state-graph";
  parent.append(box);
  let data = null;
  let place = null;
  let arrows = new Map(); // "i.j" or "pi.j" -> { i, j, p, curve, path, dot, hit }
  let nodes = [];
  let chosen = null;
  let editable = false;
  let builtOf = "";
  let lit = [];

  const field = element("input", { type: "number", min: 0, max: 1, step: "any" });
  const name = element("span", { class: "arrow-name" });
  const bar = element("label", { class: "arrow-field" }, name, field);
  const picture = svg("svg", { role: "application", tabindex: "0" });
  box.append(picture, bar);

  const keyOf = (i, j) => `${i === null ? "pi" : i}.${j}`;
  const words = ({ i, j }) => (i === null ? `π ${data.states[j]}` : `A ${data.states[i]} → ${data.states[j]}`);
  const text = (p) => String(Number(p.toPrecision(4)));

  function show(incoming) {
    data = incoming;
    editable = Boolean(data.editable);
    box.hidden = !data.graph;
    if (!data.graph) return;
    const key = JSON.stringify([data.graph, data.states, editable]);
    if (key === builtOf) return;
    builtOf = key;
    build();
    box.dataset.ready = "true";
  }

  function build() {
    const K = data.states.length;
    const { initial, transition } = data.graph;
    place = placed(K);
    const { node } = place;
    picture.setAttribute("aria-label", `State graph: ${K} states, arrows as wide as their probability.` +
      (editable ? " Left and right choose an arrow, up and down change it, Enter types a number." : ""));
    arrows = new Map();
    lit = [];
    const lines = svg("g");
    const dots = svg("g");
    const add = (i, j, p) => {
      const line = curve(place, i, j);
      const [a, b, c, d] = line.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
      const shape = `M${a} C${b}, ${c}, ${d}`;
      const colour = i === null ? "currentColor" : COMPONENTS[i % COMPONENTS.length];
      const path = svg("path", { d: shape, fill: "none", stroke: colour, class: p > 0 ? "arrow" : "arrow none" });
      path.style.strokeWidth = String(p > 0 ? 0.7 + 6 * p : 0.7);
      const head = svg("path", { d: headOf(line, p), fill: colour, class: "head" });
      const hit = svg("path", { d: shape, fill: "none", class: "hit" });
      const dot = svg("circle", { r: 5, fill: colour, class: "dot" });
      const title = svg("title");
      hit.append(title);
      lines.append(path, head, hit);
      dots.append(dot);
      const arrow = { i, j, p, line, path, head, hit, dot, title };
      arrows.set(keyOf(i, j), arrow);
      put(arrow, p);
      for (const part of [hit, dot]) part.addEventListener("pointerdown", (event) => grab(event, arrow));
    };
    initial.forEach((p, j) => add(null, j, p));
    transition.forEach((row, i) => row.forEach((p, j) => add(i, j, p)));
    nodes = place.at.map(({ x, y }, k) => {
      const label = svg("text", { x, y: y + 4.5, "text-anchor": "middle", class: "name" });
      label.textContent = data.short[k];
      const round = svg("circle", { cx: x, cy: y, r: node, stroke: COMPONENTS[k % COMPONENTS.length], class: "state" });
      const fill = svg("circle", { cx: x, cy: y, r: node - 1, fill: COMPONENTS[k % COMPONENTS.length], class: "fill", "fill-opacity": 0 });
      const group = svg("g", { class: "node" }, round, fill, label);
      const title = svg("title");
      title.textContent = data.states[k];
      group.append(title);
      return { group, fill };
    });
    place.box = bounds(place, [...arrows.values()].map(({ line }) => line));
    picture.setAttribute("viewBox", place.box.join(" "));
    picture.setAttribute("width", place.box[2]);
    picture.setAttribute("height", place.box[3]);
    picture.replaceChildren(lines, ...nodes.map(({ group }) => group), dots);
    box.classList.toggle("few", K <= FEW);
    box.classList.toggle("editable", editable);
    bar.hidden = !editable;
    choose(chosen && arrows.has(chosen) ? chosen : keyOf(0, 0));
  }

  function headOf(line, p) {
    const [before, end] = [along(line, 0.9), line[3]];
    const angle = Math.atan2(end.y - before.y, end.x - before.x);
    const wide = 3.5 + 3 * p;
    const tip = { x: end.x + 4 * Math.cos(angle), y: end.y + 4 * Math.sin(angle) };
    const side = (way) => `${(end.x - wide * 1.3 * Math.cos(angle) + way * wide * Math.sin(angle)).toFixed(1)} ` +
      `${(end.y - wide * 1.3 * Math.sin(angle) - way * wide * Math.cos(angle)).toFixed(1)}`;
    return p > 0 ? `M${tip.x.toFixed(1)} ${tip.y.toFixed(1)} L${side(1)} L${side(-1)} Z` : "";
  }
  /** The dot at its probability's part of the way, and the arrow as wide. */
  function put(arrow, p) {
    const spot = along(arrow.line, 0.12 + 0.7 * p);
    arrow.dot.setAttribute("cx", spot.x.toFixed(1));
    arrow.dot.setAttribute("cy", spot.y.toFixed(1));
    arrow.path.style.strokeWidth = String(p > 0 ? 0.7 + 6 * p : 0.7);
    arrow.title.textContent = `${words(arrow)} ${text(p)}`;
  }

  // -- choosing and setting ---------------------------------------------------------------------

  function choose(key) {
    const before = arrows.get(chosen);
    before?.path.classList.remove("chosen");
    before?.dot.classList.remove("chosen");
    chosen = key;
    const arrow = arrows.get(key);
    arrow.path.classList.add("chosen");
    arrow.dot.classList.add("chosen");
    name.textContent = words(arrow);
    field.value = text(arrow.p);
    field.setAttribute("aria-label", words(arrow));
    box.dataset.arrow = key;
    box.dataset.value = text(arrow.p);
  }
  function set(arrow, value) {
    const p = clamp(value, 0, 1);
    if (!editable || !Number.isFinite(p) || p === arrow.p) return;
    arrow.p = p; // until the page answers with the whole row
    put(arrow, p);
    builtOf = ""; // whatever the page answers is shown, even if it is what stood before
    const key = keyOf(arrow.i, arrow.j);
    if (chosen === key) choose(key);
    onEdit(arrow.i, arrow.j, p);
  }

  let held = null;
  function grab(event, arrow) {
    choose(keyOf(arrow.i, arrow.j));
    picture.focus({ preventScroll: true });
    event.preventDefault();
    if (!editable) return;
    held = { id: event.pointerId, arrow, p: arrow.p, moved: false, x: event.clientX, y: event.clientY };
    picture.setPointerCapture(event.pointerId);
  }
  picture.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 3) return;
    held.moved = true;
    const frame = picture.getBoundingClientRect();
    const scale = place.box[2] / frame.width;
    const x = place.box[0] + (event.clientX - frame.left) * scale;
    const y = place.box[1] + (event.clientY - frame.top) * scale;
    let nearest = [Infinity, 0];
    for (let n = 0; n <= 100; n++) {
      const spot = along(held.arrow.line, 0.12 + (0.7 * n) / 100);
      const far = Math.hypot(spot.x - x, spot.y - y);
      if (far < nearest[0]) nearest = [far, n / 100];
    }
    [, held.p] = nearest;
    put(held.arrow, held.p);
    field.value = text(held.p);
    box.dataset.value = text(held.p);
  });
  const release = (event) => {
    if (!held || event.pointerId !== held.id) return;
    const { arrow, p, moved } = held;
    held = null;
    if (moved && event.type === "pointerup") set(arrow, p);
    else put(arrow, arrow.p);
  };
  picture.addEventListener("pointerup", release);
  picture.addEventListener("pointercancel", release);

  let typing = 0;
  /** Keys change at once what is seen; the page hears of the last one. */
  function nudge(arrow, by) {
    const p = clamp(Number(((arrow.pending ?? arrow.p) + by).toFixed(4)), 0, 1);
    arrow.pending = p;
    put(arrow, p);
    field.value = text(p);
    box.dataset.value = text(p);
    clearTimeout(typing);
    typing = setTimeout(() => {
      arrow.pending = undefined;
      set(arrow, p);
    }, 350);
  }
  picture.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !arrows.size) return;
    const order = [...arrows.keys()];
    const at = order.indexOf(chosen);
    const arrow = arrows.get(chosen);
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const by = event.key === "ArrowRight" ? 1 : -1;
      choose(order[(at + by + order.length) % order.length]);
    } else if (editable && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      nudge(arrow, (event.key === "ArrowUp" ? 1 : -1) * STEP * (event.shiftKey ? 10 : 1));
    } else if (editable && (event.key === "Enter" || /^[0-9.]$/.test(event.key))) {
      field.focus();
      field.select();
      if (event.key !== "Enter") return; // the digit goes into the field
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") set(arrows.get(chosen), Number(field.value === "" ? NaN : field.value));
    if (event.key === "Escape") field.value = text(arrows.get(chosen).p);
    if (event.key === "Enter" || event.key === "Escape") picture.focus();
  });
  field.addEventListener("change", () => {
    const value = Number(field.value === "" ? NaN : field.value);
    if (Number.isFinite(value)) set(arrows.get(chosen), value);
    else field.value = text(arrows.get(chosen).p);
  });

  // -- the step ---------------------------------------------------------------------------------

  /** `states`: [k, share] of the column; `now`: states of the step; `used`: arrows "i.j"; `won` too. */
  function light({ shares, now, used, won }) {
    if (!data?.graph || box.hidden) return;
    for (const node of lit) node.classList.remove("lit", "won");
    lit = [];
    nodes.forEach(({ group, fill }, k) => {
      const opacity = (0.65 * (shares?.[k] ?? 0)).toFixed(2);
      if (fill.getAttribute("fill-opacity") !== opacity) fill.setAttribute("fill-opacity", opacity);
      if (now.includes(k)) {
        group.classList.add("lit");
        lit.push(group);
      }
    });
    for (const key of used) {
      const arrow = arrows.get(key);
      if (!arrow) continue;
      arrow.path.classList.add("lit");
      lit.push(arrow.path);
      if (won.includes(key)) arrow.path.classList.add("won");
    }
    box.dataset.states = now.join(" ");
    box.dataset.lit = used.length > 24 ? "many" : used.join(" ");
    box.dataset.won = won.join(" ");
  }

  return { show, light, destroy: () => clearTimeout(typing), get held() { return held !== null; } };
}
