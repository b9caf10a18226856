"use strict";
// The page is complete without this script. It adds a filter whose state is in the
// address, keys, and that a link opens what it leads to. theme.js ran before it.
const byId = (id) => document.getElementById(id);
const field = byId("filter");
const status = byId("filter-status");
const empty = byId("filter-empty");

// What can be filtered. data-s holds outcomes, data-p peers and pairs, data-a the
// area, data-l the level. A row of the matrix has a cell for each pair instead.
const rows = [...document.querySelectorAll("[data-row]")].map((el) => {
  const boxes = [];
  for (let box = el.parentElement; box; box = box.parentElement) if (/^(TBODY|TABLE|SECTION)$/.test(box.tagName)) boxes.push(box);
  return { el, boxes, matrix: el.closest("[data-matrix]"), s: lower(el, "s"), p: lower(el, "p"), a: lower(el, "a"), l: lower(el, "l") };
});
const boxes = new Set(rows.flatMap((row) => row.boxes));
const matrices = [...document.querySelectorAll("[data-matrix]")].map((table) => {
  const heads = [...table.tHead.rows[0].cells].slice(1);
  return { table, heads, pairs: heads.map((th) => lower(th, "p")), groups: table.querySelectorAll("th[scope=rowgroup]") };
});
const matrixOf = new Map(matrices.map((m) => [m.table, m]));

function lower(el, name) {
  return (el.dataset[name] ?? "").toLowerCase();
}

// The text of a row is read when it is first asked for.
function textOf(row) {
  return (row.text ??= row.el.textContent.toLowerCase());
}

function cellsOf(row) {
  return (row.cells ??= [...row.el.cells].slice(1));
}

function outcomesOf(row) {
  return (row.outcomes ??= cellsOf(row).map((cell) => lower(cell, "s")));
}

// words are the values that a key can have on this page. Areas have blanks in them.
const words = { s: new Set(), p: new Set(), a: new Set(), l: new Set() };
for (const row of rows) {
  for (const key of "spl") for (const word of row[key].split(" ")) words[key].add(word);
  words.a.add(row.a);
}
for (const m of matrices) for (const pair of m.pairs) for (const word of [pair, ...pair.split("->")]) words.p.add(word);
for (const set of Object.values(words)) set.delete("");
const pairs = [...words.p].filter((word) => word.includes("->"));

// parse reads a filter: s:fail p:chrome a:candidate l:must text "quoted text", each
// with ! before it for "not". Values of one key are alternatives; all else must hold.
// A value that no row has stands for all that begin with it.
function parse(text) {
  const filter = { want: {}, not: {}, text: [], notText: [], problems: [] };
  for (const [, bang, name, whole, quoted] of text.toLowerCase().matchAll(/(!?)(?:([a-z]+):)?("([^"]*)"?|[^\s"]*)/g)) {
    const value = (quoted ?? whole).replace("→", "->");
    if (name && !words[name]) {
      filter.problems.push(`There is no key “${name}:”: use s: p: a: l:, or quotes to look for text with a colon.`);
    } else if (name && value) {
      const found = words[name].has(value) ? [value] : [...words[name]].filter((w) => w.startsWith(value) || (value.startsWith("->") && w.endsWith(value)));
      if (!found.length) filter.problems.push(`Nothing on this page has ${name}:${value}.`);
      const of = bang ? filter.not : filter.want;
      of[name] = new Set([...(of[name] ?? []), ...found]);
    } else if (!name && value) {
      (bang ? filter.notText : filter.text).push(value);
    }
  }
  filter.active = text.trim() !== "";
  return filter;
}

// A pair is chosen by its name and by those of its peers.
function choosesPair(filter, pair) {
  const any = (set) => set && [pair, ...pair.split("->")].some((word) => set.has(word));
  return (!filter.want.p || any(filter.want.p)) && !any(filter.not.p);
}

function holds(filter, key, values) {
  const any = (set) => values.some((v) => set.has(v));
  return (!filter.want[key] || any(filter.want[key])) && (!filter.not[key] || !any(filter.not[key]));
}

// matcher returns what tells whether a row is shown; the pairs are looked at once.
function matcher(filter) {
  const chosen = new Set(pairs.filter((pair) => choosesPair(filter, pair)));
  const peers = new Set([...chosen].flatMap((pair) => pair.split("->")));
  const columns = new Map(matrices.map((m) => [m.table, m.pairs.map((pair) => chosen.has(pair))]));
  const known = new Map();
  const chooses = (p) => {
    if (!filter.want.p && !filter.not.p) return true;
    if (!known.has(p)) {
      const all = p.split(" ");
      const named = all.filter((word) => word.includes("->"));
      known.set(p, named.length ? named.some((word) => chosen.has(word)) : all.some((word) => peers.has(word)));
    }
    return known.get(p);
  };
  const shows = (row) => {
    if (!holds(filter, "a", [row.a]) || !holds(filter, "l", [row.l])) return false;
    if (row.matrix) {
      const shown = columns.get(row.matrix);
      if (!shown.includes(true)) return false;
      if ((filter.want.s || filter.not.s) && !holds(filter, "s", outcomesOf(row).filter((_, i) => shown[i]))) return false;
    } else if (!chooses(row.p) || !holds(filter, "s", row.s.split(" "))) return false;
    return filter.text.every((t) => textOf(row).includes(t)) && !filter.notText.some((t) => textOf(row).includes(t));
  };
  return { shows, columns };
}

function hide(el, hidden) {
  if (el.hidden !== hidden) el.hidden = hidden;
}

// What a matrix shows of its pairs; most filters name none, and touch no cell.
function showColumns(m, shown) {
  if (shown.join() === (m.shown ?? shown.map(() => true)).join()) return;
  m.shown = shown;
  for (const group of m.groups) group.colSpan = shown.filter(Boolean).length + 1;
  m.heads.forEach((th, i) => hide(th, !shown[i]));
  for (const row of rows) if (row.matrix === m.table) cellsOf(row).forEach((cell, i) => hide(cell, !shown[i]));
}

function apply() {
  const filter = parse(field.value);
  const { shows, columns } = matcher(filter);
  const full = new Set();
  let shown = 0;
  for (const row of rows) {
    const show = !filter.active || shows(row);
    hide(row.el, !show);
    if (!show) continue;
    shown++;
    for (const box of row.boxes) full.add(box);
  }
  for (const box of boxes) hide(box, !full.has(box));
  for (const [table, of] of columns) showColumns(matrixOf.get(table), of);
  status.textContent = [...filter.problems, filter.active ? `${shown} of ${rows.length} entries shown.` : ""].join(" ").trim();
  status.dataset.q = field.value.trim(); // for paper
  empty.hidden = shown > 0 || !filter.active;
}

// The address holds the filter, so that a view can be passed on: #?q=s:fail%20p:chrome.
function address(q) {
  return "#?q=" + encodeURIComponent(q.trim()).replaceAll("%3A", ":");
}

let typing = false; // one step back undoes what was typed in one go
function setFilter(q, write = true) {
  if (field.value !== q) field.value = q;
  if (write) {
    try {
      history[typing ? "replaceState" : "pushState"](null, "", address(q));
    } catch {
      // too often for this browser: the view is right, its address is older
    }
  }
  apply();
}

function follow() {
  typing = false;
  const hash = location.hash;
  if (hash.startsWith("#?") || hash.length < 2) setFilter(new URLSearchParams(hash.slice(2)).get("q") ?? "", false);
  else reveal(hash.slice(1));
}

const smoothly = () => ({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });

function unfold(el) {
  for (let d = el.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
}

// reveal shows what a link leads to, also from within what is closed or filtered out.
function reveal(id) {
  let el = byId(id);
  try {
    el ??= byId(decodeURIComponent(id));
  } catch {
    // no address of ours
  }
  if (!el) return;
  if (el.closest("[hidden]")) {
    setFilter("", false);
    status.textContent = "The filter is taken back: it hid what the link leads to.";
  }
  unfold(el);
  el.scrollIntoView({ block: "start", behavior: "instant" });
}

// Red cards, or where there are none the known deviations.
let last = null;
function step(by) {
  const cards = [...document.querySelectorAll(".card[data-s]")].filter((el) => !el.closest("[hidden]"));
  const red = cards.filter((el) => /\b(fail|stale|error)\b/.test(el.dataset.s));
  const list = red.length ? red : cards.filter((el) => el.dataset.s === "known");
  if (!list.length) {
    status.textContent = "No failure and no known deviation is shown.";
    return;
  }
  const at = list.indexOf(document.activeElement.closest(".card") ?? last);
  last = list.at(at < 0 ? (by > 0 ? 0 : -1) : (at + by) % list.length);
  unfold(last);
  last.tabIndex = -1;
  last.focus({ preventScroll: true });
  last.scrollIntoView(smoothly());
}

const keys = { j: () => step(1), k: () => step(-1), "/": () => field.select(), "?": () => byId("help").showModal() };
document.addEventListener("keydown", (e) => {
  if (!keys[e.key] || !pageKey(e)) return;
  e.preventDefault();
  keys[e.key]();
});
field.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  e.preventDefault();
  if (field.value) setFilter("");
  else field.blur();
});
field.addEventListener("input", () => {
  setFilter(field.value);
  typing = true;
});
field.addEventListener("change", () => (typing = false));
for (const button of document.querySelectorAll("[data-clear]")) button.addEventListener("click", () => (setFilter(""), field.focus()));
byId("keys").addEventListener("click", keys["?"]);
byId("help-close").addEventListener("click", () => byId("help").close());
for (const a of document.querySelectorAll("a[data-q]")) a.href = address(a.dataset.q);
document.addEventListener("click", (e) => {
  const a = e.target.closest('a[href^="#"]');
  if (a && a.hash === location.hash) follow(); // no other address, no event
});
addEventListener("hashchange", follow);

// On paper nothing can be opened.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll(".card details:not([open])")];
  for (const d of closed) d.open = true;
});
addEventListener("afterprint", () => closed.forEach((d) => (d.open = false)));
follow();
