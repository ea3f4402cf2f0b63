/** The App Home: the view that the app has published for this person. */

import { renderBlocks } from "../blocks/blocks.js";
import { fill, h } from "../dom/dom.js";
import { FormState } from "../blocks/form.js";
import { attempt } from "../overlays/overlays.js";

export class Home {
  /** @type {import("../state/types.js").View|null} */
  #view = null;
  #state = new FormState();

  /**
   * @param {Object} options
   * @param {import("../state/store.js").Store} options.store
   * @param {import("../state/api.js").Api} options.api
   * @param {import("../state/types.js").Surface["zoom"]} options.zoom
   */
  constructor({ store, api, zoom }) {
    Object.assign(this, { store, api, zoom });
    this.node = h("div", { class: "home", role: "tabpanel", "aria-label": "Home" });
    store.on("home", ({ view }) => this.#take(view));
  }

  /** Tells the app that its Home is looked at, and shows what it has published. */
  async open() {
    if (!this.#view) fill(this.node, this.#empty());
    const answer = await attempt(() => this.api.send("open_home", {}));
    if (answer?.view) this.#take(answer.view);
  }

  #take(view) {
    if (!view) return;
    this.#view = view;
    this.#state.keepOnly(view.blocks);
    const surface = {
      store: this.store,
      api: this.api,
      zoom: this.zoom,
      state: this.#state,
      trays: new Map(),
      act: (action) =>
        this.api.send("action", {
          container: { type: "view", view_id: view.id },
          action,
          state: { values: this.#state.toJSON() },
        }),
      suggest: (asked) => this.api.send("suggest", { container: { type: "view", view_id: view.id }, ...asked }),
    };
    const focused = this.node.contains(document.activeElement)
      ? document.activeElement.closest("[data-block]")?.dataset.block
      : null;
    fill(this.node, h("div", { class: "home-view blocks" }, renderBlocks(view.blocks, surface)));
    if (focused) this.node.querySelector(`[data-block="${CSS.escape(focused)}"] :is(button, input, textarea)`)?.focus();
  }

  #empty() {
    const name = this.store.app.name || "The app";
    const words = this.store.app.connected
      ? `${name} has not published its Home yet.`
      : `${name} is not connected, so its Home is empty.`;
    return h("p", { class: "home-empty muted" }, words);
  }
}
