/** What the page knows of the workspace, and who wants to hear when it changes. */

/** @typedef {import("./types.js").User} User */
/** @typedef {import("./types.js").Channel} Channel */
/** @typedef {import("./types.js").Message} Message */

const SLACKBOT = Object.freeze({
  id: "USLACKBOT",
  name: "slackbot",
  real_name: "Slackbot",
  is_bot: true,
  avatar: "/client/avatar/USLACKBOT.svg",
});

export class Store {
  #listeners = new Map();

  constructor() {
    /** @type {User} */
    this.me = { id: "", name: "" };
    this.workspace = { id: "", name: "Playground" };
    /** @type {Map<string, User>} */
    this.users = new Map();
    /** @type {Map<string, Channel>} */
    this.channels = new Map();
    this.commands = [];
    this.shortcuts = [];
    this.app = { id: "", name: "", bot_user_id: "", home_tab: false, messages_tab: true, connected: false, assistant: null };
    /** @type {import("./types.js").Sample[]} */
    this.samples = [];
    this.samplesShown = false;
    /** Modals that were open when the page was loaded. @type {import("./types.js").View[]} */
    this.views = [];
    /** @type {Map<string, number>} */
    this.unread = new Map();
    /** By channel, what was said there last. @type {Map<string, string>} */
    this.latest = new Map();
    /** What Slackbot said here; it lives in the page alone. @type {Map<string, Message[]>} */
    this.notices = new Map();
    this.online = true;
    this.current = "";
  }

  /** Takes what the server said at the start, or after a break: then what was said meanwhile is unread. @param {Object} boot */
  load(boot) {
    const again = this.users.size > 0;
    this.me = boot.me;
    this.workspace = boot.workspace ?? this.workspace;
    this.users = new Map(boot.users.map((user) => [user.id, user]));
    this.channels = new Map(boot.channels.map((channel) => [channel.id, channel]));
    this.commands = boot.commands ?? [];
    this.shortcuts = boot.shortcuts ?? [];
    this.app = { ...this.app, ...boot.app };
    this.views = boot.views ?? [];
    if (boot.samples?.length) this.samples = boot.samples;
    for (const { id, latest } of boot.channels) this.#heard(id, latest, again);
    this.emit("workspace");
  }

  /**
   * @param {string} name
   * @param {(detail: any) => void} listener
   * @returns {() => void} stops listening
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** @param {string} name @param {any} [detail] */
  emit(name, detail) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(detail);
  }

  /** Takes one event of the server. @param {Object} event */
  receive(event) {
    if (event.type === "app") {
      this.app = { ...this.app, connected: Boolean(event.connected) };
      this.emit("app");
    } else if (event.type === "channel") {
      this.channels.set(event.channel.id, event.channel);
      this.emit("channels");
    } else if (event.type === "channel_left") {
      const left = this.channels.get(event.channel);
      this.channels.delete(event.channel);
      this.markRead(event.channel);
      this.emit("channels");
      if (left) this.emit("channel_left", left);
    } else if (event.type === "user") {
      this.users.set(event.user.id, event.user);
      if (event.user.id === this.me.id) this.me = event.user;
      this.emit("channels");
    } else if (event.type === "notice") {
      this.notice(event.text, event.channel);
    } else {
      if (event.type === "message" || event.type === "ephemeral") this.#countUnread(event.channel, event.message);
      this.emit(event.type, event);
    }
  }

  /** Lets Slackbot say something that only this person sees. @param {string} text @param {string} [channel] @param {string} [threadTs] */
  notice(text, channel = this.current, threadTs = undefined) {
    const message = {
      ts: (Date.now() / 1000).toFixed(6),
      user: SLACKBOT.id,
      text,
      ephemeral: true,
      ...(threadTs && { thread_ts: threadTs }),
    };
    this.notices.set(channel, [...(this.notices.get(channel) ?? []), message]);
    this.emit("ephemeral", { type: "ephemeral", channel, message });
  }

  /** What Slackbot said in a channel, or in one of its threads. @param {string} channel @param {string} [threadTs] */
  noticesIn(channel, threadTs) {
    return (this.notices.get(channel) ?? []).filter((notice) => notice.thread_ts === threadTs);
  }

  /** Puts away what Slackbot said. @param {string} channel @param {string} ts @returns {boolean} whether it was Slackbot's */
  dropNotice(channel, ts) {
    const notices = this.notices.get(channel) ?? [];
    if (!notices.some((one) => one.ts === ts)) return false;
    this.notices.set(
      channel,
      notices.filter((one) => one.ts !== ts),
    );
    this.emit("message_deleted", { type: "message_deleted", channel, ts });
    return true;
  }

  #countUnread(channel, message) {
    const reply = message.thread_ts && message.thread_ts !== message.ts;
    if (!reply && message.user !== this.me.id) this.#heard(channel, message.ts, true);
  }

  /** Notes when something was said in a channel: nothing counts twice, what is looked at not at all. */
  #heard(channel, ts, counts) {
    if (!(Number(ts) > Number(this.latest.get(channel) ?? 0))) return;
    this.latest.set(channel, ts);
    if (!counts || (channel === this.current && !document.hidden)) return;
    this.unread.set(channel, (this.unread.get(channel) ?? 0) + 1);
    this.emit("unread");
  }

  /** @param {string} channel */
  markRead(channel) {
    if (this.unread.delete(channel)) this.emit("unread");
  }

  /** @param {boolean} online */
  setOnline(online) {
    if (this.online === online) return;
    this.online = online;
    this.emit("online");
  }

  /** The member behind an id. @param {string|undefined} id @returns {User} */
  user(id) {
    if (id === SLACKBOT.id) return SLACKBOT;
    return this.users.get(id ?? "") ?? { id: id ?? "", name: id || "someone" };
  }

  /** The bot's user, where the workspace has one. @returns {User|undefined} */
  get bot() {
    return this.users.get(this.app.bot_user_id) ?? [...this.users.values()].find((user) => user.is_bot);
  }

  /** Who wrote a message. @param {Message} message @returns {User} */
  author(message) {
    const user = this.user(message.user ?? (message.bot_id ? this.bot?.id : undefined));
    return message.username ? { ...user, display_name: message.username } : user;
  }

  /** The direct message with the app. @returns {Channel|undefined} */
  get appChannel() {
    return [...this.channels.values()].find((channel) => channel.is_im && channel.user === this.bot?.id);
  }

  /** @param {User} user */
  nameOf(user) {
    return user.display_name || user.real_name || user.name;
  }

  /** A channel's name as people say it. @param {Channel} channel */
  channelTitle(channel) {
    if (channel.is_im) return this.nameOf(this.user(channel.user));
    if (!channel.is_mpim) return channel.name;
    return (channel.members ?? [])
      .filter((id) => id !== this.me.id)
      .map((id) => this.nameOf(this.user(id)))
      .join(", ");
  }

  /** How ids in text become words. @returns {import("../blocks/mrkdwn.js").Names} */
  get names() {
    return {
      user: (id) => (this.users.has(id) ? this.nameOf(this.user(id)) : null),
      channel: (id) => this.channels.get(id)?.name ?? null,
      me: this.me.id,
    };
  }
}
