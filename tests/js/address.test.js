import assert from "node:assert/strict";
import { test } from "node:test";
import window from "./browser.js";

const { default: address } = await import("../../genmodels/frontend/core/address.js");
const shown = (link, steps) => address({ data: { link, steps } });
const query = () => window.location.search;
const back = async () => {
  const came = new Promise((done) => window.addEventListener("popstate", done, { once: true }));
  window.history.back();
  await came;
};

test("what changes by itself replaces the entry, a deliberate step adds one", async () => {
  const start = window.history.length;
  shown("", 0);
  shown("k=3", 0); // a slider
  shown("k=4", 0);
  assert.equal(window.history.length, start);
  assert.equal(query(), "?k=4");
  shown("k=4&open=a", 1); // a click
  assert.equal(window.history.length, start + 1);
  shown("k=5&open=a", 1);
  assert.equal(window.history.length, start + 1);
  await back();
  assert.equal(query(), "?k=4");
});

test("Streamlit's own entry for a change of the query is none, for another page it is one", async () => {
  const start = window.history.length;
  shown("k=4", 1);
  window.history.pushState({}, "", "/gmm?k=9");
  assert.equal(window.history.length, start);
  assert.equal(query(), "?k=9");
  window.history.pushState({}, "", "/hmm");
  assert.equal(window.location.pathname, "/hmm");
  await back();
  assert.equal(window.location.pathname + query(), "/gmm?k=9");
});

test("an entry keeps the state that it had, though Streamlit replaced its query already", async () => {
  shown("k=1", 5);
  window.history.pushState({}, "", "/gmm?k=1&open=b"); // comes before our own update
  shown("k=1&open=b", 6);
  assert.equal(query(), "?k=1&open=b");
  await back();
  assert.equal(query(), "?k=1");
});

test("a link with a bad value stays as it is, and so does what embeds the page", () => {
  window.history.replaceState({}, "", "/gmm?k=99&embed=true");
  shown(null, 6);
  assert.equal(query(), "?k=99&embed=true");
  shown("k=3", 6);
  assert.equal(query(), "?k=3&embed=true");
});
