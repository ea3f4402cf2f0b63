/** The sample photos: loaded by one click, their sources named, to drag or click into a message or a modal. */

import { fill, h } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { attempt, whileBusy } from "../overlays/overlays.js";
import { SAMPLE_TYPE, sampleFile } from "./tray.js";

/**
 * A strip of samples that follows the store.
 * @param {import("../state/store.js").Store} store
 * @param {import("../state/api.js").Api} api
 * @param {(files: File[]) => void} take
 * @returns {HTMLElement}
 */
export function sampleStrip(store, api, take) {
  const strip = h("section", { class: "samples", "aria-label": "Sample photos" });
  const show = () => {
    if (!strip.isConnected && strip.childElementCount) return stop();
    return fill(strip, store.samplesShown ? [grid(store, take), sources(store.samples)] : loader(store, api));
  };
  const stop = store.on("samples_shown", show);
  show();
  return strip;
}

function loader(store, api) {
  const button = h("button", { type: "button", class: "button button-small" }, icon("image"), "Load sample photos");
  const progress = h("progress", {
    class: "samples-progress",
    max: "1",
    value: 0,
    "aria-label": "Fetching sample photos",
    hidden: true,
  });
  button.addEventListener("click", async () => {
    const stop = store.on("samples", (event) => {
      progress.hidden = false;
      progress.value = event.progress;
    });
    await whileBusy(button, () => attempt(() => load(store, api)));
    stop();
    progress.hidden = true;
  });
  return h("div", { class: "samples-loader" }, button, progress);
}

async function load(store, api) {
  if (store.samples.length === 0) store.samples = (await api.samples()).samples ?? [];
  if (store.samples.length === 0) throw new Error("This playground was started without sample photos (--samples DIR).");
  store.samplesShown = true;
  store.emit("samples_shown");
}

function grid(store, take) {
  return h(
    "ul",
    { class: "samples-grid" },
    store.samples.map((sample) => h("li", {}, tile(sample, take))),
  );
}

function tile(sample, take) {
  const button = h(
    "button",
    {
      type: "button",
      class: "sample",
      draggable: true,
      "aria-label": `Attach sample ${sample.label}`,
      title: `${sample.label}\n${sample.source}`,
    },
    h("img", {
      src: sample.thumb_url ?? sample.url,
      alt: "",
      loading: "lazy",
      width: 96,
      height: 96,
      draggable: false,
    }),
    h("span", { class: "sample-label" }, sample.label),
  );
  button.addEventListener("dragstart", (event) => event.dataTransfer.setData(SAMPLE_TYPE, sample.name));
  button.addEventListener("click", () => attempt(async () => take([await sampleFile(sample)])));
  return button;
}

function sources(samples) {
  const named = [...new Set(samples.map((sample) => sample.source).filter(Boolean))];
  return named.length ? h("p", { class: "samples-sources" }, "Photos from ", named.join("; "), ".") : null;
}
