// Back and forward move through what a person chose. Streamlit writes a choice into the address in place of the one
// before, with its whole address; then Back would leave the page. What the program itself mends it writes without the
// host, and that stays in place. tests/dashboard/test_screens_trends.py goes back and forward.
(() => {
  const inPlace = history.replaceState.bind(history);
  history.replaceState = (state, unused, address) => {
    const isChoice = typeof address === "string" && address.startsWith(`${location.origin}/`);
    if (isChoice && address !== location.href) history.pushState(state, unused, address);
    else inPlace(state, unused, address);
  };
})();
