// The most telling words either way; the slider smooths, and the ranks glide. Python sent all stops.

import { decodeArray, defineWidget, element, frameLoop, measurePaint, signedText } from "./widget.js";

const ROW = 29;
const TOP = 14; // where words come from and go to, below the last
const SIDES = ["ham", "spam"];

export default defineWidget("word-ranks", (root, actions) => {
  let data = null;
  let stop = 0;
  let word = null; // the opened word's name
  let goto = null;
  let told = null;
  const rows = { ham: [], spam: [] }; // a node for each word that is ever among the first
  const drawn = new WeakMap(); // a node -> what it shows, so that only changes are written

  const label = element("label", { for: "stop" }, "Smoothing α");
  const slider = element("input", { type: "range", id: "stop", min: 0, step: 1 });
  const shown = element("output", { for: "stop" });
  const lists = Object.fromEntries(SIDES.map((side) => {
    const heading = element("h4");
    const list = element("div", { class: "list", role: "group" });
    const none = element("p", { class: "none" });
    return [side, { heading, list, none, box: element("div", { class: side }, heading, list, none) }];
  }));
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.append(element("div", { class: "slide" }, label, slider, shown),
    element("div", { class: "sides" }, ...SIDES.map((side) => lists[side].box)), status);
  const frame = frameLoop(paint);

  const last = () => data.stops.length - 1;
  const weightOf = (w) => data.weights[stop * data.words.length + w];
  const first = (side) => {
    const all = data.first[side];
    const top = all.shape[1];
    return Array.from(all.subarray(stop * top, (stop + 1) * top)).filter((w) => w >= 0);
  };

  function build() {
    for (const side of SIDES) {
      const ever = new Set(data.ever[side]);
      rows[side] = data.words.map((one, w) => {
        if (!ever.has(w)) return null;
        const name = element("span", { class: "word" }, one.name);
        if (one.mark) name.dataset.mark = one.mark;
        return element("button", { type: "button", class: "row", "data-word": one.word, "data-away": "true",
          title: one.mark ? `${one.name}: ${data.marks[one.mark]}` : one.name, onclick: () => choose(one.word) },
        element("span", { class: "rank" }), name, element("span", { class: "bar" }, element("i")),
        element("span", { class: "weight" }), element("span", { class: "counts" }, `${one.ham} | ${one.spam}`));
      });
      lists[side].list.replaceChildren(...rows[side].filter(Boolean));
      lists[side].list.setAttribute("aria-label", `Words of ${side}`);
      lists[side].heading.textContent = `Most telling of ${side} (counts: ham | spam)`;
      lists[side].none.textContent = data.none;
    }
  }
  function describe() {
    slider.max = String(last());
    slider.value = String(stop);
    shown.textContent = data.stops[stop];
    slider.setAttribute("aria-valuetext", `alpha ${data.stops[stop]}. ${data.status[stop]}`);
    status.textContent = data.status[stop];
    Object.assign(root.dataset, { stop: String(stop), stops: String(last()), word: word ?? "" });
  }
  function paint(now, eventTime) {
    if (!data) return;
    for (const side of SIDES) {
      const { list, none } = lists[side];
      const order = first(side);
      none.hidden = order.length > 0;
      list.style.height = `${order.length * ROW}px`;
      root.dataset[side] = order.slice(0, 3).map((w) => data.words[w].word).join(" ");
      const place = new Map(order.map((w, i) => [w, i]));
      rows[side].forEach((node, w) => {
        if (!node) return;
        const at = place.get(w);
        const away = at === undefined;
        const before = drawn.get(node) ?? {};
        if (away && before.away) return; // most words are
        const pressed = data.words[w].word === word;
        const next = { away, at: away ? before.at ?? TOP : at, pressed, stop };
        drawn.set(node, next);
        if (before.away !== away) node.dataset.away = String(away);
        if (before.at !== next.at) node.style.transform = `translateY(${next.at * ROW}px)`;
        if (before.pressed !== pressed) node.setAttribute("aria-pressed", String(pressed));
        if (away || (before.stop === stop && before.at === at && !before.away)) return;
        const weight = weightOf(w);
        const size = Number.isFinite(weight) ? Math.min(1, Math.abs(weight) / data.most) : 1;
        node.children[0].textContent = `${at + 1}.`;
        node.children[2].firstChild.style.transform = `scaleX(${size})`;
        node.children[3].textContent = signedText(weight);
        node.setAttribute("aria-label", `${at + 1}. ${data.words[w].name}, ${signedText(weight)} nats, ` +
          `ham ${data.words[w].ham}, spam ${data.words[w].spam}${data.words[w].mark ? `, ${data.words[w].mark}` : ""}`);
      });
    }
    if (eventTime !== null) measurePaint("word-ranks", "slide", eventTime);
  }
  /** Tab goes through the words in their order, once the slider rests. */
  function settle() {
    for (const side of SIDES) {
      const focused = root.getRootNode().activeElement;
      first(side).forEach((w) => lists[side].list.appendChild(rows[side][w]));
      if (focused && rows[side].includes(focused)) focused.focus({ preventScroll: true });
    }
  }
  function tell() {
    const view = { board: data.board, token: goto, stop, word };
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", view);
  }
  function choose(name) {
    word = name === word ? null : name;
    describe();
    frame.request();
    tell();
  }
  slider.addEventListener("input", (event) => {
    stop = Number(slider.value);
    describe();
    frame.request(event.timeStamp);
  });
  slider.addEventListener("change", () => {
    settle();
    tell();
  });

  return {
    update(next) {
      if (next.board !== data?.board) {
        data = { ...next, weights: decodeArray(next.weights),
          first: { ham: decodeArray(next.first.ham), spam: decodeArray(next.first.spam) } };
        build();
        told = null;
      }
      if (next.goto.token !== goto) {
        goto = next.goto.token;
        told = null;
        ({ stop, word } = next.goto);
      }
      stop = Math.min(stop, last());
      describe();
      settle();
      frame.request();
    },
    destroy: () => frame.cancel(),
  };
});
