// Keys of the pages: j and k go to the next and the previous story, o opens its article, / goes to the search box.
// Not while somebody types or chooses, not when they are turned off, and not together with Ctrl, Alt or Meta. It reads the page and moves the focus;
// it asks for nothing and stores nothing.
(() => {
  "use strict";
  const STORY = ".m-story";
  const TYPING = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox], [role=grid], dialog";

  const shown = (element) => element.getClientRects().length > 0;

  // The story that has the focus, or the last one that stands before what has it.
  const currentOf = (stories) => {
    const here = document.activeElement;
    if (!here || here === document.body) return -1;
    return stories.findLastIndex(
      (story) => story.contains(here) || story.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
  };

  const focus = (story) => {
    story.tabIndex = -1;
    story.focus({ preventScroll: true });
    story.scrollIntoView({ block: "nearest" });
  };

  const go = (step) => {
    const stories = [...document.querySelectorAll(STORY)].filter(shown);
    const next = stories[Math.max(0, currentOf(stories) + step)];
    if (next) focus(next);
    return Boolean(next);
  };

  const open = () => {
    const stories = [...document.querySelectorAll(STORY)].filter(shown);
    const link = stories[currentOf(stories)]?.querySelector("h2 a[href], h3 a[href]");
    link?.click(); // a click keeps what the link says: apart, without a referrer
    return Boolean(link);
  };

  const search = () => {
    const box = [...document.querySelectorAll("input[type=search]")].find(shown);
    box?.focus();
    return Boolean(box);
  };

  const areOff = () => document.querySelector(".m-keys-off") !== null; // a switch at the foot of every page

  const KEYS = { j: () => go(1), k: () => go(-1), o: open, "/": search };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
    if (areOff()) return;
    if (event.target instanceof Element && event.target.closest(TYPING)) return;
    if (Object.hasOwn(KEYS, event.key) && KEYS[event.key]()) event.preventDefault();
  });
})();
