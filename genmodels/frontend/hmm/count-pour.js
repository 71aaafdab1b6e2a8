// Baum-Welch in half steps. E: posteriors pour from the trellis into counts. M: counts normalise.
// All that is drawn is a function of one position between the half steps, so it scrubs and goes back.

import * as draw from "./count-draw.js";
import { KINDS, TABLES, fromText, hit, layout, places, textOf } from "./count-layout.js";
import * as trellis from "./count-trellis.js";
import { themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint } from "../core/widget.js";

const SLOWER = 3; // a pour is read longer than a glide: 750 ms at speed 1
const NUDGE = 0.125; // of a half step, by Shift and an arrow
const WORDS = { node: "a node", edge: "an edge", starts: "a start count", moves: "a count of moves",
  symbols: "a count of symbols", pi: "an entry of π", A: "an entry of A", B: "an entry of B" };

export default defineWidget("count-pour", (root, actions) => {
  let data = null;
  let step = 0;
  let position = 0; // what is drawn: between two half steps while it glides or is held
  let glide = null; // { from, to, began, length }
  let holding = false; // the position is the reader's, not the step's
  let selected = null; // { kind, at: [...] } counted from 0
  let goto = null;

  const stage = createStage(root, { className: "stage", minHeight: 300, maxHeight: 300,
    label: "Trellis, counts and tables", onResize: () => refit() });
  const curve = createStage(root, { className: "curve", aspect: 0.1, minHeight: 54, maxHeight: 54,
    label: "Log-likelihood over the half steps; drag to any position between them",
    onResize: () => frame.request() });
  const transport = createTransport(root, { unit: "half step", onStep, hold: 900,
    extra: [pngButton(stage, "baum-welch", () => themeColours(root).background)] });
  const kind = element("select", { "aria-label": "Kind of number to open", onchange: () => openKind(kind.value) },
    element("option", { value: "" }, "nothing"),
    ...KINDS.map((name) => element("option", { value: name }, WORDS[name])));
  const button = (name, text, action) =>
    element("button", { type: "button", "aria-label": name, title: name, onclick: action }, text);
  const before = button("Previous number (p)", "‹", () => walk(-1));
  const after = button("Next number (n)", "›", () => walk(1));
  const lock = button("Lock or unlock this row (l)", "Lock", () => toggle(lockAt(selected)));
  const chosen = element("span", { class: "chosen" });
  root.appendChild(element("div", { class: "pick", role: "group", "aria-label": "Open a number" },
    element("span", {}, "Open"), kind, before, after, lock, chosen));
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);

  const last = () => data.statuses.length - 1;
  const geometry = () => layout(stage.width, data);

  function refit() {
    if (!data || !stage.width) return;
    const { height } = geometry();
    if (stage.minHeight !== height) {
      stage.minHeight = stage.maxHeight = height;
      return stage.fit(); // comes back here
    }
    frame.request();
  }

  // -- steps and what lies between them --------------------------------------------------------
  function onStep(next, { glide: length, eventTime, settled }) {
    const near = Math.abs(next - position) <= 1.001;
    step = next;
    if (!holding) {
      glide = length > 0 && near
        ? { from: position, to: next, began: performance.now(), length: SLOWER * length } : null;
      if (!glide) position = next;
    }
    describe();
    frame.request(eventTime);
    if (settled) tell();
  }
  /** Hold the picture at a position between half steps; the nearest one is the step. */
  function hold(to, event, settled = false) {
    holding = true;
    glide = null;
    position = Math.min(last(), Math.max(0, to));
    if (transport.playing) transport.pause(); // else it would settle, and rerun, at every move
    transport.go(position, event, 0, settled);
    describe();
    frame.request(event.timeStamp);
    return true;
  }
  /** From between two half steps to one of them. */
  function settle(to, event) {
    holding = false;
    const from = position;
    transport.go(to, event, 0, true);
    position = from;
    glide = from === step ? null : { from, to: step, began: performance.now(), length: 150 };
    describe();
    frame.request();
  }

  function describe() {
    root.dataset.trace = data.trace_id;
    root.dataset.step = String(step);
    root.dataset.steps = String(last());
    root.dataset.kind = step === 0 ? "start" : step % 2 ? "E" : "M";
    root.dataset.iteration = String(Math.ceil(step / 2));
    root.dataset.selected = textOf(selected);
    root.dataset.shown = String(data.shown);
    root.dataset.locks = data.locks.join(",");
    status.textContent = data.statuses[step];
    kind.value = selected?.kind ?? "";
    before.disabled = after.disabled = !selected;
    const row = lockAt(selected);
    lock.disabled = !row;
    lock.textContent = row && data.locks.includes(row) ? "Unlock" : "Lock";
    chosen.textContent = selected ? nameOf(selected) : "";
  }
  function nameOf({ kind: what, at: [a, b, c] }) {
    const { states, symbols } = data;
    return {
      node: () => `column ${a + 1}, ${states[b]}`,
      edge: () => `columns ${a + 1} to ${a + 2}, ${states[b]} → ${states[c]}`,
      starts: () => states[a], pi: () => states[a],
      moves: () => `${states[a]} → ${states[b]}`, A: () => `${states[a]} → ${states[b]}`,
      symbols: () => `${states[a]} shows ${symbols[b]}`, B: () => `${states[a]} shows ${symbols[b]}`,
    }[what]();
  }
  function tell() {
    actions.setState("view", { trace: data.trace_id, shown: data.shown, step, selected: textOf(selected) });
  }
  function select(next) {
    selected = next && textOf(next) === textOf(selected) ? null : next;
    describe();
    frame.request();
    tell();
  }
  function openKind(name) {
    const first = name ? places(name, data)[0] : null;
    selected = null;
    select(first ? { kind: name, at: first } : null);
  }
  function walk(way) {
    if (!selected) return openKind("node");
    const all = places(selected.kind, data);
    const now = all.findIndex((place) => place.join() === selected.at.join());
    select({ kind: selected.kind, at: all[(now + way + all.length) % all.length] });
  }
  function lockAt(what) {
    if (!what || !data?.lockable) return null;
    const table = { starts: "pi", moves: "A", symbols: "B" }[what.kind] ?? what.kind;
    return TABLES.includes(table) ? draw.lockOf(table, what.at[0]) : null;
  }
  function toggle(row) {
    if (!row || !data.lockable) return;
    status.textContent = "Learning anew …";
    root.dataset.learning = "true";
    const { locks } = data;
    actions.setTrigger("locks", locks.includes(row) ? locks.filter((one) => one !== row) : [...locks, row]);
  }

  // -- drawing ---------------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    if (glide) {
      const part = Math.min(1, Math.max(0, (now - glide.began) / glide.length));
      position = glide.from + (glide.to - glide.from) * part;
      if (part >= 1) glide = null;
      else frame.request();
    }
    const { context } = stage;
    const colours = themeColours(root);
    const view = geometry();
    const at = trellis.moment(position, last());
    context.clearRect(0, 0, stage.width, stage.height);
    trellis.drawTrellis(context, view, data, at, colours, selected);
    draw.drawTables(context, view, data, at, colours, selected);
    trellis.drawDrops(context, view, data, at);
    curve.x = data.likelihood.length ? draw.drawCurve(curve, data.likelihood, position, colours) : null;
    root.dataset.position = position.toFixed(2);
    if (eventTime !== null) measurePaint("count-pour", "scrub", eventTime);
  }

  // -- the mouse, the finger -------------------------------------------------------------------
  draggable(stage, {
    start: () => true,
    end(point, event, moved) {
      if (moved) return;
      const found = hit(geometry(), point);
      transport.pause();
      if (found?.lock) toggle(found.lock);
      else select(found);
    },
  });
  const scrub = (point, event) => Boolean(curve.x) && hold(curve.x.inverse(point[0]), event);
  draggable(curve, { start: scrub, move: scrub, end: (point, event) => settle(Math.round(position), event) });

  // -- the keyboard ----------------------------------------------------------------------------
  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way && event.shiftKey) {
      hold(position + way * NUDGE, event, true);
    } else if (event.key === "n" || event.key === "p") walk(event.key === "n" ? 1 : -1);
    else if (event.key === "k" || event.key === "K") {
      const now = KINDS.indexOf(selected?.kind);
      const jump = event.key === "k" ? 1 : -1;
      openKind(KINDS[(Math.max(now, jump > 0 ? -1 : 0) + jump + KINDS.length) % KINDS.length]);
    } else if (event.key === "l") toggle(lockAt(selected));
    else if (event.key === "Escape") {
      if (selected) select(null);
    } else if (way && holding && position % 1) {
      settle(way > 0 ? Math.ceil(position) : Math.floor(position), event);
    } else {
      holding = false;
      return transport.onKey(event);
    }
    event.preventDefault();
  }
  stage.canvas.addEventListener("keydown", onKey);
  curve.canvas.addEventListener("keydown", onKey);

  return {
    update(next) {
      if (next.trace_id !== data?.trace_id || next.shown !== data?.shown) {
        const same = next.trace_id === data?.trace_id;
        const old = data;
        data = { ...next };
        for (const name of ["gammas", "xis", "starts", "moves", "symbol_counts", "pi", "A", "B", "x"]) {
          data[name] = decodeArray(next[name]);
        }
        if (!same || !old) {
          glide = null;
          holding = false;
          step = position = 0;
          transport.setCount(last() + 1, 0);
        }
        if (selected && !fromText(textOf(selected), data)) selected = null;
      }
      data.locks = next.locks;
      data.truth = next.truth;
      delete root.dataset.learning;
      if (next.goto && next.goto.token !== goto) {
        goto = next.goto.token;
        glide = null;
        holding = false;
        selected = fromText(next.goto.selected, data);
        step = position = Math.min(last(), next.goto.step);
        transport.setCount(last() + 1, step);
      }
      refit();
      curve.fit();
      describe();
      frame.request();
      stage.canvas.setAttribute("aria-label", `Baum-Welch on sequence ${data.shown}. Arrows step, `
        + "Shift and arrows move between half steps, space plays, k chooses what to open, n and p walk, l locks a row.");
    },
    destroy() {
      frame.cancel();
      transport.destroy();
      stage.destroy();
      curve.destroy();
    },
  };
});
