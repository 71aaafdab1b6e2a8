// Search and rate films here; Python recommends, and says which rating moved it by how much: over
// the live channel while the reader presses, and again in the page's payload.

import { openLive } from "../core/live.js";
import { defineWidget, element, frameLoop, measurePaint, signedText } from "../core/widget.js";

const FOUND = 7; // films that a search lists
const TELL_MS = 500; // of no rating until the page (link, inspector) hears of it
const LATE_MS = 40; // without an answer until a rating is painted by itself
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const SIGNS = ["▼ dislike", "▲ like"];
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export default defineWidget("film-shelf", (root, actions) => {
  let data = null; // the page's payload
  let shown = null; // the newest answer: what is recommended, and why
  let soon = 0;
  let late = 0;
  let names = []; // titles as a search compares them
  let rated = new Map(); // film -> 0 or 1, in the order of rating
  let open = null;
  let goto = null;
  let told = null;
  let pressed = null; // when the rating was pressed that Python hasn't answered

  const search = element("input", { type: "search", "aria-label": "Search films by title", maxlength: 80, autocomplete: "off", spellcheck: "false",
    oninput: (event) => paint(event.timeStamp) });
  const count = element("p", { class: "note", role: "status", "aria-live": "polite" });
  const found = element("div", { class: "list found" });
  const mineTitle = element("h4", {}, "Your ratings");
  const clear = element("button", { type: "button", onclick: (event) => {
    rated.clear();
    open = null;
    changed(event.timeStamp);
  } }, "Clear all");
  const mine = element("div", { class: "list mine" });
  const left = element("section", { class: "rate", "aria-label": "Rate films" }, search, count, found,
    element("div", { class: "head" }, mineTitle, clear), mine);
  const best = element("div", { class: "list best" });
  const whyTitle = element("h4", {});
  const why = element("div", { class: "why" });
  const right = element("section", { class: "shelf", "aria-label": "Recommended" },
    element("h4", {}, "You would like"), best, whyTitle, why);
  const status = element("p", { class: "status", role: "status", "aria-live": "polite" });
  root.append(element("div", { class: "both" }, left, right), status);
  const frame = frameLoop((now, eventTime) => draw(eventTime));
  const paint = (eventTime = null) => frame.request(eventTime);
  const live = openLive("/live/counted/films", {
    onReply: (bytes) => adopt(JSON.parse(decoder.decode(bytes))),
    onState: (state) => {
      root.dataset.live = state;
      if (state === "open" && data && !current()) ask();
    },
  });

  const text = () => [...rated].map(([film, opinion]) => `${film}${opinion ? "+" : "-"}`).join(".");
  function rate(film, opinion, eventTime) {
    if (rated.get(film) === opinion) rated.delete(film);
    else if (!rated.has(film) && rated.size >= data.max_rated) {
      status.textContent = `At most ${data.max_rated} films can be rated.`;
      return;
    } else rated.set(film, opinion);
    open = null;
    changed(eventTime);
  }
  const fits = (answer) => answer.for === text() && answer.method === data.method;
  const current = () => fits(shown);
  /** The film of what is open, else the first recommended. */
  const looked = (answer) => (open === null ? answer.best[0].film : parseInt(open.slice(1), 10));
  function changed(eventTime) {
    pressed = eventTime;
    ask();
    // The answer comes within this frame as a rule, and one painting does.
    clearTimeout(late);
    if (live.open) late = setTimeout(() => paint(eventTime), LATE_MS);
    else paint(eventTime);
    // A rerun takes the server from the live answer, so it comes after.
    clearTimeout(soon);
    if (live.open) soon = setTimeout(tell, TELL_MS);
    else tell();
  }
  function look(name) {
    open = open === name ? null : name;
    paint();
    ask();
    tell();
  }
  function ask() {
    live.send(encoder.encode(JSON.stringify({ rated: [...rated], method: data.method, open })));
  }
  /** An answer to what stands here is shown; one to what stood before isn't, if we have better. */
  function adopt(answer) {
    if (!fits(answer) && current()) return;
    if (fits(answer) && current() && answer.why.film !== looked(answer)) return;
    shown = answer;
    if (current()) clearTimeout(late);
    if (current() && pressed !== null) {
      const since = pressed;
      pressed = null;
      status.textContent = `${rated.size} rated.`;
      requestAnimationFrame(() => measurePaint("film-shelf", "answer", since));
    }
    paint();
  }
  function tell() {
    clearTimeout(soon);
    const view = { token: goto, rated: [...rated], open };
    const said = JSON.stringify(view);
    if (said === told) return;
    told = said;
    actions.setState("view", view);
  }

  // -- lists -----------------------------------------------------------------------------------
  function opinions(film) {
    return element("span", { class: "opinions" }, ...[1, 0].map((opinion) => element("button", { type: "button",
      "aria-pressed": String(rated.get(film) === opinion), "data-rate": `${film}${opinion ? "+" : "-"}`,
      "aria-label": `${SIGNS[opinion].slice(2)} ${data.catalogue.titles[film]}`,
      onclick: (event) => rate(film, opinion, event.timeStamp) }, SIGNS[opinion])));
  }
  function title(film) {
    const node = element("button", { type: "button", class: "title", onclick: () => look(`t${film}`),
      title: `${data.catalogue.genres[film]}. Rated by ${data.catalogue.counts[film]} people.` },
    data.catalogue.titles[film]);
    node.dataset.film = String(film);
    return node;
  }
  const line = (film) => element("div", { class: "line" }, title(film), opinions(film));
  /** Films whose titles hold every word that was typed; without words, the best known. */
  function matches() {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    if (!words.length) return data.catalogue.known.filter((film) => !rated.has(film));
    return data.catalogue.known.filter((film) => words.every((word) => names[film].includes(word)));
  }
  /** Put new lines in place of old, and the focus back on the button that had it. */
  function fill(list, lines) {
    const key = (node) => node?.dataset?.rate ?? node?.dataset?.open ?? (node?.dataset?.film && `film${node.dataset.film}`);
    const focused = list.contains(root.getRootNode().activeElement) ? key(root.getRootNode().activeElement) : null;
    list.replaceChildren(...lines);
    if (!focused) return;
    const same = [...list.querySelectorAll("button")].find((node) => key(node) === focused);
    (same ?? list.querySelector("button") ?? search).focus(); // a rated film leaves the list
  }
  function draw(eventTime) {
    if (!data) return;
    const films = matches();
    const typed = search.value.trim() !== "";
    fill(found, films.slice(0, FOUND).map(line));
    count.textContent = !typed ? "The best known; search for others."
      : films.length === 0 ? "No film has these words in its title."
        : `${films.length} found${films.length > FOUND ? `, the ${FOUND} best known shown` : ""}.`;
    mineTitle.textContent = `Your ratings (${rated.size})`;
    clear.disabled = rated.size === 0;
    fill(mine, rated.size ? [...rated.keys()].reverse().map(line)
      : [element("p", { class: "note" }, "None: everybody gets the same.")]);
    const film = shown.why.film;
    fill(best, shown.best.map((entry) => {
      const bar = element("span", { class: "chance" }, element("i"), element("b", {}, entry.p));
      bar.style.setProperty("--share", `${(100 * entry.share).toFixed(1)}%`);
      const node = element("div", { class: "line" }, title(entry.film), bar);
      node.dataset.looked = String(entry.film === film);
      return node;
    }));
    drawWhy();
    right.dataset.current = String(current());
    Object.assign(root.dataset, { rated: text(), current: String(current()), found: String(films.length),
      best: shown.best.map((entry) => entry.film).join(","), looked: String(film), open: open ?? "",
      total: String(shown.why.total), method: shown.method });
    if (eventTime !== null) measurePaint("film-shelf", "press", eventTime);
  }
  function drawWhy() {
    const { rows, total, p, divided, film } = shown.why;
    whyTitle.textContent = `Why ${data.catalogue.titles[film]}: ${p}`;
    let at = 0;
    const steps = rows.map((row) => {
      const from = at;
      at += row.value;
      return { ...row, from, to: at };
    });
    steps.push({ open: `t${film}`, text: `log-odds ${divided ? `(ratings ${divided})` : ""}`, value: total, mark: "=",
      from: 0, to: total });
    const ends = steps.flatMap((step) => [step.from, step.to]);
    const low = Math.min(0, ...ends);
    const width = Math.max(0, ...ends) - low || 1;
    const place = (value) => `${(100 * (value - low) / width).toFixed(2)}%`;
    fill(why, steps.map((step) => {
      const fall = element("span", { class: "fall" }, element("s"), element("i"));
      fall.style.setProperty("--zero", place(0));
      fall.style.setProperty("--low", place(Math.min(step.from, step.to)));
      fall.style.setProperty("--width", `${(100 * Math.abs(step.to - step.from) / width).toFixed(2)}%`);
      fall.dataset.side = step.value > 0 ? "for" : step.value < 0 ? "against" : "none";
      const node = element("button", { type: "button", class: "number", "data-open": step.open,
        "aria-label": `${step.text}: ${signedText(step.value)} nats, open`,
        "aria-pressed": String(open === step.open), onclick: () => look(step.open) }, signedText(step.value));
      return element("div", { class: step.mark === "=" ? "line sum" : "line" }, element("span", { class: "mark" },
        step.mark === "+" ? "▲" : step.mark === "−" ? "▼" : step.mark), element("span", { class: "text" }, step.text),
      node, fall);
    }));
  }

  return {
    update(next) {
      if (!data) {
        names = next.catalogue.titles.map(plain);
        search.placeholder = `Search ${names.length} films by title`;
      }
      data = next;
      if (next.goto.token !== goto) {
        goto = next.goto.token;
        rated = new Map(next.goto.rated);
        open = next.goto.open;
        told = JSON.stringify({ token: goto, rated: [...rated], open });
        search.value = "";
      }
      shown ??= next;
      adopt(next);
      paint();
    },
    destroy() {
      frame.cancel();
      clearTimeout(soon);
      clearTimeout(late);
      live.close();
    },
  };
});
