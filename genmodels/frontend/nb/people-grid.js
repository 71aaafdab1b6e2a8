// Findings and base rate under the hand, and 1,000 people like this. Python tabled every log-odds
// (pages/nb/diagnosis/people_grid.py); this looks them up, adds them and finds the crowd that the sum stands for.

import { drawPeople, peopleAt } from "./people-draw.js";
import { themeColours } from "../core/palette.js";
import { createStage, pngButton } from "../core/stage.js";
import { defineWidget, element, frameLoop, measurePaint, signedText } from "../core/widget.js";

export default defineWidget("people-grid", (root, actions) => {
  let data = null;
  let state = null; // { places, rate, open }
  let goto = null;
  let own = null; // places that "As measured" goes back to
  let group = "";
  let told = null;
  let rows = []; // one a finding
  let lines = {}; // rate, others, total

  const crowd = element("p", { class: "crowd", role: "status", "aria-live": "polite" });
  root.append(crowd);
  const shape = () => (root.clientWidth > 520 ? 0.4 : 0.625); // 50 or 40 in a row, as people-draw has it
  const stage = createStage(root, { className: "people", aspect: shape(), minHeight: 100, maxHeight: 290,
    focusable: false, label: "1,000 people with these findings", onResize() {
      stage.aspect = shape();
      stage.fit();
      frame.request();
    } });
  const legend = element("p", { class: "legend" });
  const tabs = element("div", { class: "tabs", role: "group", "aria-label": "Part of the findings" });
  const table = element("div", { class: "table" });
  const tools = element("div", { class: "tools" });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.append(legend, tabs, table, tools, status);
  const save = pngButton(stage, "people", () => themeColours(root).background);
  const frame = frameLoop(paint);

  // -- sums of what was looked up --------------------------------------------------------------
  const oddsOf = (f) => (state.places[f] < 0 ? 0 : data.findings[f].log_odds[state.places[f]]);
  /** Into which crowd a sum falls: the last edge that isn't above it. */
  function crowdOf(total) {
    let [low, high] = [0, data.edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (data.edges[middle] <= total) low = middle + 1;
      else high = middle;
    }
    return low;
  }
  const shownGroup = (f) => !data.groups.length || data.findings[f].group === group;

  // -- the table, made once a board ------------------------------------------------------------
  function line(kind, open, name, control, value) {
    const heading = element("div", { class: "name" }, name);
    const number = element("button", { type: "button", class: "number", onclick: () => openNumber(open) });
    if (open) number.dataset.open = open;
    const bar = element("i");
    const from = element("u");
    const fall = element("div", { class: "fall", role: "presentation" }, element("s"), from, bar);
    const box = element("div", { class: `row ${kind}` }, heading, element("div", { class: "control" }, control),
      element("output", { class: "value" }, value), number, fall);
    return { box, heading, number, bar, from, fall, value: box.querySelector("output") };
  }
  function openNumber(name) {
    state.open = state.open === name ? null : name;
    frame.request();
    tell();
  }
  function range(label, max, set) {
    const input = element("input", { type: "range", min: 0, max, step: 1, "aria-label": label,
      oninput: (event) => {
        set(Number(input.value));
        frame.request(event.timeStamp);
      },
      onchange: () => tell() });
    return input;
  }
  function makeRow(finding, f) {
    const box = element("input", { type: "checkbox", "aria-label": `${finding.name} measured`, onchange: (event) => {
      state.places[f] = box.checked ? rows[f].last : -1;
      frame.request(event.timeStamp);
      tell();
    } });
    const set = (place) => {
      state.places[f] = place;
      rows[f].last = place;
    };
    const last = finding.values.length - 1;
    let control;
    if (finding.chosen) {
      control = element("select", { "aria-label": finding.name, onchange: (event) => {
        set(Number(control.value));
        frame.request(event.timeStamp);
        tell();
      } }, ...finding.values.map((text, i) => element("option", { value: i }, text)));
    } else control = range(finding.name, last, set);
    const name = element("label", {}, box, element("span", {}, finding.name));
    const made = line("finding", `f${f}`, name, control, "");
    made.box.dataset.f = String(f);
    return { ...made, check: box, control, chosen: finding.chosen, last: last >> 1 };
  }
  function build() {
    rows = data.findings.map(makeRow);
    const rate = range("Base rate", data.rates.length - 1, (place) => { state.rate = place; });
    lines = {
      rate: { ...line("rate", "prior", "Base rate", rate, ""), control: rate },
      others: line("others", "total", "the other parts", "", ""), // opens the sum that it is part of
      total: line("total", "total", "Total", element("button", { type: "button", class: "number wide",
        "data-open": "probability", onclick: () => openNumber("probability") }), ""),
    };
    delete lines.others.number.dataset.open;
    lines.probability = lines.total.box.querySelector("[data-open=probability]");
    table.replaceChildren(lines.rate.box, ...rows.map((row) => row.box),
      ...(data.groups.length ? [lines.others.box] : []), lines.total.box);
    const tool = (text, run) => element("button", { type: "button", onclick: (event) => {
      run();
      frame.request(event.timeStamp);
      tell();
    } }, text);
    tools.replaceChildren(
      ...data.named_rates.map(([text, place]) => tool(text, () => { state.rate = place; })),
      tool("As measured", () => { state.places = [...own]; remember(); }),
      tool("Nothing measured", () => { state.places = state.places.map(() => -1); }), save);
    tabs.hidden = !data.groups.length;
    if (!data.groups.includes(group)) group = data.groups.at(-1) ?? "";
    tabs.replaceChildren(...data.groups.map((name) => element("button", { type: "button", "data-group": name,
      onclick: () => { group = name; frame.request(); } }, name)));
  }
  /** Where each finding was last measured, for when it is measured again. */
  function remember() {
    state.places.forEach((place, f) => { if (place >= 0) rows[f].last = place; });
  }

  function tell() {
    const view = { board: data.board_id, token: goto, places: state.places, rate: state.rate, open: state.open };
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", JSON.parse(text));
  }

  // -- painting --------------------------------------------------------------------------------
  function write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    const prior = data.rate_log_odds[state.rate];
    const order = rows.map((_, f) => f).filter(shownGroup);
    const hidden = rows.map((_, f) => f).filter((f) => !shownGroup(f));
    const others = hidden.reduce((sum, f) => sum + oddsOf(f), 0);
    const total = rows.reduce((sum, _, f) => sum + oddsOf(f), prior);
    const strongest = rows.reduce((best, _, f) => (Math.abs(oddsOf(f)) > Math.abs(oddsOf(best)) ? f : best), 0);

    // The fall: each bar starts where the one before ended.
    let at = 0;
    const falls = [];
    const step = (entry, odds) => { falls.push([entry, at, at + odds]); at += odds; };
    step(lines.rate, prior);
    order.forEach((f) => step(rows[f], oddsOf(f)));
    if (data.groups.length) step(lines.others, others);
    falls.push([lines.total, 0, total]);
    const ends = falls.flatMap(([, from, to]) => [from, to]);
    const low = Math.min(0, ...ends);
    const width = Math.max(0, ...ends) - low || 1;
    for (const [entry, from, to] of falls) {
      const place = (value) => `${(100 * (value - low) / width).toFixed(2)}%`;
      entry.fall.style.setProperty("--zero", place(0));
      entry.fall.style.setProperty("--from", place(from));
      entry.fall.style.setProperty("--low", place(Math.min(from, to)));
      entry.fall.style.setProperty("--width", `${(100 * Math.abs(to - from) / width).toFixed(2)}%`);
      entry.fall.dataset.side = to === from ? "none" : to > from ? "for" : "against";
    }

    rows.forEach((row, f) => {
      const place = state.places[f];
      const known = place >= 0;
      row.box.hidden = !shownGroup(f);
      row.box.dataset.known = String(known);
      row.box.dataset.most = String(known && f === strongest && oddsOf(f) !== 0);
      row.check.checked = known;
      row.control.disabled = !known;
      row.control.value = String(known ? place : row.last);
      const text = known ? data.findings[f].values[place] : "not measured";
      if (!row.chosen) row.control.setAttribute("aria-valuetext", text);
      write(row.value, row.chosen && known ? "" : text);
      number(row.number, `f${f}`, oddsOf(f), data.findings[f].name);
    });
    lines.rate.control.value = String(state.rate);
    lines.rate.control.setAttribute("aria-valuetext", data.rates[state.rate]);
    write(lines.rate.value, data.rates[state.rate]);
    number(lines.rate.number, "prior", prior, "base rate");
    write(lines.others.number, signedText(others));
    lines.others.number.setAttribute("aria-label", `the other findings: ${signedText(others)} nats, open the sum`);
    write(lines.others.heading, `the other ${hidden.length}`);
    number(lines.total.number, "total", total, "total");
    const place = crowdOf(total);
    write(lines.probability, data.crowds[place]);
    lines.probability.setAttribute("aria-pressed", String(state.open === "probability"));
    const before = crowdOf(prior);
    write(crowd, `Of people with these findings, ${data.crowds[place]} have ${data.disease}.`);
    write(legend, `▲ has ${data.disease} · ○ hasn’t · dashed: ${data.crowds[before]} before any finding`);
    write(status, oddsOf(strongest) === 0 ? "No finding says anything."
      : `Moved it most: ${data.findings[strongest].name}, ${signedText(oddsOf(strongest))} nats.`);
    [...tabs.children].forEach((tab) => tab.setAttribute("aria-pressed", String(tab.dataset.group === group)));
    drawPeople(stage, data.counts[place], data.counts[before], data.people, themeColours(root));
    stage.canvas.setAttribute("aria-label", `${data.counts[place]} of 1,000 people are marked as ill`);
    Object.assign(root.dataset, { total: String(total), people: String(data.counts[place]), rate: data.rates[state.rate],
      open: state.open ?? "", known: String(state.places.filter((p) => p >= 0).length), strongest: String(strongest) });
    if (eventTime !== null) measurePaint("people-grid", "move", eventTime);
  }
  function number(node, name, value, label) {
    write(node, signedText(value));
    node.setAttribute("aria-label", `${label}: ${signedText(value)} nats, open`);
    node.setAttribute("aria-pressed", String(state.open === name));
  }
  stage.canvas.addEventListener("click", (event) => {
    const i = peopleAt(stage, stage.place(event), data.people);
    if (i !== null) openNumber("probability");
  });

  return {
    update(next) {
      const fresh = next.board_id !== data?.board_id;
      const { goto: asked, ...rest } = next;
      if (fresh) {
        data = rest;
        build();
      }
      own = asked.own;
      if (asked.token !== goto || fresh) {
        goto = asked.token;
        state = { places: [...asked.places], rate: asked.rate, open: asked.open };
        const opened = state.open?.startsWith("f") ? data.findings[Number(state.open.slice(1))] : null;
        if (opened?.group) group = opened.group;
        told = JSON.stringify({ board: data.board_id, token: goto, places: state.places, rate: state.rate,
          open: state.open });
        own.forEach((place, f) => { if (place >= 0) rows[f].last = place; });
        remember();
      }
      root.dataset.token = goto;
      frame.request();
    },
    destroy() {
      frame.cancel();
      stage.destroy();
    },
  };
});
