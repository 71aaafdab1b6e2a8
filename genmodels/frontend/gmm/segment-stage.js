// The segment stage: wipe between a picture and its segments, point at a pixel to see its shares.
// Labels, responsibilities and colours come from Python; this file paints and reads them.

import { themeColours } from "../core/palette.js";
import { borders, flat, grey, layout, outlined, paintStage, photograph, pixelAt } from "./segment-draw.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const LEFT = ["picture", "k-means"];
const RIGHT = ["segments", "soft map", "borders", "k-means"];
const END = 99; // a step beyond every run: its end

export default defineWidget("segment-stage", (root, actions) => {
  let data = null;
  let view = { left: LEFT[0], right: RIGHT[0], component: 0, wipe: 50, pixel: null };
  let hovered = null;
  let token = null;
  let told = "";
  let layers = new Map();
  let event = "wipe";

  const window_ = element("div", { class: "window" });
  root.appendChild(window_);
  const stage = createStage(window_, { className: "picture", aspect: 0.66, minHeight: 150, maxHeight: 452,
    label: "Picture and segments", onResize: () => { layers.delete("borders"); repaint(); } });
  const handle = element("div", { class: "handle", role: "slider", tabindex: "0",
    "aria-label": "Divider between the two layers", "aria-valuemin": "0", "aria-valuemax": "100" },
    element("span", { class: "knob", "aria-hidden": "true" }, "‹ ›"));
  window_.appendChild(handle);
  const tiles = element("div", { class: "tiles", role: "group", "aria-label": "Components" });
  root.appendChild(tiles);

  const choice = (name, options) => {
    const select = element("select", { onchange: () => change({ [name]: select.value }) },
      ...options.map((value) => element("option", { value }, value)));
    return select;
  };
  const [left, right] = [choice("left", LEFT), choice("right", RIGHT)];
  const bar = element("div", { class: "bar" });
  bar.append(
    element("label", {}, "Left", left),
    element("label", {}, "Right", right),
    element("span", { class: "gap" }),
    pngButton(stage, "segments", () => themeColours(root).background),
  );
  root.appendChild(bar);
  const transport = createTransport(root, { unit: "iteration", hold: 500,
    onStep(step, { eventTime, settled }) {
      event = "scrub";
      for (const name of ["segments", "borders"]) layers.delete(name);
      describe();
      repaint(eventTime);
      if (settled) tell();
    } });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);

  // -- what is shown ---------------------------------------------------------------------------
  const atEnd = () => !data.frames || transport.step >= data.frames.iterations.length - 1;
  function segments() {
    if (atEnd()) return [data.labels, data.colours];
    const [pixels, colours] = [data.labels.length, data.colours.length];
    const t = transport.step;
    return [data.frames.labels.subarray(t * pixels, (t + 1) * pixels),
      data.frames.colours.subarray(t * colours, (t + 1) * colours)];
  }
  function layer(name, box) {
    const key = name === "soft map" ? `soft map ${view.component}` : name;
    if (!layers.has(key)) layers.set(key, made(name, box));
    return layers.get(key);
  }
  function made(name, box) {
    const [labels, colours] = segments();
    const pixels = data.labels.length;
    switch (name) {
      case "picture": return photograph(data.size, data.picture);
      case "k-means": return flat(data.size, data.clusters, data.cluster_colours);
      case "segments": return flat(data.size, labels, colours);
      case "soft map":
        return grey(data.size, data.shares.subarray(view.component * pixels, (view.component + 1) * pixels));
      default:
        return outlined(layer("picture", box), borders(data.size, labels),
          box.scale * (window.devicePixelRatio || 1));
    }
  }
  const named = (name) => (name !== "soft map" ? name
    : `soft map of ${view.component + 1}${atEnd() ? "" : ", at the end"}`);

  function paint(_now, eventTime) {
    if (!data || !stage.width) return;
    const box = layout(stage, data.size);
    paintStage(stage, box, {
      left: layer(view.left, box), right: layer(view.right, box), names: [named(view.left), named(view.right)],
      wipe: view.wipe / 100, pixel: view.pixel, font: themeColours(root).font,
    });
    handle.style.left = `${box.x + (view.wipe / 100) * box.width}px`;
    handle.style.top = `${box.y}px`;
    handle.style.height = `${box.height}px`;
    if (eventTime !== null) measurePaint("segment-stage", event, eventTime);
  }
  function repaint(eventTime = null) { frame.request(eventTime); }

  function describe() {
    if (!data) return;
    const [labels] = segments();
    const pixel = hovered ?? view.pixel;
    const at = pixel ? pixel[1] * data.size[0] + pixel[0] : null;
    const wipe = Math.round(view.wipe);
    Object.assign(root.dataset, { left: view.left, right: view.right, wipe: String(wipe),
      component: String(view.component + 1), pixel: view.pixel ? view.pixel.join(",") : "",
      stage: data.stage_id, step: data.frames ? String(transport.step) : "",
      steps: data.frames ? String(data.frames.iterations.length) : "" });
    handle.setAttribute("aria-valuenow", String(wipe));
    handle.setAttribute("aria-valuetext", `${view.left} on ${wipe} percent, then ${named(view.right)}`);
    left.value = view.left;
    right.value = view.right;
    const pixels = data.labels.length;
    const K = data.weights.length;
    const [, colours] = segments();
    [...tiles.children].forEach((tile, k) => {
      // Responsibilities have come for the end of the run only; a click opens those of any step.
      const share = at === null || !atEnd() ? null : data.shares[k * pixels + at] / 255;
      const weight = atEnd() ? data.weights[k] : data.frames.weights[transport.step * K + k];
      tile.querySelector(".swatch").style.background = `rgb(${[...colours.subarray(3 * k, 3 * k + 3)].join(" ")})`;
      tile.querySelector(".weight").textContent = `${Math.round(100 * weight)} %`;
      tile.setAttribute("aria-pressed", String(view.right === "soft map" && view.component === k));
      tile.dataset.winner = String(at !== null && labels[at] === k);
      tile.querySelector("i").style.width = `${100 * (share ?? 0)}%`;
      const text = share === null ? "" : `${Math.round(100 * share)} %`;
      tile.querySelector(".share").textContent = text && `γ ${text}`;
      tile.setAttribute("aria-label", `Soft map of component ${k + 1}, weight ` +
        `${Math.round(100 * weight)} percent${text && `, of this pixel ${text}`}`);
    });
    const parts = [];
    if (data.frames) {
      const iteration = data.frames.iterations[transport.step];
      parts.push(`${iteration === 0 ? "EM’s start" : `After iteration ${iteration} of EM`}: ` +
        `${numberText(data.frames.log_likelihood[transport.step], 4)} nats a pixel.`);
    }
    if (pixel) {
      const colour = [...data.picture.subarray(3 * at, 3 * at + 3)].join(" ");
      parts.push(`Pixel ${pixel[0]}, ${pixel[1]}: red, green, blue ${colour}; component ${labels[at] + 1}` +
        `, k-means’ cluster ${data.clusters[at] + 1}.`);
    } else parts.push("Point at a pixel for its responsibilities; press a component for its soft map.");
    status.textContent = parts.join(" ");
  }

  function tell() {
    if (!data) return;
    view.wipe = Math.round(view.wipe);
    const now = { token, ...view, step: atEnd() ? END : transport.step };
    const text = JSON.stringify(now);
    if (text === told) return;
    told = text;
    actions.setState("view", now);
  }
  function change(some, eventTime = null) {
    view = { ...view, ...some };
    describe();
    repaint(eventTime);
    tell();
  }

  // -- input -----------------------------------------------------------------------------------
  const under = (where) => (data ? pixelAt(layout(stage, data.size), data.size, stage.place(where)) : null);
  stage.canvas.addEventListener("pointermove", (where) => {
    if (where.pointerType === "touch") return;
    hovered = under(where);
    describe();
  });
  stage.canvas.addEventListener("pointerleave", () => { hovered = null; describe(); });
  stage.canvas.addEventListener("click", (where) => {
    const pixel = under(where);
    event = "click";
    if (pixel) change({ pixel }, where.timeStamp);
  });
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  stage.canvas.addEventListener("keydown", (key) => {
    if (!data || key.altKey || key.ctrlKey || key.metaKey || !ARROWS[key.key]) return;
    key.preventDefault();
    event = "key";
    const by = ARROWS[key.key].map((way) => way * (key.shiftKey ? 10 : 1));
    const from = view.pixel ?? data.size.map((length) => Math.floor(length / 2));
    view.pixel = from.map((value, i) => Math.max(0, Math.min(data.size[i] - 1, value + by[i])));
    hovered = null;
    describe();
    repaint(key.timeStamp);
  });
  stage.canvas.addEventListener("keyup", (key) => { if (ARROWS[key.key]) tell(); });

  function wipe(percent, eventTime) {
    event = "wipe";
    view.wipe = Math.max(0, Math.min(100, percent));
    describe();
    repaint(eventTime);
  }
  draggable({ canvas: handle, place: stage.place }, {
    start: () => Boolean(data),
    move([px], where) {
      const box = layout(stage, data.size);
      wipe(100 * (px - box.x) / box.width, where.timeStamp);
    },
    end: tell,
  });
  const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10,
    Home: -100, End: 100 };
  handle.addEventListener("keydown", (key) => {
    if (!data || key.altKey || key.ctrlKey || key.metaKey || !STEPS[key.key]) return;
    key.preventDefault();
    wipe(Math.round(view.wipe) + STEPS[key.key] * (key.shiftKey ? 10 : 1), key.timeStamp);
  });
  handle.addEventListener("keyup", (key) => { if (STEPS[key.key]) tell(); });

  // -- the components --------------------------------------------------------------------------
  function fill() {
    const focused = [...tiles.children].indexOf(root.getRootNode().activeElement);
    const K = data.weights.length;
    tiles.style.setProperty("--columns", String(K <= 6 ? K : Math.ceil(K / 2)));
    tiles.replaceChildren(...data.weights.map((_weight, k) =>
      element("button", { type: "button", class: "tile", title: `Soft map of component ${k + 1}`,
        onclick: () => change({ component: k, right: "soft map" }) },
        element("span", { class: "swatch" }), element("span", {}, `${k + 1}: `,
          element("span", { class: "sign" }, "π "), element("span", { class: "weight" })),
        element("span", { class: "share" }),
        element("span", { class: "meter" }, element("i")))));
    tiles.children[focused]?.focus();
  }


  return {
    update(next) {
      const fresh = next.stage_id !== data?.stage_id;
      const playing = Boolean(next.frames);
      const wasEnd = !data || atEnd();
      const framed = data ? Boolean(data.frames) : null;
      if (fresh) {
        data = { ...next, frames: null };
        for (const name of ["picture", "labels", "shares", "colours", "clusters", "cluster_colours"]) {
          data[name] = decodeArray(next[name]);
        }
        data.size = [data.picture.shape[1], data.picture.shape[0]];
        hovered = null;
        layers = new Map();
        stage.aspect = data.size[1] / data.size[0];
        stage.fit();
        if (view.pixel && view.pixel.some((value, i) => value >= data.size[i])) view.pixel = null;
        if (view.component >= data.weights.length) view.component = 0;
        fill();
      }
      if (fresh || playing !== framed) {
        data.frames = playing && { iterations: next.frames.iterations, labels: decodeArray(next.frames.labels),
          colours: decodeArray(next.frames.colours), weights: decodeArray(next.frames.weights),
          log_likelihood: next.frames.log_likelihood };
        const count = playing ? data.frames.iterations.length : 1;
        transport.setCount(count, wasEnd ? count - 1 : Math.min(transport.step, count - 1));
        transport.element.style.display = playing ? "" : "none";
        layers.delete("segments");
        layers.delete("borders");
      }
      if (next.goto.token !== token) {
        const { token: given, step, ...asked } = next.goto;
        token = given;
        told = "";
        view = { ...view, ...asked };
        if (data.frames) transport.setCount(data.frames.iterations.length, step);
        layers.delete("segments");
        layers.delete("borders");
      }
      describe();
      repaint();
      stage.canvas.setAttribute("aria-label",
        `A picture of ${data.size.join(" x ")} pixels. Arrows move the chosen pixel, with shift by ten.`);
    },
    repaint: () => repaint(),
    destroy() {
      frame.cancel();
      transport.destroy();
      stage.destroy();
    },
  };
});
