// What every widget shares: one instance an element, payload arrays, numbers as text, paint timing.

import { forgetTheme } from "./palette.js";

const instances = new WeakMap();
const shown = new Set(); // the entries whose widgets stand on the page
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const { widget } of shown) widget.repaint?.();
});

/**
 * The default export of a widget's file. `create(root, actions)` runs once an element and returns
 * { update(data), destroy() }; Streamlit calls again with each new payload, which goes to update.
 * With `repaint()` it is also drawn anew when the screen goes from light to dark or back.
 * `actions.setState(name, value)` reruns the page's fragment; call it for discrete input only.
 */
export function defineWidget(name, create) {
  return function mount(component) {
    const { parentElement, data } = component;
    let entry = instances.get(parentElement);
    if (!entry) {
      const root = document.createElement("div");
      root.className = `gm gm-${name}`;
      root.dataset.widget = name;
      parentElement.appendChild(root);
      shareStyles(root);
      const actions = {};
      entry = { root, actions, widget: null };
      instances.set(parentElement, entry);
      setActions(actions, component);
      entry.widget = create(root, actions);
      shown.add(entry);
    }
    setActions(entry.actions, component);
    forgetTheme(entry.root); // a new theme comes with an update
    entry.widget.update(data);
    entry.root.dataset.ready = "true";
    // Streamlit also calls this for a call that a newer payload has overtaken: that widget lives on.
    return () => {
      if (parentElement.isConnected) return;
      shown.delete(entry);
      entry.widget.destroy?.();
      entry.root.remove();
      instances.delete(parentElement);
    };
  };
}

function setActions(actions, component) {
  actions.setState = component.setStateValue;
  actions.setTrigger = component.setTriggerValue;
}

/** element("button", { class: "x", "aria-label": "y", onclick: f }, "text" | node, ...) */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

/** An SVG icon of 16 x 16 from one path. */
export function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("width", "16");
  svg.setAttribute("height", "16");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  shape.setAttribute("fill", "currentColor");
  svg.appendChild(shape);
  return svg;
}

/** A payload array (see genmodels/kit/payload.py) as a typed array; its shape stands in `.shape`. */
export function decodeArray(packed) {
  const text = atob(packed.base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  if (packed.kind === "steps") return unpackSteps(bytes, packed.shape);
  const kinds = { f4: Float32Array, u1: Uint8Array, u2: Uint16Array, i4: Int32Array };
  const values = new kinds[packed.kind](bytes.buffer);
  values.shape = packed.shape;
  return values;
}

/** What payload.py's `deflated` packed, as bytes. */
export async function inflate(packed) {
  const stream = new Blob([decodeArray(packed)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Each step after the first holds a bit a byte, set where it changed, then the new bytes. */
function unpackSteps(bytes, shape) {
  const size = shape.slice(1).reduce((product, n) => product * n, 1);
  const values = /** @type {Uint8Array & { shape: number[] }} */ (new Uint8Array(size * shape[0]));
  values.set(bytes.subarray(0, size));
  const changes = values.length - size;
  let next = size + Math.ceil(changes / 8);
  for (let i = 0; i < changes; i++) {
    const changed = bytes[size + (i >> 3)] & (128 >> (i & 7));
    values[size + i] = changed ? bytes[next++] : values[i];
  }
  values.shape = shape;
  return values;
}

/** Three significant digits, a real minus sign, infinities by name. */
export function numberText(value, digits = 3) {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  const text =
    magnitude >= 1e-3 && magnitude < 10 ** Math.max(digits + 2, 5)
      ? value.toFixed(Math.max(digits - 1 - Math.floor(Math.log10(magnitude)), 0))
      : value.toExponential(digits - 1);
  return text.replace("-", "−");
}

export function signedText(value, digits = 3) {
  return value > 0 ? `+${numberText(value, digits)}` : numberText(value, digits);
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Call inside the animation frame that draws: records the User Timing measure
 * `genmodels:<widget>:<event>` from the event's own time to after this frame's paint.
 */
export function measurePaint(widget, event, eventTime) {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    const name = `genmodels:${widget}:${event}`;
    performance.measure(name, { start: eventTime, end: performance.now() });
    channel.port1.close();
  };
  channel.port2.postMessage(0);
}

const SOON_MS = 8;

/** Run `draw` at most once a frame, with the earliest waiting event's time. */
export function frameLoop(draw) {
  let handle = 0;
  let waiting = 0;
  let since = null;
  const run = (now) => {
    handle = 0;
    const eventTime = since;
    since = null;
    draw(now, eventTime);
  };
  return {
    request(eventTime = null) {
      if (eventTime !== null && since === null) since = eventTime;
      clearTimeout(waiting);
      waiting = 0;
      if (!handle) handle = requestAnimationFrame(run);
    },
    /**
     * For a hand whose answer is on its way: the answer's own `request` draws both at once; where it
     * takes longer, the hand alone is drawn. Two frames for each move would put the answer off by one.
     */
    soon() {
      if (!handle && !waiting) waiting = setTimeout(() => this.request(), SOON_MS);
    },
    cancel() {
      clearTimeout(waiting);
      waiting = 0;
      if (handle) cancelAnimationFrame(handle);
      handle = 0;
      since = null;
    },
  };
}

let sheet = null;

function shareStyles(root) {
  const scope = root.getRootNode();
  if (!("adoptedStyleSheets" in scope)) return;
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(SHARED_CSS);
  }
  if (!scope.adoptedStyleSheets.includes(sheet)) {
    scope.adoptedStyleSheets = [...scope.adoptedStyleSheets, sheet];
  }
}

const SHARED_CSS = `
.gm { color: var(--st-text-color); font: 400 14px/1.4 var(--st-font); font-variant-numeric: tabular-nums;
  container-type: inline-size; }
.gm *, .gm { box-sizing: border-box; }
.gm canvas { display: block; touch-action: none; border-radius: 4px; }
.gm canvas:focus-visible, .gm button:focus-visible, .gm input:focus-visible, .gm textarea:focus-visible,
.gm select:focus-visible, .gm [tabindex]:focus-visible { outline: 3px solid var(--st-primary-color);
  outline-offset: 1px; }
.gm button { font: inherit; color: inherit; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: 6px; min-width: 34px; height: 34px; padding: 0 8px;
  display: inline-flex; align-items: center; justify-content: center; gap: 4px; cursor: pointer; }
.gm button:hover:not(:disabled) { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.gm button:disabled { opacity: 0.4; cursor: default; }
.gm button[aria-pressed="true"] { background: var(--st-primary-color); border-color: var(--st-primary-color);
  color: var(--st-background-color); }
.gm button[aria-pressed="true"]:hover:not(:disabled) { color: var(--st-background-color); }
.gm select { font: inherit; color: inherit; background: var(--st-background-color); height: 34px;
  border: 1px solid var(--st-border-color); border-radius: 6px; padding: 0 4px; }
.gm input[type="range"] { accent-color: var(--st-primary-color); margin: 0; }
.gm .status { min-height: 1.4em; margin: 4px 0 0; font-size: 14px; }
.gm .transport { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; margin-top: 6px; }
.gm .transport .scrub { flex: 1 1 120px; min-width: 100px; height: 34px; }
.gm .transport .count { min-width: 74px; text-align: right; font-size: 13px; }
.gm .curve { width: 100%; cursor: crosshair; margin-top: 6px; }
.gm .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;
