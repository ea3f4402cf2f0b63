/** Renders `rich_text` blocks, the form in which Slack stores what people typed. */

import { h, link } from "../dom/dom.js";
import { emojiNode, formatDate, mention } from "./mrkdwn.js";

/**
 * @param {Object} block
 * @param {import("./mrkdwn.js").Names} names
 * @returns {HTMLElement}
 */
export function richText(block, names) {
  return h(
    "div",
    { class: "rich-text" },
    (block.elements ?? []).map((part) => renderPart(part, names)),
  );
}

function renderPart(part, names) {
  const inline = () => (part.elements ?? []).map((element) => renderInline(element, names));
  switch (part.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section", dir: "auto" }, inline());
    case "rich_text_quote":
      return h("blockquote", { class: "quote", dir: "auto" }, inline());
    case "rich_text_preformatted":
      return h(
        "pre",
        { class: "pre", dir: "auto" },
        (part.elements ?? []).map((element) => element.text ?? element.url ?? ""),
      );
    case "rich_text_list":
      return renderList(part, names);
    default:
      return h("div", { class: "unknown" }, `The playground cannot show “${part.type}” inside rich text.`);
  }
}

function renderList(part, names) {
  const items = (part.elements ?? []).map((element) => h("li", {}, renderPart(element, names)));
  const ordered = part.style === "ordered";
  const depth = Math.min(Number(part.indent) || 0, 8);
  return h(
    ordered ? "ol" : "ul",
    { class: `rich-list indent-${depth}`, start: ordered ? (Number(part.offset) || 0) + 1 : null, dir: "auto" },
    items,
  );
}

function renderInline(element, names) {
  if (!Object.hasOwn(INLINE, element.type)) return h("span", { class: "unknown" }, `[${element.type}]`);
  return styled(INLINE[element.type](element, names), element.style);
}

const INLINE = {
  text: (element) => h("span", { class: "pre-line" }, element.text ?? ""),
  link: (element) => link(element.url, element.text || element.url),
  user: (element, names) => mention(`@${names.user(element.user_id) ?? element.user_id}`, element.user_id === names.me),
  channel: (element, names) => mention(`#${names.channel(element.channel_id) ?? element.channel_id}`, false),
  usergroup: (element) => mention(`@${element.usergroup_id}`, false),
  broadcast: (element) => mention(`@${element.range}`, true),
  emoji: (element) => emojiNode(element.name ?? ""),
  date: (element) => h("span", {}, formatDate(element.timestamp, element.format ?? "{date}") ?? element.fallback ?? ""),
  color: (element) => h("code", { class: "code" }, element.value ?? ""),
};

function styled(node, style = {}) {
  let result = node;
  if (style.code) result = h("code", { class: "code" }, result);
  if (style.bold) result = h("strong", {}, result);
  if (style.italic) result = h("em", {}, result);
  if (style.strike) result = h("s", {}, result);
  if (style.underline) result = h("u", {}, result);
  return result;
}
