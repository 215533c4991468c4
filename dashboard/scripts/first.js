// The first chart first. Streamlit sends a page in some eighty messages within a third of a second, and the browser then
// lays out all of them before it draws anything. Here what follows the first chart waits until that chart is drawn, at
// most LONGEST ms, and then comes in its order: once for each time a page is loaded, and not in a tab nobody looks at.
// And Streamlit is told where its server is, so that it does not look for it below the address of each page first.
// The code of charts, where the page says that it begins with one, is run while the server works on its first answer.
(() => {
  "use strict";
  const LONGEST = 4000;
  const CHART = ".js-plotly-plot .main-svg";
  const base = new URL("../", document.currentScript.src).href; // of this file, so that it holds behind a proxy too
  window.__streamlit = {
    BACKEND_BASE_URL: base,
    HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false },
  };

  let waiting = null; // what was heard and not told on; null: nothing has to wait
  let isFirst = true;

  const isChart = ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return false;
    const text = new TextDecoder("latin1").decode(data);
    return text.includes('"layout":{') && text.includes('"data":[');
  };

  const goOn = () => {
    const told = waiting ?? [];
    waiting = null;
    told.forEach((tell) => tell());
  };

  // Two frames after it stands in the page, a chart has been painted.
  const whenDrawn = (then) => {
    const painted = () => requestAnimationFrame(() => requestAnimationFrame(then));
    const looker = new MutationObserver(() => {
      if (!document.querySelector(CHART)) return;
      looker.disconnect();
      painted();
    });
    looker.observe(document, { childList: true, subtree: true });
  };

  const hold = () => {
    isFirst = false;
    if (document.hidden || document.querySelector(CHART)) return;
    waiting = [];
    whenDrawn(goOn);
    setTimeout(goOn, LONGEST);
  };

  const hear = (listener, event) => {
    if (waiting) {
      waiting.push(() => listener(event));
      return;
    }
    listener(event);
    if (isFirst && isChart(event)) hold();
  };

  const charts = document.querySelector("link[data-chart]")?.href;
  const prepare = () => {
    if (charts) import(charts).catch(() => {}); // Streamlit will ask for it once more, and say what is wrong
  };

  const add = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (kind, listener, ...rest) {
    if (kind === "message") prepare();
    return add.call(this, kind, kind === "message" ? (event) => hear(listener, event) : listener, ...rest);
  };
})();
