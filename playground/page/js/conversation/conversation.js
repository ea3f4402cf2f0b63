/** The middle of the page: a channel's header, its messages and its composer; for the app also its Home tab. */

import { accountButton } from "./accounts.js";
import { AssistantPane } from "./assistant.js";
import { avatar } from "../dom/avatar.js";
import { fill, h } from "../dom/dom.js";
import { Home } from "./home.js";
import { icon } from "../dom/icons.js";
import { MessageList } from "./messages.js";
import { attempt } from "../overlays/overlays.js";
import { trySteps } from "./tryit.js";

export class Conversation {
  /** @type {MessageList|null} */
  #list = null;
  #tab = "messages";
  #loading = 0;
  /** The channel that was shown before the app's. */
  #before = "";

  /**
   * @param {Object} options
   * @param {import("../state/store.js").Store} options.store
   * @param {import("../state/api.js").Api} options.api
   * @param {(channel: string, threadTs?: string) => import("../composer/composer.js").Composer} options.composerFor
   * @param {(channel: string, tab: "home"|"messages") => void} options.open
   * @param {(message: import("../state/types.js").Message) => void} options.openThread
   * @param {import("../state/types.js").Surface["zoom"]} options.zoom
   * @param {() => void} options.openSidebar
   */
  constructor(options) {
    Object.assign(this, options);
    this.home = new Home(options);
    this.assistant = new AssistantPane(this.store, this.api);
    this.node = h("main", { class: "main", id: "conversation", tabindex: "-1" });
    this.#listen();
  }

  #listen() {
    const { store } = this;
    const here = (event) => event.channel === store.current && this.#list;
    const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;
    const take = (event) => {
      if (!here(event)) return;
      if (isReply(event.message)) this.#list.countReply(event.message);
      if (!isReply(event.message) || event.message.subtype === "thread_broadcast") this.#list.upsert(event.message);
    };
    store.on("message", take);
    store.on("ephemeral", (event) => here(event) && !isReply(event.message) && this.#list.upsert(event.message));
    store.on(
      "message_changed",
      (event) => here(event) && this.#list.get(event.message.ts) && this.#list.upsert(event.message),
    );
    store.on("message_deleted", (event) => here(event) && this.#list.remove(event.ts));
    store.on("reaction_added", (event) => here(event) && this.#list.react(event.ts, event.reaction, event.user, true));
    store.on(
      "reaction_removed",
      (event) => here(event) && this.#list.react(event.ts, event.reaction, event.user, false),
    );
    store.on("app", () => this.#drawHeader());
    store.on("channels", () => this.#drawHeader());
  }

  /** @param {string} channel @param {"home"|"messages"} tab */
  async show(channel, tab) {
    this.#tab = tab;
    if (channel !== this.store.appChannel?.id) this.#before = channel;
    this.store.current = channel;
    this.store.markRead(channel);
    this.store.emit("current");
    this.header = h("header", { class: "channel-header" });
    this.body = h("div", { class: "channel-body" });
    fill(this.node, this.header, this.body);
    this.#drawHeader();
    if (tab === "home") return this.#showHome();
    return this.#showMessages(channel);
  }

  #showHome() {
    this.#list = null;
    fill(this.body, this.home.node);
    return this.home.open();
  }

  async #showMessages(channel) {
    const { store, api, openThread, zoom } = this;
    const title = this.#title();
    this.#list = new MessageList({ store, api, channel, openThread, zoom, label: `Messages in ${title}` });
    const composer = this.composerFor(channel);
    const mute = !store.app.messages_tab && channel === store.appChannel?.id;
    fill(
      this.body,
      this.#list.node,
      this.assistant.node,
      this.#warning(),
      mute ? h("p", { class: "mute muted" }, "Sending messages to this app has been turned off.") : composer.node,
    );
    this.assistant.of(channel);
    composer.focus();
    await this.reload();
  }

  /** Fetches the messages anew, as after a lost connection. */
  async reload() {
    if (this.#tab === "home") return this.home.open();
    const list = this.#list;
    if (!list) return;
    this.#loading += 1;
    const turn = this.#loading;
    list.asked();
    const answer = await attempt(() => this.api.messages(list.channel));
    if (!answer || list !== this.#list || turn !== this.#loading) return;
    list.load([...answer.messages, ...this.store.noticesIn(list.channel)]);
    this.assistant.load(answer.pane);
    this.#showIntro();
  }

  #title() {
    const channel = this.store.channels.get(this.store.current);
    const title = this.store.channelTitle(channel);
    return channel.is_im || channel.is_mpim || channel.is_private ? title : `#${title}`;
  }

  #drawHeader() {
    const channel = this.store.channels.get(this.store.current);
    if (!channel || !this.header) return;
    const menu = h(
      "button",
      { type: "button", class: "icon-button only-narrow", "aria-label": "Open the sidebar", onclick: this.openSidebar },
      icon("menu"),
    );
    const user = channel.is_im ? this.store.user(channel.user) : null;
    const mark = user ? avatar(user, this.store.nameOf(user), "small") : icon(channel.is_private ? "lock" : "hash");
    const title = h(
      "h1",
      { class: "channel-title" },
      mark,
      h("span", {}, this.store.channelTitle(channel)),
      user?.is_bot ? h("span", { class: "app-badge" }, "APP") : null,
      user?.deleted ? h("span", { class: "app-badge" }, "DEACTIVATED") : null,
    );
    const other = user && !user.is_bot && !user.deleted && user.id !== this.store.me.id;
    const account = other && this.store.me.is_admin ? accountButton(this.store, this.api, user) : null;
    const members = channel.is_im
      ? null
      : h(
          "span",
          { class: "channel-members", title: this.#memberNames(channel) },
          icon("people"),
          h("span", { "aria-hidden": "true" }, channel.members?.length ?? ""),
          h("span", { class: "visually-hidden" }, `Members: ${this.#memberNames(channel)}`),
        );
    const words = [channel.topic, this.#absence(channel)].filter(Boolean).join(" · ");
    const topic = words ? h("span", { class: "channel-topic", title: words }, words) : null;
    fill(
      this.header,
      h("div", { class: "channel-row" }, menu, title, topic, members, account, this.#newThread(channel)),
      this.#tabs(channel),
    );
  }

  /** That the app is not in a channel, for as long as it is not. */
  #absence(channel) {
    if (channel.is_im || channel.is_mpim || channel.app_in_channel) return "";
    return `${this.store.app.name || "The app"} is not in this channel`;
  }

  /** Begins a thread with an assistant, about the channel that was looked at before. */
  #newThread(channel) {
    if (this.store.app.assistant !== "assistant" || channel.id !== this.store.appChannel?.id) return null;
    const begin = async () => {
      const answer = await attempt(() => this.api.send("assistant_open", { about: this.#before }));
      if (answer) this.openThread({ ts: answer.ts });
    };
    return h("button", { type: "button", class: "button button-small", onclick: begin }, "New chat");
  }

  #memberNames(channel) {
    return (channel.members ?? []).map((id) => this.store.nameOf(this.store.user(id))).join(", ");
  }

  /** Home and Messages, in the direct message with the app. */
  #tabs(channel) {
    if (!this.store.app.home_tab || channel.id !== this.store.appChannel?.id) return null;
    const tab = (name, label, glyph) =>
      h(
        "button",
        {
          type: "button",
          class: "tab",
          role: "tab",
          "aria-selected": String(this.#tab === name),
          onclick: () => this.open(channel.id, name),
        },
        icon(glyph),
        label,
      );
    return h(
      "div",
      { class: "tabs", role: "tablist", "aria-label": "Views of the app" },
      tab("home", "Home", "home"),
      tab("messages", "Messages", "thread"),
    );
  }

  /** A line above the composer while the app is away. */
  #warning() {
    const line = h("div", { class: "app-away", role: "status" });
    const show = () => {
      if (line.isConnected === false && line.childElementCount) return;
      const channel = this.store.channels.get(this.store.current);
      const away = !this.store.app.connected && (channel?.app_in_channel || channel?.id === this.store.appChannel?.id);
      line.hidden = !away;
      fill(
        line,
        away
          ? [
              icon("warning"),
              h(
                "span",
                {},
                `${this.store.app.name || "The app"} is not connected: nobody answers until it is started.`,
              ),
            ]
          : null,
      );
    };
    this.stopWarning?.();
    this.stopWarning = this.store.on("app", show);
    show();
    return line;
  }

  #showIntro() {
    const list = this.#list;
    if (!list) return;
    const channel = this.store.channels.get(list.channel);
    const title = this.#title();
    const user = channel.is_im ? this.store.user(channel.user) : null;
    const words = channel.is_im
      ? `This is the very beginning of your direct messages with ${title}.`
      : `This is the very beginning of ${title}.`;
    const withApp = channel.app_in_channel || channel.id === this.store.appChannel?.id;
    const steps =
      list.count === 0 && withApp ? trySteps(this.store, this.api, () => this.composerFor(channel.id)) : null;
    const mark = h(
      "div",
      { class: "intro-mark" },
      user ? avatar(user, title, "large") : icon(channel.is_private ? "lock" : "hash"),
    );
    fill(list.intro, mark, h("h2", { class: "intro-title" }, title), h("p", { class: "intro-words" }, words), steps);
  }
}
