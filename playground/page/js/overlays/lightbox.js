/** A larger view of a picture: fit to the window or 100 %, arrows between several, Esc to leave. */

import { announce, fill, h } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { openDialog } from "./overlays.js";

/**
 * @typedef {Object} Figure
 * @property {string} src
 * @property {string} alt
 * @property {string} title
 * @property {string} [caption]
 * @property {number} [width]  px
 * @property {number} [height]  px
 */

/**
 * @param {Figure[]} figures
 * @param {number} index  which to show first
 */
export function openLightbox(figures, index) {
  let at = index;
  let full = false;
  const image = h("img", { class: "lightbox-image", alt: "" });
  const stage = h("div", { class: "lightbox-stage" }, image);
  const caption = h("p", { class: "lightbox-caption" });
  const words = h("div", { class: "lightbox-words" });
  const zoom = h("button", { type: "button", class: "lightbox-button", onclick: () => setFull(!full) });
  const open = h(
    "a",
    {
      class: "lightbox-button",
      target: "_blank",
      rel: "noopener noreferrer",
      "aria-label": "Open the file",
      title: "Open the file",
    },
    icon("download"),
  );
  const close = h(
    "button",
    {
      type: "button",
      class: "lightbox-button",
      "aria-label": "Close",
      title: "Close (Esc)",
      onclick: () => dialog.close(),
    },
    icon("close"),
  );
  const arrow = (step, name, label) =>
    h(
      "button",
      {
        type: "button",
        class: `lightbox-arrow lightbox-${name}`,
        "aria-label": label,
        hidden: figures.length < 2,
        onclick: () => go(step),
      },
      icon(name),
    );

  const setFull = (value) => {
    full = value;
    stage.classList.toggle("full", full);
    fill(zoom, icon(full ? "fit" : "zoomin"), full ? "Fit" : "100 %");
    zoom.setAttribute("aria-label", full ? "Fit to the window" : "Show at 100 %");
  };
  const go = (step) => {
    at = (at + step + figures.length) % figures.length;
    const figure = figures[at];
    image.src = figure.src;
    image.alt = figure.alt;
    open.href = figure.src;
    const place = figures.length > 1 ? `${at + 1} of ${figures.length}` : "";
    fill(
      words,
      h("h2", { class: "lightbox-title" }, figure.title),
      place ? h("span", { class: "lightbox-place" }, place) : null,
    );
    caption.textContent = figure.caption && figure.caption !== figure.title ? figure.caption : "";
    setFull(false);
    announce(`${figure.title} ${place}`);
  };
  const dialog = openDialog(
    { className: "lightbox", label: "Picture" },
    h("header", { class: "lightbox-bar" }, words, zoom, open, close),
    stage,
    caption,
    arrow(-1, "back", "Previous picture"),
    arrow(1, "next", "Next picture"),
  );
  dialog.addEventListener("keydown", (event) => {
    if (figures.length > 1 && event.key === "ArrowLeft" && !full) go(-1);
    if (figures.length > 1 && event.key === "ArrowRight" && !full) go(1);
    if (event.key === "1") setFull(true);
    if (event.key === "0") setFull(false);
  });
  image.addEventListener("click", (event) => zoomAt(event));
  stage.addEventListener("click", (event) => event.target === stage && dialog.close());

  /** Keeps what was clicked in the middle when the picture grows. */
  const zoomAt = (event) => {
    const box = image.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    setFull(!full);
    stage.scrollTo(x * image.offsetWidth - stage.clientWidth / 2, y * image.offsetHeight - stage.clientHeight / 2);
  };
  go(0);
  close.focus();
}
