/** What an assistant shows beside its messages: that it is at work, and prompts to choose from. */

import { fill, h } from "../dom/dom.js";
import { attempt } from "../overlays/overlays.js";

export class AssistantPane {
  /**
   * @param {import("../state/store.js").Store} store
   * @param {import("../state/api.js").Api} api
   */
  constructor(store, api) {
    Object.assign(this, { store, api, channel: "", threadTs: "", told: false });
    this.status = h("p", { class: "assistant-status", role: "status" });
    this.prompts = h("div", { class: "assistant-prompts" });
    this.node = h("div", { class: "assistant" }, this.prompts, this.status);
    store.on("pane", (event) => {
      if (event.channel !== this.channel || event.thread_ts !== this.threadTs) return;
      this.told = true;
      this.show(event.pane);
    });
  }

  /** From now on, that of this thread, or of a direct message as a whole. @param {string} channel @param {string} [threadTs] */
  of(channel, threadTs = "") {
    Object.assign(this, { channel, threadTs, told: false });
    this.show({});
  }

  /** Takes what was there when it was asked for; what was told since is newer. @param {Object} [pane] */
  load(pane) {
    if (!this.told) this.show(pane ?? {});
  }

  /** @param {{status?: string, loading_messages?: string[], title?: string, prompts?: {title: string, message: string}[]}} pane */
  show(pane) {
    const name = this.store.app.name || "The app";
    fill(this.status, pane.status ? `${name} ${pane.status}` : null);
    this.status.title = (pane.loading_messages ?? []).join("\n");
    const prompts = pane.prompts ?? [];
    fill(
      this.prompts,
      prompts.length && pane.title ? h("p", { class: "muted" }, pane.title) : null,
      prompts.map((prompt) => this.#prompt(prompt)),
    );
  }

  #prompt({ title, message }) {
    const say = () =>
      attempt(() =>
        this.api.send("post", {
          channel: this.channel,
          text: message,
          ...(this.threadTs && { thread_ts: this.threadTs }),
        }),
      );
    return h("button", { type: "button", class: "button button-small", title: message, onclick: say }, title);
  }
}
