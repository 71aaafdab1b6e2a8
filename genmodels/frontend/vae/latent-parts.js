// The latent pad's elements beside the pad itself: legend, tools, pictures, numbers that open.

import { SIDE } from "./latent-draw.js";
import { DIGITS } from "../core/palette.js";
import { element, numberText } from "../core/widget.js";

const DIMENSION_ROWS = [["mu", "μ"], ["sigma", "σ"], ["epsilon", "ε"], ["z", "z"], ["kl", "KL"]];
const LOSS_ROWS = [["reconstruction", "reconstruction"], ["kl", "KL"], ["elbo", "−ELBO"]];
const UNOPENED = "epsilon"; // the reader's own number, made by no formula

/** Epsilon comes back from z in 32-bit numbers: what is left over below 5e-4 is their rounding. */
const cleared = (value) => (Math.abs(value) < 5e-4 ? 0 : value);

/** Builds everything inside `root`; `on` has toggle, open, step, zoom, release, opacity, pixel. */
export function buildParts(root, strength, on) {
  const padHolder = element("div", { class: "pad-holder" });
  const legend = element("div", { class: "legend", role: "group", "aria-label": "Digits shown" });
  const legendButtons = DIGITS.map((colour, digit) => {
    const swatch = element("span", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = colour;
    const button = element("button", { type: "button", "aria-pressed": "true", "data-digit": digit,
      "aria-label": `Digit ${digit}`, title: `Show or hide the ${digit}s`,
      onclick: () => on.toggle(digit) }, swatch, String(digit));
    legend.append(button);
    return button;
  });
  const opacity = element("input", { type: "range", min: 0, max: 1, step: 0.05, value: strength,
    "aria-label": "Strength of the decoded grid", oninput: () => on.opacity(Number(opacity.value)) });
  const tool = (name, label, title, action) =>
    element("button", { type: "button", title, "data-tool": name, onclick: action }, label);
  const zoom = tool("zoom", "Zoom", "Zoom to z, or back (+ and −)", on.zoom);
  const release = tool("release", "Release", "Let the digit go (Escape)", on.release);
  const tools = element("div", { class: "tools" },
    tool("previous", "◂ digit", "Previous digit (p)", () => on.step(-1)),
    tool("next", "digit ▸", "Next digit (n)", () => on.step(1)),
    zoom, release, element("label", { class: "opacity" }, "Grid", opacity));

  const out = element("canvas", { class: "out", width: SIDE, height: SIDE, role: "img",
    "aria-label": "The decoded digit; with a digit chosen, click a pixel to open its loss",
    onclick: (event) => {
      const box = out.getBoundingClientRect();
      const cell = (at, from, size) =>
        Math.min(SIDE - 1, Math.max(0, Math.floor(((at - from) / size) * SIDE)));
      on.pixel(cell(event.clientY, box.top, box.height) * SIDE + cell(event.clientX, box.left, box.width));
    } });
  const original = element("canvas", { class: "original", width: SIDE, height: SIDE, role: "img",
    "aria-label": "The chosen digit" });
  const epsilonHolder = element("div", { class: "epsilon-holder" });
  const originalPart = element("figure", {}, original, element("figcaption", {}, "x, chosen"));
  const epsilonPart = element("figure", {}, epsilonHolder, element("figcaption", {}, "ε, drag it"));
  const pair = element("div", { class: "pair", hidden: true }, originalPart, epsilonPart);
  const numbers = element("div", { class: "numbers", role: "group", "aria-label": "Numbers that open" });
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  root.append(
    element("div", { class: "columns" },
      element("div", { class: "left" }, padHolder, legend, tools, status, connection),
      element("div", { class: "right" },
        element("figure", { class: "large" }, out, element("figcaption", {}, "y = decode(z)")),
        pair, numbers)));

  const cells = new Map();
  const rows = new Map();
  const numberButton = (name, label) => {
    const button = element("button", { type: "button", class: "number", "data-number": name,
      "aria-label": label, disabled: name.startsWith(UNOPENED), onclick: () => on.open(name) },
      "…");
    cells.set(name, { button, label });
    return button;
  };
  for (const [name, label] of DIMENSION_ROWS) {
    rows.set(name, element("div", { class: "row" }, element("span", {}, label),
      numberButton(`${name}1`, `${label} of dimension 1`),
      numberButton(`${name}2`, `${label} of dimension 2`)));
  }
  for (const [name, label] of LOSS_ROWS) {
    rows.set(`${name}-loss`, element("div", { class: "row loss" }, element("span", {}, label),
      numberButton(name, `${label}, nats`)));
  }
  numbers.append(...rows.values());

  /** `values`: an encode reply's numbers, or null while none has come. */
  function showNumbers(place, values) {
    const chosen = place.selected >= 0;
    pair.hidden = release.hidden = !chosen;
    for (const [name, row] of rows) row.hidden = !chosen && name !== "z";
    const known = chosen ? values : null;
    const write = (name, value, digits) => {
      const { button, label } = cells.get(name);
      const text = value === undefined || value === null ? "…" : numberText(value, digits);
      if (button.textContent !== text) {
        button.textContent = text;
        button.setAttribute("aria-label", `${label}: ${text}`);
      }
      const pressed = String(
        place.opened === name || (place.opened === "prior" && !chosen && name[0] === "z"));
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    };
    for (let j = 0; j < 2; j++) {
      write(`mu${j + 1}`, known?.[j]);
      write(`sigma${j + 1}`, known?.[2 + j]);
      write(`epsilon${j + 1}`, chosen ? cleared(place.epsilon[j]) : null);
      write(`z${j + 1}`, place.z[j]);
      write(`kl${j + 1}`, known?.[8 + j]);
    }
    write("kl", known?.[10], 4);
    write("reconstruction", known?.[11], 4);
    write("elbo", known?.[12], 4);
  }
  return { padHolder, legendButtons, zoom, out, original, epsilonHolder, status, connection, showNumbers };
}
