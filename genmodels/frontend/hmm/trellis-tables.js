// pi, A and B under the trellis, and which of their numbers a step uses.

import { element } from "../core/widget.js";

/** `show(data)` builds the tables; `light(data, geometry, now)` lights what the nodes `now` use. */
export function createTables(parent) {
  const box = element("div", { class: "tables", "aria-label": "The numbers in use light up" });
  parent.append(box);
  let cells = null;
  let lit = [];
  let builtOf = "";

  function show(data) {
    if (!data.tables) {
      box.replaceChildren();
      cells = null;
      builtOf = "";
      return;
    }
    const key = JSON.stringify([data.tables, data.states, data.symbols]);
    if (key === builtOf) return;
    builtOf = key;
    const { initial, transition, emission } = data.tables;
    const { short } = data;
    cells = { initial: [], transition: [], emission: [] };
    const table = (name, title, heads, rows) => {
      const line = (k) => element("tr", {}, element("th", { scope: "row", title: data.states[k] }, short[k]),
        ...rows[k].map((text, j) => {
          const cell = element("td", {}, text);
          (cells[name][k] ??= [])[j] = cell;
          return cell;
        }));
      return element("table", { class: name }, element("caption", {}, title),
        element("tr", {}, element("th", {}), ...heads.map((text) => element("th", { scope: "col" }, text))),
        ...rows.map((_, k) => line(k)));
    };
    box.replaceChildren(
      table("initial", "π start", ["π"], initial.map((text) => [text])),
      table("transition", "A from row to column", short, transition),
      table("emission", "B sees", data.symbols, emission),
    );
    lit = [];
  }

  /** Returns what is lit as text, for the root's data-lit. */
  function light(data, geometry, now) {
    for (const cell of lit) cell.classList.remove("lit", "won");
    lit = [];
    if (!cells) return "";
    const used = { initial: [], transition: [], emission: [] };
    const put = (name, k, j, won = false) => {
      const cell = cells[name][k][j];
      if (!lit.includes(cell)) {
        lit.push(cell);
        used[name].push([k, j]);
      }
      cell.classList.add(won ? "won" : "lit");
    };
    const last = geometry.T - 1;
    for (const [t, k] of now) {
      if (data.mode === "generate") {
        if (t === 0) put("initial", k, 0, true);
        else put("transition", data.drawn[t - 1], k, true);
        if (geometry.emitted) put("emission", k, data.observations[t], true);
        continue;
      }
      const leftToRight = data.mode === "Viterbi" || data.mode === "forward" ||
        (data.mode === "posterior" && t === now[0][0]);
      const seen = data.observations[leftToRight ? t : t + 1];
      if (leftToRight) {
        if (t === 0) put("initial", k, 0);
        else for (let i = 0; i < geometry.K; i++) {
          put("transition", i, k, data.mode === "Viterbi" && data.pointers[(t - 1) * geometry.K + k] === i);
        }
        if (seen >= 0) put("emission", k, seen);
      } else if (t < last) {
        for (let j = 0; j < geometry.K; j++) {
          put("transition", k, j);
          if (seen >= 0) put("emission", j, seen);
        }
      }
    }
    if (lit.length > 60) return "many";
    const order = (a, b) => a[0] - b[0] || a[1] - b[1];
    return ["initial", "transition", "emission"].map((name) =>
      `${name[0]}:${used[name].sort(order).map(([k, j]) => `${k}.${j}`).join(" ")}`).join(";");
  }

  return { show, light };
}
