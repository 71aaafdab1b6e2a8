// Streamlit's own controls, heard in the browser: a number's arrows and a list's choice.
//
// A rerun takes its time to come back. A widget that can ask the live channel for the new state
// paints it meanwhile; the rerun's payload then says the same. What Streamlit doesn't take over at
// once (digits half typed into a number) isn't told here either.

const KEYS = ["ArrowUp", "ArrowDown", "Enter", "Tab"];

/**
 * `followControls({ seed: "gmm_seed" }, known, onChange)`: the widget keys by name, `known()` the
 * values as they stand by name, `onChange({ seed: 3 }, event)` what is different now; `onOther` is
 * called for a click that changed none of them. Returns a function that stops it.
 */
export function followControls(keys, known, onChange, onOther) {
  const read = (key) => {
    const input = /** @type {HTMLInputElement | null} */ (document.querySelector(`.st-key-${CSS.escape(key)} input`));
    if (!input || input.value === "") return null;
    return input.type === "number" ? Number(input.value) : input.value;
  };
  function look(event) {
    const changes = {};
    for (const [name, key] of Object.entries(keys)) {
      const value = read(key);
      if (value !== null && value !== known()[name]) changes[name] = value;
    }
    if (Object.keys(changes).length) onChange(changes, event);
    else if (event.type === "click") onOther();
  }
  // React has written the new value when this event is over.
  const later = (event) => setTimeout(() => look(event));
  const onKey = (event) => {
    if (KEYS.includes(event.key)) later(event);
  };
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("click", later, true);
  return () => {
    document.removeEventListener("keydown", onKey, true);
    document.removeEventListener("click", later, true);
  };
}

/**
 * Streamlit's sliders while they are held or stepped: `followSliders({ prior: "nb_prior" },
 * onChange)` calls `onChange(name, number, eventTime)` at each value that the reader's hand gives
 * one, before Streamlit tells Python. A slider that a rerun moves isn't followed: it isn't focused.
 * `onOther(event)` is called for a key or a press anywhere else.
 */
export function followSliders(keys, onChange, onOther = (_event) => {}) {
  let since = 0; // the newest key or move, which the changed attribute itself doesn't tell
  const nameOf = (target) => Object.keys(keys).find((name) => target.closest(`.st-key-${CSS.escape(keys[name])}`));
  const onInput = (event) => {
    since = event.timeStamp;
    if (event.type !== "pointermove" && !nameOf(event.target)) onOther(event);
  };
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      const target = /** @type {Element} */ (change.target);
      if (target !== document.activeElement) continue;
      const name = nameOf(target);
      const value = Number(target.getAttribute("aria-valuetext") || NaN);
      if (name && Number.isFinite(value)) onChange(name, value, since || performance.now());
    }
  });
  observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["aria-valuetext"] });
  const events = ["keydown", "pointerdown", "pointermove"];
  for (const name of events) document.addEventListener(name, onInput, true);
  return () => {
    observer.disconnect();
    for (const name of events) document.removeEventListener(name, onInput, true);
  };
}
