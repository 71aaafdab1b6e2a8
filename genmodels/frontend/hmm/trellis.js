// The trellis: state, input and the tables beside it. Pictures are in trellis-draw.js.

import { decodeArray, defineWidget, element, frameLoop, measurePaint } from "../core/widget.js";
import { themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { createStateGraph } from "./state-graph.js";
import { buildLayers, drawFrame, heightFor, layout, shortNames } from "./trellis-draw.js";
import { computed, graphLight, progress } from "./trellis-steps.js";
import { createTables } from "./trellis-tables.js";

const SEND_AFTER = 250; // ms without a further step before the page hears of it

/** Status lines from templates and their numbers (see pages/hmm/trellis_widget.py, packed). */
function unpacked({ templates, lines }) {
  const pieces = templates.map((template) => template.split("\0"));
  return lines.map((line) => {
    const [index, ...numbers] = line.split(" ");
    return pieces[index].map((text, n) => text + (numbers[n] ?? "")).join("");
  });
}

export default defineWidget("trellis", (root, actions) => {
  let data = null;
  let geometry = null;
  let layers = null;
  let layersOf = "";
  let colours = null;
  let token = null;
  let step = 0;
  let selected = null;
  let cursor = null;
  let scroll = 0;
  let byColumn = false;
  let zoom = null; // a level of the layout, or null for the usual one
  let glide = null; // { start, length } of the running animation
  let sending = 0;

  const holder = element("div", { class: "holder" });
  root.append(holder);
  const stage = createStage(holder, { className: "stage", label: "Trellis", onResize: () => arrange() });
  stage.canvas.style.touchAction = "pan-y";

  const toggle = (text, title, action) =>
    element("button", { type: "button", "aria-pressed": "false", title, onclick: action }, text);
  const cellButton = toggle("Cell", "Step cell by cell", () => granularity(false));
  const columnButton = toggle("Column", "Step column by column", () => granularity(true));
  const tool = (text, title, action) =>
    element("button", { type: "button", "aria-label": title, title, onclick: action }, text);
  const outButton = tool("−", "Zoom out", () => zoomBy(-1));
  const inButton = tool("+", "Zoom in", () => zoomBy(1));
  holder.append(element("div", { class: "zoom" }, outButton, inButton));
  const transport = createTransport(root, {
    onStep,
    next: (at, way) => nextStep(at, way),
    extra: [cellButton, columnButton, pngButton(stage, "trellis", () => themeColours(root).background)],
  });
  const status = element("p", { class: "status", role: "status", "aria-live": "polite" });
  const below = element("div", { class: "below" });
  root.append(status, below);
  const tables = createTables(below);
  const graph = createStateGraph(below, {
    onEdit: (from, to, value) => {
      sendNow();
      actions.setTrigger("edit", { kind: "arrow", from, to, value });
    },
  });
  granularity(false);

  function granularity(column) {
    byColumn = column;
    cellButton.setAttribute("aria-pressed", String(!column));
    columnButton.setAttribute("aria-pressed", String(column));
    root.dataset.granularity = column ? "column" : "cell";
    if (data) show();
  }
  function nextStep(at, way) {
    if (!byColumn || !data) return at + way;
    const T = data.seen.length;
    if (data.mode === "generate") return at < 2 * T || way < 0 ? Math.max(0, 2 * Math.floor(Math.min(at, 2 * T + 1) / 2) + 2 * way) : at + 1;
    const K = data.states.length;
    const total = K * data.seen.length;
    if (way > 0) return at < total ? (Math.floor(at / K) + 1) * K : at + 1;
    return at > total ? at - 1 : (Math.ceil(at / K) - 1) * K;
  }

  // -- from the page ---------------------------------------------------------------------------

  function update(incoming) {
    const wasLast = data && step === data.steps - 1;
    const before = data;
    data = { ...incoming };
    data.longest = Math.max(...data.texts.map((column) => Math.max(...column.map((text) => text.length))));
    data.short = shortNames(data.states);
    data.statuses = unpacked(data.statuses);
    for (const name of ["fills", "left", "right", "shares", "pointers", "observations", "ghost"]) {
      if (data[name]) data[name] = decodeArray(data[name]);
    }
    const fresh = data.goto && data.goto.token !== token;
    if (fresh) {
      token = data.goto.token;
      step = Math.min(data.goto.step, data.steps - 1);
      selected = data.goto.selected ?? null;
      cursor = null;
    } else if (wasLast && before.trace_id + before.mode !== data.trace_id + data.mode) {
      step = data.steps - 1;
    }
    step = Math.min(step, data.steps - 1);
    for (const name of ["selected", "cursor"]) {
      const cell = name === "selected" ? selected : cursor;
      const rows = data.states.length + (name === "cursor" && data.whole && data.editable ? 1 : 0);
      if (cell && (cell[0] >= data.seen.length || cell[1] >= rows)) {
        if (name === "selected") selected = null;
        else cursor = null;
      }
    }
    if (transport.playing && !fresh && before?.trace_id === data.trace_id && before.mode === data.mode) {
      // The page only heard of a step: go on playing.
    } else transport.setCount(data.steps, step);
    below.classList.toggle("many", data.states.length > 6);
    tables.show(data);
    graph.show(data);
    layersOf = "";
    stage.minHeight = stage.maxHeight = heightFor(data);
    stage.fit();
    stage.canvas.setAttribute("aria-label",
      `Trellis of ${data.states.length} states and ${data.seen.length} columns, ${data.mode}. ` +
      "Arrow keys choose a node, Enter opens it, space plays." +
      (data.editable && data.whole ? " Enter on a symbol under the columns blanks it." : ""));
    arrange(fresh || !before);
  }

  function arrange(jump = true) {
    if (!data || !stage.width) return;
    geometry = layout(stage.width, data, zoom);
    root.dataset.zoom = `${geometry.level + 1}/${geometry.levels}`;
    for (const button of [outButton, inButton]) button.hidden = geometry.levels < 2;
    outButton.disabled = geometry.level === 0;
    inButton.disabled = geometry.level === geometry.levels - 1;
    layersOf = "";
    if (jump) follow(selected && step === data.steps - 1 ? selected[0] : undefined);
    scrollTo(scroll);
    show();
  }
  function zoomTo(level) {
    if (!geometry) return;
    const middle = (scroll + geometry.room / 2) / geometry.column;
    zoom = Math.min(Math.max(0, level), geometry.levels - 1);
    arrange(false);
    scrollTo(middle * geometry.column - geometry.room / 2);
    show();
  }
  const zoomBy = (way) => geometry && zoomTo(geometry.level + way);
  function scrollTo(to) {
    scroll = Math.round(Math.min(Math.max(0, to), Math.max(0, geometry.content - geometry.room)));
  }

  // -- steps -----------------------------------------------------------------------------------

  function onStep(to, { glide: length, eventTime, settled }) {
    step = to;
    glide = length ? { start: performance.now(), length } : null;
    follow();
    show(eventTime ?? null);
    clearTimeout(sending);
    if (settled) sending = setTimeout(send, SEND_AFTER);
  }
  function send() {
    clearTimeout(sending);
    sending = 0;
    actions.setState("view", { token, step, selected });
  }
  /** Before an edit: a step that the page hasn't heard of goes first. */
  function sendNow() {
    if (sending) send();
  }
  function blank(t) {
    if (!data.editable || !data.whole?.[t]) return;
    sendNow();
    actions.setTrigger("edit", { kind: "blank", column: t });
  }

  /** The column of the current step, and the cells that it computed. */
  function current() {
    const state = progress(data, geometry, step);
    const { T, K } = geometry;
    if (data.mode === "generate") {
      const column = state.columns && state.decoded === 0 ? state.columns - 1 : null;
      geometry.emitted = state.emitted === state.columns;
      return { state, column, now: column === null || data.hide ? [] : [[column, data.drawn[column]]] };
    }
    if (state.traced) return { state, column: T - state.traced, now: [] };
    if (!state.last || step > state.total) return { state, column: null, now: [] };
    const [t, k] = state.last;
    const column = data.mode === "backward" ? T - 1 - t : t;
    const from = byColumn ? 0 : k;
    const now = [];
    for (let j = from; j <= k && j < K; j++) {
      now.push([column, j]);
      if (data.mode === "posterior" && T - 1 - t !== t) now.push([T - 1 - t, j]);
    }
    return { state, column, now };
  }
  /** The step's column; where both paths stand at posterior mode's end, the first where they differ. */
  function standing() {
    const { state, column } = current();
    if (column !== null || data.mode !== "posterior" || !state.ended) return column;
    return data.path.findIndex((k, t) => k !== data.posterior_path[t]);
  }
  function follow(column = geometry && standing()) {
    if (!geometry || column === null || column < 0) return;
    const x = geometry.x(column) - scroll;
    if (x < geometry.room * 0.15 || x > geometry.room * 0.85) scrollTo(geometry.x(column) - geometry.room / 2);
  }

  function show(eventTime = null) {
    if (!geometry) return;
    const { state, column, now } = current();
    root.dataset.step = String(step);
    root.dataset.steps = String(data.steps);
    root.dataset.mode = data.mode;
    root.dataset.t = column === null ? "" : String(column);
    const on = now.length ? now[0][1] : null;
    const k = state.traced && data.path.length ? data.path[column] : byColumn || on === null ? null : on;
    root.dataset.state = k === null ? "" : String(k);
    root.dataset.selected = selected ? selected.join(",") : "";
    root.dataset.cursor = cursor ? cursor.join(",") : "";
    root.dataset.blank = (data.whole ?? []).flatMap((text, t) => (text && data.observations[t] < 0 ? [t] : [])).join(",");
    status.textContent = data.statuses[step] ?? "";
    root.dataset.lit = tables.light(data, geometry, now);
    graph.light(graphLight(data, geometry, state, column, now));
    frames.request(eventTime);
  }

  const frames = frameLoop((time, eventTime) => {
    if (!geometry) return;
    const density = window.devicePixelRatio || 1;
    colours = themeColours(root);
    const key = [density, stage.width, geometry.level, colours.background, colours.text].join();
    if (key !== layersOf) {
      layers = buildLayers(data, geometry, colours, density);
      layersOf = key;
    }
    const grow = glide ? Math.min(1, (performance.now() - glide.start) / glide.length) : 1;
    const { state, column, now } = current();
    drawFrame(stage, data, geometry, layers, colours, density, {
      state, column, scroll, selected, cursor, grow, lit: now, short: data.short,
    });
    if (grow < 1) frames.request();
    else glide = null;
    if (eventTime !== null) measurePaint("trellis", "scrub", eventTime);
  });

  // -- nodes: mouse and keys -------------------------------------------------------------------

  function nodeAt([px, py]) {
    const t = Math.floor((px - geometry.gutter + scroll) / geometry.column);
    const k = Math.floor((py - geometry.top) / geometry.row);
    const inside = px >= geometry.gutter && t >= 0 && t < geometry.T && k >= 0 && k < geometry.K;
    if (!inside && px >= geometry.gutter && t >= 0 && t < geometry.T && py >= geometry.symbols && py < geometry.strips) {
      return [t, geometry.K]; // a symbol
    }
    return inside ? [t, k] : null;
  }
  function open(cell) {
    const { state } = current();
    if (cell && cell[1] === geometry.K) return blank(cell[0]);
    if (!cell || !computed(data, geometry, state, ...cell)) {
      if (cell) status.textContent = "This node has no number yet: step on, then open it.";
      return;
    }
    const same = selected && selected[0] === cell[0] && selected[1] === cell[1];
    selected = same ? null : cell;
    show();
    send();
  }
  let pan = 0;
  draggable(stage, {
    start: (point) => {
      pan = scroll + point[0];
      return geometry !== null;
    },
    move: (point) => {
      scrollTo(pan - point[0]);
      frames.request();
    },
    end: (point, event, moved) => {
      if (!moved) open(nodeAt(point));
    },
  });
  stage.canvas.addEventListener("wheel", (event) => {
    const by = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (!by || geometry.content <= geometry.room) return;
    event.preventDefault();
    scrollTo(scroll + by);
    frames.request();
  }, { passive: false });

  stage.canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !geometry) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      event.preventDefault();
      const from = cursor ?? selected;
      const shown = current().column ?? (data.mode === "backward" ? 0 : geometry.T - 1);
      cursor = from
        ? [Math.min(geometry.T - 1, Math.max(0, from[0] + way[0])),
          Math.min(geometry.K - (data.editable && data.whole ? 0 : 1), Math.max(0, from[1] + way[1]))]
        : [shown, 0];
      const x = geometry.x(cursor[0]) - scroll;
      if (x < geometry.column / 2 || x > geometry.room - geometry.column / 2) {
        scrollTo(geometry.x(cursor[0]) - geometry.room / 2);
      }
      show();
      status.textContent = spoken(cursor);
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(cursor);
    } else if (event.key === "Escape" && selected) {
      selected = cursor = null;
      show();
      send();
    } else if (cursor && (event.key === "?" || event.key === "Delete")) {
      event.preventDefault();
      blank(cursor[0]);
    } else if (event.key === "+" || event.key === "=" || event.key === "-") {
      event.preventDefault();
      zoomBy(event.key === "-" ? -1 : 1);
    } else transport.onKey(event);
  });
  /** @param {number[]} cell the column and the state */
  function spoken(cell) {
    const [t, k] = cell;
    if (k === geometry.K) {
      if (!data.whole?.[t]) return `Column ${t + 1} was never seen.`;
      return `Column ${t + 1} sees ${data.whole[t]}: Enter ${data.observations[t] < 0 ? "shows it again" : "blanks it"}.`;
    }
    const known = computed(data, geometry, current().state, t, k);
    return `${data.states[k]} at column ${t + 1}: ${known ? `${data.texts[t][k]}, Enter opens it` : "not computed yet"}.`;
  }
  stage.canvas.addEventListener("blur", () => {
    cursor = null;
    if (data) show();
  });

  return {
    update,
    destroy() {
      clearTimeout(sending);
      graph.destroy();
      frames.cancel();
      transport.destroy();
      stage.destroy();
    },
  };
});
