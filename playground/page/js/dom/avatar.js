/** A member's picture; where there is none, initials on a colour of their own. */

import { h, safeImage } from "./dom.js";

const COLOURS = 8;

/**
 * @param {import("../state/types.js").User} user
 * @param {string} name
 * @param {"small"|"medium"|"large"} [size]
 */
export function avatar(user, name, size = "medium") {
  const src = safeImage(user.avatar);
  const initials = h(
    "span",
    { class: `avatar avatar-${size} avatar-colour-${colourOf(user.id)}`, "aria-hidden": "true" },
    initialsOf(name),
  );
  if (!src) return initials;
  const image = h("img", { class: `avatar avatar-${size}`, src, alt: "", width: 36, height: 36, loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(initials), { once: true });
  return image;
}

function colourOf(id) {
  return [...id].reduce((sum, char) => sum + char.codePointAt(0), 0) % COLOURS;
}

function initialsOf(name) {
  return (
    name
      .split(/\s+/)
      .slice(0, 2)
      .map((word) => [...word][0] ?? "")
      .join("")
      .toUpperCase() || "?"
  );
}
