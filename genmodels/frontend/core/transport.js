// Play, step, scrub: one transport under every stage. Steps are 0 .. count - 1.

import { calm, element, icon } from "./widget.js";

const ICONS = {
  first: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M10.2 2.4l1.5 1.5L7.6 8l4.1 4.1-1.5 1.5L4.6 8z",
  play: "M4 2.5v11l9.5-5.5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  next: "M5.8 2.4L4.3 3.9 8.4 8l-4.1 4.1 1.5 1.5L11.4 8z",
  last: "M11 3h2v10h-2zM3 3v10l7-5z",
};
const GLIDE_MS = 250; // at speed 1
const HOLD_MS = 350; // after a glide, so that a step can be read

/**
 * `onStep(step, { glide, eventTime, settled })`: glide is the animation's length in ms, 0 for a jump;
 * settled is false while a scrubber is held. `next(step, direction)` may skip (by column, say).
 * `hold`: ms between two steps that play, beside the glide.
 * `rates`: steps a second to choose from instead of speeds; many steps may then fall into one frame,
 * and `onFrame(position)` tells while it plays how far it is, between two steps as well.
 * Arrow keys step, space plays, Home and End jump, on the transport and wherever `keys(element)` is called.
 */
export function createTransport(parent, { onStep, unit = "step", next = (step, way) => step + way,
  extra = [], hold = HOLD_MS, rates = null, onFrame = null }) {
  let count = 1;
  let step = 0;
  let timer = 0;
  let speed = rates ? rates[0] : 1;

  const button = (name, path, action) =>
    element("button", { type: "button", "aria-label": name, title: name, onclick: action }, icon(path));
  const first = button("First", ICONS.first, (e) => go(0, e, 0));
  const back = button(`One ${unit} back`, ICONS.back, (e) => walk(-1, e));
  const play = button("Play", ICONS.play, () => (timer ? pause() : start()));
  const ahead = button(`One ${unit} forward`, ICONS.next, (e) => walk(1, e));
  const last = button("Last", ICONS.last, (e) => go(count - 1, e, 0));
  const scrub = element("input", { type: "range", class: "scrub", min: 0, max: 0, step: 1,
    "aria-label": `Scrub to a ${unit}` });
  const counter = element("span", { class: "count" });
  const rate = element("select", { "aria-label": "Speed", title: "Speed" },
    ...(rates ?? [0.25, 0.5, 1, 2, 4]).map((value) =>
      element("option", { value, selected: value === speed }, rates ? `${value} a second` : `${value}×`)));
  const bar = element("div", { class: "transport", role: "group", "aria-label": "Playback" },
    first, back, play, ahead, last, scrub, counter, rate, ...extra);
  parent.appendChild(bar);

  const glideLength = () => (calm() ? 0 : GLIDE_MS / speed);

  function show() {
    scrub.value = String(step);
    counter.textContent = `${step} / ${count - 1}`;
    back.disabled = first.disabled = step <= 0;
    ahead.disabled = last.disabled = step >= count - 1;
    play.disabled = count < 2;
  }
  function go(to, event = null, glide = 0, settled = true) {
    const target = Math.min(count - 1, Math.max(0, Math.round(to)));
    if (event && timer) pause();
    if (target === step && settled === lastSettled) return;
    lastSettled = settled;
    step = target;
    show();
    onStep(step, { glide, eventTime: event ? event.timeStamp : null, settled });
  }
  let lastSettled = true;
  function walk(way, event = null) {
    go(next(step, way), event, glideLength());
  }
  function start() {
    if (step >= count - 1) go(0, null, 0);
    play.replaceChildren(icon(ICONS.pause));
    play.setAttribute("aria-label", "Pause");
    bar.dataset.playing = "true";
    if (rates) return run();
    const tick = () => {
      if (step >= count - 1) return pause();
      go(next(step, 1), null, glideLength(), false);
      timer = setTimeout(tick, (GLIDE_MS + hold) / speed);
    };
    timer = setTimeout(tick, 0);
  }
  function run() {
    let position = step;
    let before = null;
    const frame = (now) => {
      position = Math.min(count - 1, position + (before === null ? 0 : ((now - before) / 1000) * speed));
      before = now;
      timer = requestAnimationFrame(frame);
      go(Math.floor(position), null, 0, false);
      onFrame?.(position);
      if (position >= count - 1) pause();
    };
    timer = requestAnimationFrame(frame);
  }
  const halt = () => (rates ? cancelAnimationFrame(timer) : clearTimeout(timer));
  function pause() {
    halt();
    timer = 0;
    play.replaceChildren(icon(ICONS.play));
    play.setAttribute("aria-label", "Play");
    delete bar.dataset.playing;
    if (!lastSettled) {
      lastSettled = true;
      onStep(step, { glide: 0, eventTime: null, settled: true });
    }
  }
  scrub.addEventListener("input", (event) => go(Number(scrub.value), event, 0, false));
  scrub.addEventListener("change", () => go(Number(scrub.value), null, 0, true));
  rate.addEventListener("change", () => { speed = Number(rate.value); });

  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const actions = {
      ArrowRight: () => walk(1, event), ArrowLeft: () => walk(-1, event),
      Home: () => go(0, event, 0), End: () => go(count - 1, event, 0),
      " ": () => (timer ? pause() : start()),
    };
    const action = actions[event.key];
    if (!action) return;
    if (event.target === rate || (event.key === " " && event.target.tagName === "BUTTON")) return;
    event.preventDefault();
    action();
  }
  bar.addEventListener("keydown", onKey);

  return {
    element: bar,
    get step() { return step; },
    get playing() { return timer !== 0; },
    get speed() { return speed; },
    set speed(value) {
      speed = value;
      rate.value = String(value);
    },
    /** New steps; keeps the step where it can, without calling onStep. */
    setCount(steps, at = step) {
      count = Math.max(1, steps);
      step = Math.min(count - 1, Math.max(0, at));
      scrub.max = String(count - 1);
      if (timer) pause();
      lastSettled = true;
      show();
    },
    go, walk, pause, start,
    /** Let arrows, space, Home and End on `node` drive the transport; returns the handler. */
    keys(node) { node.addEventListener("keydown", onKey); return onKey; },
    onKey,
    destroy: halt,
  };
}
