// A text read by a lesson, after each of its labels at once: `nb_teach_text.reading`, from what that
// module's `held` has tabled. Every logarithm is Python's; here they are looked up and added.

import { sigmoid } from "./lexicon.js";
import { wordName } from "./message-text.js";

const MOST = 11; // lines of the table

/** `given`: a reading of the same lesson; its lines stay unless the table goes by the text. */
export function readLesson(lexicon, text, byText, given) {
  const { trail, bernoulli } = lexicon;
  const { word, feature } = lexicon.cut(text);
  const often = new Map(); // known feature -> times in the text
  const names = new Map();
  feature.forEach((f, i) => {
    if (f < 0) return;
    often.set(f, (often.get(f) ?? 0) + 1);
    names.set(f, word[i]);
  });
  const steps = trail.prior.length;
  const odds = Float64Array.from(trail.prior);
  for (const c of [0, 1]) {
    const sign = c ? 1 : -1;
    const length = [...often.values()].reduce((sum, n) => sum + n, 0);
    for (let i = 0; i < steps; i++) {
      odds[i] += sign * (bernoulli ? trail.absent[c][i] : -length * trail.log_total[c][i]);
    }
    for (const [f, n] of often) {
      const taught = trail.taught.get(f) ?? [];
      let counted = 0;
      let next = 0;
      for (let i = 0; i < steps; i++) {
        for (; next < taught.length && taught[next][0] < i; next++) {
          if (taught[next][1] === c) counted += taught[next][2];
        }
        odds[i] += sign * (bernoulli
          ? trail.log[counted] - trail.log[trail.messages[c][i] - counted] : n * trail.log[counted]);
      }
    }
  }
  const known = new Set(names.values());
  const rows = byText
    ? [...names].slice(0, MOST).map(([f, name]) => ({
      word: name, name: wordName(name), ham: lexicon.count(0, f), spam: lexicon.count(1, f),
      odds: lexicon.log(1, f) - lexicon.log(0, f), read: true,
    }))
    : given.rows.map((row) => ({ ...row, read: known.has(row.word) }));
  return {
    text, rows, empty: given.empty, note: known.size ? "" : trail.no_word,
    p: [...odds.map(sigmoid)],
    most: Math.max(0, ...rows.map((row) => Math.max(row.ham, row.spam))) || 1,
  };
}
