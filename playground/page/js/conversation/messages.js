/** A list of messages that grows without being drawn anew: days, groups, a toolbar that follows the pointer. */

import { announce, h } from "../dom/dom.js";
import { openEmojiPicker } from "../overlays/picker.js";
import { icon } from "../dom/icons.js";
import { editMessage } from "./editor.js";
import { drawMessage, shownText } from "./message.js";
import { spoken } from "../blocks/mrkdwn.js";
import { attempt, askConfirm, openMenu } from "../overlays/overlays.js";
import { dayKey, dayName } from "../dom/time.js";

const GROUP_SECONDS = 300;
const QUICK = ["white_check_mark", "eyes", "raised_hands"];

/** @typedef {import("../state/types.js").Message} Message */

export class MessageList {
  /** @type {{message: Message, node: HTMLElement}[]} in order of time */
  #rows = [];
  /** @type {Map<string, Message>} */
  #byTs = new Map();
  #atEnd = true;
  #loaded = false;
  /** @type {Map<string, Message|null>} what came, or went, since messages were asked for */
  #meanwhile = new Map();

  /**
   * @param {Object} options
   * @param {import("../state/store.js").Store} options.store
   * @param {import("../state/api.js").Api} options.api
   * @param {string} options.channel
   * @param {string} [options.threadTs]  shows one thread
   * @param {string} options.label
   * @param {(message: Message) => void} options.openThread
   * @param {import("../state/types.js").Surface["zoom"]} options.zoom
   */
  constructor({ store, api, channel, threadTs, label, openThread, zoom }) {
    Object.assign(this, { store, api, channel, threadTs });
    this.context = {
      store,
      api,
      channel,
      zoom,
      openThread,
      inThread: threadTs !== undefined,
      toggleReaction: (message, name) => this.#react(message, name),
      dismiss: (message) =>
        store.dropNotice(channel, message.ts) || attempt(() => api.send("delete", { channel, ts: message.ts })),
      pickReaction: (message, anchor) => openEmojiPicker(anchor, (name) => this.#react(message, name, true)),
    };
    this.intro = h("div", { class: "intro" });
    this.list = h("div", { class: "message-list", role: "log", "aria-label": label, "aria-live": "off" });
    this.node = h(
      "div",
      { class: "scroller", tabindex: "-1" },
      h("div", { class: "scroller-inner" }, this.intro, this.list),
    );
    this.toolbar = this.#makeToolbar();
    this.#listen();
  }

  get count() {
    return this.#rows.length;
  }

  /** To be told before messages are asked for: what happens until they come is newer than they are. */
  asked() {
    this.#meanwhile.clear();
  }

  /** Shows messages; where some are shown already, only what is other than they are changes, and the reader stays. @param {Message[]} messages  as they were at some time since `asked` */
  load(messages) {
    const found = new Map(messages.map((message) => [message.ts, message]));
    for (const [ts, message] of this.#meanwhile) message ? found.set(ts, message) : found.delete(ts);
    if (this.#loaded) this.#reconcile(found);
    else this.#fill(found);
    this.#loaded = true;
    this.#keepAtEnd();
  }

  #fill(found) {
    this.list.replaceChildren();
    this.#byTs = found;
    this.#rows = [...found.values()].sort(byTime).map((message) => ({ message, node: drawMessage(message, this.context) }));
    const nodes = document.createDocumentFragment();
    this.#rows.forEach((row, index) => {
      const divider = this.#divider(index);
      if (divider) nodes.append(divider);
      row.node.classList.toggle("grouped", this.#isGrouped(index));
      nodes.append(row.node);
    });
    this.list.append(nodes);
    this.#roving(this.#rows.at(-1)?.node);
  }

  #reconcile(found) {
    for (const ts of [...this.#byTs.keys()]) if (!found.has(ts)) this.#take(ts);
    for (const message of found.values()) {
      const index = this.#indexOf(message.ts);
      if (index === -1) this.#insert(message);
      else if (!same(this.#rows[index].message, message)) this.#redraw(index, message);
    }
  }

  /** @param {string} ts @returns {Message|undefined} */
  get(ts) {
    return this.#byTs.get(ts);
  }

  /** Adds a message, or draws it anew where it is there already. @param {Message} message */
  upsert(message) {
    this.#meanwhile.set(message.ts, message);
    const index = this.#indexOf(message.ts);
    if (index === -1) this.#insert(message);
    else this.#redraw(index, message);
  }

  #insert(message) {
    let at = this.#rows.length;
    while (at > 0 && byTime(this.#rows[at - 1].message, message) > 0) at -= 1;
    const row = { message, node: drawMessage(message, this.context) };
    row.node.classList.add("message-new");
    const after = this.#rows[at]?.node ?? null;
    this.#rows.splice(at, 0, row);
    this.#byTs.set(message.ts, message);
    const divider = this.#divider(at);
    if (divider) this.list.insertBefore(divider, after);
    this.list.insertBefore(row.node, after);
    this.#regroup(at);
    this.#roving(row.node);
    if (message.user !== this.store.me.id)
      announce(`${this.store.nameOf(this.store.author(message))}: ${this.#aloud(message)}`.slice(0, 300));
    if (message.user === this.store.me.id) this.#atEnd = true;
    this.#keepAtEnd();
  }

  /** What a message says, with the files in it. */
  #aloud(message) {
    const files = (message.files ?? []).map((file) => file.alt_txt || file.title || file.name).filter(Boolean);
    return [spoken(message.text ?? "", this.store.names), ...files].filter(Boolean).join(". ");
  }

  #redraw(index, message) {
    const row = this.#rows[index];
    this.#byTs.set(message.ts, message);
    if (row.node.matches(":active")) {
      this.#redrawWhenReleased(message.ts);
      return;
    }
    const fresh = drawMessage(message, this.context);
    fresh.tabIndex = row.node.tabIndex;
    fresh.classList.toggle("grouped", row.node.classList.contains("grouped"));
    const focused = row.node.contains(document.activeElement);
    const tools = row.node.contains(this.toolbar);
    const editor = row.node.querySelector(".editor");
    if (editor && row.message.text === message.text) fresh.querySelector(".message-body").replaceWith(editor);
    if (same(row.message.files, message.files)) keepFiles(row.node, fresh);
    row.node.replaceWith(fresh);
    this.#rows[index] = { message, node: fresh };
    if (tools) fresh.append(this.toolbar);
    if (focused) (fresh.querySelector(".editor-input") ?? fresh).focus({ preventScroll: true });
    this.#keepAtEnd();
  }

  /** Draws a message anew once what is pressed in it is released: its click would be lost with what it was on. */
  #redrawWhenReleased(ts) {
    const released = new AbortController();
    const redraw = () => {
      released.abort();
      setTimeout(() => {
        const index = this.#rows.findIndex((row) => row.message.ts === ts);
        if (index >= 0) this.#redraw(index, this.#byTs.get(ts));
      });
    };
    for (const event of ["pointerup", "pointercancel", "keyup"])
      addEventListener(event, redraw, { capture: true, signal: released.signal });
  }

  /** @param {string} ts */
  remove(ts) {
    this.#meanwhile.set(ts, null);
    this.#take(ts);
  }

  #take(ts) {
    const index = this.#indexOf(ts);
    if (index === -1) return;
    const [row] = this.#rows.splice(index, 1);
    this.#byTs.delete(ts);
    const divider = row.node.previousElementSibling;
    const next = this.#rows[index];
    const previous = this.#rows[index - 1];
    const alone =
      !(next && dayKey(next.message.ts) === dayKey(ts)) && !(previous && dayKey(previous.message.ts) === dayKey(ts));
    if (alone && divider?.classList.contains("day")) divider.remove();
    row.node.remove();
    this.#regroup(index);
    this.#roving((next ?? previous)?.node);
  }

  /** Notes a reaction that someone added or took away. @param {string} ts @param {string} name @param {string} user @param {boolean} on */
  react(ts, name, user, on) {
    const message = this.#byTs.get(ts);
    if (!message) return;
    const before = message.reactions ?? [];
    const users = (before.find((one) => one.name === name)?.users ?? [])
      .filter((one) => one !== user)
      .concat(on ? [user] : []);
    const others = before.some((one) => one.name === name) ? before : [...before, { name, users: [], count: 0 }];
    const reactions = others
      .map((one) => (one.name === name ? { name, users, count: users.length } : one))
      .filter((one) => one.users.length);
    this.upsert({ ...message, reactions });
  }

  /** Counts a reply that was posted under a message here. @param {Message} reply */
  countReply(reply) {
    const parent = this.#byTs.get(reply.thread_ts ?? "");
    if (!parent || Number(reply.ts) <= Number(parent.latest_reply ?? 0)) return;
    const author = this.store.author(reply).id;
    this.upsert({
      ...parent,
      thread_ts: parent.ts,
      reply_count: (parent.reply_count ?? 0) + 1,
      latest_reply: reply.ts,
      reply_users: [...new Set([...(parent.reply_users ?? []), author])],
    });
  }

  #indexOf(ts) {
    return this.#byTs.has(ts) ? this.#rows.findIndex((row) => row.message.ts === ts) : -1;
  }

  #isGrouped(index) {
    const message = this.#rows[index].message;
    const before = this.#rows[index - 1]?.message;
    if (!before || (index === 1 && this.threadTs)) return false;
    const one = this.store.author(before).id === this.store.author(message).id && before.username === message.username;
    return (
      one &&
      Boolean(before.ephemeral) === Boolean(message.ephemeral) &&
      dayKey(before.ts) === dayKey(message.ts) &&
      Number(message.ts) - Number(before.ts) < GROUP_SECONDS
    );
  }

  #regroup(index) {
    for (const at of [index, index + 1])
      if (this.#rows[at]) this.#rows[at].node.classList.toggle("grouped", this.#isGrouped(at));
  }

  /** A line with the day, where a day begins; in a thread, one with the number of replies below the parent. */
  #divider(index) {
    const { message } = this.#rows[index];
    const before = this.#rows[index - 1]?.message;
    if (this.threadTs) return null;
    if (before && dayKey(before.ts) === dayKey(message.ts)) return null;
    return h("div", { class: "day", role: "separator" }, h("span", { class: "day-name" }, dayName(message.ts)));
  }

  #listen() {
    this.node.addEventListener(
      "scroll",
      () => (this.#atEnd = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 40),
      { passive: true },
    );
    const watch = new ResizeObserver(() => this.#keepAtEnd());
    watch.observe(this.node);
    watch.observe(this.node.firstElementChild);
    this.list.addEventListener("pointerover", (event) => this.#showToolbar(event.target.closest(".message")));
    this.list.addEventListener("focusin", (event) => this.#showToolbar(event.target.closest(".message")));
    this.list.addEventListener("keydown", (event) => this.#onKey(event));
  }

  #keepAtEnd() {
    if (this.#atEnd) this.node.scrollTop = this.node.scrollHeight;
  }

  /** One message takes part in the Tab order; arrows move between messages. */
  #roving(node) {
    this.list.querySelector('.message[tabindex="0"]')?.setAttribute("tabindex", "-1");
    node?.setAttribute("tabindex", "0");
  }

  #onKey(event) {
    if (!event.target.classList?.contains("message")) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const message = this.#byTs.get(event.target.dataset.ts);
    if (step) {
      event.preventDefault();
      const next = this.#rows[this.#indexOf(event.target.dataset.ts) + step]?.node;
      if (next) {
        this.#roving(next);
        next.focus();
      }
    } else if (event.key === "Enter" && message && !this.threadTs && !message.ephemeral) {
      event.preventDefault();
      this.context.openThread(message);
    }
  }

  #makeToolbar() {
    const tool = (name, label, run) =>
      h(
        "button",
        {
          type: "button",
          class: "icon-button tool",
          "aria-label": label,
          title: label,
          onclick: (event) => run(this.#toolMessage(), event.currentTarget),
        },
        name,
      );
    const quick = QUICK.map((name) =>
      tool(quickGlyph(name), `React with ${name.replaceAll("_", " ")}`, (message) => this.#react(message, name, true)),
    );
    const react = tool(icon("react"), "Add a reaction", (message, anchor) =>
      this.context.pickReaction(message, anchor),
    );
    const thread = this.threadTs
      ? null
      : tool(icon("thread"), "Reply in thread", (message) => this.context.openThread(message));
    const more = tool(icon("more"), "More actions", (message, anchor) => this.#openMore(message, anchor));
    more.setAttribute("aria-haspopup", "menu");
    return h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message actions" }, quick, react, thread, more);
  }

  #toolMessage() {
    return this.#byTs.get(this.toolbar.closest(".message").dataset.ts);
  }

  #showToolbar(node) {
    if (!node || node.contains(this.toolbar) || this.toolbar.querySelector('[aria-expanded="true"]')) return;
    const message = this.#byTs.get(node.dataset.ts);
    if (!message || message.ephemeral) return;
    node.append(this.toolbar);
  }

  #openMore(message, anchor) {
    const shortcuts = this.store.shortcuts.filter((one) => one.type === "message");
    const run = (one) =>
      attempt(() => this.api.send("shortcut", { callback_id: one.callback_id, channel: this.channel, ts: message.ts }));
    const items = shortcuts.map((one) => ({
      label: one.name,
      hint: this.store.app.name,
      icon: "bolt",
      run: () => run(one),
    }));
    items.push({
      label: "Copy text",
      icon: "file",
      divider: items.length > 0,
      run: () => attempt(() => navigator.clipboard.writeText(shownText(this.#rows[this.#indexOf(message.ts)].node))),
    });
    if (message.user === this.store.me.id && !message.subtype?.startsWith("channel_"))
      items.push({
        label: "Edit message",
        icon: "pen",
        run: () => editMessage(message, this.#rows[this.#indexOf(message.ts)].node, this.context),
      });
    if (message.user === this.store.me.id || this.store.me.is_admin)
      items.push({ label: "Delete message", icon: "trash", danger: true, run: () => this.#delete(message) });
    openMenu(anchor, items, "More actions");
  }

  async #delete(message) {
    const question = {
      title: { text: "Delete message" },
      text: { type: "plain_text", text: "It is deleted for everybody, and cannot be brought back." },
      confirm: { text: "Delete" },
      style: "danger",
    };
    if (await askConfirm(question, (text) => [document.createTextNode(text.text)]))
      await attempt(() => this.api.send("delete", { channel: this.channel, ts: message.ts }));
  }

  #react(message, name, on = undefined) {
    const mine =
      this.#byTs
        .get(message.ts)
        ?.reactions?.find((one) => one.name === name)
        ?.users.includes(this.store.me.id) ?? false;
    const wanted = on ?? !mine;
    if (wanted !== mine)
      attempt(() => this.api.send("react", { channel: this.channel, ts: message.ts, name, on: wanted }));
  }
}

function same(before, after) {
  return JSON.stringify(before) === JSON.stringify(after);
}

/** Moves the pictures over, so that they do not flicker where only a reaction or a text has changed. */
function keepFiles(from, to) {
  const kept = from.querySelector(".files");
  if (kept) to.querySelector(".files")?.replaceWith(kept);
}

function byTime(a, b) {
  return Number(a.ts) - Number(b.ts);
}

function quickGlyph(name) {
  return h(
    "span",
    { class: "emoji", "aria-hidden": "true" },
    { white_check_mark: "✅", eyes: "👀", raised_hands: "🙌" }[name],
  );
}
