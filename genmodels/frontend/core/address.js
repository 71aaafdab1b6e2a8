// The address says the page's state. Streamlit adds an entry to the history for every change of the
// query, a slider's too; here such a change replaces the entry, and an entry is added where Python
// counts a deliberate step. Back and Forward are Streamlit's: they rerun the page with the entry's
// own query.

const push = history.pushState.bind(history);
history.pushState = (state, title, url) => {
  const to = new URL(url ?? "", location.href);
  const same = to.pathname === location.pathname && to.hash === location.hash;
  if (same) history.replaceState(state, title, url);
  else push(state, title, url);
};

let steps = null; // as counted when the address was last set
let settled = ""; // the query that the entry has, as Python knows it

/** Without what Streamlit itself keeps in the address (`embed`) nothing else stays beside `link`. */
function setQuery(link, write) {
  const own = location.search.slice(1).split("&").filter((part) => part.startsWith("embed"));
  const query = [...(link ? [link] : []), ...own].join("&");
  write(history.state, "", location.pathname + (query ? `?${query}` : "") + location.hash);
}

export default function address({ data }) {
  const link = data.link ?? location.search.slice(1);
  if (steps !== null && data.steps !== steps && link !== settled) {
    setQuery(settled, history.replaceState.bind(history));
    setQuery(link, push);
  } else if (data.link !== null && link !== location.search.slice(1)) {
    setQuery(link, history.replaceState.bind(history));
  }
  steps = data.steps;
  settled = link;
}
