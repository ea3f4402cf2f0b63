/** The emoji picker: a search box over a grid. */

import { fill, h } from "../dom/dom.js";
import { findEmoji } from "../dom/emoji.js";
import { openPopover } from "./overlays.js";

const COLUMNS = 9;

/**
 * @param {HTMLElement} anchor
 * @param {(name: string) => void} choose
 */
export function openEmojiPicker(anchor, choose) {
  const search = h("input", {
    class: "input",
    type: "search",
    placeholder: "Search emoji",
    "aria-label": "Search emoji",
  });
  const grid = h("div", { class: "picker-grid", role: "group", "aria-label": "Emoji" });
  const box = openPopover(anchor, { className: "picker", role: "dialog", label: "Emoji" }, search, grid);
  const take = (name) => {
    box.hidePopover();
    choose(name);
  };
  const show = () => fill(grid, buttons(search.value.trim(), take));
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") grid.querySelector("button")?.click();
    if (event.key === "ArrowDown") (event.preventDefault(), grid.querySelector("button")?.focus());
  });
  grid.addEventListener("keydown", (event) => moveInGrid(event, grid));
  show();
  search.focus();
}

function buttons(query, take) {
  const found = findEmoji(query, query ? 60 : 400);
  if (found.length === 0) return h("p", { class: "muted" }, "No emoji of that name.");
  return found.map(({ name, char }) =>
    h(
      "button",
      {
        type: "button",
        class: "picker-emoji",
        "aria-label": name.replaceAll("_", " "),
        title: `:${name}:`,
        onclick: () => take(name),
      },
      char,
    ),
  );
}

function moveInGrid(event, grid) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = [...grid.querySelectorAll("button")];
  all[all.indexOf(document.activeElement) + step]?.focus();
}
