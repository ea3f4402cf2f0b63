/** Slack's mrkdwn: `parse` turns text into a tree of plain objects, `render` turns the tree into DOM nodes; neither ever makes HTML. */

import { h, link } from "../dom/dom.js";
import { emojiChar } from "../dom/emoji.js";

/**
 * @typedef {{type: "text", text: string}
 *   | {type: "break"}
 *   | {type: "bold"|"italic"|"strike"|"quote", children: Node_[]}
 *   | {type: "code"|"pre", text: string}
 *   | {type: "emoji", name: string}
 *   | {type: "user"|"channel"|"broadcast", id: string, label: string}
 *   | {type: "link", url: string, label: string}} Node_
 *
 * @typedef {Object} Names  how ids become words
 * @property {(id: string) => string|null} user
 * @property {(id: string) => string|null} channel
 * @property {string} [me]
 */

const MARKS = { "*": "bold", _: "italic", "~": "strike" };
const DEEPEST = 12;

/** Undoes the three escapes that Slack uses, each once. @param {string} text */
function unescape(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/**
 * Reads mrkdwn.
 * @param {string} source
 * @returns {Node_[]}
 */
export function parse(source) {
  const nodes = [];
  const fences = /```\n?([\s\S]+?)\n?```/g;
  let from = 0;
  for (const match of source.matchAll(fences)) {
    nodes.push(...parseLines(trimBreak(source.slice(from, match.index), "end")), {
      type: "pre",
      text: plain(match[1]),
    });
    from = match.index + match[0].length;
    if (source[from] === "\n") from += 1;
  }
  nodes.push(...parseLines(source.slice(from)));
  return nodes;
}

function trimBreak(text) {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

/** What stands in code: no marks, links shown by their label. */
function plain(text) {
  return unescape(text.replace(/<([^<>|\s]+)(?:\|([^<>]*))?>/g, (_, target, label) => label || target));
}

function parseLines(text) {
  if (text === "") return [];
  const nodes = [];
  let quote = null;
  let rest = false;
  text.split("\n").forEach((line, index) => {
    const all = /^(?:&gt;|>){3} ?(.*)$/.exec(line);
    const one = all ?? /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (all) rest = true;
    if (one || rest) {
      if (quote) quote.children.push({ type: "break" });
      else nodes.push((quote = { type: "quote", children: [] }));
      quote.children.push(...parseInline(one ? one[1] : line));
      return;
    }
    if (index > 0 && !quote) nodes.push({ type: "break" });
    quote = null;
    nodes.push(...parseInline(line));
  });
  return nodes;
}

/**
 * Reads the marks of one line.
 * @param {string} line
 * @param {number} [depth]
 * @returns {Node_[]}
 */
function parseInline(line, depth = 0) {
  const nodes = [];
  let text = "";
  const flush = () => {
    if (text !== "") nodes.push({ type: "text", text: unescape(text) });
    text = "";
  };
  let at = 0;
  while (at < line.length) {
    const found = readAt(line, at, depth);
    if (found) {
      flush();
      nodes.push(found.node);
      at += found.length;
    } else {
      text += line[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

/** What begins at a place in a line, with the length it takes, or null where it is only text. */
function readAt(line, at, depth) {
  const char = line[at];
  if (char === "<") return readAngle(line, at);
  if (char === ":") return readEmoji(line, at);
  if (char === "`") return readCode(line, at);
  if (char in MARKS && depth < DEEPEST) return readMark(line, at, depth);
  return null;
}

function readAngle(line, at) {
  const match = /^<([^<>|]+)(?:\|([^<>]*))?>/.exec(line.slice(at));
  if (!match) return null;
  const node = angleNode(unescape(match[1]), match[2] === undefined ? "" : unescape(match[2]));
  return { node, length: match[0].length };
}

function angleNode(target, label) {
  if (target.startsWith("@")) return { type: "user", id: target.slice(1), label };
  if (target.startsWith("#")) return { type: "channel", id: target.slice(1), label };
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (target.startsWith("!")) return { type: "broadcast", id: target.slice(1).split("^")[0], label };
  return { type: "link", url: target, label };
}

function dateNode(target, fallback) {
  const [, seconds, format = "{date}", url] = target.split("^");
  const text = formatDate(Number(seconds), format) ?? fallback;
  return url ? { type: "link", url, label: text } : { type: "text", text };
}

/**
 * Slack's date tokens, in the reader's own zone and language.
 * @param {number} seconds  since 1970
 * @param {string} format
 * @returns {string|null} null for what is no date
 */
export function formatDate(seconds, format) {
  const when = new Date(seconds * 1000);
  if (!Number.isFinite(seconds) || Number.isNaN(when.getTime())) return null;
  const day = (options) => when.toLocaleDateString(undefined, options);
  const time = (options) => when.toLocaleTimeString(undefined, options);
  const tokens = {
    date_num: () =>
      `${when.getFullYear()}-${String(when.getMonth() + 1).padStart(2, "0")}-${String(when.getDate()).padStart(2, "0")}`,
    date: () => day({ day: "numeric", month: "long", year: "numeric" }),
    date_short: () => day({ day: "numeric", month: "short", year: "numeric" }),
    date_long: () => day({ weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    time: () => time({ hour: "2-digit", minute: "2-digit" }),
    time_secs: () => time({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: () => `${Math.max(0, Math.round((Date.now() - when.getTime()) / 60000))} minutes ago`,
  };
  return format.replace(/\{(\w+?)(?:_pretty)?\}/g, (whole, name) =>
    Object.hasOwn(tokens, name) ? tokens[name]() : whole,
  );
}

function readEmoji(line, at) {
  const match = /^:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/.exec(line.slice(at));
  if (!match || emojiChar(match[1]) === null) return null;
  return { node: { type: "emoji", name: match[1] }, length: match[0].length };
}

function readCode(line, at) {
  const end = line.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  return { node: { type: "code", text: plain(line.slice(at + 1, end)) }, length: end + 1 - at };
}

/** Marks open at the edge of a word and close at the edge of a word, as in Slack. */
function readMark(line, at, depth) {
  const mark = line[at];
  if (isWord(line[at - 1]) || !line[at + 1] || /\s/.test(line[at + 1]) || line[at + 1] === mark) return null;
  for (let end = line.indexOf(mark, at + 2); end !== -1; end = line.indexOf(mark, end + 1)) {
    if (/\s/.test(line[end - 1]) || isWord(line[end + 1]) || inAngle(line, at, end)) continue;
    const children = parseInline(line.slice(at + 1, end), depth + 1);
    return { node: { type: MARKS[mark], children }, length: end + 1 - at };
  }
  return null;
}

function isWord(char) {
  return char !== undefined && /[\p{L}\p{N}]/u.test(char);
}

function inAngle(line, from, at) {
  const open = line.lastIndexOf("<", at);
  return open >= from && /^<[^<>]*$/.test(line.slice(open, at)) && line.indexOf(">", at) !== -1;
}

/**
 * Nodes for a tree.
 * @param {Node_[]} nodes
 * @param {Names} names
 * @returns {Node[]}
 */
export function render(nodes, names) {
  return nodes.map((node) => RENDER[node.type](node, names));
}

const RENDER = {
  text: (node) => document.createTextNode(node.text),
  break: () => h("br"),
  bold: (node, names) => h("strong", {}, render(node.children, names)),
  italic: (node, names) => h("em", {}, render(node.children, names)),
  strike: (node, names) => h("s", {}, render(node.children, names)),
  quote: (node, names) => h("blockquote", { class: "quote" }, render(node.children, names)),
  code: (node) => h("code", { class: "code" }, node.text),
  pre: (node) => h("pre", { class: "pre" }, node.text),
  emoji: (node) => emojiNode(node.name),
  user: (node, names) => mention(`@${names.user(node.id) ?? (node.label || node.id)}`, node.id === names.me),
  channel: (node, names) => mention(`#${names.channel(node.id) ?? (node.label || node.id)}`, false),
  broadcast: (node) => mention(node.label || `@${node.id}`, true),
  link: (node) => link(node.url, node.label || node.url.replace(/^mailto:/, "")),
};

/** @param {string} label @param {boolean} mine */
export function mention(label, mine) {
  return h("span", { class: ["mention", mine && "mention-me"] }, label);
}

/**
 * mrkdwn as it is read aloud: names for ids, and no marks.
 * @param {string} text
 * @param {Names} names
 * @returns {string}
 */
export function spoken(text, names) {
  const said = document.createElement("div");
  said.append(...mrkdwn(text, names));
  for (const emoji of said.querySelectorAll(".emoji")) emoji.replaceWith(emoji.getAttribute("aria-label"));
  for (const line of said.querySelectorAll("br")) line.replaceWith(" ");
  return said.textContent;
}

/** An emoji, or its name between colons when it is not in the table. @param {string} name */
export function emojiNode(name) {
  const char = emojiChar(name);
  if (char === null) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, char);
}

/**
 * mrkdwn straight to nodes.
 * @param {string} text
 * @param {Names} names
 */
export function mrkdwn(text, names) {
  return render(parse(text), names);
}
