// The most telling words either way; the slider smooths, and the ranks glide. Python sent all stops.
// A search asks Python at each key, over the live channel.

import { openLive } from "../core/live.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, signedText } from "../core/widget.js";

const ROW = 29;
const SIDES = ["ham", "spam"];
const REST_MS = 350; // of no move or key until the page (link, inspector) hears of it
const FAST_MS = 300; // moves that follow each other sooner don't glide: the next would cut it short
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export default defineWidget("word-ranks", (root, actions) => {
  let data = null;
  let stop = 0;
  let word = null; // the opened word's name
  let goto = null;
  let told = null;
  let rest = 0;
  let moved = -Infinity; // when the slider or the search was last touched
  let typed = null; // the time of the key whose words aren't painted yet

  const label = element("label", { for: "stop" }, "Smoothing α");
  const slider = element("input", { type: "range", id: "stop", min: 0, step: 1 });
  const shown = element("output", { for: "stop" });
  const search = element("input", { type: "search", "aria-label": "Search the words", autocomplete: "off",
    placeholder: "Search: part of a word", spellcheck: "false" });
  const lists = Object.fromEntries(SIDES.map((side) => {
    const heading = element("h4");
    const list = element("div", { class: "list", role: "group" });
    const none = element("p", { class: "none" });
    return [side, { heading, list, none, box: element("div", { class: side }, heading, list, none),
      rows: new Map(), // a word -> its row
      free: [], height: -1 }];
  }));
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.append(element("div", { class: "slide" }, label, slider, shown, search),
    element("div", { class: "sides" }, ...SIDES.map((side) => lists[side].box)), status);
  const frame = frameLoop(paint);
  const live = openLive("/live/counted/words", {
    onReply(bytes) {
      const next = JSON.parse(decoder.decode(bytes));
      if (JSON.stringify(next.for) !== JSON.stringify(wanted())) return;
      adopt(next);
      show();
    },
    onState(state) {
      root.dataset.live = state;
      if (state === "open" && data && data.for[2] !== search.value) ask();
    },
  });

  const last = () => data.stops.length - 1;
  const wanted = () => [data.for[0], data.for[1], search.value];
  const first = (side) => {
    const all = data.first[side];
    const top = all.shape[1];
    return Array.from(all.subarray(stop * top, (stop + 1) * top)).filter((w) => w >= 0);
  };

  function adopt(next) {
    if (next.board === data?.board) return;
    data = { ...next, weights: decodeArray(next.weights),
      first: { ham: decodeArray(next.first.ham), spam: decodeArray(next.first.spam) } };
    for (const side of SIDES) {
      const { list, heading, none, rows } = lists[side];
      list.setAttribute("aria-label", `Words of ${side}`);
      heading.textContent = `Most telling of ${side} (counts: ham | spam)`;
      none.textContent = data.none;
      for (const row of rows.values()) row.index = -1; // its numbers are another board's
    }
    search.title = `${data.found} words have it.`;
  }
  function show() {
    stop = Math.min(stop, last());
    describe();
    frame.request();
  }
  function describe() {
    slider.max = String(last());
    slider.value = String(stop);
    shown.textContent = data.stops[stop];
    slider.setAttribute("aria-valuetext", `alpha ${data.stops[stop]}. ${data.status[stop]}`);
    if (status.textContent !== data.status[stop]) status.textContent = data.status[stop];
    Object.assign(root.dataset, { stop: String(stop), stops: String(last()), word: word ?? "", search: data.for[2] });
  }

  // -- rows: as many as are seen; one that a word leaves serves the next that comes ----------------
  function made() {
    const node = element("button", { type: "button", class: "row", onclick: () => choose(node.dataset.word) },
      element("span", { class: "rank" }), element("span", { class: "word" }),
      element("span", { class: "bar" }, element("i")), element("span", { class: "weight" }),
      element("span", { class: "counts" }));
    return { node, index: -1, at: -1, stop: -1, pressed: false };
  }
  function paintSide(side, changed) {
    const part = lists[side];
    const { list, rows, free } = part;
    const order = first(side);
    const names = order.map((w) => data.words[w].word);
    if (changed) {
      const here = new Set(names);
      for (const [name, row] of rows) {
        if (here.has(name)) continue;
        rows.delete(name);
        row.node.dataset.away = "true";
        free.push(row);
      }
    }
    order.forEach((w, at) => {
      const one = data.words[w];
      let row = rows.get(one.word);
      if (!row) {
        row = free.pop() ?? made();
        if (!row.node.parentNode) list.appendChild(row.node);
        row.index = row.at = -1;
        rows.set(one.word, row);
        row.node.dataset.word = one.word;
        row.node.style.transition = "none"; // it comes from another word's place
      }
      const [rank, name, bar, weight, counts] = row.node.children;
      if (row.index !== w) {
        name.textContent = one.name;
        name.dataset.mark = one.mark;
        counts.textContent = `${one.ham} | ${one.spam}`;
        row.node.title = one.mark ? `${one.name}: ${data.marks[one.mark]}` : one.name;
        row.node.dataset.away = "false";
      }
      if (row.at !== at) {
        rank.textContent = `${at + 1}.`;
        row.node.style.transform = `translateY(${at * ROW}px)`;
      }
      if (row.index !== w || row.stop !== stop) {
        const value = data.weights[stop * data.words.length + w];
        const size = Number.isFinite(value) ? Math.min(1, Math.abs(value) / data.most) : 1;
        bar.firstChild.style.transform = `scaleX(${size})`;
        weight.textContent = signedText(value);
        row.text = `${one.name}, ${signedText(value)} nats, ham ${one.ham}, spam ${one.spam}` +
          (one.mark ? `, ${one.mark}` : "");
      }
      const pressed = one.word === word;
      if (row.pressed !== pressed || row.index === -1) row.node.setAttribute("aria-pressed", String(pressed));
      Object.assign(row, { index: w, at, stop, pressed });
    });
    if (part.height !== order.length) {
      part.height = order.length;
      list.style.height = `${order.length * ROW}px`;
      part.none.hidden = order.length > 0;
    }
    root.dataset[side] = names.slice(0, 3).join(" ");
  }
  function paint(now, eventTime) {
    if (!data) return;
    for (const side of SIDES) paintSide(side, true);
    if (eventTime !== null) measurePaint("word-ranks", "slide", eventTime);
    if (typed !== null && data.for[2] === search.value) {
      measurePaint("word-ranks", "search", typed);
      typed = null;
    }
    if (!rest) settle();
  }
  /** Tab goes through the words in their order, and a voice reads them, once the hand rests. */
  function settle() {
    for (const side of SIDES) {
      const { list, rows } = lists[side];
      const focused = root.getRootNode().activeElement;
      [...rows.values()].sort((a, b) => a.at - b.at).forEach((row, i) => {
        row.node.style.transition = "";
        row.node.setAttribute("aria-label", `${row.at + 1}. ${row.text}`);
        if (list.children[i] !== row.node) list.insertBefore(row.node, list.children[i] ?? null);
      });
      if (focused && list.contains(focused)) focused.focus({ preventScroll: true });
    }
  }

  // -- moving, searching, opening ------------------------------------------------------------------
  function touched(event) {
    root.dataset.fast = String(event.timeStamp - moved < FAST_MS);
    moved = event.timeStamp;
    clearTimeout(rest);
    rest = setTimeout(rested, REST_MS);
  }
  function rested() {
    rest = 0;
    root.dataset.fast = "false";
    settle();
    tell();
  }
  function ask() {
    live.send(encoder.encode(JSON.stringify({ kind: data.for[0], source: data.for[1], search: search.value })));
  }
  function tell() {
    const view = { token: goto, stop, word, search: search.value };
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
    touched(event);
    describe();
    frame.request(event.timeStamp);
  });
  search.addEventListener("input", (event) => {
    typed = event.timeStamp;
    touched(event);
    ask();
  });

  return {
    update(next) {
      search.maxLength = next.max_search;
      const fresh = next.goto.token !== goto;
      if (fresh) {
        goto = next.goto.token;
        ({ stop, word } = next.goto);
        search.value = next.goto.search;
        const { token, search: text } = next.goto;
        told = JSON.stringify({ token, stop, word, search: text });
      }
      const other = data && (next.for[0] !== data.for[0] || next.for[1] !== data.for[1]);
      if (!data || fresh || other || next.for[2] === search.value) adopt(next);
      if (data.for[2] !== search.value) ask();
      show();
    },
    destroy() {
      frame.cancel();
      clearTimeout(rest);
      live.close();
    },
  };
});
