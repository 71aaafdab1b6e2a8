// The tag line: each word a button with its tag, its posterior as a bar, the most frequent tag below.

import { COMPONENTS } from "../core/palette.js";
import { defineWidget, element } from "../core/widget.js";

export default defineWidget("tag-line", (root, actions) => {
  let data = null;
  let shown = "";
  let at = 0; // the word that Tab reaches
  let count = 0;
  const line = element("div", { class: "line", role: "group", onkeydown: onKey,
    "aria-label": "The sentence's words; arrow keys go along, Enter opens" });
  const status = element("p", { class: "status", role: "status", "aria-live": "polite" });
  root.append(line, status);

  const name = (k) => data.tags[k];
  const colour = (k) => COMPONENTS[k % COMPONENTS.length];
  function say(t) {
    const { word, tag, percent, other, baseline, unknown } = data.words[t];
    const differ = baseline === tag ? "" : ` Its most frequent tag is ${name(baseline)}.`;
    return `“${word}”${unknown ? ", never seen" : ""}: ${name(tag)}, posterior ${percent}; then ${other}.${differ}`;
  }
  function button(entry, t) {
    const differ = entry.baseline !== entry.tag;
    const chip = element("span", { class: "chip" }, name(entry.tag));
    chip.style.setProperty("--hue", colour(entry.tag));
    chip.style.setProperty("--share", `${(100 * entry.share).toFixed(1)}%`);
    const node = element("button", { type: "button", class: "word", title: say(t), "aria-label": say(t),
      onclick: () => pick(t), onfocus: () => reach(t) },
    element("b", { class: entry.unknown ? "unknown" : "" }, entry.word),
    chip,
    element("small", {}, entry.percent),
    element("small", { class: differ ? "differ" : "same" }, `${differ ? "≠ " : ""}${name(entry.baseline)}`));
    node.dataset.t = String(t);
    node.dataset.tag = name(entry.tag);
    node.dataset.baseline = name(entry.baseline);
    return node;
  }
  function reach(t) {
    at = t;
    [...line.children].forEach((node, i) => { node.tabIndex = i === t ? 0 : -1; });
    status.textContent = say(t);
  }
  function pick(t) {
    reach(t);
    actions.setState("pick", { t, count: ++count });
  }
  function onKey(event) {
    const last = data.words.length - 1;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    line.children[Math.min(last, Math.max(0, to))].focus();
  }

  return {
    update(incoming) {
      data = incoming;
      const key = JSON.stringify([data.words, data.tags]);
      if (key !== shown) {
        const inside = line.contains(root.getRootNode().activeElement);
        shown = key;
        at = Math.min(at, data.words.length - 1);
        line.replaceChildren(...data.words.map(button));
        [...line.children].forEach((node, i) => { node.tabIndex = i === at ? 0 : -1; });
        status.textContent = "";
        if (inside) line.children[at].focus();
      }
      if (data.selected !== null && data.selected < data.words.length) {
        reach(data.selected);
        const { offsetLeft, offsetWidth } = line.children[data.selected];
        const aside = offsetLeft - line.offsetLeft;
        if (aside < line.scrollLeft || aside + offsetWidth > line.scrollLeft + line.clientWidth) {
          line.scrollLeft = aside - line.clientWidth / 2;
        }
      }
      [...line.children].forEach((node, i) => node.setAttribute("aria-pressed", String(i === data.selected)));
      root.dataset.tags = data.words.map((entry) => name(entry.tag)).join(" ");
      root.dataset.selected = data.selected === null ? "" : String(data.selected);
    },
    destroy() {},
  };
});
