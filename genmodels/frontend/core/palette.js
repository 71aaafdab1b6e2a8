// Colours that a colour-blind person can tell apart, never the only sign: numbers and names stand beside.

/** Okabe-Ito, yellow darkened to be seen on white, black replaced by four more hues: components and states. */
export const COMPONENTS = [
  "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9",
  "#E69F00", "#7F5AB6", "#8C6D31", "#B8A800", "#6B7280",
  "#A8325A", "#4A7C0F",
];

/** Ten digits by ten hues; the digit itself is written in the legend and on hover. */
export const DIGITS = [
  "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7",
  "#56B4E9", "#7F5AB6", "#B8A800", "#A0522D", "#6B7280",
];

/** Signed evidence: blue against orange, with the sign written. */
export const NEGATIVE = "#0072B2";
export const POSITIVE = "#D55E00";

export function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** The mixture of `colours` (hex) by `weights` that sum to `total`: a blend, as `rgb(...)`. */
export function blend(colours, weights, total = 1) {
  let [r, g, b] = [0, 0, 0];
  for (let k = 0; k < weights.length; k++) {
    const [red, green, blue] = rgb(colours[k % colours.length]);
    const share = weights[k] / total;
    r += share * red;
    g += share * green;
    b += share * blue;
  }
  return `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`;
}

/** Red, green, blue of any CSS colour that a canvas understands. */
export function channels(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  const text = String(probe.fillStyle);
  if (text.startsWith("#")) return [1, 3, 5].map((i) => parseInt(text.slice(i, i + 2), 16));
  return text.match(/[\d.]+/g).slice(0, 3).map(Number);
}

const READ_MS = 500; // a computed style costs a millisecond, too much for every frame of a drag
const themes = new WeakMap(); // root -> { colours, at, scheme }
let scheme = 0; // how often the screen went from light to dark or back
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { scheme += 1; });

/**
 * The page's own colours, read from the theme: the same object for as long as they are the same.
 * They are read again after half a second, and at once when the page or the screen's scheme changed.
 */
export function themeColours(root) {
  const kept = themes.get(root);
  const now = performance.now();
  if (kept && kept.scheme === scheme && now - kept.at < READ_MS) return kept.colours;
  const style = getComputedStyle(root);
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const fresh = {
    text: read("--st-text-color", "#1a1a1a"),
    background: read("--st-background-color", "#ffffff"),
    panel: read("--st-secondary-background-color", "#f4f4f4"),
    border: read("--st-border-color", "#cccccc"),
    primary: read("--st-primary-color", "#0072B2"),
    font: read("--st-font", "sans-serif"),
  };
  const same = kept && Object.keys(fresh).every((name) => fresh[name] === kept.colours[name]);
  const colours = same ? kept.colours
    : { ...fresh, inkRgb: channels(fresh.text), paperRgb: channels(fresh.background) };
  themes.set(root, { colours, at: now, scheme });
  return colours;
}

/** Read the theme of `root` anew the next time. */
export function forgetTheme(root) {
  const kept = themes.get(root);
  if (kept) kept.at = -Infinity;
}
