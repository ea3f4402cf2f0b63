/** Renders the `markdown` block: the part of standard Markdown that Slack shows, as DOM nodes. */

import { h, link } from "../dom/dom.js";
import { emojiNode } from "./mrkdwn.js";
import { emojiChar } from "../dom/emoji.js";

/**
 * @param {string} source
 * @returns {Node[]}
 */
export function markdown(source) {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const { node, taken } = readBlock(lines, at);
    if (node) nodes.push(node);
    at += taken;
  }
  return nodes;
}

function readBlock(lines, at) {
  const line = lines[at];
  if (line.trim() === "") return { node: null, taken: 1 };
  if (/^```/.test(line)) return readFence(lines, at);
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading)
    return { node: h("p", { class: `md-heading md-heading-${heading[1].length}` }, inline(heading[2])), taken: 1 };
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return { node: h("hr"), taken: 1 };
  if (/^>/.test(line))
    return readRun(lines, at, /^> ?/, (rows) => h("blockquote", { class: "quote" }, withBreaks(rows)));
  if (BULLET.test(line))
    return readRun(lines, at, BULLET, (rows) => h("ul", { class: "rich-list" }, rows.map(listItem)));
  if (NUMBER.test(line))
    return readRun(lines, at, NUMBER, (rows) => h("ol", { class: "rich-list" }, rows.map(listItem)));
  if (isTable(lines, at)) return readTable(lines, at);
  return readParagraph(lines, at);
}

const BULLET = /^\s*[-*+]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;

function readFence(lines, at) {
  let end = at + 1;
  while (end < lines.length && !/^```/.test(lines[end])) end += 1;
  return { node: h("pre", { class: "pre" }, lines.slice(at + 1, end).join("\n")), taken: end + 1 - at };
}

function readRun(lines, at, prefix, build) {
  let end = at;
  while (end < lines.length && prefix.test(lines[end])) end += 1;
  return { node: build(lines.slice(at, end).map((line) => line.replace(prefix, ""))), taken: end - at };
}

function listItem(row) {
  const task = /^\[([ xX])\]\s+(.*)$/.exec(row);
  return h("li", {}, task ? [task[1] === " " ? "☐ " : "☑ ", inline(task[2])] : inline(row));
}

function isTable(lines, at) {
  return (
    lines[at].includes("|") &&
    /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] ?? "") &&
    (lines[at + 1] ?? "").includes("-")
  );
}

function readTable(lines, at) {
  let end = at + 2;
  while (end < lines.length && lines[end].includes("|")) end += 1;
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
  const head = h(
    "tr",
    {},
    cells(lines[at]).map((cell) => h("th", { scope: "col" }, inline(cell))),
  );
  const body = lines.slice(at + 2, end).map((line) =>
    h(
      "tr",
      {},
      cells(line).map((cell) => h("td", {}, inline(cell))),
    ),
  );
  return { node: h("table", { class: "md-table" }, h("thead", {}, head), h("tbody", {}, body)), taken: end - at };
}

function readParagraph(lines, at) {
  let end = at + 1;
  while (
    end < lines.length &&
    lines[end].trim() !== "" &&
    !/^(#{1,6}\s|>|```|\s*[-*+]\s|\s*\d+[.)]\s)/.test(lines[end])
  )
    end += 1;
  return { node: h("p", { class: "md-paragraph" }, withBreaks(lines.slice(at, end))), taken: end - at };
}

function withBreaks(rows) {
  return rows.flatMap((row, index) => (index === 0 ? inline(row) : [h("br"), ...inline(row)]));
}

const INLINE = [
  [/^\\([\\`*_{}[\]()#+\-.!~|>])/, (match) => match[1]],
  [/^`([^`]+)`/, (match) => h("code", { class: "code" }, match[1])],
  [/^\*\*(?=\S)(.+?)(?<=\S)\*\*/, (match) => h("strong", {}, inline(match[1]))],
  [/^__(?=\S)(.+?)(?<=\S)__/, (match) => h("strong", {}, inline(match[1]))],
  [/^~~(?=\S)(.+?)(?<=\S)~~/, (match) => h("s", {}, inline(match[1]))],
  [/^\*(?=\S)(.+?)(?<=\S)\*/, (match) => h("em", {}, inline(match[1]))],
  [/^_(?=\S)(.+?)(?<=\S)_(?![\p{L}\p{N}])/u, (match) => h("em", {}, inline(match[1]))],
  [/^!?\[([^\]]*)\]\(([^)\s]+)(?:\s+"[^"]*")?\)/, (match) => link(match[2], match[1] || match[2])],
  [/^<(https?:[^<>\s]+)>/, (match) => link(match[1], match[1])],
  [/^https?:\/\/[^\s<>)]+/, (match) => link(match[0], match[0])],
  [/^:([a-z0-9_+-]+):/, (match) => (emojiChar(match[1]) ? emojiNode(match[1]) : match[0])],
];

/** @param {string} text @returns {(Node|string)[]} */
function inline(text) {
  const parts = [];
  let plain = "";
  let rest = text;
  while (rest !== "") {
    const hit = /^[\p{L}\p{N} ]/u.test(rest) && !rest.startsWith("http") ? null : firstMatch(rest, plain);
    if (hit) {
      if (plain) parts.push(plain);
      plain = "";
      parts.push(hit.node);
      rest = rest.slice(hit.length);
    } else {
      const [char] = rest;
      plain += char;
      rest = rest.slice(char.length);
    }
  }
  if (plain) parts.push(plain);
  return parts;
}

function firstMatch(rest, before) {
  for (const [pattern, build] of INLINE) {
    const match = pattern.exec(rest);
    if (match && !(rest[0] === "_" && /[\p{L}\p{N}]$/u.test(before)))
      return { node: build(match), length: match[0].length };
  }
  return null;
}
