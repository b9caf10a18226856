"use strict";
// The page is complete without this: it adds a filter over the rows and cards.
document.documentElement.classList.add("js");
const field = document.getElementById("filter");
const status = document.getElementById("filter-status");
const items = [...document.querySelectorAll("[data-row]")].map((el) => [el, el.textContent.toLowerCase()]);
function apply() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const [el, text] of items) {
    el.hidden = !words.every((w) => text.includes(w));
    if (!el.hidden) shown++;
  }
  status.textContent = words.length ? `${shown} of ${items.length} rows` : "";
}
field.addEventListener("input", apply);
document.addEventListener("keydown", (e) => {
  if (e.key === "/" && !/INPUT|TEXTAREA/.test(document.activeElement.tagName)) {
    e.preventDefault();
    field.focus();
  }
});
for (const a of document.querySelectorAll('a[href^="#"]')) {
  a.addEventListener("click", () => {
    const target = document.getElementById(decodeURIComponent(a.hash.slice(1)));
    const closed = target && target.closest("details");
    if (closed) closed.open = true;
  });
}
