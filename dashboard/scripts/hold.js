// News come without a reload, above what somebody reads: the stories in sight stay where they are, what was opened in
// them stays open, and the focus stays in the story it is in. Streamlit writes the new list into the old places, so that
// each story moves on by one; here the page is moved by as much, before it is painted. At the very top nothing is held:
// there the news are what is looked at. A choice of the reader changes the address, and then nothing is held either.
(() => {
  "use strict";
  const STORY = ".m-story[data-article]";
  const REST_MS = 1500; // after news, for the page to come to rest; what scrolls then is not the reader
  const SCROLLS = ["wheel", "touchmove", "pointerdown", "keydown"];

  let held = []; // stories in sight, from above: which article, and how far below the start of the page it stands
  let address = ""; // for which they were noted
  let restUntil = 0;
  let focused = null; // in which story, and on which link of it; null: elsewhere
  const opened = new Set(); // article and place of every fold that the reader has opened

  const page = () => document.querySelector("[data-testid=stMain]");
  const of = (article) => document.querySelector(`.m-story[data-article="${CSS.escape(article)}"]`);
  const placeOf = (story) => story.getBoundingClientRect().top + page().scrollTop;

  // A story is one piece, or it begins here and its other pieces follow.
  const storyOf = (element) =>
    element.closest?.(".m-story, .m-part") &&
    [...document.querySelectorAll(STORY)].findLast(
      (one) => one.contains(element) || one.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
  const within = (story, what) =>
    [...document.querySelectorAll(`.m-story ${what}, .m-part ${what}`)].filter((one) => storyOf(one) === story);

  const isInSight = (story) => {
    const { top, bottom } = story.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };

  // Where the list only begins low on the screen, what stands above it is read, and news below that move nothing.
  const isRead = (first) => first !== page().querySelector(STORY) || first.getBoundingClientRect().top < innerHeight / 2;

  const note = () => {
    if (!page() || performance.now() < restUntil) return;
    const inSight = page().scrollTop > 0 ? [...page().querySelectorAll(STORY)].filter(isInSight) : [];
    const stories = inSight.length && isRead(inSight[0]) ? inSight : [];
    held = stories.map((one) => ({ article: one.dataset.article, place: placeOf(one) }));
    address = location.href;
    page().style.overflowAnchor = held.length ? "none" : ""; // else the browser moves it a second time
  };

  const putBack = () => {
    const known = location.href === address && held.find((one) => of(one.article));
    if (!known || page().scrollTop === 0) return;
    const moved = placeOf(of(known.article)) - known.place;
    if (Math.abs(moved) < 0.5) return;
    page().scrollTop += moved;
    held.forEach((one) => (one.place += moved));
  };

  const reopen = () => {
    for (const key of opened) {
      const [article, at] = key.split(" ");
      const story = of(article);
      const fold = story && within(story, "details")[at];
      if (fold) fold.open = true;
    }
  };

  const refocus = () => {
    const here = document.activeElement;
    if (!focused || (here && here !== document.body)) return; // only what was lost with the old place
    const story = of(focused.article);
    const link = story && focused.link && within(story, "a").find((one) => one.href === focused.link);
    if (story && !link) story.tabIndex = -1;
    (link || story)?.focus({ preventScroll: true });
  };

  const heard = (changes) => {
    if (!changes.some(({ target }) => target.closest?.("[data-testid=stMain]"))) return;
    if (held.length) restUntil = performance.now() + REST_MS;
    reopen();
    putBack();
    refocus();
  };

  const isTyped = ({ type, target }) => type === "keydown" && target.matches?.("input, textarea");

  const toggled = ({ target }) => {
    const story = storyOf(target);
    if (!story) return;
    const key = `${story.dataset.article} ${within(story, "details").indexOf(target)}`;
    if (target.open) opened.add(key);
    else opened.delete(key);
  };

  const start = () => {
    new MutationObserver(heard).observe(document.body, { childList: true, subtree: true });
    document.addEventListener("scroll", note, true);
    for (const kind of SCROLLS) {
      document.addEventListener(kind, (event) => isTyped(event) || (restUntil = 0), { capture: true, passive: true });
    }
    document.addEventListener("toggle", toggled, true);
    document.addEventListener("pointerdown", ({ target }) => storyOf(target) || (focused = null), true);
    document.addEventListener("focusin", ({ target }) => {
      const story = storyOf(target);
      focused = story ? { article: story.dataset.article, link: target.href || "" } : null;
    });
  };

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
