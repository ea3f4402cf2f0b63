/** A message's own words, to be changed where they stand. */

import { h } from "../dom/dom.js";
import { attempt, whileBusy } from "../overlays/overlays.js";
import { withIds, withNames } from "../composer/typed.js";

/**
 * Puts a field in the place of a message's body until it is saved or left.
 * @param {import("../state/types.js").Message} message
 * @param {HTMLElement} node  the message, as it is drawn
 * @param {{store: import("../state/store.js").Store, api: import("../state/api.js").Api, channel: string}} context
 */
export function editMessage(message, node, { store, api, channel }) {
  const body = node.querySelector(".message-body");
  const leave = () => {
    editor.replaceWith(body);
    node.focus({ preventScroll: true });
  };
  const input = h("textarea", { class: "input editor-input", rows: 2, dir: "auto", "aria-label": "Edit message" });
  input.value = withNames(message.text ?? "", store);
  const save = h("button", { type: "submit", class: "button button-small button-primary" }, "Save");
  const cancel = h("button", { type: "button", class: "button button-small", onclick: leave }, "Cancel");
  const editor = h("form", { class: "editor" }, input, h("div", { class: "editor-bar" }, cancel, save));
  const grow = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 240)}px`;
  };
  editor.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = withIds(input.value.trim(), store);
    if (await whileBusy(save, () => attempt(() => api.send("edit", { channel, ts: message.ts, text })))) leave();
  });
  input.addEventListener("input", grow);
  editor.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") leave();
    else if (event.key === "Enter" && !event.shiftKey && event.target === input && !event.isComposing) {
      event.preventDefault();
      save.click();
    }
  });
  body.replaceWith(editor);
  grow();
  input.focus();
  input.setSelectionRange(input.value.length, input.value.length);
}
