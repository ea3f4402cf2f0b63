/** A tray of files being attached: previews, upload progress, removal; for the composer and for a modal's file input. */

import { announce, h, safeImage } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { attempt, toast } from "../overlays/overlays.js";
import { fileSize } from "../dom/time.js";

/** How many a message takes. */
const MOST_FILES = 10;

/** What a dragged sample carries. */
export const SAMPLE_TYPE = "application/x-playground-sample";

/**
 * @typedef {Object} Entry
 * @property {HTMLElement} node
 * @property {AbortController} abort
 * @property {string|null} preview
 * @property {import("../state/types.js").SlackFile|null} file  null until uploaded
 * @property {Promise<void>} done
 */

/** @typedef {{max?: number, accepts?: (file: File) => string|null, onChange?: () => void}} TrayOptions  `accepts` gives words for a file that is not wanted */

export class Tray {
  /** @type {Entry[]} */
  #entries = [];

  /**
   * @param {import("../state/api.js").Api} api
   * @param {TrayOptions} [options]
   */
  constructor(api, options = {}) {
    this.api = api;
    this.set(options);
    this.node = h("ul", { class: "tray", "aria-label": "Attached files", hidden: true });
  }

  /** @param {TrayOptions} options */
  set({ max = MOST_FILES, accepts = () => null, onChange = () => {} }) {
    Object.assign(this, { max, accepts, onChange });
  }

  /** Files that have arrived at the server. @returns {import("../state/types.js").SlackFile[]} */
  get files() {
    return this.#entries.flatMap((entry) => (entry.file ? [entry.file] : []));
  }

  get count() {
    return this.#entries.length;
  }

  /** Whether some are still on their way. */
  get busy() {
    return this.#entries.some((entry) => entry.file === null);
  }

  /** Resolves when nothing is on its way any more. */
  async settled() {
    await Promise.all(this.#entries.map((entry) => entry.done));
  }

  /** Starts to upload. @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      const refusal =
        this.count >= this.max ? `At most ${this.max} file${this.max === 1 ? "" : "s"} fit here.` : this.accepts(file);
      if (refusal) {
        toast(refusal);
        continue;
      }
      this.#start(file);
    }
    this.#changed();
  }

  /** Shows files that are at the server already. @param {import("../state/types.js").SlackFile[]} files */
  restore(files) {
    for (const file of files) {
      const entry = this.#entry(file.name, file.thumb_url ?? file.url ?? null, file.size);
      entry.file = file;
      entry.node.classList.add("tray-done");
    }
    this.node.hidden = this.count === 0;
  }

  /** Takes out all that is here, what is on its way included; what is added later stays. @returns {Parcel} */
  take() {
    const parcel = new Parcel(this.#entries.splice(0));
    this.#changed();
    return parcel;
  }

  /** Puts back what was taken out, before what has been added since. @param {Parcel} parcel */
  putBack(parcel) {
    const kept = parcel.entries.filter((entry) => !entry.abort.signal.aborted);
    this.#entries.unshift(...kept);
    this.node.prepend(...kept.map((entry) => entry.node));
    this.#changed();
  }

  #start(file) {
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    const entry = this.#entry(file.name, preview, file.size);
    const progress = h("progress", {
      class: "tray-progress",
      max: "1",
      value: 0,
      "aria-label": `Uploading ${file.name}`,
    });
    entry.node.append(progress);
    entry.done = attempt(() =>
      this.api.upload(file, (fraction) => (progress.value = fraction), entry.abort.signal),
    ).then((uploaded) => {
      progress.remove();
      if (uploaded) {
        entry.file = uploaded;
        showThumbnail(entry.node, uploaded);
        entry.node.classList.add("tray-done");
      } else this.#forget(entry);
      this.#changed();
    });
  }

  /** @returns {Entry} */
  #entry(name, preview, size) {
    const remove = h("button", { type: "button", class: "tray-remove", "aria-label": `Remove ${name}` }, icon("close"));
    const picture = preview ? h("img", { class: "tray-image", src: preview, alt: "" }) : null;
    const card = h("span", { class: "tray-file" }, icon("file"), h("span", { class: "tray-size" }, fileSize(size)));
    picture?.addEventListener("error", () => picture.replaceWith(card));
    const node = h(
      "li",
      { class: "tray-item", title: name },
      picture ?? card,
      h("span", { class: "tray-name" }, name),
      remove,
    );
    const entry = { node, abort: new AbortController(), preview, file: null, done: Promise.resolve() };
    remove.addEventListener("click", () => {
      this.#forget(entry);
      announce(`${name} removed`);
      this.#changed();
    });
    this.#entries.push(entry);
    this.node.append(node);
    return entry;
  }

  #forget(entry) {
    discard(entry);
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  #changed() {
    this.node.hidden = this.count === 0;
    this.onChange();
  }
}

/** What was taken out of a tray to be sent: it is still seen, with its progress, and can be taken away until it is. */
export class Parcel {
  /** @param {Entry[]} entries */
  constructor(entries) {
    this.entries = entries;
    this.node = h(
      "ul",
      { class: "tray", "aria-label": "Files being sent", hidden: entries.length === 0 },
      entries.map((entry) => entry.node),
    );
  }

  /** The files once all have arrived; what failed, or was taken away, is not among them. */
  async files() {
    await Promise.all(this.entries.map((entry) => entry.done));
    this.entries = this.entries.filter((entry) => !entry.abort.signal.aborted);
    return this.entries.map((entry) => entry.file);
  }

  /** Forgets them, as when they are posted. */
  discard() {
    this.entries.forEach(discard);
  }
}

function discard(entry) {
  entry.abort.abort();
  entry.node.remove();
  if (entry.preview?.startsWith("blob:")) URL.revokeObjectURL(entry.preview);
}

/** The server's picture of what the browser could not show, such as HEIC. */
function showThumbnail(node, file) {
  const src = safeImage(file.thumb_url);
  if (src) node.querySelector(".tray-file")?.replaceWith(h("img", { class: "tray-image", src, alt: "" }));
}

/**
 * Lets files and samples be dropped on an element.
 * @param {HTMLElement} zone
 * @param {import("../state/store.js").Store} store
 * @param {(files: File[]) => void} take
 */
export function acceptDrops(zone, store, take) {
  let depth = 0;
  const wanted = (event) => event.dataTransfer?.types.some((type) => type === "Files" || type === SAMPLE_TYPE);
  const show = (change) => {
    depth = Math.max(0, depth + change);
    zone.classList.toggle("dropping", depth > 0);
  };
  zone.addEventListener("dragenter", (event) => wanted(event) && (event.preventDefault(), show(1)));
  zone.addEventListener("dragleave", (event) => wanted(event) && show(-1));
  zone.addEventListener("dragover", (event) => {
    if (!wanted(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  zone.addEventListener("drop", (event) => {
    if (!wanted(event)) return;
    event.preventDefault();
    event.stopPropagation();
    show(-depth);
    const name = event.dataTransfer.getData(SAMPLE_TYPE);
    const sample = name ? store.samples.find((one) => one.name === name) : null;
    if (sample) attempt(async () => take([await sampleFile(sample)]));
    else take([...event.dataTransfer.files]);
  });
}

/**
 * A sample photo as a file, as if chosen from the person's own disk.
 * @param {import("../state/types.js").Sample} sample
 * @returns {Promise<File>}
 */
export async function sampleFile(sample) {
  const response = await fetch(sample.url);
  if (!response.ok) throw new Error(`The sample “${sample.label}” could not be loaded (HTTP ${response.status}).`);
  const blob = await response.blob();
  return new File([blob], sample.name, { type: blob.type });
}

/** Files from the clipboard, named when the clipboard has no name. @param {ClipboardEvent} event @returns {File[]} */
export function pastedFiles(event) {
  return [...(event.clipboardData?.files ?? [])];
}

/** Opens the system's file chooser. @param {{accept?: string, multiple: boolean, label: string}} options @param {(files: File[]) => void} take */
export function fileChooser({ accept, multiple, label }, take) {
  const input = h("input", {
    type: "file",
    class: "visually-hidden",
    tabindex: "-1",
    accept,
    multiple,
    "aria-label": label,
  });
  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  return input;
}
