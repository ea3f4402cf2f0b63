/** Draws one message: author, text or blocks, files, reactions, the link to its thread. */

import { avatar } from "../dom/avatar.js";
import { renderBlocks } from "../blocks/blocks.js";
import { h, uid } from "../dom/dom.js";
import { fileList } from "../blocks/files.js";
import { FormState } from "../blocks/form.js";
import { icon } from "../dom/icons.js";
import { emojiNode, mrkdwn } from "../blocks/mrkdwn.js";
import { ago, clock, fullTime } from "../dom/time.js";

/**
 * @typedef {Object} MessageContext
 * @property {import("../state/store.js").Store} store
 * @property {import("../state/api.js").Api} api
 * @property {string} channel
 * @property {boolean} inThread
 * @property {(message: import("../state/types.js").Message) => void} openThread
 * @property {(message: import("../state/types.js").Message, name: string) => void} toggleReaction
 * @property {(message: import("../state/types.js").Message, anchor: HTMLElement) => void} pickReaction
 * @property {(message: import("../state/types.js").Message) => void} dismiss  puts an ephemeral message away
 * @property {import("../state/types.js").Surface["zoom"]} zoom
 */

/**
 * @param {import("../state/types.js").Message} message
 * @param {MessageContext} context
 * @returns {HTMLElement}
 */
export function drawMessage(message, context) {
  const { store } = context;
  const author = store.author(message);
  const name = store.nameOf(author);
  const label = uid("message");
  const node = h(
    "article",
    {
      class: [
        "message",
        message.ephemeral && "message-ephemeral",
        author.id === store.app.bot_user_id && "message-from-app",
      ],
      tabindex: "-1",
      "aria-labelledby": label,
    },
    h(
      "div",
      { class: "message-gutter" },
      avatar(author, name),
      h(
        "time",
        { class: "gutter-time", title: fullTime(message.ts), "aria-hidden": "true" },
        clock(message.ts).replace(/\s?[ap]m$/i, ""),
      ),
    ),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral ? ephemeralMark(message, context) : null,
      heading(message, author, name, label),
      h("div", { class: "message-body" }, body(message, context)),
      reactions(message, context),
      context.inThread ? null : threadLink(message, context),
    ),
  );
  node.dataset.ts = message.ts;
  return node;
}

function ephemeralMark(message, context) {
  const dismiss = h("button", { type: "button", class: "dismiss", onclick: () => context.dismiss(message) }, "Dismiss");
  return h("div", { class: "ephemeral-mark" }, icon("eye"), h("span", {}, "Only visible to you"), " · ", dismiss);
}

function heading(message, author, name, id) {
  return h(
    "header",
    { class: "message-heading", id },
    h("span", { class: "author" }, name),
    author.is_bot ? h("span", { class: "app-badge" }, "APP") : null,
    h(
      "time",
      {
        class: "message-time",
        datetime: new Date(Number.parseFloat(message.ts) * 1000).toISOString(),
        title: fullTime(message.ts),
      },
      clock(message.ts),
    ),
  );
}

function body(message, context) {
  const { store } = context;
  const surface = surfaceOf(message, context);
  // Slack does not say so of what an app has drawn anew.
  const drawn = message.bot_id && message.blocks?.length;
  const edited = message.edited && !drawn ? h("span", { class: "edited", title: "This message was edited" }, " (edited)") : null;
  const words =
    message.text && !message.blocks?.length
      ? h("div", { class: "text", dir: "auto" }, mrkdwn(message.text, store.names), edited)
      : null;
  return [
    message.reply_broadcast ? broadcastMark(message, context) : null,
    words,
    message.blocks?.length ? h("div", { class: "blocks" }, renderBlocks(message.blocks, surface), edited) : null,
    (message.attachments ?? []).map((attachment) => drawAttachment(attachment, surface)),
    message.files?.length ? fileList(message.files, surface) : null,
  ];
}

/** A reply that stands in the channel as well says so in both. */
function broadcastMark(message, context) {
  if (context.inThread) return h("div", { class: "broadcast-mark" }, "Also sent to the channel");
  const root = { ...message, ts: message.thread_ts };
  const open = h("button", { type: "button", class: "dismiss", onclick: () => context.openThread(root) }, "a thread");
  return h("div", { class: "broadcast-mark" }, "replied to ", open);
}

/** A message that was forwarded: whose it is, what it says, its files, and where it comes from. */
function drawForward(attachment, surface) {
  return h(
    "div",
    { class: "attachment attachment-forward" },
    h("div", { class: "attachment-title" }, attachment.author_name ?? "Somebody"),
    attachment.text ? h("div", { class: "text", dir: "auto" }, mrkdwn(attachment.text, surface.store.names)) : null,
    attachment.files?.length ? fileList(attachment.files, surface) : null,
    h("div", { class: "muted" }, attachment.footer ?? "Forwarded"),
  );
}

/** Slack's older attachments: a bar of colour beside text or blocks. */
function drawAttachment(attachment, surface) {
  if (attachment.is_share) return drawForward(attachment, surface);
  const names = surface.store.names;
  const node = h(
    "div",
    { class: "attachment" },
    attachment.pretext ? h("div", { class: "text", dir: "auto" }, mrkdwn(attachment.pretext, names)) : null,
    attachment.title ? h("div", { class: "attachment-title" }, attachment.title) : null,
    attachment.blocks
      ? renderBlocks(attachment.blocks, surface)
      : h("div", { class: "text", dir: "auto" }, mrkdwn(attachment.text ?? attachment.fallback ?? "", names)),
  );
  if (/^#?[0-9a-f]{6}$/i.test(attachment.color ?? ""))
    node.style.borderLeftColor = `#${attachment.color.replace("#", "")}`;
  return node;
}

/** @returns {import("../state/types.js").Surface} */
function surfaceOf(message, { store, api, channel, zoom }) {
  const state = new FormState();
  const container = {
    type: "message",
    channel,
    ts: message.ts,
    ...(message.ephemeral && { ephemeral: true }),
    ...(message.thread_ts && { thread_ts: message.thread_ts }),
  };
  return {
    store,
    api,
    state,
    trays: new Map(),
    zoom,
    act: (action) => api.send("action", { container, action, state: { values: state.toJSON() } }),
    suggest: (asked) => api.send("suggest", { container, ...asked }),
  };
}

function reactions(message, context) {
  if (!message.reactions?.length) return null;
  const add = h(
    "button",
    { type: "button", class: "reaction reaction-add", "aria-label": "Add a reaction" },
    icon("react"),
  );
  add.addEventListener("click", () => context.pickReaction(message, add));
  return h(
    "div",
    { class: "reactions", role: "group", "aria-label": "Reactions" },
    message.reactions.map((one) => reactionButton(one, message, context)),
    add,
  );
}

function reactionButton(reaction, message, context) {
  const { store } = context;
  const mine = reaction.users.includes(store.me.id);
  const who = reaction.users.map((id) => (id === store.me.id ? "You" : store.nameOf(store.user(id)))).join(", ");
  return h(
    "button",
    {
      type: "button",
      class: ["reaction", mine && "reaction-mine"],
      "aria-pressed": String(mine),
      title: `${who} reacted with :${reaction.name}:`,
      "aria-label": `${reaction.name.replaceAll("_", " ")}, ${reaction.count}: ${who}`,
      onclick: () => context.toggleReaction(message, reaction.name),
    },
    emojiNode(reaction.name),
    h("span", { class: "reaction-count" }, reaction.count),
  );
}

function threadLink(message, context) {
  if (!message.reply_count) return null;
  const { store } = context;
  const faces = (message.reply_users ?? [])
    .slice(0, 4)
    .map((id) => avatar(store.user(id), store.nameOf(store.user(id)), "small"));
  const count = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const last = message.latest_reply
    ? h("span", { class: "thread-last", dataset: { ts: message.latest_reply } }, lastReply(message.latest_reply))
    : null;
  return h(
    "button",
    { type: "button", class: "thread-link", onclick: () => context.openThread(message) },
    faces,
    h("span", { class: "thread-count" }, count),
    last,
  );
}

const WORDS = ".text, .field, .header, .rich-text, .markdown";

/** What a message says, as it is shown. @param {HTMLElement} node */
export function shownText(node) {
  const mark = node.querySelector(".edited");
  mark?.toggleAttribute("hidden", true);
  const words = [...node.querySelectorAll(`.message-body :is(${WORDS})`)].map((part) => part.innerText.trim());
  mark?.toggleAttribute("hidden", false);
  return words.filter(Boolean).join("\n");
}

function lastReply(ts) {
  return `Last reply ${ago(ts)}`;
}

/** Says anew how long ago things were, as time goes by. @param {HTMLElement} root */
export function refreshAges(root) {
  for (const words of root.querySelectorAll(".thread-last")) words.textContent = lastReply(words.dataset.ts);
}
