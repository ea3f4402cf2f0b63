/** A select with a search box (combobox): one or several of a list, or of what is loaded for what is typed. */

import { fill, h, uid } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { placeBeside } from "../overlays/overlays.js";

const PAUSE = 200; // ms without a key until what was typed is asked for

/**
 * @typedef {Object} Choice
 * @property {string} key
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [group]
 */

export class Select {
  #open = false;
  #active = 0;
  /** @type {Choice[]} */
  #shown = [];
  /** What the choices were loaded for. @type {string|undefined} */
  #loaded;
  #asked = 0;
  /** @type {Choice[]} */
  #offered = [];
  #words = "Nothing matches.";

  /**
   * @param {Object} options
   * @param {Choice[]} options.choices
   * @param {string[]} options.selected  keys
   * @param {boolean} [options.multiple]
   * @param {number} [options.max]
   * @param {string} options.placeholder
   * @param {string} options.label
   * @param {(keys: string[]) => void} options.onChange
   * @param {(query: string) => Promise<Choice[]>} [options.load]  gives the choices for what is typed
   * @param {number} [options.least]  characters from which on it is asked
   */
  constructor({ choices, selected, multiple = false, max = Infinity, placeholder, label, onChange, load, least = 0 }) {
    Object.assign(this, { choices, multiple, max, onChange, placeholder, load, least });
    this.selected = selected.filter((key) => choices.some((choice) => choice.key === key));
    const list = uid("list");
    this.list = h("div", {
      class: "popover select-list",
      role: "listbox",
      id: list,
      "aria-label": label,
      popover: "manual",
      "aria-multiselectable": multiple ? "true" : null,
    });
    this.input = h("input", {
      class: "select-input",
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-expanded": "false",
      "aria-controls": list,
      "aria-autocomplete": "list",
      "aria-label": label,
    });
    this.chips = h("span", { class: "select-chips" });
    this.node = h(
      "div",
      { class: ["select", multiple && "select-multiple"] },
      this.chips,
      this.input,
      icon("down", "select-arrow"),
      this.list,
    );
    this.#listen();
    this.#showSelected();
  }

  #listen() {
    this.node.addEventListener("mousedown", (event) => {
      if (event.target.closest(".select-list, .chip-remove")) return;
      if (event.target !== this.input) event.preventDefault();
      this.input.focus();
      if (this.#open) this.#hide();
      else this.#show();
    });
    this.input.addEventListener("input", () => this.#show());
    this.input.addEventListener("keydown", (event) => this.#onKey(event));
    this.input.addEventListener("blur", () => this.#hide());
  }

  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!this.#open) return this.#show();
      this.#active = (this.#active + step + this.#shown.length) % Math.max(1, this.#shown.length);
      return this.#showActive();
    }
    if (event.key === "Enter" && this.#open && this.#shown[this.#active]) {
      event.preventDefault();
      return this.#choose(this.#shown[this.#active].key);
    }
    if (event.key === "Enter") event.preventDefault();
    if (event.key === "Escape" && this.#open) {
      event.preventDefault();
      event.stopPropagation();
      return this.#hide();
    }
    if (event.key === "Backspace" && this.input.value === "" && this.multiple && this.selected.length)
      this.#change(this.selected.slice(0, -1));
  }

  #show() {
    const typed = this.#isTyped() ? this.input.value.trim() : "";
    if (this.load && this.#loaded !== typed) this.#ask(typed);
    const query = this.load ? "" : typed.toLowerCase();
    const offered = this.load ? this.#offered : this.choices;
    this.#shown = offered.filter(
      (choice) => choice.label.toLowerCase().includes(query) && !(this.multiple && this.selected.includes(choice.key)),
    );
    this.#active = Math.max(
      0,
      this.#shown.findIndex((choice) => this.selected.includes(choice.key)),
    );
    fill(this.list, this.#rows());
    if (!this.#open) this.list.showPopover();
    this.#open = true;
    this.input.setAttribute("aria-expanded", "true");
    this.list.style.minWidth = `${this.node.getBoundingClientRect().width}px`;
    placeBeside(this.list, this.node);
    this.#showActive();
  }

  /** Loads the choices for what is typed, once no more is typed for a moment; what comes too late is dropped. */
  async #ask(typed) {
    const mine = ++this.#asked;
    this.#loaded = typed;
    this.#offered = [];
    this.#words = typed.length < this.least ? `Type at least ${this.least} characters.` : "Loading …";
    if (typed.length < this.least) return;
    await new Promise((go) => setTimeout(go, PAUSE));
    if (mine !== this.#asked) return;
    const found = await this.load(typed);
    if (mine !== this.#asked) return;
    const kept = this.choices.filter((choice) => this.selected.includes(choice.key));
    this.#offered = found;
    this.choices = [...kept, ...found.filter((choice) => !kept.some((one) => one.key === choice.key))];
    this.#words = "Nothing matches.";
    if (this.#open) this.#show();
  }

  /** Whether the box holds a search, rather than the label of what is chosen. */
  #isTyped() {
    return this.multiple || this.input.value !== this.#labelOf(this.selected[0]);
  }

  #labelOf(key) {
    return this.choices.find((choice) => choice.key === key)?.label ?? "";
  }

  #rows() {
    if (this.#shown.length === 0) return h("div", { class: "select-none" }, this.#words);
    let group;
    return this.#shown.flatMap((choice, index) => {
      const title = choice.group && choice.group !== group ? h("div", { class: "select-group" }, choice.group) : null;
      group = choice.group;
      return [title, this.#row(choice, index)];
    });
  }

  #row(choice, index) {
    const row = h(
      "div",
      {
        class: "select-option",
        role: "option",
        id: `${this.list.id}-${index}`,
        "aria-selected": String(this.selected.includes(choice.key)),
      },
      h("span", {}, choice.label),
      choice.hint ? h("span", { class: "select-hint" }, choice.hint) : null,
    );
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#choose(choice.key);
    });
    return row;
  }

  #showActive() {
    const rows = [...this.list.querySelectorAll(".select-option")];
    rows.forEach((row, index) => row.classList.toggle("active", index === this.#active));
    const active = rows[this.#active];
    if (active) this.input.setAttribute("aria-activedescendant", active.id);
    else this.input.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  #choose(key) {
    if (this.multiple && this.selected.length >= this.max) return this.#hide();
    this.#hide();
    this.#change(this.multiple ? [...this.selected, key] : [key]);
  }

  #change(keys) {
    this.selected = keys;
    this.#showSelected();
    this.onChange(keys);
  }

  #hide() {
    if (this.#open) this.list.hidePopover();
    this.#open = false;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.#showSelected();
  }

  #showSelected() {
    this.input.placeholder = this.multiple && this.selected.length ? "" : this.placeholder;
    this.input.value = this.multiple ? "" : this.#labelOf(this.selected[0]);
    if (this.multiple)
      fill(
        this.chips,
        this.selected.map((key) => this.#chip(key)),
      );
  }

  #chip(key) {
    const label = this.#labelOf(key);
    const remove = h(
      "button",
      { type: "button", class: "chip-remove", "aria-label": `Remove ${label}` },
      icon("close"),
    );
    remove.addEventListener("click", () => {
      this.#change(this.selected.filter((other) => other !== key));
      this.input.focus();
    });
    return h("span", { class: "chip" }, label, remove);
  }
}
