/** The pane at the right with one thread. */

import { AssistantPane } from "./assistant.js";
import { fill, h } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { MessageList } from "./messages.js";
import { attempt } from "../overlays/overlays.js";

export class ThreadPane {
  /** @type {MessageList|null} */
  #list = null;

  /**
   * @param {Object} options
   * @param {import("../state/store.js").Store} options.store
   * @param {import("../state/api.js").Api} options.api
   * @param {(channel: string, threadTs?: string) => import("../composer/composer.js").Composer} options.composerFor
   * @param {import("../state/types.js").Surface["zoom"]} options.zoom
   * @param {() => void} options.close
   */
  constructor(options) {
    Object.assign(this, options);
    this.node = h("section", { class: "pane thread-pane", "aria-label": "Thread" });
    this.assistant = new AssistantPane(this.store, this.api);
    this.#listen();
  }

  /** The thread that is shown. @returns {{channel: string, ts: string}|null} */
  get shown() {
    return this.#list && this.node.isConnected ? { channel: this.#list.channel, ts: this.#list.threadTs } : null;
  }

  #listen() {
    const { store } = this;
    const here = (event) => this.#list && event.channel === this.#list.channel;
    const mine = (event) => here(event) && (event.message.thread_ts ?? event.message.ts) === this.#list.threadTs;
    const take = (event) => {
      if (!mine(event)) return;
      this.#list.upsert(event.message);
      this.#countReplies();
    };
    store.on("message", take);
    store.on("ephemeral", take);
    store.on(
      "message_changed",
      (event) => mine(event) && this.#list.get(event.message.ts) && this.#list.upsert(event.message),
    );
    store.on("message_deleted", (event) => here(event) && this.#remove(event.ts));
    store.on("reaction_added", (event) => here(event) && this.#list.react(event.ts, event.reaction, event.user, true));
    store.on(
      "reaction_removed",
      (event) => here(event) && this.#list.react(event.ts, event.reaction, event.user, false),
    );
  }

  #remove(ts) {
    if (ts === this.#list.threadTs) return this.close();
    this.#list.remove(ts);
    return this.#countReplies();
  }

  /** @param {string} channel @param {string} ts  the parent's */
  async show(channel, ts) {
    const { store, api, zoom } = this;
    const list = new MessageList({ store, api, channel, threadTs: ts, openThread: () => {}, zoom, label: "Thread" });
    this.#list = list;
    this.count = h("div", { class: "thread-replies", role: "separator" });
    const composer = this.composerFor(channel, ts);
    const close = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Close the thread",
        title: "Close (Esc)",
        onclick: this.close,
      },
      icon("close"),
    );
    const place = store.channels.get(channel);
    const where = place
      ? h("span", { class: "muted" }, place.is_im ? store.channelTitle(place) : `#${place.name}`)
      : null;
    fill(
      this.node,
      h("header", { class: "pane-header" }, h("h2", { class: "pane-title" }, "Thread ", where), close),
      list.node,
      this.assistant.node,
      composer.node,
    );
    this.assistant.of(channel, ts);
    composer.focus();
    await this.reload();
  }

  /** Fetches the thread anew. */
  async reload() {
    const list = this.#list;
    if (!list) return;
    list.asked();
    const answer = await attempt(() => this.api.messages(list.channel, list.threadTs));
    if (!answer || list !== this.#list) return;
    list.load([...answer.messages, ...this.store.noticesIn(list.channel, list.threadTs)]);
    this.assistant.load(answer.pane);
    this.#countReplies();
  }

  #countReplies() {
    const replies = this.#list.count - 1;
    this.count.hidden = replies < 1;
    fill(this.count, `${replies} ${replies === 1 ? "reply" : "replies"}`);
    const first = this.#list.list.firstElementChild;
    if (first && first.nextElementSibling !== this.count) first.after(this.count);
  }
}
