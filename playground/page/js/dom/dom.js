/** Builds DOM nodes without ever parsing HTML: what comes from a message stays text. */

const PROPERTIES = new Set([
  "value",
  "checked",
  "disabled",
  "selected",
  "indeterminate",
  "hidden",
  "draggable",
  "multiple",
]);
const FORBIDDEN = new Set(["innerHTML", "outerHTML", "srcdoc", "style"]);

/**
 * Makes an element. Functions named `on…` become listeners, `null`, `undefined` and `false` are left out.
 * @param {string} tag
 * @param {Record<string, unknown>} [props]
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProperty(node, name, value);
  append(node, children);
  return node;
}

function setProperty(node, name, value) {
  if (FORBIDDEN.has(name)) throw new TypeError(`"${name}" may not be set on an element`);
  if (value === null || value === undefined) return;
  if (name.startsWith("on")) {
    if (typeof value !== "function") throw new TypeError(`"${name}" needs a function`);
    node.addEventListener(name.slice(2), value);
  } else if (name === "dataset") {
    Object.assign(node.dataset, value);
  } else if (PROPERTIES.has(name)) {
    node[name] = value;
  } else if (name === "class") {
    node.className = Array.isArray(value) ? value.filter(Boolean).join(" ") : String(value);
  } else if (value !== false) {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Appends children, flattening arrays and leaving out nothings.
 * @param {Node} node
 * @param {Array} children
 */
export function append(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(node, child);
    else if (child !== null && child !== undefined && child !== false)
      node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * Replaces everything in a node.
 * @param {Element} node
 * @param {...unknown} children
 */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

let counter = 0;

/** A fresh id, for aria relations. @param {string} [prefix] */
export function uid(prefix = "n") {
  counter += 1;
  return `${prefix}-${counter}`;
}

/**
 * The address when following it is harmless (http, https, mailto), else null.
 * @param {unknown} url
 * @returns {string|null}
 */
export function safeLink(url) {
  if (typeof url !== "string") return null;
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/**
 * A link that opens elsewhere, or plain text when its address is not one to follow.
 * @param {string} url
 * @param {...unknown} children
 * @returns {Node}
 */
export function link(url, ...children) {
  const href = safeLink(url);
  if (href === null) return h("span", {}, ...children);
  return h("a", { class: "link", href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/**
 * The address when the page's policy lets a picture come from it (this server, blob: or data:image), else null.
 * @param {unknown} url
 * @returns {string|null}
 */
export function safeImage(url) {
  if (typeof url !== "string" || url === "") return null;
  try {
    const parsed = new URL(url, location.href);
    if (parsed.protocol === "blob:") return parsed.href;
    if (parsed.protocol === "data:") return /^data:image\/(png|jpe?g|gif|webp|svg\+xml)[;,]/i.test(url) ? url : null;
    return parsed.origin === location.origin ? parsed.href : null;
  } catch {
    return null;
  }
}

/** Says something to screen readers. @param {string} text */
export function announce(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}
