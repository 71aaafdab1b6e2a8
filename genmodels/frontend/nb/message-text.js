// The message under the cursor: a mirror behind the text area in which each word has its colour and,
// above it, its signed log-odds. Text nodes only, so whatever is typed is shown as text.

import { element, signedText } from "../core/widget.js";

const GAP_LEAST = 0.5; // nats a pair says until its number is written

/** What of `tokens` (places in `from`) still stands in `to`: before the edit, or after it, moved. */
export function carryOver(tokens, from, to) {
  if (from === to) return tokens;
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && from[head] === to[head]) head++;
  let tail = 0;
  while (tail < shorter - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++;
  const shift = to.length - from.length;
  const kept = [];
  for (const token of tokens) {
    if (token.end <= head) kept.push(token);
    else if (token.start >= from.length - tail) {
      kept.push({ ...token, start: token.start + shift, end: token.end + shift });
    }
  }
  return kept;
}

/** The mirror inside `parent`; `paint(text, tokens, selected)` changes only what differs. */
export function createMirror(parent) {
  const box = element("div", { class: "mirror", "aria-hidden": "true" });
  parent.appendChild(box);
  let shown = []; // { text, look, label, node }

  function paint(text, tokens, selected) {
    const wanted = [];
    let at = 0;
    for (const token of tokens) {
      if (token.start < at || token.end > text.length) continue;
      if (token.start > at) wanted.push({ text: text.slice(at, token.start), look: "", label: "", size: "", node: null });
      const part = text.slice(token.start, token.end);
      wanted.push({ text: part, ...lookOf(token, selected === token.start, part.trim() === ""), node: null });
      at = token.end;
    }
    // A last line break has no height of its own; a space after it does.
    wanted.push({ text: `${text.slice(at)} `, look: "", label: "", size: "" });
    const shorter = Math.min(shown.length, wanted.length);
    let head = 0;
    while (head < shorter && same(shown[head], wanted[head])) head++;
    let tail = 0;
    while (tail < shorter - head && same(shown[shown.length - 1 - tail], wanted[wanted.length - 1 - tail])) tail++;
    const before = tail ? shown[shown.length - tail].node : null;
    for (let i = head; i < shown.length - tail; i++) shown[i].node.remove();
    const fresh = document.createDocumentFragment();
    const middle = wanted.slice(head, wanted.length - tail);
    for (const part of middle) fresh.appendChild((part.node = nodeOf(part)));
    box.insertBefore(fresh, before);
    const kept = [...shown.slice(0, head), ...middle, ...shown.slice(shown.length - tail)];
    for (let i = 0; i < kept.length; i++) if (kept[i].look) dress(kept[i], wanted[i]);
    shown = kept;
  }
  return { paint, box };
}

/** Alike but for how it looks: a word's node is kept and dressed anew. */
function same(a, b) {
  return a.text === b.text && (a.look === "") === (b.look === "");
}

function nodeOf(part) {
  if (!part.look) return document.createTextNode(part.text);
  const node = element("span", {}, part.text);
  const wanted = { ...part };
  part.node = node;
  part.look = "new";
  part.label = part.size = null;
  dress(part, wanted);
  return node;
}

function dress(part, wanted) {
  if (part.look !== wanted.look) part.node.className = wanted.look;
  if (part.label !== wanted.label) part.node.dataset.label = wanted.label;
  if (part.size !== wanted.size) part.node.style.setProperty("--strength", wanted.size);
  Object.assign(part, { look: wanted.look, label: wanted.label, size: wanted.size });
}

function lookOf(token, selected, gap) {
  const parts = ["word"];
  let label = "";
  if (!token.known) parts.push("unknown");
  else if (token.times === 0) parts.push("struck");
  else if (token.counted === 0) parts.push("again");
  else {
    parts.push(token.logOdds > 0 ? "spam" : token.logOdds < 0 ? "ham" : "even");
    label = wordLabel(token.logOdds);
  }
  if (token.times > 1) label = `×${token.times} ${label}`;
  if (gap) {
    parts.push("gap"); // a pair of words stands between them, where there is little room
    if (Math.abs(token.logOdds) < GAP_LEAST) label = "";
  }
  if (selected) parts.push("selected");
  const strength = Number.isNaN(token.logOdds) ? 0 : Math.min(Math.abs(token.logOdds), 3) / 3;
  return { look: parts.join(" "), label, size: `${Math.round(6 + 46 * strength)}%` };
}

/** Short enough to stand above a word of two letters. */
export function wordLabel(value) {
  if (Number.isNaN(value)) return "0/0";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "+∞";
  const rounded = Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0);
  if (Number(rounded) === 0) return "0";
  return value > 0 ? `+${rounded}` : rounded.replace("-", "−");
}

/** A reading's columns (see spam_filter.wire) as one record a word. */
export function wordsOf(reading) {
  return reading.word.map((word, index) => ({
    index,
    word,
    start: reading.start[index],
    end: reading.end[index],
    known: reading.known[index] === 1,
    times: reading.times[index],
    counted: reading.counted[index],
    ham: reading.ham[index],
    spam: reading.spam[index],
    logOdds: Number(reading.log_odds[index]),
    running: Number(reading.running[index]),
  }));
}

const KINDS = {
  _url_: "web link", _email_: "e-mail", _money_: "$ amount", _num_: "number",
};

/** A word as it is read: the kinds that stand for many words by their names. */
export const wordName = (word) => KINDS[word] ?? word;

/** What the status line says of one word. */
export function wordStatus(token) {
  if (!token.known) return `“${token.word}” is not in the vocabulary: it adds 0.`;
  const counts = `seen ${token.spam} times in spam, ${token.ham} in ham`;
  if (token.times === 0) return `“${wordName(token.word)}”, struck out: it adds 0. It was ${counts}.`;
  if (token.counted === 0) return `“${wordName(token.word)}” already counted above: Bernoulli counts it once.`;
  const times = token.times > 1 ? `, ${token.counted} times counted` : "";
  return `“${wordName(token.word)}”${times}: ${signedText(token.logOdds)} nats; ${counts}.`;
}
