// The factor table: prior, one factor a feature, product, posterior. Python tabled every log that can
// stand in it (pages/nb/variants/feature_curves.py); this looks them up, adds them and shares the sums out to 1.

import { drawRegions, drawStrip, regionScales, stripScale, valueText } from "./feature-draw.js";
import { COMPONENTS, themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

export default defineWidget("feature-curves", (root, actions) => {
  let data = null;
  let state = null; // places, known, prior (per cent), smoothing (place), open (name or null)
  let goto = null;
  let told = null;
  let held = null; // feature under the hand, or "plane"
  let rows = []; // one a feature: { box, cells, bar, control, stage }
  let prior, product, posterior, smoothing, smoothingText;
  let asLogs = false;

  const table = element("div", { class: "table" });
  const below = element("div", { class: "below" });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.append(table, below, status);
  const regionBox = element("div", { class: "region-box" });
  root.insertBefore(regionBox, status);
  const plane = createStage(regionBox, { className: "regions", aspect: 0.36, minHeight: 200, maxHeight: 236,
    label: "Decision regions", onResize: () => frame.request() });
  const save = pngButton(plane, "regions", () => themeColours(root).background);
  const frame = frameLoop(paint);

  // -- sums of what was looked up --------------------------------------------------------------
  const count = () => data.classes.length;
  const logPrior = (k) => data.logPriors[(state.prior - 1) * count() + k];
  function term(f, k) {
    if (!state.known[f]) return 0;
    return data.tables[f][(state.smoothing * data.features[f].n + state.places[f]) * count() + k];
  }
  /** Shares of 1 from logs; null where all are nothing. */
  function shares(logs) {
    const top = Math.max(...logs);
    if (Number.isNaN(top) || top === -Infinity) return null;
    const parts = logs.map((value) => Math.exp(value - top));
    const total = parts.reduce((sum, part) => sum + part, 0);
    return parts.map((part) => part / total);
  }

  // -- the table's elements, made once a board -------------------------------------------------
  const numberButton = (name, label) => element("button", { type: "button", class: "number", "data-open": name,
    "aria-label": label, onclick: () => toggle(name) });
  function toggle(name) {
    state.open = state.open === name ? null : name;
    request();
    tell();
  }
  function line(kind, name, title, control, belief) {
    const cells = data.classes.map((label, k) => numberButton(`${name}-${k}`, `${title}, ${label}`));
    const parts = data.classes.map((_, k) => {
      const part = element("i");
      part.style.background = COMPONENTS[k];
      return part;
    });
    // A bar opens the share that was clicked, by key the largest one.
    const bar = element("div", { class: "belief", role: "button", tabindex: 0, "data-belief": belief,
      onclick: (event) => toggle(`${belief}-${Math.max(0, parts.indexOf(event.target))}`),
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        const sizes = parts.map((part) => parseFloat(part.style.width));
        toggle(`${belief}-${sizes.indexOf(Math.max(...sizes))}`);
      } }, ...parts);
    const heading = element("div", { class: "name" });
    const box = element("div", { class: `row ${kind}` }, heading, element("div", { class: "control" }, control),
      element("div", { class: "cells" }, ...cells), bar);
    return { box, heading, cells, bar, parts };
  }
  function slider(label, max, min, set) {
    const input = element("input", { type: "range", min, max, step: 1, "aria-label": label,
      oninput: (event) => {
        set(Number(input.value));
        frame.request(event.timeStamp);
      },
      onchange: () => tell() });
    return input;
  }
  function build() {
    rows.forEach((row) => row.stage?.destroy());
    const swatches = data.classes.map((name, k) => {
      const mark = element("i");
      mark.style.background = COMPONENTS[k];
      return element("span", {}, mark, name);
    });
    const head = element("div", { class: "row head" }, element("div", { class: "name" }),
      element("div", { class: "control" }, { gaussian: "measured", multinomial: "times said",
        bernoulli: "said or not" }[data.kind]),
      element("div", { class: "cells" }, ...swatches), element("div", { class: "belief-title" }, "belief so far"));
    const priorInput = slider(`Prior of ${data.classes[data.focus]}`, 99, 1, (value) => { state.prior = value; });
    const priorText = element("output");
    prior = { ...line("prior", "prior", "Prior", element("label", { class: "slide" }, priorInput, priorText), "b0"),
      input: priorInput, text: priorText };
    prior.heading.textContent = "Prior";
    rows = data.features.map((feature, f) => makeRow(feature, f));
    product = line("product", "product", "Product", "", "");
    product.heading.textContent = "Product";
    product.bar.hidden = true;
    posterior = line("posterior", "posterior", "Posterior", "", "posterior");
    posterior.heading.textContent = "Posterior";
    table.replaceChildren(head, prior.box, ...rows.map((row) => row.box), product.box, posterior.box);
    table.style.setProperty("--classes", String(count()));
    smoothing = slider(data.smoothing, data.smoothings.length - 1, 0, (value) => { state.smoothing = value; });
    smoothingText = element("output");
    const logs = element("button", { type: "button", class: "logs", "aria-pressed": "false", onclick: () => {
      asLogs = !asLogs;
      logs.setAttribute("aria-pressed", String(asLogs));
      request();
    } }, "logs");
    logs.title = "Show each factor's natural logarithm: logs add";
    below.replaceChildren(element("label", { class: "slide" }, element("span", {}, data.smoothing), smoothing,
      smoothingText), logs, ...(data.points ? [save] : []));
    logs.setAttribute("aria-pressed", String(asLogs));
    root.dataset.kind = data.kind;
    rows.forEach((row) => row.stage?.fit());
  }
  function makeRow(feature, f) {
    const holder = element("div", { class: "holder" });
    const row = { ...line("feature", `f${f}`, feature.name, holder, `b${f + 1}`), check: null, field: null, stage: null };
    const box = element("input", { type: "checkbox", "aria-label": `${feature.name} known`, onchange: () => {
      state.known[f] = box.checked;
      request();
      tell();
    } });
    row.check = box;
    row.heading.append(element("label", {}, box, element("span", {}, feature.name)));
    if (data.kind === "gaussian") row.stage = strip(holder, feature, f);
    else if (data.kind === "multinomial") row.field = stepper(holder, feature, f);
    else {
      row.field = element("button", { type: "button", class: "presence", onclick: () => {
        place(f, state.places[f] ? 0 : 1);
        tell();
      } });
      holder.append(row.field);
    }
    return row;
  }
  function stepper(holder, feature, f) {
    const step = (by, text) => element("button", { type: "button", "aria-label": `${feature.name}: ${text}`,
      onclick: (event) => { place(f, state.places[f] + by, event.timeStamp); tell(); } }, by < 0 ? "−" : "+");
    const field = element("input", { type: "number", min: 0, max: feature.n - 1, "aria-label": `${feature.name}: times`,
      oninput: (event) => {
        const value = Number(field.value);
        if (field.value !== "" && Number.isInteger(value)) place(f, value, event.timeStamp);
      },
      onchange: () => { field.value = String(state.places[f]); tell(); } });
    holder.append(step(-1, "once less"), field, step(1, "once more"));
    return field;
  }
  function strip(holder, feature, f) {
    const stage = createStage(holder, { className: "strip", aspect: 0.2, minHeight: 50, maxHeight: 50,
      onResize: () => {
        stage.shown = null; // its canvas is empty now
        frame.request();
      } });
    const set = ([px], event) => place(f, Math.round(stripScale(stage, feature).inverse(px)), event.timeStamp);
    draggable(stage, {
      start(point, event) {
        held = f;
        set(point, event);
        return true;
      },
      move: set,
      end() {
        held = null;
        request();
        tell();
      },
    });
    const { canvas } = stage;
    canvas.setAttribute("role", "slider");
    canvas.setAttribute("aria-label", feature.name);
    canvas.setAttribute("aria-valuemin", valueText(feature, 0));
    canvas.setAttribute("aria-valuemax", valueText(feature, feature.n - 1));
    keys(canvas, { ArrowRight: [f, 1], ArrowUp: [f, 1], ArrowLeft: [f, -1], ArrowDown: [f, -1], PageUp: [f, 10],
      PageDown: [f, -10], Home: [f, -1e6], End: [f, 1e6] });
    return stage;
  }
  function keys(canvas, moves) {
    canvas.addEventListener("keydown", (event) => {
      const found = typeof moves === "function" ? moves()[event.key] : moves[event.key];
      if (!found || !data || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const [f, by] = found;
      place(f, state.places[f] + by * (event.shiftKey ? 10 : 1), event.timeStamp);
    });
    canvas.addEventListener("keyup", (event) => { if (event.key !== "Tab") tell(); });
    canvas.addEventListener("blur", () => tell());
  }
  function place(f, value, eventTime = null) {
    state.places[f] = Math.max(0, Math.min(data.features[f].n - 1, value));
    state.known[f] = true;
    frame.request(eventTime);
  }

  // -- the plane -------------------------------------------------------------------------------
  const toPlane = ([px, py], event) => {
    const [a, b] = data.axes;
    const { x, y } = regionScales(plane, data.features[a], data.features[b]);
    place(a, Math.round(x.inverse(px)), event.timeStamp);
    place(b, Math.round(y.inverse(py)), event.timeStamp);
  };
  draggable(plane, {
    start(point, event) {
      if (!data?.axes) return false;
      held = "plane";
      toPlane(point, event);
      return true;
    },
    move: toPlane,
    end() {
      held = null;
      request();
      tell();
    },
  });
  keys(plane.canvas, () => ({ ArrowRight: [data.axes[0], 1], ArrowLeft: [data.axes[0], -1],
    ArrowUp: [data.axes[1], 1], ArrowDown: [data.axes[1], -1] }));

  /** Words that stand already are left alone: a drag changes few of them. */
  function say(node, text) {
    if (node.said !== text) {
      node.said = text;
      node.textContent = text;
    }
  }

  // -- what is shown ---------------------------------------------------------------------------
  const request = () => frame.request();
  const factorText = (log) => {
    if (Number.isNaN(log)) return "–";
    return numberText(asLogs ? log : Math.exp(log)).replace(/e\+?/, "e");
  };
  const percent = (share) => (share >= 0.9995 && share < 1 ? "> 99.9 %" : `${numberText(100 * share)} %`);
  const briefly = (share) => (share >= 0.995 && share < 1 ? "> 99 %" : `${Math.round(100 * share)} %`);
  function fillBar(target, logs, digits) {
    const found = shares(logs);
    target.bar.dataset.empty = String(!found);
    const none = data.problems[state.smoothing] ? "no model" : "0 / 0";
    target.bar.dataset.none = none;
    target.parts.forEach((part, k) => {
      part.style.width = `${100 * (found ? found[k] : 0)}%`;
      say(part, found && found[k] > 0.17 ? (digits ? percent : briefly)(found[k]) : "");
    });
    target.bar.setAttribute("aria-label", found
      ? "Belief: " + data.classes.map((name, k) => `${name} ${percent(found[k])}`).join(", ") : none);
    return found;
  }
  function describe() {
    const classes = [...data.classes.keys()];
    const logs = classes.map(logPrior);
    classes.forEach((k) => say(prior.cells[k], factorText(logs[k])));
    prior.input.value = String(state.prior);
    say(prior.text, `${data.classes[data.focus]} ${data.priors[state.prior - 1]}`);
    fillBar(prior, logs, false);
    rows.forEach((row, f) => {
      const silent = !state.known[f] || (data.kind === "multinomial" && state.places[f] === 0);
      row.box.dataset.silent = String(silent);
      row.check.checked = state.known[f];
      classes.forEach((k) => {
        const value = term(f, k);
        logs[k] += value;
        say(row.cells[k], factorText(value));
      });
      fillBar(row, logs, false);
      const times = state.places[f];
      if (data.kind === "multinomial" && root.getRootNode().activeElement !== row.field) {
        row.field.value = String(times);
      } else if (data.kind === "bernoulli") {
        say(row.field, !state.known[f] ? "not known"
          : times === 0 ? "absent" : times === 1 ? "present" : `present (${times} times, counts once)`);
        row.field.setAttribute("aria-pressed", String(times > 0));
        row.field.setAttribute("aria-label", `${data.features[f].name}: ${row.field.textContent}`);
      } else if (row.stage) {
        row.stage.canvas.setAttribute("aria-valuenow", valueText(data.features[f], times));
        row.stage.canvas.setAttribute("aria-valuetext", state.known[f]
          ? `${valueText(data.features[f], times)} ${data.features[f].unit}` : "not measured");
      }
    });
    const problem = data.problems[state.smoothing];
    classes.forEach((k) => say(product.cells[k], factorText(logs[k])));
    const found = fillBar(posterior, logs, true);
    classes.forEach((k) => {
      say(posterior.cells[k], found ? (asLogs ? numberText(Math.log(found[k])) : numberText(found[k]))
        .replace(/e\+?/, "e") : "–");
    });
    smoothing.value = String(state.smoothing);
    say(smoothingText, data.smoothings[state.smoothing]);
    const best = found ? found.indexOf(Math.max(...found)) : -1;
    say(status, problem || (found ? `${data.classes[best]}, ${percent(found[best])}.`
      : "Every class gives this probability 0: 0 / 0, no answer."));
    for (const button of table.querySelectorAll("[data-open]")) {
      button.setAttribute("aria-pressed", String(button.dataset.open === state.open));
    }
    for (const bar of table.querySelectorAll("[data-belief]")) {
      bar.setAttribute("aria-pressed", String((state.open ?? "").split("-")[0] === bar.dataset.belief));
    }
    Object.assign(root.dataset, { values: state.places.map((p, f) => valueText(data.features[f], p)).join(","),
      known: state.known.map(Number).join(""), prior: String(state.prior), open: state.open ?? "",
      smoothing: data.smoothings[state.smoothing], winner: found ? data.classes[best] : "",
      posterior: found ? found.map((share) => share.toPrecision(5)).join(",") : "" });
  }
  function paint(now, eventTime) {
    if (!data) return;
    const colours = themeColours(root); // before the words change, so that no style is worked out twice
    describe();
    rows.forEach((row, f) => {
      if (row.stage?.width) drawStrip(row.stage, data.features[f], data.tables[f], state.smoothing, state.places[f],
        state.known[f], held === f, colours);
    });
    if (data.axes && plane.width) {
      const rest = data.classes.map((_, k) => data.features.reduce((sum, _feature, f) =>
        sum + (data.axes.includes(f) ? 0 : term(f, k)), logPrior(k)));
      drawRegions(plane, data, state, rest, held === "plane", colours);
      const names = data.axes.map((f) => data.features[f].name);
      plane.canvas.setAttribute("aria-label", `Decision regions over ${names.join(" and ")}; ${status.textContent} ` +
        "Arrows move the point.");
    }
    if (eventTime !== null) measurePaint("feature-curves", "drag", eventTime);
  }
  function tell() {
    if (!data) return;
    const view = { board: data.board_id, token: goto, ...state };
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", JSON.parse(text));
  }

  return {
    update(next) {
      const fresh = next.board_id !== data?.board_id;
      const moved = next.goto.token !== goto || state?.places.length !== next.features.length;
      if (fresh) {
        data = { ...next, tables: next.tables.map(decodeArray), logPriors: decodeArray(next.log_priors) };
        for (const name of ["points", "labels", "means", "spreads"]) {
          data[name] = next[name] && decodeArray(next[name]);
        }
      }
      data.axes = next.axes;
      if (moved) {
        goto = next.goto.token;
        told = null;
        const { places, known, prior: percentage, smoothing: stop, open } = next.goto;
        state = { places: [...places], known: [...known], prior: percentage, smoothing: stop, open };
      }
      if (fresh) build();
      regionBox.hidden = !data.axes;
      plane.fit();
      describe();
      request();
    },
    repaint: () => frame.request(),
    destroy() {
      frame.cancel();
      plane.destroy();
      rows.forEach((row) => row.stage?.destroy());
    },
  };
});
