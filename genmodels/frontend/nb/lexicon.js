// A model's words and logarithms (pages/nb/lexicon.py), held here so that a key is read in its own frame.
// Python takes every logarithm; here they are looked up by the word's count, and added.

import { openLive } from "../core/live.js";
import { inflate } from "../core/widget.js";

/**
 * Holds one model's lexicon at a time: `want(path, settings)` fetches that of these settings over
 * `path`, unless it is held or on its way; `of(path, settings)` is it, or null;
 * `onHeld(held)` is called when it has come, and when another one is wanted.
 */
export function createLexicon(onHeld) {
  let wanted = "";
  let held = null;
  let live = null;
  function fetch(path, settings) {
    live?.close();
    const key = wanted;
    const socket = openLive(path, {
      async onReply(bytes) {
        socket.close();
        const said = JSON.parse(new TextDecoder().decode(bytes));
        const unpacked = said && (await unpack(said));
        if (wanted !== key || !unpacked) return;
        held = unpacked;
        onHeld(true);
      },
      onError: () => socket.close(),
    });
    live = socket;
    const body = { text: "", lexicon: true, ...settings };
    socket.send(new TextEncoder().encode(JSON.stringify(body)));
  }
  return {
    want(path, settings) {
      const key = JSON.stringify([path, settings]);
      if (key === wanted) return;
      wanted = key;
      held = null;
      onHeld(false);
      fetch(path, settings);
    },
    of: (path, settings) => (JSON.stringify([path, settings]) === wanted ? held : null),
    close: () => live?.close(),
  };
}

async function unpack(said) {
  const [words, places] = await Promise.all([inflate(said.words), inflate(said.places)]);
  const { spelling } = said;
  const names = new TextDecoder().decode(words).split("\n");
  const numbers = (values) => Float64Array.from(values, (value) => value ?? -Infinity);
  return {
    cut: cutter(spelling, new Map(names.map((name, f) => [name, f]))),
    classes: said.log_prior.length,
    prior: numbers(said.log_prior),
    bernoulli: said.log_left !== undefined,
    absent: said.log_absent && numbers(said.log_absent),
    trail: said.trail && (await unpackTrail(said.trail)),
    ...lookups(said, new Uint16Array(places.buffer), names.length, numbers),
  };
}

/** The lesson's part of a lexicon: by feature, which labels' messages have it and how often. */
async function unpackTrail(trail) {
  const [features, times] = (await Promise.all([inflate(trail.features), inflate(trail.times)]))
    .map((bytes) => new Uint16Array(bytes.buffer));
  const taught = new Map(); // feature -> [[label's place, class, times], ...]
  let at = 0;
  trail.words.forEach((words, i) => {
    for (const end = at + words; at < end; at++) {
      if (!taught.has(features[at])) taught.set(features[at], []);
      taught.get(features[at]).push([i, trail.label[i], times[at]]);
    }
  });
  return { ...trail, taught };
}

/** By class and word: how often it was counted, log p(word | class), log(1 - p(word | class)). */
function lookups(said, places, F, numbers) {
  const log = numbers(said.log);
  const total = numbers(said.log_total);
  const left = said.log_left?.map(numbers);
  return {
    count: (c, f) => said.values[places[c * F + f]],
    log: (c, f) => log[places[c * F + f]] - total[c],
    logNot: (c, f) => left[c][places[c * F + f]] - total[c],
  };
}

/** A tokeniser as `Spelling` describes it: text -> { start, end, word, feature }, one entry a word. */
function cutter(spelling, features) {
  const pattern = new RegExp(spelling.pattern, "g");
  const negates = spelling.negates && new RegExp(`^(?:${spelling.negates})$`);
  const ends = new Set(spelling.ends);
  const lower = (text) => {
    const small = text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    return spelling.apostrophe ? small.replaceAll("’", "'") : small;
  };
  const bare = (word) => {
    let length = word.length;
    while (length > 0 && ends.has(word[length - 1])) length--;
    const short = word.slice(0, length);
    return !features.has(short) && features.has(word) ? word : short;
  };
  return (text) => {
    const found = { start: [], end: [], word: [], feature: [] };
    const add = (start, end, word) => {
      found.start.push(start);
      found.end.push(end);
      found.word.push(word);
      found.feature.push(features.get(word) ?? -1);
    };
    let last = null; // the word before, { end, shown }, where the next makes a pair with it
    let negated = false;
    for (const match of lower(text).matchAll(pattern)) {
      const whole = match[0];
      const start = match.index;
      if (!spelling.pairs) {
        const kind = spelling.kinds.find((name) => match.groups[name] !== undefined);
        const word = kind ?? bare(whole);
        add(start, start + (kind ? whole.length : word.length), word);
      } else if (!/^[a-z]/.test(whole)) {
        last = null;
        negated = false;
      } else {
        const shown = negated ? `NOT_${whole}` : whole;
        if (last) add(last.end, start, `${last.shown} ${shown}`);
        add(start, start + whole.length, shown);
        negated ||= Boolean(negates) && negates.test(whole);
        last = { end: start + whole.length, shown };
      }
    }
    return found;
  };
}

/** 1 / (1 + exp(-odds)), without overflow. */
export function sigmoid(odds) {
  const part = Math.exp(-Math.abs(odds));
  return odds >= 0 ? 1 / (1 + part) : part / (1 + part);
}

/** How often each word counts: as told (`times`), none unknown; under Bernoulli its first place. */
function counted(lexicon, feature, times) {
  const seen = new Set();
  return feature.map((f, i) => {
    if (f < 0) return 0;
    if (!lexicon.bernoulli) return times[i];
    if (times[i] === 0 || seen.has(f)) return 0;
    seen.add(f);
    return 1;
  });
}

/** What all other words say by not being there, by class. */
function absentOf(lexicon, feature, counts) {
  return Float64Array.from(lexicon.absent, (sum, c) => {
    feature.forEach((f, i) => { if (counts[i]) sum -= lexicon.logNot(c, f); });
    return sum;
  });
}

/** A message as `spam_filter.wire` says it; `times`: start of a word -> how often it counts. */
export function readMessage(lexicon, text, times) {
  const { start, end, word, feature } = lexicon.cut(text);
  const often = start.map((at) => times.get(at) ?? 1);
  const counts = counted(lexicon, feature, often);
  const joint = [...lexicon.prior];
  const prior = joint[1] - joint[0];
  const logOdds = [];
  const running = [];
  feature.forEach((f, i) => {
    const [ham, spam] = [0, 1].map((c) => (counts[i] ? counts[i] * lexicon.log(c, f) : 0));
    joint[0] += ham;
    joint[1] += spam;
    logOdds.push(spam - ham);
    running.push(joint[1] - joint[0]);
  });
  const absent = lexicon.bernoulli ? absentOf(lexicon, feature, counts) : null;
  const total = joint[1] + (absent?.[1] ?? 0) - (joint[0] + (absent?.[0] ?? 0));
  const of = (c) => feature.map((f) => (f < 0 ? 0 : lexicon.count(c, f)));
  return {
    start, end, word, known: feature.map((f) => Number(f >= 0)), times: often, counted: counts,
    ham: of(0), spam: of(1), log_odds: logOdds, running, prior,
    absent: absent && absent[1] - absent[0], total,
    probability: sigmoid(Number.isNaN(total) ? prior : total), undefined: Number.isNaN(total),
  };
}

const DECIDING = 6; // words shown for a class, and as many against it

/** A text as `nb_text.wire` says it; `fixed`: the pair of classes compared, else the best two. */
export function judgeText(lexicon, text, against, fixed) {
  const { start, end, word, feature } = lexicon.cut(text);
  const counts = counted(lexicon, feature, feature.map(() => 1));
  const joint = lexicon.prior.slice();
  const absent = lexicon.bernoulli ? absentOf(lexicon, feature, counts) : null;
  for (let c = 0; c < lexicon.classes; c++) {
    feature.forEach((f, i) => { if (counts[i]) joint[c] += lexicon.log(c, f); });
    if (absent) joint[c] += absent[c];
  }
  const order = [...joint.keys()].sort((a, b) => joint[b] - joint[a]);
  const [top, second] = order;
  const [k, j] = fixed ?? [top, against === null || against === top ? second : against];
  const weight = feature.map((f, i) => (counts[i] ? lexicon.log(k, f) - lexicon.log(j, f) : 0));
  const shares = joint.map((value) => Math.exp(value - joint[top]));
  const sum = shares.reduce((a, b) => a + b);
  return {
    start, end, known: feature.map((f) => Number(f >= 0)), counted: counts, weight,
    posterior: [...shares.map((share) => share / sum)], log_joint: [...joint], top, pair: [k, j],
    prior: lexicon.prior[k] - lexicon.prior[j], absent: absent && absent[k] - absent[j],
    margin: joint[k] - joint[j], deciding: deciding(word, counts, weight, start),
  };
}

/** [word, times, nats in all, first start]: the strongest for, then against, the first class. */
function deciding(word, counts, weight, start) {
  const gathered = new Map();
  word.forEach((name, i) => {
    if (!counts[i]) return;
    const entry = gathered.get(name) ?? [name, 0, 0, start[i]];
    entry[1] += counts[i];
    entry[2] += weight[i];
    gathered.set(name, entry);
  });
  const ranked = [...gathered.values()].sort((a, b) => b[2] - a[2]);
  const best = ranked.slice(0, DECIDING).filter((entry) => entry[2] > 0);
  const worst = ranked.reverse().slice(0, DECIDING).filter((entry) => entry[2] < 0);
  return [...best, ...worst];
}
