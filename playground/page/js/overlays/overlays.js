/** Things above the page: dialogs that hold the focus, menus beside a button, and toasts. */

import { h, uid } from "../dom/dom.js";
import { icon } from "../dom/icons.js";

/**
 * A modal dialog: what lies behind is inert, Esc asks to close, focus returns where it was.
 * @param {{className?: string, label?: string, labelledby?: string, onCancel?: () => void}} options
 * @param {...unknown} children
 * @returns {HTMLDialogElement}
 */
export function openDialog({ className = "", label, labelledby, onCancel }, ...children) {
  const before = document.activeElement;
  const dialog = h(
    "dialog",
    { class: `dialog ${className}`, "aria-label": label, "aria-labelledby": labelledby },
    ...children,
  );
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    (onCancel ?? (() => dialog.close()))();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks before something is done, with Slack's confirm object.
 * @param {{title?: {text: string}, text?: {text: string}, confirm?: {text: string}, deny?: {text: string}, style?: string}} confirm
 * @param {(text: Object) => Node[]} renderText
 * @returns {Promise<boolean>}
 */
export function askConfirm(confirm, renderText) {
  return new Promise((resolve) => {
    const title = uid("confirm");
    const answer = (yes) => {
      resolve(yes);
      dialog.close();
    };
    const deny = h(
      "button",
      { type: "button", class: "button", onclick: () => answer(false) },
      confirm.deny?.text ?? "Cancel",
    );
    const yesStyle = confirm.style === "danger" ? "button-danger" : "button-primary";
    const yes = h(
      "button",
      { type: "button", class: `button ${yesStyle}`, onclick: () => answer(true) },
      confirm.confirm?.text ?? "Yes",
    );
    const dialog = openDialog(
      { className: "dialog-confirm", labelledby: title, onCancel: () => answer(false) },
      h("h2", { class: "dialog-title", id: title }, confirm.title?.text ?? "Are you sure?"),
      h("div", { class: "dialog-text" }, confirm.text ? renderText(confirm.text) : null),
      h("div", { class: "dialog-actions" }, deny, yes),
    );
    deny.focus();
  });
}

/**
 * Puts a box beside an anchor, inside the window.
 * @param {HTMLElement} box  fixed, already laid out
 * @param {Element} anchor
 * @param {"below"|"above"} [side]
 */
export function placeBeside(box, anchor, side = "below") {
  const edge = 8;
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = at.bottom + 4;
  const above = at.top - height - 4;
  const fitsBelow = below + height <= innerHeight - edge;
  const top =
    side === "below" ? (fitsBelow || above < edge ? below : above) : above >= edge || !fitsBelow ? above : below;
  box.style.top = `${Math.max(edge, Math.min(top, innerHeight - height - edge))}px`;
  box.style.left = `${Math.max(edge, Math.min(at.left, innerWidth - width - edge))}px`;
}

/**
 * @typedef {Object} MenuItem
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [icon]
 * @property {boolean} [danger]
 * @property {boolean} [divider]  a line before it
 * @property {() => void} run
 */

/**
 * A menu below a button: arrows move, Enter chooses, Esc or a click elsewhere closes.
 * @param {HTMLElement} anchor
 * @param {MenuItem[]} items
 * @param {string} label
 */
export function openMenu(anchor, items, label) {
  const buttons = items.map((item) =>
    h(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        class: ["menu-item", item.danger && "menu-danger"],
        onclick: () => choose(item),
      },
      item.icon ? icon(item.icon) : null,
      h("span", { class: "menu-label" }, item.label, item.hint ? h("span", { class: "menu-hint" }, item.hint) : null),
    ),
  );
  const rows = items.flatMap((item, index) =>
    item.divider ? [h("hr", { class: "menu-line" }), buttons[index]] : [buttons[index]],
  );
  const menu = openPopover(anchor, { className: "menu", role: "menu", label }, rows);
  const choose = (item) => {
    menu.hidePopover();
    item.run();
  };
  menu.addEventListener("keydown", (event) => moveFocus(event, buttons));
  buttons[0]?.focus();
}

/** Arrow keys, Home and End between controls. @param {KeyboardEvent} event @param {HTMLElement[]} controls */
function moveFocus(event, controls) {
  const at = controls.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: controls.length - 1 }[event.key];
  if (to === undefined || controls.length === 0) return;
  event.preventDefault();
  controls[(to + controls.length) % controls.length].focus();
}

/**
 * A box in the top layer beside an anchor; it closes by Esc, Tab or a click elsewhere, and gives the focus back.
 * @param {HTMLElement} anchor
 * @param {{className: string, role: string, label: string}} options
 * @param {...unknown} children
 * @returns {HTMLElement}
 */
export function openPopover(anchor, { className, role, label }, ...children) {
  const box = h("div", { class: `popover ${className}`, role, "aria-label": label, popover: "auto" }, ...children);
  (anchor.closest("dialog") ?? document.body).append(box);
  anchor.setAttribute("aria-expanded", "true");
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    watch.disconnect();
    anchor.removeAttribute("aria-expanded");
    const held = box.contains(document.activeElement) || document.activeElement === document.body;
    if (held && anchor.isConnected) anchor.focus({ preventScroll: true });
    box.remove();
  });
  box.showPopover();
  placeBeside(box, anchor);
  const watch = new ResizeObserver(() => placeBeside(box, anchor));
  watch.observe(box);
  return box;
}

/** Says in passing that something went wrong. @param {string} text */
export function toast(text) {
  const dialogs = document.querySelectorAll("dialog[open]");
  const host = dialogs[dialogs.length - 1] ?? document.body;
  const close = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: () => note.remove() },
    icon("close"),
  );
  const note = h(
    "div",
    { class: "toast", role: "alert" },
    icon("warning"),
    h("span", { class: "toast-text" }, text),
    close,
  );
  const region = host.querySelector(":scope > .toasts") ?? host.appendChild(h("div", { class: "toasts" }));
  region.append(note);
  setTimeout(() => note.remove(), 8000);
}

/** Runs something for a person: what goes wrong is told in a toast. @template T @param {() => Promise<T>} work @returns {Promise<T|undefined>} */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (error?.name !== "AbortError") toast(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Puts an element in a busy state for as long as work lasts. @template T @param {HTMLElement} control @param {() => Promise<T>} work */
export async function whileBusy(control, work) {
  if (control.getAttribute("aria-busy") === "true") return undefined;
  control.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    control.removeAttribute("aria-busy");
  }
}
