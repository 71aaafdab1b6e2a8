// A slider over panels. Python sent every stop's numbers, so that the pictures move under the hand.

import { drawPanel, hit, openable, scales } from "./stop-draw.js";
import { themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

export default defineWidget("stop-panels", (root, actions) => {
  let data = null;
  let stop = 0;
  let open = null; // {layer, index}, or {layer: "read:key", index: 0}
  let at = null; // the dragged point, in steps of its grid
  let goto = null;
  let told = null;
  let stages = [];

  const label = element("label", { for: "stop" });
  const slider = element("input", { type: "range", id: "stop", min: 0, step: 1 });
  const shown = element("output", { for: "stop" });
  const slide = element("div", { class: "slide" }, label, slider, shown);
  const panels = element("div", { class: "panels" });
  const reads = element("div", { class: "reads", role: "group", "aria-label": "Numbers of this stop" });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.append(slide, panels, reads, status);
  const frame = frameLoop(paint);

  // -- what is shown ---------------------------------------------------------------------------
  const last = () => data.slider.texts.length - 1;
  const same = (a, b) => a?.layer === b?.layer && a?.index === b?.index;
  const place = () => at?.map((i) => data.point.low + i * data.point.step);
  const looked = (value) => {
    const size = value.values.shape[1];
    const i = Math.min(size - 1, at.reduce((sum, n) => sum + n, 0));
    return value.values[(value.values.shape[0] === 1 ? 0 : stop) * size + i];
  };
  const pointText = (value) => {
    const p = looked(value);
    return p > 0.0005 ? p.toFixed(6) : numberText(p);
  };

  function describe() {
    slider.max = String(last());
    slider.value = String(stop);
    label.textContent = data.slider.label;
    shown.textContent = data.slider.texts[stop];
    slider.setAttribute("aria-valuetext", `${data.slider.texts[stop]}. ${data.status[stop]}`);
    const texts = [
      ...data.reads.map((read) => [read.key, read.label, read.texts[stop]]),
      ...(data.point?.values ?? []).map((value) => [value.key, value.label, pointText(value)]),
    ];
    if (reads.childElementCount !== texts.length) {
      reads.replaceChildren(...texts.map(() => element("button", { type: "button", onclick: (event) =>
        choose({ layer: event.currentTarget.dataset.open, index: 0 }) }, element("small"), element("b"))));
    }
    texts.forEach(([key, name, text], i) => {
      const button = reads.children[i];
      button.dataset.read = key;
      button.dataset.open = `read-${key}`;
      button.children[0].textContent = name;
      button.children[1].textContent = text;
      button.setAttribute("aria-pressed", String(open?.layer === `read-${key}`));
    });
    status.textContent = data.status[stop];
    Object.assign(root.dataset, { stop: String(stop), stops: String(last()),
      open: open ? `${open.layer}:${open.index}` : "", at: at ? at.join(",") : "" });
  }
  function tell() {
    const view = { board: data.board, token: goto, stop, open: open ? `${open.layer}:${open.index}` : null, at };
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", view);
  }
  function move(next, eventTime = null) {
    next = Math.min(last(), Math.max(0, next));
    if (next === stop) return;
    stop = next;
    describe();
    frame.request(eventTime);
  }
  function choose(next) {
    open = same(open, next) ? null : next;
    describe();
    frame.request();
    tell();
  }
  function paint(now, eventTime) {
    if (!data) return;
    const colours = themeColours(root);
    data.panels.forEach((panel, i) => {
      if (!stages[i]?.width) return;
      const here = data.point?.panel === i ? place() : null;
      const spot = here && (here.length === 2 ? here : [here[0], data.point.y]);
      drawPanel(stages[i], panel, stop, open, spot, colours);
    });
    if (eventTime !== null) measurePaint("stop-panels", "slide", eventTime);
  }

  // -- the hand --------------------------------------------------------------------------------
  slider.addEventListener("input", (event) => move(Number(slider.value), event.timeStamp));
  slider.addEventListener("change", tell);
  slider.addEventListener("blur", () => data && tell());

  function drag(i, [px, py], event) {
    const { x, y } = scales(stages[i], data.panels[i]);
    const { low, step, count } = data.point;
    const snap = (value) => Math.min(count - 1, Math.max(0, Math.round((value - low) / step)));
    const next = at.length === 2 ? [snap(x.inverse(px)), snap(y.inverse(py))] : [snap(x.inverse(px))];
    if (next.join() === at.join()) return;
    at = next;
    describe();
    frame.request(event.timeStamp);
  }
  function build() {
    stages.forEach((stage) => stage.destroy());
    panels.replaceChildren();
    stages = data.panels.map((panel, i) => {
      const box = element("div", { class: "panel", "data-wide": String(panel.wide), "data-panel": panel.key });
      panels.appendChild(box);
      const stage = createStage(box, { className: `panel-${panel.key}`, aspect: 0, minHeight: panel.height, maxHeight: panel.height,
        label: panel.describe, onResize: () => frame.request() });
      const dragged = () => data.point?.panel === i;
      stage.canvas.dataset.drag = String(data.point?.panel === i);
      draggable(stage, {
        start(from, event) {
          if (dragged()) drag(i, from, event);
          return true;
        },
        move: (to, event) => dragged() && drag(i, to, event),
        end(to, event, moved) {
          if (dragged()) return tell();
          const found = moved ? null : hit(stage, data.panels[i], stop, to);
          if (found) choose(found);
        },
      });
      stage.canvas.addEventListener("keydown", (event) => onKey(event, i));
      return stage;
    });
  }
  function onKey(event, i) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (event.key === "Escape" && open) choose(open);
    else if (!way) return;
    else if (data.point?.panel === i) {
      at = at.map((n, c) => Math.min(data.point.count - 1, Math.max(0, n + way[c])));
      describe();
      frame.request(event.timeStamp);
      tell();
    } else {
      const all = openable(data.panels[i], stop);
      if (!all.length) return;
      const now = all.findIndex((one) => same(one, open));
      const next = (now < 0 ? 0 : now + way[0] + way[1] + all.length) % all.length;
      if (now !== next) choose(all[next]);
    }
    event.preventDefault();
  }

  const save = pngButton({ get canvas() { return together(); } }, "panels", () => themeColours(root).background);
  slide.appendChild(save);
  /** All panels on one canvas, as they stand. */
  function together() {
    const origin = panels.getBoundingClientRect();
    const density = window.devicePixelRatio || 1;
    const whole = element("canvas", { width: Math.round(origin.width * density), height: Math.round(origin.height * density) });
    stages.forEach((stage) => {
      const box = stage.canvas.getBoundingClientRect();
      whole.getContext("2d").drawImage(stage.canvas, (box.left - origin.left) * density, (box.top - origin.top) * density);
    });
    return whole;
  }

  return {
    update(next) {
      const fresh = next.board !== data?.board;
      if (fresh) {
        const before = data && JSON.stringify(data.panels.map((p) => [p.key, p.height, p.wide]));
        data = { ...next };
        data.panels = next.panels.map((panel) => ({ ...panel,
          layers: panel.layers.map((layer) => ({ ...layer, values: decodeArray(layer.values) })) }));
        if (next.point) {
          data.point = { ...next.point,
            values: next.point.values.map((value) => ({ ...value, values: decodeArray(value.values) })) };
        }
        if (before !== JSON.stringify(data.panels.map((p) => [p.key, p.height, p.wide]))) build();
        stages.forEach((stage, i) => {
          stage.canvas.dataset.drag = String(data.point?.panel === i);
          stage.canvas.setAttribute("aria-label", data.panels[i].describe);
        });
        stop = Math.min(stop, last());
      }
      if (next.goto.token !== goto || fresh) {
        goto = next.goto.token;
        told = null;
        stop = Math.min(last(), next.goto.stop);
        const [layer, index] = (next.goto.open ?? "").split(":");
        open = layer ? { layer, index: Number(index) } : null;
        at = data.point ? next.goto.at ?? data.point.at : null;
      }
      describe();
      frame.request();
    },
    destroy() {
      frame.cancel();
      stages.forEach((stage) => stage.destroy());
    },
  };
});
