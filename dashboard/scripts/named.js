// Streamlit's place to drop a file has a name and takes the focus, and yet calls itself a mere presentation: who hears
// the page is told two things. It is a group with that name. tests/dashboard/test_screens_axe.py asks axe.
(() => {
  "use strict";
  const DROP = "[data-testid=stFileUploaderDropzone][role=presentation]";
  const name = () => document.querySelectorAll(DROP).forEach((one) => one.setAttribute("role", "group"));
  const start = () => new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
