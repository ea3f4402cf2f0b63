/** The stack of modals that the app has opened: drawing, updating, submitting and closing views. */

import { fill, h, uid } from "../dom/dom.js";
import { renderBlocks } from "./blocks.js";
import { check, FormState } from "./form.js";
import { icon } from "../dom/icons.js";
import { attempt, openDialog, whileBusy } from "../overlays/overlays.js";
import { pastedFiles } from "../composer/tray.js";

/**
 * @typedef {Object} Frame  one view of the stack
 * @property {import("../state/types.js").View} view
 * @property {FormState} state
 * @property {Map<string, import("../composer/tray.js").Tray>} trays  of the view's file inputs, by block and action
 */

const CONTROLS = "input:not([type=file]), textarea, button, a";

export class Modals {
  /** @type {Frame[]} */
  #stack = [];
  /** @type {HTMLDialogElement|null} */
  #dialog = null;

  /**
   * @param {import("../state/store.js").Store} store
   * @param {import("../state/api.js").Api} api
   * @param {import("../state/types.js").Surface["zoom"]} zoom
   */
  constructor(store, api, zoom) {
    Object.assign(this, { store, api, zoom });
    this.#sync();
    store.on("workspace", () => this.#sync());
    store.on("view_open", ({ view }) => this.#replace([frameOf(view)]));
    store.on("view_push", ({ view }) => this.#replace([...this.#stack, frameOf(view)]));
    store.on("view_update", ({ view }) => this.#update(view));
    store.on("view_close", ({ view_id: id, clear }) => this.#closeView(id, clear));
    store.on("view_errors", ({ view_id: id, errors }) => this.#top?.view.id === id && this.#showErrors(errors));
  }

  get #top() {
    return this.#stack.at(-1);
  }

  /** Takes over what the server says is open, as after a reload or a lost connection; what was filled in stays. */
  #sync() {
    const { views } = this.store;
    const frames = views.map((view) => this.#stack.find((frame) => frame.view.id === view.id) ?? frameOf(view));
    const same =
      views.length === this.#stack.length &&
      views.every((view, at) => frames[at] === this.#stack[at] && frames[at].view.hash === view.hash);
    if (same) return;
    frames.forEach((frame, at) => renew(frame, views[at]));
    this.#replace(frames);
  }

  #replace(stack) {
    this.#stack = stack;
    if (stack.length === 0) this.#dialog?.close();
    else this.#draw();
  }

  #update(view) {
    const frame = this.#stack.find(
      (one) => one.view.id === view.id || (view.previous_view_id && one.view.id === view.previous_view_id),
    );
    if (!frame) return;
    renew(frame, view);
    if (frame === this.#top) this.#draw();
  }

  #closeView(id, clear) {
    const place = this.#stack.findIndex((frame) => frame.view.id === id);
    if (clear) this.#replace([]);
    else if (place >= 0) this.#replace(this.#stack.slice(0, place));
  }

  #draw() {
    const { view } = this.#top;
    const title = uid("modal");
    const place = placeIn(this.#dialog);
    const scrolled = this.#dialog?.dataset.view === view.id ? this.#dialog.querySelector(".modal-body").scrollTop : 0;
    const nodes = [this.#header(view, title), this.#body(view), this.#footer(view)];
    if (!this.#dialog) {
      this.#dialog = openDialog({ className: "modal", labelledby: title, onCancel: () => this.#dismiss() });
      this.#dialog.addEventListener("close", () => (this.#dialog = null));
      this.#dialog.addEventListener("keydown", (event) => this.#onKey(event));
      this.#dialog.addEventListener("paste", (event) => this.#onPaste(event));
    }
    this.#dialog.setAttribute("aria-labelledby", title);
    this.#dialog.dataset.view = view.id;
    fill(this.#dialog, nodes);
    const body = this.#dialog.querySelector(".modal-body");
    body.scrollTop = scrolled;
    if (goBack(body, place)) return;
    (body.querySelector(CONTROLS) ?? this.#dialog.querySelector(".modal-footer button"))?.focus();
  }

  #header(view, title) {
    const back =
      this.#stack.length > 1
        ? h(
            "button",
            { type: "button", class: "icon-button", "aria-label": "Back", onclick: () => this.#dismiss() },
            icon("back"),
          )
        : null;
    const close = h(
      "button",
      { type: "button", class: "icon-button modal-close", "aria-label": "Close", onclick: () => this.#dismissAll() },
      icon("close"),
    );
    return h(
      "header",
      { class: "modal-header" },
      back,
      h("h2", { id: title, class: "dialog-title" }, view.title?.text ?? ""),
      close,
    );
  }

  #body(view) {
    const frame = this.#top;
    frame.state.changed = (block) => this.#mend(frame, block);
    const surface = {
      store: this.store,
      api: this.api,
      state: frame.state,
      trays: frame.trays,
      zoom: this.zoom,
      act: (action) =>
        this.api.send("action", {
          container: { type: "view", view_id: view.id },
          action,
          state: { values: frame.state.toJSON() },
        }),
      suggest: (asked) => this.api.send("suggest", { container: { type: "view", view_id: view.id }, ...asked }),
    };
    return h("div", { class: "modal-body" }, renderBlocks(view.blocks, surface));
  }

  #footer(view) {
    const close = h(
      "button",
      { type: "button", class: "button", onclick: () => this.#dismiss() },
      view.close?.text ?? "Cancel",
    );
    if (!view.submit) return h("footer", { class: "modal-footer" }, close);
    const submit = h("button", { type: "button", class: "button button-primary" }, view.submit.text);
    submit.addEventListener("click", () => whileBusy(submit, () => attempt(() => this.#submit(this.#top))));
    return h("footer", { class: "modal-footer" }, close, submit);
  }

  async #submit(frame) {
    await Promise.all([...frame.trays.values()].map((tray) => tray.settled()));
    const mistakes = check(frame.view.blocks, frame.state);
    this.#showErrors(mistakes);
    if (Object.keys(mistakes).length) return;
    const answer = await this.api.send("view_submit", {
      view_id: frame.view.id,
      state: { values: frame.state.toJSON() },
    });
    if (answer.errors) this.#showErrors(answer.errors);
  }

  /** What was wrong with a block is looked at again when its value is another. */
  #mend(frame, id) {
    const block = this.#dialog?.querySelector(`.input-block.invalid[data-block="${CSS.escape(id)}"]`);
    if (!block || frame !== this.#top) return;
    const words = check(frame.view.blocks, frame.state)[id];
    showError(block, words);
  }

  #showErrors(errors) {
    const blocks = [...(this.#dialog?.querySelectorAll(".input-block") ?? [])];
    for (const block of blocks) showError(block, errors[block.dataset.block]);
    const first = blocks.find((block) => errors[block.dataset.block]);
    first?.querySelector("input:not([type=file]), textarea, button")?.focus();
    first?.scrollIntoView({ block: "nearest" });
  }

  /** Enter in a one-line input submits, as in Slack. */
  #onKey(event) {
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || !event.target.matches("input.input"))
      return;
    event.preventDefault();
    this.#dialog.querySelector(".modal-footer .button-primary")?.click();
  }

  /** Pasted pictures go to the view's file input. */
  #onPaste(event) {
    const files = pastedFiles(event);
    const [tray] = this.#top.trays.values();
    if (files.length === 0 || !tray) return;
    event.preventDefault();
    tray.add(files);
  }

  /** Closes the view on top, telling the app. */
  #dismiss() {
    const { view } = this.#top;
    this.#replace(this.#stack.slice(0, -1));
    attempt(() => this.api.send("view_close", { view_id: view.id }));
  }

  #dismissAll() {
    const { view } = this.#top;
    const clear = this.#stack.length > 1;
    this.#replace([]);
    attempt(() => this.api.send("view_close", { view_id: view.id, clear }));
  }
}

/** Says what is wrong with a block, or nothing any more. @param {HTMLElement} block @param {string|undefined} words */
function showError(block, words) {
  const place = block.querySelector(".input-error");
  place.hidden = !words;
  fill(place, words ? [icon("warning"), h("span", {}, words)] : null);
  block.classList.toggle("invalid", Boolean(words));
  for (const control of block.querySelectorAll("input, textarea")) {
    if (words) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
}

function frameOf(view) {
  return { view, state: new FormState(), trays: new Map() };
}

/** Puts another view in a frame; what was filled in stays where it is still asked for. @param {Frame} frame */
function renew(frame, view) {
  frame.view = view;
  frame.state.keepOnly(view.blocks);
  dropTrays(frame);
}

/** Lets go of the files of inputs that are in the view no more. @param {Frame} frame */
function dropTrays({ view, trays }) {
  const asked = view.blocks.filter((block) => block.element?.type === "file_input");
  const present = new Set(asked.map((block) => `${block.block_id} ${block.element.action_id}`));
  for (const [key, tray] of trays) {
    if (present.has(key)) continue;
    tray.set({});
    tray.take().discard();
    trays.delete(key);
  }
}

/** Where in the dialog the person is at work. @param {HTMLDialogElement|null} dialog */
function placeIn(dialog) {
  const control = dialog?.contains(document.activeElement) ? document.activeElement : null;
  const block = control?.closest("[data-block]");
  if (!block) return null;
  const { selectionStart: from, selectionEnd: to } = control;
  return { block: block.dataset.block, at: [...block.querySelectorAll(CONTROLS)].indexOf(control), from, to };
}

/** Goes back there, to the same place in what is written. @returns {boolean} whether it is there still */
function goBack(body, place) {
  const block = place && body.querySelector(`[data-block="${CSS.escape(place.block)}"]`);
  const controls = [...(block?.querySelectorAll(CONTROLS) ?? [])];
  const control = controls[place?.at] ?? controls[0];
  if (!control) return false;
  control.focus({ preventScroll: true });
  if (typeof place.from === "number" && typeof control.selectionStart === "number")
    control.setSelectionRange(place.from, place.to);
  return true;
}
