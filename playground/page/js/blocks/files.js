/** Files under a message: pictures with room kept for them, and cards for everything else. */

import { h, safeImage } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { fileSize } from "../dom/time.js";

const WIDEST = 400;
const HIGHEST = 320;

/**
 * A picture that opens larger.
 * @param {import("../overlays/lightbox.js").Figure & {thumb?: string}} figure
 * @param {() => void} zoom
 */
export function picture(figure, zoom) {
  const size = fit(figure.width, figure.height);
  const image = h("img", {
    src: figure.thumb ?? figure.src,
    alt: figure.alt,
    loading: "lazy",
    decoding: "async",
    ...size,
  });
  const button = h(
    "button",
    {
      type: "button",
      class: ["picture", !size.width && "picture-unsized"],
      "aria-label": `Enlarge: ${figure.alt || figure.title}`,
      onclick: zoom,
    },
    image,
  );
  image.addEventListener(
    "error",
    () =>
      button.replaceWith(h("div", { class: "unknown" }, `The picture cannot be shown: ${figure.alt || figure.title}`)),
    { once: true },
  );
  return button;
}

/** The shown size of a picture, never enlarged, in px. @param {number|undefined} width @param {number|undefined} height */
function fit(width, height) {
  if (!width || !height) return {};
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/**
 * The address of a form that browsers show: the file itself, or, as for HEIC, the server's JPEG of it; null for no picture.
 * @param {import("../state/types.js").SlackFile} file
 */
function shownUrl(file) {
  const readable = /^image\/(png|jpe?g|gif|webp|avif)$/.test(file.mimetype ?? "") && file.original_w;
  return readable ? safeImage(file.url) : (safeImage(file.large_url) ?? safeImage(file.thumb_url));
}

/**
 * The files of a message.
 * @param {import("../state/types.js").SlackFile[]} files
 * @param {import("../state/types.js").Surface} surface
 * @returns {HTMLElement}
 */
export function fileList(files, surface) {
  const shown = files.filter((file) => shownUrl(file) !== null);
  const figures = shown.map(figureOf);
  const pictures = figures.map((figure, index) => picture(figure, () => surface.zoom(figures, index)));
  const others = files.filter((file) => shownUrl(file) === null).map((file) => fileCard(file));
  const caption =
    shown.length === 1
      ? h("div", { class: "file-name" }, shown[0].title || shown[0].name)
      : h("div", { class: "file-name" }, `${shown.length} pictures`);
  return h(
    "div",
    { class: "files" },
    shown.length ? caption : null,
    h("div", { class: ["pictures", shown.length > 1 && "pictures-several"] }, pictures),
    others,
  );
}

function figureOf(file) {
  const thumb = safeImage(file.thumb_url) ?? undefined;
  return {
    src: shownUrl(file),
    thumb,
    alt: file.alt_txt || file.title || file.name,
    title: file.title || file.name,
    width: file.original_w,
    height: file.original_h,
    caption: file.alt_txt,
  };
}

/** What a file is, in words: a document of Slack's own, something kept elsewhere, or a type and a size. */
function kindOf(file) {
  if (file.mode === "external") return "Kept outside Slack";
  if (file.mode && file.mode !== "hosted") return file.pretty_type || file.mode;
  return [file.mimetype, fileSize(file.size)].filter(Boolean).join(" · ");
}

/**
 * A file that is no picture the browser shows.
 * @param {import("../state/types.js").SlackFile} file
 */
export function fileCard(file) {
  if (file.mode === "tombstone") return h("div", { class: "unknown" }, "This file was deleted.");
  const href = file.mode && file.mode !== "hosted" ? null : safeImage(file.url);
  const words = [
    h("span", { class: "file-card-name" }, file.title || file.name),
    h("span", { class: "muted" }, kindOf(file)),
  ];
  const inside = [icon("file"), h("span", { class: "file-card-words" }, words)];
  return href
    ? h("a", { class: "file-card", href, download: file.name }, inside)
    : h("div", { class: "file-card" }, inside);
}
