// The little of a browser that the frontend's modules ask for when they are loaded, for node --test.
import { JSDOM } from "jsdom";

const dom = new JSDOM("<!doctype html><body></body>", { url: "http://127.0.0.1/gmm", pretendToBeVisual: true });
const { window } = dom;
Object.assign(globalThis, {
  window, document: window.document, history: window.history, location: window.location,
  HTMLElement: window.HTMLElement, Node: window.Node, Event: window.Event, KeyboardEvent: window.KeyboardEvent,
  matchMedia: () => ({ matches: false, addEventListener() {} }),
  requestAnimationFrame: (draw) => setTimeout(() => draw(performance.now()), 16),
  cancelAnimationFrame: (handle) => clearTimeout(handle),
});
export default window;
