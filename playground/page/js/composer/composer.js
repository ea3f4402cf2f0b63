/** Where a person writes: text, files, slash commands and completions. */

import { avatar } from "../dom/avatar.js";
import { completionsAt, splitCommand } from "./commands.js";
import { fill, h, uid } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { attempt, openMenu, openPopover, toast } from "../overlays/overlays.js";
import { openEmojiPicker } from "../overlays/picker.js";
import { sampleStrip } from "./samples.js";
import { Tray, acceptDrops, fileChooser, pastedFiles } from "./tray.js";
import { withIds } from "./typed.js";

/**
 * @typedef {Object} Letter  what was in the box when Enter was pressed
 * @property {string} text
 * @property {{command: string, text: string}|null} command
 * @property {import("./tray.js").Parcel} parcel
 */

export class Composer {
  /** @type {import("./commands.js").Completions|null} */
  #offered = null;
  #active = 0;
  /** @type {Letter[]} what waits to be sent, in order; the first is on its way */
  #outbox = [];

  /**
   * @param {Object} options
   * @param {import("../state/store.js").Store} options.store
   * @param {import("../state/api.js").Api} options.api
   * @param {string} options.channel
   * @param {string} [options.threadTs]
   * @param {string} options.placeholder
   */
  constructor({ store, api, channel, threadTs, placeholder }) {
    Object.assign(this, { store, api, channel, threadTs });
    this.tray = new Tray(api, { onChange: () => this.#update() });
    this.leaving = h("div", {});
    this.chooser = fileChooser({ multiple: true, label: "Attach files" }, (files) => this.attach(files));
    const list = uid("completions");
    this.menu = h("div", {
      class: "completions",
      role: "listbox",
      id: list,
      "aria-label": "Completions",
      hidden: true,
    });
    this.input = h("textarea", {
      class: "composer-input",
      dir: "auto",
      rows: 1,
      placeholder,
      "aria-label": placeholder,
      "aria-haspopup": "listbox",
      "aria-autocomplete": "list",
      "aria-controls": list,
      spellcheck: "true",
    });
    this.sendButton = h(
      "button",
      { type: "button", class: "send", "aria-label": "Send", title: "Send (Enter)", onclick: () => this.send() },
      icon("send"),
    );
    this.node = h(
      "form",
      { class: "composer", "aria-label": placeholder },
      this.menu,
      h("div", { class: "composer-box" }, this.input, this.tray.node, this.leaving, this.#bar()),
    );
    this.#listen();
    this.#update();
  }

  #bar() {
    const tool = (name, label, run) => {
      const button = h(
        "button",
        { type: "button", class: "icon-button", "aria-label": label, title: label },
        icon(name),
      );
      button.addEventListener("click", () => run(button));
      return button;
    };
    const type = (text) => () => this.insert(text);
    return h(
      "div",
      { class: "composer-bar" },
      tool("plus", "Attach", (anchor) => this.#openAttach(anchor)),
      tool("smile", "Emoji", (anchor) => openEmojiPicker(anchor, (name) => this.insert(`:${name}: `))),
      tool("at", "Mention someone", type("@")),
      this.threadTs ? null : tool("slash", "Run a command", () => this.setText("/")),
      tool("image", "Sample photos", (anchor) => this.#openSamples(anchor)),
      this.chooser,
      h("span", { class: "composer-tip" }, h("kbd", {}, "Shift"), " + ", h("kbd", {}, "Enter"), " for a new line"),
      this.sendButton,
    );
  }

  #openAttach(anchor) {
    const shortcuts = this.store.shortcuts.filter((one) => one.type === "global");
    const run = (one) => attempt(() => this.api.send("shortcut", { callback_id: one.callback_id }));
    const items = [
      { label: "Upload from this computer", icon: "upload", run: () => this.chooser.click() },
      { label: "Sample photos", icon: "image", run: () => this.#openSamples(anchor) },
      ...shortcuts.map((one, index) => ({
        label: one.name,
        hint: this.store.app.name,
        icon: "bolt",
        divider: index === 0,
        run: () => run(one),
      })),
    ];
    openMenu(anchor, items, "Attach");
  }

  #openSamples(anchor) {
    const strip = sampleStrip(this.store, this.api, (files) => this.attach(files));
    openPopover(
      anchor,
      { className: "samples-popover", role: "dialog", label: "Sample photos" },
      h("h2", { class: "popover-title" }, "Sample photos"),
      strip,
    );
  }

  #listen() {
    this.node.addEventListener("submit", (event) => event.preventDefault());
    this.input.addEventListener("input", () => this.#update());
    this.input.addEventListener("click", () => this.#complete());
    this.input.addEventListener("keydown", (event) => this.#onKey(event));
    this.input.addEventListener("blur", () => this.#hideMenu());
    this.input.addEventListener("paste", (event) => {
      const files = pastedFiles(event);
      if (files.length === 0) return;
      event.preventDefault();
      this.attach(files);
    });
    acceptDrops(this.node, this.store, (files) => this.attach(files));
  }

  /** @param {File[]} files */
  attach(files) {
    this.tray.add(files);
    this.input.focus();
  }

  /** @param {string} text */
  setText(text) {
    this.input.value = text;
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
    this.#update();
  }

  /** Puts text at the caret. @param {string} text */
  insert(text) {
    const { selectionStart: from, selectionEnd: to, value } = this.input;
    const gap = from > 0 && !/[\s(]$/.test(value.slice(0, from)) ? " " : "";
    this.input.focus();
    this.input.setRangeText(gap + text, from, to, "end");
    this.#update();
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  #update() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 240)}px`;
    const empty = this.input.value.trim() === "" && this.tray.count === 0;
    this.sendButton.disabled = empty;
    this.sendButton.classList.toggle("send-ready", !empty);
    this.#complete();
  }

  #onKey(event) {
    if (event.isComposing) return;
    if (this.#offered && this.#onMenuKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
  }

  /** @returns {boolean} whether the key was the menu's */
  #onMenuKey(event) {
    const { items, exact } = this.#offered;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#activate((this.#active + step + items.length) % items.length);
    else if (event.key === "Tab" || (event.key === "Enter" && !exact && !event.shiftKey))
      this.#accept(items[this.#active]);
    else if (event.key === "Escape") this.#hideMenu();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #complete() {
    const here = document.activeElement === this.input && this.input.selectionStart === this.input.selectionEnd;
    const offered = here
      ? completionsAt(this.input.value, this.input.selectionStart, this.store, this.threadTs !== undefined)
      : null;
    if (!offered) return this.#hideMenu();
    this.#offered = offered;
    this.menu.hidden = false;
    fill(
      this.menu,
      h("div", { class: "completions-title" }, offered.title),
      offered.items.map((item, index) => this.#option(item, index)),
      h("div", { class: "completions-keys" }, menuKeys()),
    );
    return this.#activate(0);
  }

  #option(item, index) {
    const face = item.user
      ? avatar(item.user, item.label, "small")
      : h("span", { class: "completion-glyph", "aria-hidden": "true" }, item.glyph);
    const option = h(
      "div",
      { class: "completion", role: "option", id: `${this.menu.id}-${index}` },
      face,
      h(
        "span",
        { class: "completion-label" },
        item.label,
        item.hint ? h("span", { class: "completion-hint" }, ` ${item.hint}`) : null,
      ),
      item.detail ? h("span", { class: "completion-detail" }, item.detail) : null,
    );
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.#accept(item);
    });
    option.addEventListener("mousemove", () => this.#active !== index && this.#activate(index));
    return option;
  }

  #activate(index) {
    this.#active = index;
    [...this.menu.querySelectorAll(".completion")].forEach((option, at) => {
      option.classList.toggle("active", at === index);
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    });
    this.input.setAttribute("aria-activedescendant", `${this.menu.id}-${index}`);
  }

  #accept(item) {
    this.input.setRangeText(item.insert, this.#offered.from, this.input.selectionStart, "end");
    this.#update();
  }

  #hideMenu() {
    this.#offered = null;
    this.menu.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
  }

  /** Sends what is written: a command, or a message with its files. The box is free for what comes next at once. */
  send() {
    const text = this.input.value.trim();
    if (text === "" && this.tray.count === 0) return;
    const command = this.tray.count === 0 ? splitCommand(text) : null;
    const letter = { text, command, parcel: this.tray.take() };
    this.leaving.append(letter.parcel.node);
    this.input.value = "";
    this.#update();
    this.#outbox.push(letter);
    if (this.#outbox.length === 1) this.#deliverAll();
  }

  /** Sends one after the other, so that messages stand in the order in which they were written. */
  async #deliverAll() {
    const failed = [];
    for (; this.#outbox.length > 0; this.#outbox.shift()) {
      const [letter] = this.#outbox;
      if (!(await attempt(() => this.#deliver(letter)))) failed.push(letter);
      letter.parcel.node.remove();
    }
    for (const letter of failed.reverse()) this.#putBack(letter);
  }

  /** What could not be sent is written again, before what was written meanwhile; a command would swallow that. */
  #putBack({ text, command, parcel }) {
    const since = this.input.value;
    if (!command || since === "") this.input.value = [text, since].filter(Boolean).join("\n");
    this.tray.putBack(parcel);
    this.#update();
  }

  /** @param {Letter} letter @returns {Promise<boolean>} whether it needs to be written no more */
  #deliver({ text, command, parcel }) {
    return command ? this.#run(command) : this.#post(text, parcel);
  }

  async #run({ command, text }) {
    if (this.threadTs) {
      const words = `\`${command}\` is not supported in threads. Sorry! Please run it in the channel.`;
      this.store.notice(words, this.channel, this.threadTs);
      return false;
    }
    try {
      await this.api.send("command", { channel: this.channel, command, text: withIds(text, this.store) });
      return true;
    } catch (error) {
      this.store.notice(error.message, this.channel);
      return false;
    }
  }

  async #post(text, parcel) {
    const files = (await parcel.files()).map((file) => file.id);
    if (text === "" && files.length === 0) {
      toast("Nothing was sent: no file arrived.");
      return true;
    }
    await this.api.send("post", {
      channel: this.channel,
      text: withIds(text, this.store),
      files,
      ...(this.threadTs && { thread_ts: this.threadTs }),
    });
    parcel.discard();
    return true;
  }
}

function menuKeys() {
  return [
    h("kbd", {}, "↑"),
    h("kbd", {}, "↓"),
    " to move · ",
    h("kbd", {}, "Tab"),
    " or ",
    h("kbd", {}, "Enter"),
    " to choose · ",
    h("kbd", {}, "Esc"),
    " to close",
  ];
}
