// A cut dragged over scores. Python sent every possible cut's numbers; this looks them up.

import { openAhead } from "./ahead.js";
import { followSliders } from "./follow.js";
import { createRates, drawCosts } from "./threshold-costs.js";
import * as draw from "./threshold-draw.js";
import { themeColours } from "./palette.js";
import { createStage, draggable } from "./stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "./widget.js";

const LISTED = 7; // cases a list shows

const named = (payload) => `${payload.board_id} ${payload.nominal?.text ?? ""}`;

export default defineWidget("threshold-board", (root, actions) => {
  let data = null;
  let stop = 0;
  let selected = null;
  let held = false; // the cut, in the hand
  let open = null; // the number that Python shows, on boards with rates
  let goto = null;
  let told = null; // the view as Python last heard it
  let cut = null; // the cut in the scores' unit, which stays where it is on another board
  let cause = "drag"; // what the next frame's time is of
  let early = false; // the board came by the live channel, and its rerun hasn't come yet
  let moved = false; // by the reader since then

  const request = () => frame.request();
  const scores = createStage(root, { className: "scores", aspect: 0.33, minHeight: 190, maxHeight: 250,
    label: "Scores and the cut", onResize: request });
  const lower = element("div", { class: "lower" });
  root.appendChild(lower);
  const curveBox = () => {
    const box = element("div", { class: "curve-box" });
    lower.appendChild(box);
    return box;
  };
  const roc = createStage(curveBox(), { className: "roc", aspect: 0.9, minHeight: 180, maxHeight: 236,
    label: "ROC curve; drag its point, arrows move it", onResize: request });
  const pr = createStage(curveBox(), { className: "pr", aspect: 0.9, minHeight: 180, maxHeight: 236,
    label: "Precision over recall; drag its point, arrows move it", onResize: request });
  const readout = (name) => {
    const value = element("dd", { "data-read": name });
    return { name: element("dt"), value };
  };
  const reads = ["flagged", "recall", "precision", "alarms", "nominal"].map(readout);
  const figures = element("dl", { class: "figures" }, ...reads.flatMap((r) => [r.name, r.value]));
  lower.appendChild(figures);
  const rates = createRates({
    onOpen(name) {
      open = name;
      selected = null;
      describe();
      request();
      tell();
    },
    onCost(eventTime, settled) {
      describe();
      frame.request(eventTime);
      if (settled) tell();
    },
    onMove(to, eventTime) {
      move(to, eventTime);
      tell();
    },
  });
  lower.appendChild(rates.box);
  const list = (title) => {
    const heading = element("h4", {}, title);
    const items = element("div", { class: "items" });
    const more = element("span", { class: "more" });
    const box = element("div", { class: "list" }, heading, items, more);
    return { box, heading, items, more };
  };
  const flaggedList = list("");
  const passedList = list("");
  root.appendChild(element("div", { class: "lists" }, flaggedList.box, passedList.box));
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);

  // -- what is shown -------------------------------------------------------------------------
  const last = () => data.cut.length - 1;
  const percent = (value) => (Number.isNaN(value) ? "undefined" : `${numberText(100 * value)} %`);

  function describe() {
    const flagged = data.flagged[stop];
    const [negatives, positives] = data.totals;
    const missed = positives - data.tp[stop];
    const [verb, leftOut] = data.verb;
    const texts = [
      [verb, `${flagged} of ${negatives + positives}`],
      ["recall", `${percent(data.recall[stop])} (${missed} ${leftOut})`],
      ["precision", percent(data.precision[stop])],
      ["false alarms", `${percent(data.falseAlarm[stop])} (${data.fp[stop]} of ${negatives})`],
      ["nominal", data.nominal?.rate !== undefined ? percent(data.nominal.rate) : ""],
    ];
    reads.forEach((read, i) => {
      [read.name.textContent, read.value.textContent] = texts[i];
      read.name.hidden = read.value.hidden = !texts[i][1];
    });
    if (data.lists === "wrong") {
      fill(flaggedList, only(range(0, flagged, 1), 0), data.fp[stop], "False alarms, the surest first");
      fill(passedList, only(range(data.order.length - 1, flagged - 1, -1), 1), missed,
        `${capital(leftOut)} ${data.classes[1]}, the surest first`);
    } else {
      fill(flaggedList, range(flagged - 1, -1, -1), flagged, `${capital(verb)}, nearest the cut first`);
      fill(passedList, range(flagged, data.order.length, 1), data.order.length - flagged,
        "Let pass, nearest the cut first");
    }
    rates.describe(data, stop, selected === null ? open : null);
    Object.assign(root.dataset, {
      stop: String(stop), stops: String(last()), flagged: String(flagged), missed: String(missed),
      alarms: String(data.fp[stop]), selected: selected === null ? "" : String(selected),
    });
    scores.canvas.setAttribute("aria-label",
      `${capital(data.score)} of ${negatives} ${data.classes[0]} and ${positives} ${data.classes[1]}. ` +
      "Arrows move the cut by one case, page keys by ten, Home and End to the ends.");
    status.textContent = `Cut at ${numberText(data.cut[stop], 4)} ${data.unit}: ${flagged} ${verb}, ` +
      `${data.fp[stop]} of them false alarms, ${missed} ${data.classes[1]} ${leftOut}. ${data.summary}`;
  }
  function* range(from, to, way) {
    for (let rank = from; rank !== to; rank += way) yield data.order[rank];
  }
  function* only(cases, kind) {
    for (const index of cases) if (data.positive[index] === kind) yield index;
  }
  const nameOf = (index) => (data.coded
    ? `${data.coded.words[data.coded.kind[index]]} ${data.coded.number[index]}`
    : `${data.names[index]}, ${data.classes[data.positive[index]]}`);
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  function fill(target, cases, count, title) {
    target.heading.textContent = title;
    const shown = [];
    for (const index of cases) {
      if (shown.length === LISTED) break;
      shown.push(index);
    }
    // Buttons stay in place, only their words change, so that a drag makes no new elements.
    while (target.items.childElementCount < LISTED) {
      const button = element("button", { type: "button", onclick: (event) =>
        select(Number(event.currentTarget.dataset.index)) },
      element("span", { class: "mark" }), element("span", { class: "name" }), element("span", { class: "score" }));
      target.items.appendChild(button);
    }
    [...target.items.children].forEach((button, i) => {
      const index = shown[i];
      button.hidden = index === undefined;
      if (index === undefined) return;
      const kind = data.positive[index];
      button.dataset.index = String(index);
      button.setAttribute("aria-pressed", String(index === selected));
      button.children[0].style.background = kind ? draw.POSITIVE : draw.NEGATIVE;
      button.children[1].textContent = nameOf(index);
      button.children[2].textContent = numberText(data.scores[index]);
    });
    const left = count - shown.length;
    target.more.textContent = left > 0 ? `and ${left} more` : count ? "" : "none";
  }

  function move(next, eventTime = null) {
    next = Math.min(last(), Math.max(0, next));
    if (next === stop) return;
    stop = next;
    cut = data.cut[stop];
    moved = true;
    describe();
    frame.request(eventTime);
  }
  function select(index) {
    selected = index === selected ? null : index;
    describe();
    request();
    tell();
  }
  function tell() {
    const view = { board: data.board_id, token: goto, stop, selected };
    if (data.costs) Object.assign(view, { open, cost: rates.cost });
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", view);
  }
  // A slider of the page asks for its board itself; the rerun then brings the same one.
  const ahead = openAhead({
    name: named,
    current: () => data?.asked,
    listen: (live, asking, change, settle) => followSliders(live.follow, (name, value, eventTime) => {
      if (asking()[name] !== value) change({ [name]: value }, eventTime);
    }, (event) => { if (!event.composedPath().includes(root)) settle(); }),
    words: () => ({ cut }),
    show(next, eventTime = null) {
      cause = "slider";
      update(next);
      frame.request(eventTime);
    },
  });

  function paint(now, eventTime) {
    if (!data || !scores.width) return;
    const colours = themeColours(root);
    if (data.costs) data.nominal = rates.nominal(data);
    const nominal = data.nominal ? data.nominal.stop : null;
    const share = data.totals[1] / (data.totals[0] + data.totals[1]);
    draw.drawScores(scores, data, stop, selected, held, colours);
    if (data.costs) drawCosts(scores, data, rates.cost, stop, colours);
    draw.drawCurve(roc, data.falseAlarm, data.recall, stop, nominal,
      { title: "ROC", xLabel: "false alarm rate", yLabel: "recall ↑", base: [0, 1],
        other: data.other && [data.other.falseAlarm, data.other.recall] }, colours);
    draw.drawCurve(pr, data.recall, data.precision, stop, nominal,
      { title: "PR", xLabel: "recall", yLabel: "precision ↑", base: [share, share],
        other: data.other && [data.other.recall, data.other.precision] }, colours);
    if (eventTime !== null) measurePaint("threshold-board", cause, eventTime);
    cause = "drag";
  }

  // -- the mouse, the finger, the keyboard ---------------------------------------------------
  function nearestStop(distance) {
    let best = stop;
    let least = Infinity;
    for (let j = 0; j <= last(); j++) {
      const d = distance(j);
      if (d < least) [best, least] = [j, d];
    }
    return best;
  }
  const byScore = ([px]) => {
    const place = draw.scoreScale(scores).x.inverse(px);
    return nearestStop((j) => Math.abs(data.cutPlace[j] - place));
  };
  const byCurve = (stage, xs, ys) => ([px, py]) => {
    const { x, y } = draw.curveScales(stage);
    return nearestStop((j) => (Number.isNaN(ys()[j]) ? Infinity : Math.hypot(x(xs()[j]) - px, y(ys()[j]) - py)));
  };
  const pick = (stage, find) => {
    draggable(stage, {
      start(point, event) {
        held = true;
        move(find(point), event.timeStamp);
        request();
        return true;
      },
      move: (point, event) => move(find(point), event.timeStamp),
      end() {
        held = false;
        request();
        tell();
      },
    });
    stage.canvas.addEventListener("keydown", onKey);
    stage.canvas.addEventListener("keyup", (event) => { if (KEYS[event.key]) tell(); });
    stage.canvas.addEventListener("blur", () => data && tell());
  };
  const KEYS = {
    ArrowRight: (way) => stop + way, ArrowLeft: (way) => stop - way,
    ArrowUp: () => stop + 1, ArrowDown: () => stop - 1,
    PageUp: () => stop + 10, PageDown: () => stop - 10,
    Home: (way) => (way > 0 ? 0 : last()), End: (way) => (way > 0 ? last() : 0),
  };
  function onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && selected !== null) return select(selected);
    const key = KEYS[event.key];
    if (!key) return;
    event.preventDefault();
    // On the score's axis, right flags more only where what lies below is flagged.
    move(key(event.currentTarget === scores.canvas && data.flag === "above" ? -1 : 1), event.timeStamp);
  }
  pick(scores, byScore);
  pick(roc, byCurve(roc, () => data.falseAlarm, () => data.recall));
  pick(pr, byCurve(pr, () => data.recall, () => data.precision));

  function load(next) {
    const camel = { cut_place: "cutPlace", negative_bins: "negativeBins", positive_bins: "positiveBins" };
    data = { ...next };
    for (const name of ["positive", "scores", "places", "order", "negative_bins", "positive_bins", "cut",
      "cut_place", "flagged", "tp", "fp"]) {
      data[camel[name] ?? name] = decodeArray(next[name]);
    }
    const share = (counts, of) => {
      const shares = new Float64Array(counts.length); // its from() takes milliseconds
      for (let j = 0; j < counts.length; j++) shares[j] = counts[j] / of(j);
      return shares;
    };
    data.recall = share(data.tp, () => data.totals[1]);
    data.falseAlarm = share(data.fp, () => data.totals[0]);
    data.precision = share(data.tp, (j) => data.flagged[j]); // 0 / 0 is NaN
    data.coded = next.names.words && { words: next.names.words, kind: decodeArray(next.names.kind),
      number: decodeArray(next.names.number) };
    rates.load(data);
    figures.hidden = Boolean(data.costs);
    if (selected !== null && selected >= data.scores.length) selected = null;
    stop = Math.min(stop, last());
    root.dataset.board = data.board_id;
  }
  function place(to) {
    stop = Math.min(last(), to.stop);
    cut = to.cut ?? data.cut[stop];
  }
  const state = () => [data?.asked, stop, selected, open, rates.cost].join();
  function update(next) {
    const before = early && state(); // the rerun of what the live channel brought says the same
    if (next.board_id !== data?.board_id) load(next);
    data.nominal = data.costs ? rates.nominal(data) : next.nominal;
    data.asked = named(next);
    if (next.goto.token === undefined) { // the live channel's
      place(next.goto);
      [early, moved] = [true, false];
    } else if (next.goto.token !== goto) {
      goto = next.goto.token;
      told = null;
      if (early && moved) tell(); // the cut was moved since: it stays, and Python hears of it
      else {
        place(next.goto);
        selected = next.goto.selected;
        open = next.goto.open ?? null;
        if (data.costs) rates.setCost(next.goto.cost);
      }
      early = false;
    }
    root.dataset.early = String(early);
    if (!early && before === state()) return;
    describe();
    request();
  }

  return {
    update(next) {
      if (!ahead.holds(next)) update(next);
    },
    destroy() {
      ahead.close();
      frame.cancel();
      [scores, roc, pr].forEach((stage) => stage.destroy());
    },
  };
});
