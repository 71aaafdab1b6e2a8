// A threshold board's counts by group, and what they cost: slider, curve over the cut, cheapest cut.

import { scoreScale } from "./threshold-draw.js";
import { decodeArray, element, numberText } from "./widget.js";

/**
 * The panel of numbers beside the curves; every one is a button that opens it.
 * `onOpen(name)`, `onCost(eventTime, settled)`, `onMove(stop, eventTime)`.
 */
export function createRates({ onOpen, onCost, onMove }) {
  let cost = 0;
  let costs = null;
  const buttons = new Map(); // name -> the button that shows it
  const number = (name) => {
    const button = element("button", { type: "button", class: "number", "data-open": name,
      onclick: () => onOpen(name) });
    buttons.set(name, button);
    return button;
  };
  const body = element("tbody");
  const table = element("table", {}, element("thead", {}, element("tr", {},
    ...["", "kept", "flagged", "share"].map((text) => element("th", { scope: "col" }, text)))), body);
  const pair = (text, name) => [element("dt", {}, text), element("dd", {}, number(name))];
  const measures = element("dl", { class: "pairs" }, ...pair("precision", "precision"),
    ...pair("accuracy", "accuracy"), ...pair("AUC", "auc"), ...pair("avg. precision", "ap"));
  const slider = element("input", { type: "range", min: 0, step: 1, class: "cost",
    "aria-label": "Cost of a false alarm, in missed spams" });
  const said = element("b", { "data-read": "cost" });
  const priced = element("dl", { class: "pairs" }, ...pair("cost here", "cost"),
    ...pair("cheapest", "best"), ...pair("if calibrated", "bayes"), ...pair("P = 1/2", "half"));
  const go = (text, title, which) => element("button", { type: "button", class: "go", title,
    onclick: (event) => onMove(costs[which][cost], event.timeStamp) }, text);
  const goes = element("div", { class: "goes" }, go("→ cheapest", "Move the cut to the cheapest place", "best"),
    go("→ if calibrated", "Move the cut to where true probabilities would have it", "bayes"));
  const box = element("div", { class: "rates" }, table, measures,
    element("label", { class: "price" }, element("span", {}, "a false alarm costs ", said, " missed spam"), slider),
    priced, goes);
  box.hidden = true;

  slider.addEventListener("input", (event) => {
    cost = Number(slider.value);
    onCost(event.timeStamp, false);
  });
  slider.addEventListener("change", () => onCost(null, true));
  const write = (name, text, title = "") => {
    const button = buttons.get(name);
    if (button.textContent !== text) button.textContent = text;
    button.title = title;
  };
  const percent = (part, whole) => (whole ? `${numberText((100 * part) / whole)} %` : "undefined");

  return {
    box,
    get cost() { return cost; },
    setCost(index) {
      cost = index;
      slider.value = String(index);
    },
    load(data) {
      box.hidden = !data.costs;
      if (!data.costs) return;
      costs = { ...data.costs };
      for (const name of ["best", "bayes", "bayes_place", "least", "at_bayes", "at_half", "curves"]) {
        costs[name] = decodeArray(data.costs[name]);
      }
      data.costs = costs;
      const hard = decodeArray(data.hard_flagged);
      const flagged = { easy: data.fp.map((alarms, j) => alarms - hard[j]), hard, spam: data.tp };
      data.groups = data.groups.map((group) => ({ ...group, flagged: flagged[group.open] }));
      data.other = data.other && { ...data.other, falseAlarm: decodeArray(data.other.false_alarm),
        recall: decodeArray(data.other.recall), precision: decodeArray(data.other.precision) };
      slider.max = String(costs.values.length - 1);
      body.replaceChildren(...data.groups.map((group) => element("tr", {},
        element("th", { scope: "row" }, group.name), element("td"), element("td"),
        element("td", {}, number(group.open)))));
    },
    /** The cut that true probabilities would take: the board's dashed line. */
    nominal: (data) => ({ stop: data.costs.bayes[cost], place: data.costs.bayes_place[cost] }),
    describe(data, stop, open) {
      if (!data.costs) return;
      const [negatives, positives] = data.totals;
      const cases = negatives + positives;
      const [tp, fp] = [data.tp[stop], data.fp[stop]];
      data.groups.forEach((group, i) => {
        const cells = body.children[i].children;
        cells[1].textContent = String(group.total - group.flagged[stop]);
        cells[2].textContent = String(group.flagged[stop]);
        write(group.open, percent(group.flagged[stop], group.total));
      });
      write("precision", numberText(data.precision[stop]));
      write("accuracy", numberText((tp + negatives - fp) / cases));
      write("auc", data.measures.auc);
      write("ap", data.measures.ap);
      const price = costs.values[cost];
      const missed = positives - tp;
      said.textContent = costs.texts[cost];
      slider.setAttribute("aria-valuetext", `${costs.texts[cost]} missed spam`);
      write("cost", numberText((price * fp + missed) / cases), `${costs.texts[cost]} · ${fp} + ${missed}, a message`);
      write("best", numberText(costs.least[cost]));
      write("bayes", numberText(costs.at_bayes[cost]));
      write("half", numberText(costs.at_half[cost]));
      for (const [name, button] of buttons) button.setAttribute("aria-pressed", String(name === open));
      box.dataset.cost = String(cost);
    },
  };
}

/** The cost at every cut as a line over the scores, its lowest place, and the calibrated cut's name. */
export function drawCosts(stage, data, cost, stop, colours) {
  const { context } = stage;
  const { box, x } = scoreScale(stage);
  const { curves, best, bayes_place: bayesPlace, bayes_texts: bayesTexts, best_texts: bestTexts } = data.costs;
  const points = curves.shape[1];
  const y = (share) => box.top + 8 + (1 - share) * (box.height - 22);
  context.save();
  context.strokeStyle = colours.text;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0; i < points; i++) {
    context.lineTo(x(i / (points - 1)), y(curves[cost * points + i]));
  }
  context.stroke();
  const at = x(data.cutPlace[best[cost]]);
  const low = y(0);
  context.fillStyle = colours.background;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(at, low, 6, 0, 7);
  context.fill();
  context.stroke();
  const say = (text, px, py) => {
    context.font = `12px ${colours.font}`;
    const width = context.measureText(text).width;
    const left = Math.max(box.left + 2, Math.min(box.left + box.width - width - 2,
      px + 10 + width > box.left + box.width ? px - 10 - width : px + 10));
    context.globalAlpha = 0.85;
    context.fillStyle = colours.background;
    context.fillRect(left - 3, py - 9, width + 6, 18);
    context.globalAlpha = 1;
    context.fillStyle = colours.text;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillText(text, left, py);
  };
  say(`cheapest: ${bestTexts[cost]}`, at, low - 18);
  const bayesText = stage.width < 480 ? bayesTexts[cost].split(",")[0] : bayesTexts[cost];
  say(`if calibrated: ${bayesText}`, x(bayesPlace[cost]), box.top + 38);
  say("cost (log scale)", box.left, y(curves[cost * points]) + (curves[cost * points] > 0.8 ? 14 : -14));
  context.restore();
}
