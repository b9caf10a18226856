"use strict";
// Every page is complete without this: it loads itself again then. This follows runs by
// server-sent events and adds what comes.
const byClass = (el, name) => el.querySelector("." + name);

function make(tag, className, text) {
  const el = document.createElement(tag);
  if (className) el.className = className;
  if (text) el.textContent = text;
  return el;
}

function link(step, className, text) {
  const a = make("a", className, text);
  a.setAttribute("href", step.href);
  return a;
}

function square(step) {
  const a = link(step, "o " + step.worst, "");
  a.append(make("span", "", step.glyph), make("span", "vh", ` ${step.scenario}: ${step.worst}`));
  a.firstChild.setAttribute("aria-hidden", "true");
  a.title = `${step.scenario}: ${step.worst}`;
  const item = make("li");
  item.append(a);
  return item;
}

function card(step) {
  const article = make("article", "card c-" + step.worst);
  const head = make("header");
  const name = make("h3");
  name.append(link(step, "", step.scenario));
  head.append(make("span", "o " + step.worst, `${step.glyph} ${step.worst}`), name, make("span", "who", step.pair));
  article.append(head);
  if (step.reason) article.append(make("p", "", step.reason.split("\n")[0]));
  const list = make("ul");
  for (const r of step.red || []) {
    const item = make("li");
    item.append(make("span", "id", r.check), ` ${r.subject}: ${r.finding || r.outcome}`);
    list.append(item);
  }
  if (step.moreRed) list.append(make("li", "soft", `and ${step.moreRed} more`));
  if (list.children.length) article.append(list);
  return article;
}

function stand(root, s) {
  const bar = byClass(root, "bar");
  bar.max = Math.max(1, s.total);
  bar.value = s.done;
  byClass(root, "done").textContent = `${s.done} of ${s.total}`;
  byClass(root, "reds").textContent = s.reds ? `${s.reds} red` : "none red";
  byClass(root, "left").textContent = s.left ? `${s.left} left` : "";
}

// A browser has few connections to one server: pages that nobody looks at leave theirs.
function whileSeen(begin) {
  let source = null;
  const change = () => {
    if (source && document.hidden) {
      source.close();
      source = null;
    } else if (!source && !document.hidden) {
      source = begin();
    }
  };
  document.addEventListener("visibilitychange", change);
  change();
}

function follow(root) {
  const state = byClass(root, "state");
  let after = root.dataset.after;
  let over = false;
  whileSeen(() => {
    if (over) return null;
    const source = new EventSource(`${root.dataset.events}?after=${after}`);
    const on = (kind, does) => source.addEventListener(kind, (e) => {
      after = e.lastEventId || after;
      does(JSON.parse(e.data));
    });
    source.addEventListener("open", () => { state.textContent = "running"; });
    source.addEventListener("error", () => {
      state.textContent = source.readyState === EventSource.CLOSED ? "not followed any more: load the page again" : "the connection is lost, trying again";
    });
    on("started", (s) => stand(root, s));
    on("session", (s) => {
      stand(root, s);
      const lane = s.lane >= 0 && document.getElementById(`lane-${s.lane}`);
      if (lane) {
        byClass(lane, "grid").append(square(s));
        byClass(lane, "lane-done").textContent = byClass(lane, "grid").children.length;
      }
      if (["fail", "stale", "error"].includes(s.worst)) {
        const reds = document.getElementById("reds");
        reds.prepend(card(s));
        while (reds.children.length > reds.dataset.most) reds.lastElementChild.remove();
        document.getElementById("no-reds").hidden = true;
      }
    });
    on("note", (text) => byClass(root, "notes").append(make("p", "banner", text)));
    on("silent", (silent) => {
      state.textContent = silent ? "gives no sign of life: it was stopped, or its machine sleeps" : "running";
    });
    on("end", (end) => {
      over = true;
      source.close();
      state.textContent = end.complete ? "ended" : "ended, incomplete";
      byClass(root, "left").textContent = "";
      const said = byClass(root, "end");
      const report = make("a", "", "Open the report");
      report.setAttribute("href", end.href);
      said.replaceChildren(make("strong", "", end.verdict), " ", report);
      said.classList.add(end.exitCode === 0 ? "good" : "bad");
      said.hidden = false;
      byClass(root, "running").textContent = "The run";
    });
    return source;
  });
}

// The list of runs is loaded again when it is another one.
function watch(list) {
  whileSeen(() => {
    const source = new EventSource(`/events/?seen=${list.dataset.list}`);
    source.addEventListener("changed", () => { source.close(); location.reload(); });
    source.addEventListener("standing", (e) => {
      for (const s of JSON.parse(e.data)) {
        for (const root of document.querySelectorAll("[data-run]")) {
          if (root.dataset.run === s.run) stand(root, s);
        }
      }
    });
    return source;
  });
}

for (const root of document.querySelectorAll("[data-events]")) follow(root);
for (const list of document.querySelectorAll("[data-list]")) watch(list);
