"use strict";
// Runs in the head, before anything is painted: the theme that was chosen, on this
// page or on another one of the report. Without it the system's is used.
document.documentElement.classList.add("js");
const themes = ["auto", "light", "dark"];
const themeKey = "rink-theme";
let theme = "auto";

// A page opened as a file may have no storage; the choice then lasts as long as the page.
function storedTheme() {
  try {
    return localStorage.getItem(themeKey);
  } catch {
    return null;
  }
}

function useTheme(name) {
  theme = themes.includes(name) ? name : "auto";
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("button.theme")) button.textContent = `Theme: ${theme}`;
}

function nextTheme() {
  useTheme(themes[(themes.indexOf(theme) + 1) % themes.length]);
  try {
    localStorage.setItem(themeKey, theme);
  } catch {
    // not remembered
  }
}

// A key that is meant for the page: nothing is being typed, no other program is asked.
function pageKey(e) {
  const typing = e.target.closest?.("input, textarea, select, [contenteditable]");
  return !typing && !e.ctrlKey && !e.altKey && !e.metaKey && !e.isComposing && !document.querySelector("dialog[open]");
}

useTheme(storedTheme());
addEventListener("storage", (e) => e.key === themeKey && useTheme(e.newValue));
addEventListener("keydown", (e) => e.key === "t" && pageKey(e) && nextTheme());
addEventListener("DOMContentLoaded", () => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "theme";
  button.addEventListener("click", nextTheme);
  const controls = document.querySelector("#controls .line");
  if (controls) controls.append(button);
  else document.querySelector("header.top, main").prepend(button);
  useTheme(theme);
  // What scrolls sideways can be scrolled by keys, and says what it is.
  for (const box of document.querySelectorAll(".scroll:not([tabindex])")) {
    box.tabIndex = 0;
    box.role = "group";
    box.ariaLabel = box.querySelector("caption")?.textContent ?? "Table";
  }
});
