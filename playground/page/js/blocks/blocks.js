/** Block Kit's blocks: one function each, from Slack's JSON to DOM nodes. */

import { h, safeImage, uid } from "../dom/dom.js";
import { renderElement, textNodes } from "./elements.js";
import { fileCard, picture } from "./files.js";
import { markdown } from "./markdown.js";
import { richText } from "./richtext.js";

/**
 * @param {Object[]} blocks
 * @param {import("../state/types.js").Surface} surface
 * @returns {HTMLElement[]}
 */
export function renderBlocks(blocks, surface) {
  return blocks.map((block) => {
    const build = Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type] : unknownBlock;
    const node = build(block, surface);
    node.dataset.block = block.block_id ?? "";
    return node;
  });
}

function unknownBlock(block) {
  return h("div", { class: "block unknown" }, `The playground cannot show the block “${block.type}”.`);
}

function section(block, surface) {
  const accessory = block.accessory
    ? renderElement(block.accessory, { block, surface, dispatch: true, label: block.text?.text })
    : null;
  const fields = block.fields?.length
    ? h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", { class: "field", dir: "auto" }, textNodes(field, surface.store))),
      )
    : null;
  const body = h(
    "div",
    { class: "section-body" },
    block.text ? h("div", { class: "text", dir: "auto" }, textNodes(block.text, surface.store)) : null,
    fields,
  );
  return h(
    "div",
    { class: ["block section", accessory && "section-with-accessory"] },
    body,
    accessory ? h("div", { class: "accessory" }, accessory) : null,
  );
}

function header(block, surface) {
  return h(
    "div",
    { class: "block header", role: "heading", "aria-level": "3", dir: "auto" },
    textNodes({ ...block.text, type: "plain_text" }, surface.store),
  );
}

function context(block, surface) {
  const parts = block.elements.map((element) =>
    element.type === "image"
      ? renderElement(element, { block, surface, dispatch: false })
      : h("span", { class: "text", dir: "auto" }, textNodes(element, surface.store)),
  );
  return h("div", { class: "block context" }, parts);
}

function actions(block, surface) {
  return h(
    "div",
    { class: "block actions" },
    block.elements.map((element) => renderElement(element, { block, surface, dispatch: true })),
  );
}

function image(block, surface) {
  const title = block.title ? h("div", { class: "image-title" }, textNodes(block.title, surface.store)) : null;
  const src = safeImage(block.image_url) ?? safeImage(block.file?.large_url) ?? safeImage(block.file?.url);
  if (!src) return h("div", { class: "block unknown" }, `Picture from elsewhere, not loaded: ${block.alt_text ?? ""}`);
  const figure = {
    src,
    alt: block.alt_text ?? "",
    title: block.title?.text ?? block.alt_text ?? "Picture",
    width: block.image_width ?? block.file?.original_w,
    height: block.image_height ?? block.file?.original_h,
  };
  return h(
    "div",
    { class: "block image" },
    title,
    picture(figure, () => surface.zoom([figure], 0)),
  );
}

function input(block, surface) {
  const hint = uid("hint");
  const error = uid("error");
  const label = block.label?.text ?? "";
  const control = renderElement(block.element, {
    block,
    surface,
    dispatch: Boolean(block.dispatch_action),
    label,
    describedby: `${hint} ${error}`,
  });
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  const name = h("div", { class: "input-label" }, textNodes(block.label, surface.store), optional);
  name.addEventListener("click", () => control.querySelector("input, textarea, button")?.focus() ?? control.focus());
  return h(
    "div",
    { class: "block input-block" },
    name,
    control,
    h("div", { class: "input-error", id: error, role: "alert", hidden: true }),
    h("div", { class: "input-hint", id: hint }, block.hint ? textNodes(block.hint, surface.store) : null),
  );
}

function file(block) {
  return h(
    "div",
    { class: "block" },
    block.file ? fileCard(block.file) : h("div", { class: "unknown" }, "A file from elsewhere."),
  );
}

const BLOCKS = {
  context_actions: actions,
  section,
  header,
  context,
  actions,
  image,
  input,
  file,
  divider: () => h("hr", { class: "block divider" }),
  rich_text: (block, surface) => h("div", { class: "block" }, richText(block, surface.store.names)),
  markdown: (block) => h("div", { class: "block markdown", dir: "auto" }, markdown(block.text ?? "")),
};
