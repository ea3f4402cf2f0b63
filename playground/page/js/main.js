/** Puts the page together: starts the store and the event stream, and says what opens what. */

import { photoItems } from "./conversation/accounts.js";
import { Api, listen } from "./state/api.js";
import { Composer } from "./composer/composer.js";
import { Conversation } from "./conversation/conversation.js";
import { fill, h } from "./dom/dom.js";
import { icon } from "./dom/icons.js";
import { openLightbox } from "./overlays/lightbox.js";
import { Modals } from "./blocks/modal.js";
import { attempt, toast } from "./overlays/overlays.js";
import { refreshAges } from "./conversation/message.js";
import { makeSidebar } from "./conversation/sidebar.js";
import { Store } from "./state/store.js";
import { openSwitcher } from "./overlays/switcher.js";
import { ThreadPane } from "./conversation/thread.js";
import { tryPane } from "./conversation/tryit.js";

class Workspace {
  /** @type {Map<string, Composer>} drafts live as long as the page */
  #composers = new Map();

  /** @param {Api} api @param {Store} store */
  constructor(api, store) {
    Object.assign(this, { api, store });
    const parts = { store, api, zoom: openLightbox, composerFor: (channel, ts) => this.#composerFor(channel, ts) };
    this.conversation = new Conversation({
      ...parts,
      open: (channel, tab) => this.open(channel, tab),
      openThread: (message) => this.openThread(message),
      openSidebar: () => this.#showSidebar(true),
    });
    this.thread = new ThreadPane({ ...parts, close: () => this.closePane() });
    this.modals = new Modals(store, api, openLightbox);
    this.side = h("aside", { class: "side", "aria-label": "Details", hidden: true });
    this.sidebar = makeSidebar(store, this);
    this.scrim = h("button", {
      type: "button",
      class: "scrim",
      "aria-label": "Close the sidebar",
      tabindex: "-1",
      onclick: () => this.#showSidebar(false),
    });
    this.offline = h(
      "div",
      { class: "offline", role: "status", hidden: true },
      icon("warning"),
      "The connection to the playground is lost. Trying again…",
    );
    this.node = h(
      "div",
      { class: "shell" },
      this.#topbar(),
      h("div", { class: "columns" }, this.sidebar, this.scrim, this.conversation.node, this.side),
    );
    this.#listen();
  }

  #topbar() {
    const search = h(
      "button",
      { type: "button", class: "topbar-search", onclick: () => this.#openSwitcher() },
      icon("search"),
      h("span", {}, "Jump to a channel or a person"),
      h("kbd", {}, /Mac/.test(navigator.platform) ? "⌘K" : "Ctrl K"),
    );
    const status = h("span", { class: "topbar-status", role: "status" });
    const draw = () => {
      const { connected, name } = this.store.app;
      fill(
        status,
        h("span", { class: ["dot", connected && "dot-on"] }),
        h("span", { class: "topbar-status-words" }, `${name || "App"} ${connected ? "connected" : "not connected"}`),
      );
    };
    this.store.on("app", draw);
    this.store.on("workspace", draw);
    draw();
    return h(
      "header",
      { class: "topbar" },
      h("span", { class: "topbar-side" }),
      search,
      h("span", { class: "topbar-side topbar-end" }, status),
      this.offline,
    );
  }

  #listen() {
    this.store.on("online", () => (this.offline.hidden = this.store.online));
    this.store.on("unread", () => this.#drawTitle());
    this.store.on("current", () => this.#drawTitle());
    this.store.on("channel_left", (channel) => this.#leave(channel));
    document.addEventListener("visibilitychange", () => !document.hidden && this.store.markRead(this.store.current));
    document.addEventListener("keydown", (event) => this.#onKey(event));
    addEventListener("hashchange", () => this.#openFromHash());
    // A file dropped beside a drop zone must not replace the page.
    for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
    this.conversation.node.addEventListener("drop", (event) => this.#dropBeside(event, this.store.current));
    this.thread.node.addEventListener("drop", (event) => {
      if (this.thread.shown) this.#dropBeside(event, this.thread.shown.channel, this.thread.shown.ts);
    });
  }

  /** Who was taken out of a channel looks at it no longer. @param {import("./state/types.js").Channel} channel */
  #leave(channel) {
    if (channel.id !== this.store.current) return;
    this.openFirst();
    toast(`You are not in #${channel.name} any more.`);
  }

  /** A drop anywhere on the conversation, or on a thread, counts as one on its composer. */
  #dropBeside(event, channel, threadTs) {
    const composer = this.#composerFor(channel, threadTs);
    if (composer.node.isConnected && !composer.node.contains(event.target))
      composer.node.dispatchEvent(new DragEvent("drop", { dataTransfer: event.dataTransfer, cancelable: true }));
  }

  #onKey(event) {
    if (
      (event.ctrlKey || event.metaKey) &&
      event.key.toLowerCase() === "k" &&
      !document.querySelector("dialog[open]")
    ) {
      event.preventDefault();
      this.#openSwitcher();
    } else if (
      event.key === "Escape" &&
      !event.defaultPrevented &&
      !document.querySelector("dialog[open], :popover-open")
    ) {
      if (this.node.classList.contains("sidebar-open")) this.#showSidebar(false);
      else if (!this.side.hidden) this.closePane();
    }
  }

  #openSwitcher() {
    openSwitcher(this.store, this);
  }

  #drawTitle() {
    const unread = [...this.store.unread.values()].reduce((sum, count) => sum + count, 0);
    const channel = this.store.channels.get(this.store.current);
    document.title = `${unread ? `(${unread}) ` : ""}${channel ? this.store.channelTitle(channel) : ""} – ${this.store.workspace.name}`;
  }

  /** @param {string} channel @param {string} [threadTs] */
  #composerFor(channel, threadTs) {
    const key = `${channel} ${threadTs ?? ""}`;
    let composer = this.#composers.get(key);
    if (!composer) {
      const place = this.store.channels.get(channel);
      const placeholder = threadTs
        ? "Reply…"
        : `Message ${place.is_im ? this.store.channelTitle(place) : `#${place.name}`}`;
      composer = new Composer({ store: this.store, api: this.api, channel, threadTs, placeholder });
      this.#composers.set(key, composer);
    }
    return composer;
  }

  /** @param {string} channel @param {"home"|"messages"} [tab] */
  open(channel, tab = this.#firstTab(channel)) {
    this.#showSidebar(false);
    if (this.thread.shown && this.thread.shown.channel !== channel) this.#leaveThread(channel);
    this.#remember(`#${channel}${tab === "home" ? "/home" : ""}`);
    return this.conversation.show(channel, tab);
  }

  /** A thread goes with its channel; one with an assistant stays, and is told what is looked at. */
  #leaveThread(channel) {
    const { channel: direct, ts } = this.thread.shown;
    if (this.store.app.assistant !== "assistant" || direct !== this.store.appChannel?.id) return this.closePane();
    return attempt(() => this.api.send("assistant_look", { channel: direct, ts, about: channel }));
  }

  /** Each place is a step back in the browser's history, but for where the page began. @param {string} hash */
  #remember(hash) {
    if (location.hash === hash) return;
    history[this.store.current ? "pushState" : "replaceState"](null, "", hash);
  }

  #firstTab(channel) {
    return this.store.app.home_tab && channel === this.store.appChannel?.id && !this.store.unread.get(channel)
      ? "home"
      : "messages";
  }

  #openFromHash() {
    const [channel, tab] = location.hash.slice(1).split("/");
    if (this.store.channels.has(channel)) this.open(channel, tab === "home" ? "home" : "messages");
  }

  /** Where the page begins: the address's channel, else the first that has the app. */
  openFirst() {
    const [wanted] = location.hash.slice(1).split("/");
    if (this.store.channels.has(wanted)) return this.#openFromHash();
    const channels = [...this.store.channels.values()];
    const first = channels.find((one) => !one.is_im && one.app_in_channel) ?? channels[0];
    return first && this.open(first.id, "messages");
  }

  /** @param {string} user */
  async openMember(user) {
    const answer = await attempt(() => this.api.send("open_dm", { with: user }));
    if (!answer) return;
    const channel = answer.channel;
    const id = typeof channel === "string" ? channel : channel.id;
    if (typeof channel !== "string") this.store.receive({ type: "channel", channel });
    if (this.store.channels.has(id)) this.open(id, "messages");
  }

  /** Acts as another member: the page begins anew, in the same channel where possible. @param {string} user */
  switchMember(user) {
    const channel = this.store.channels.get(this.store.current);
    location.assign(`?user=${encodeURIComponent(user)}${channel && !channel.is_im ? `#${channel.id}` : ""}`);
  }

  photoItems() {
    return photoItems(this.store, this.api);
  }

  /** @param {import("./state/types.js").Message} message */
  openThread(message) {
    this.#showPane(this.thread.node);
    return this.thread.show(this.store.current, message.thread_ts ?? message.ts);
  }

  openTry() {
    this.#showSidebar(false);
    this.#showPane(
      tryPane(
        this.store,
        this.api,
        () => this.#currentComposer(),
        () => this.closePane(),
      ),
    );
  }

  /** The composer of the channel that is shown, behind whatever tab. */
  #currentComposer() {
    const composer = this.#composerFor(this.store.current);
    if (!composer.node.isConnected) this.open(this.store.current, "messages");
    return composer;
  }

  #showPane(pane) {
    fill(this.side, pane);
    this.side.hidden = false;
    this.node.classList.add("with-side");
  }

  closePane() {
    this.side.hidden = true;
    this.side.replaceChildren();
    this.node.classList.remove("with-side");
    this.#composers.get(`${this.store.current} `)?.focus();
  }

  #showSidebar(open) {
    this.node.classList.toggle("sidebar-open", open);
    if (open) this.sidebar.querySelector("[aria-current], button")?.focus();
  }

  /** After a lost connection: what was missed is fetched. */
  async catchUp() {
    const boot = await attempt(() => this.api.boot());
    if (!boot) return;
    this.store.load(boot);
    if (!this.store.channels.has(this.store.current)) return this.openFirst();
    await Promise.all([this.conversation.reload(), this.thread.shown && this.thread.reload()]);
  }
}

async function start() {
  const root = document.getElementById("app");
  const api = new Api(new URLSearchParams(location.search).get("user") ?? "");
  const store = new Store();
  try {
    const boot = await api.boot();
    api.user = boot.me.id;
    store.load(boot);
  } catch (error) {
    fill(
      root,
      h(
        "p",
        { class: "app-loading", role: "alert" },
        `The workspace cannot be opened: ${error.message} `,
        h("a", { class: "link", href: location.pathname }, "Try again"),
      ),
    );
    return;
  }
  const workspace = new Workspace(api, store);
  fill(root, workspace.node);
  root.removeAttribute("aria-busy");
  store.emit("workspace");
  setInterval(() => refreshAges(root), 60_000);
  listen(api.user, {
    onEvent: (event) => store.receive(event),
    // The stream first, then what it continues: nothing is missed in between. Where it does not come, without it.
    onOpen: () => (store.setOnline(true), store.current ? workspace.catchUp() : workspace.openFirst()),
    onClose: () => (store.setOnline(false), store.current || workspace.openFirst()),
  });
}

start();
