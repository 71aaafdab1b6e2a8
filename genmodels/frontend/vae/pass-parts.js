// The panels of the forward pass: their heads, canvases, sliders and numbers.

import { element } from "../core/widget.js";

const SUB = ["₁", "₂"];

/** A slider that holds a number, with what it is and a button that opens the number. */
function holder(label, low, high, step, act) {
  const slider = element("input", { type: "range", min: low, max: high, step, "aria-label": label });
  const number = element("button", { type: "button", class: "number", title: `Open ${label}` });
  const words = element("span", { class: "what" }, label);
  slider.addEventListener("input", (event) => act.hold(Number(slider.value), event.timeStamp));
  slider.addEventListener("change", () => act.done());
  number.addEventListener("click", () => act.open());
  return { node: element("div", { class: "hold" }, words, slider, number), slider, number, words };
}

function panel(n, title, shape, formula, ...inside) {
  return element("section", { class: "panel", "data-panel": n, "aria-label": title },
    element("h4", {}, element("b", {}, `${n} ${title}`), element("span", { class: "shape" }, shape)),
    element("p", { class: "formula" }, formula), ...inside);
}

export function buildPass(root, act) {
  const canvas = (name, size, label) =>
    element("canvas", { class: name, width: size, height: size, tabindex: 0, role: "application", "aria-label": label });
  const parts = {
    input: canvas("input", 280, "Input. Arrows choose a pixel, Enter opens its loss"),
    hidden: canvas("hidden-units", 280, "Hidden units. Arrows choose one, Enter opens its sum"),
    units: canvas("decoder-units", 280, "Decoder's hidden units. Arrows choose one, Enter opens its sum"),
    output: canvas("output", 280, "Output. Arrows choose a pixel, Enter opens its loss"),
    plane: element("div", { class: "plane" }),
    numbers: {},
  };
  const number = (name, label) => {
    const node = element("button", { type: "button", class: "number", "data-number": name, title: `Open ${label}`,
      onclick: () => act.open(name) });
    parts.numbers[name] = node;
    return node;
  };
  const held = (name, kind, place, label, low, high, step) => {
    const made = holder(label, low, high, step, {
      hold: (value, time) => act.hold(kind, place(), value, time), done: act.done, open: () => act.open(name()) });
    return made;
  };
  parts.pixel = held(() => `pixel:${act.pixel()}`, "x", () => act.pixel(), "pixel", 0, 1, 0.01);
  parts.unit = held(() => `hidden:${act.unit()}`, "h", () => act.unit(), "unit", 0, 10, 0.05);
  parts.decoder = held(() => `unit:${act.decoder()}`, "g", () => act.decoder(), "unit", 0, 10, 0.05);
  parts.heads = ["mu1", "mu2", "log_var1", "log_var2"].map((name, i) => {
    const label = i < 2 ? `μ${SUB[i]}` : `log σ²${SUB[i - 2]}`;
    const made = held(() => name, i < 2 ? "m" : "v", () => i % 2, label, i < 2 ? -4 : -8, i < 2 ? 4 : 2, 0.01);
    made.number.dataset.number = name;
    return made;
  });
  parts.alpha = element("input", { type: "range", min: 0, max: 1, step: 0.01, "aria-label": "alpha" });
  parts.alphaText = element("output", { class: "alpha-text" });
  parts.alpha.addEventListener("input", (event) => act.alpha(Number(parts.alpha.value), event.timeStamp));
  parts.alpha.addEventListener("change", act.done);
  parts.alphaRow = element("label", { class: "hold" }, element("span", { class: "what" }, "α"), parts.alpha, parts.alphaText);
  const pairs = (name, label) => SUB.flatMap((sub, j) =>
    [element("span", { class: "pair" }, `${label}${sub}`, number(`${name}${j + 1}`, label + sub))]);
  parts.drawNumbers = element("div", { class: "pairs" }, ...pairs("sigma", "σ"), ...pairs("epsilon", "ε"));
  parts.letGo = element("button", { type: "button", class: "let-go", onclick: act.letGo }, "Let go of what is held");
  parts.grid = element("div", { class: "panels" },
    panel(1, "Input x", "784", "28 × 28 pixels from 0 to 1", parts.input, parts.pixel.node),
    panel(2, "Hidden layer h", "400", "h = max(0, W x + b)", parts.hidden, parts.unit.node),
    panel(3, "μ and log σ²", "2 + 2", "two linear heads on h", element("div", { class: "heads" }, ...parts.heads.map((h) => h.node)), parts.letGo),
    panel(4, "Draw z", "2", "", parts.plane, parts.alphaRow, parts.drawNumbers, element("div", { class: "pairs" }, ...pairs("z", "z"))),
    panel(5, "Decoder g", "400", "g = max(0, V z + c)", parts.units, parts.decoder.node),
    panel(6, "Output y", "784", "y = 1 / (1 + exp(−U g − d))", parts.output,
      element("div", { class: "hold" }, (parts.outText = element("span", { class: "what wide" })), number("pixel", "the pixel's loss"))));
  parts.drawFormula = parts.grid.querySelector('[data-panel="4"] .formula');
  const loss = (name, label) => element("span", { class: "pair" }, label, number(name, label));
  parts.losses = element("div", { class: "losses panel", "data-panel": 7, role: "group", "aria-label": "Losses" },
    loss("reconstruction", "BCE"), element("i", {}, "+"), loss("kl", "KL"), element("i", {}, "="), loss("elbo", "−ELBO"),
    loss("kl1", "KL₁"), loss("kl2", "KL₂"), loss("sse", "Σ(x−y)²"), loss("mse", "mean"));
  parts.status = element("p", { class: "status", role: "status" });
  parts.connection = element("p", { class: "connection", role: "alert" });
  root.append(parts.grid, parts.losses);
  parts.transportHolder = element("div", {});
  root.append(parts.transportHolder, parts.status, parts.connection);
  return parts;
}
