/** What can be completed at the caret: slash commands, members, channels, emoji. */

import { findEmoji } from "../dom/emoji.js";

const MOST = 8;

/**
 * @typedef {Object} Completion
 * @property {string} insert  text that takes the place of what was typed
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [detail]
 * @property {string} [glyph]
 * @property {import("../state/types.js").User} [user]
 *
 * @typedef {Object} Completions
 * @property {string} title
 * @property {number} from  where the replaced text begins
 * @property {Completion[]} items
 * @property {boolean} exact  whether what is typed is complete already
 */

/**
 * @param {string} text
 * @param {number} caret
 * @param {import("../state/store.js").Store} store
 * @param {boolean} inThread
 * @returns {Completions|null}
 */
export function completionsAt(text, caret, store, inThread) {
  const before = text.slice(0, caret);
  if (/^\/[^\s]*$/.test(before) && !inThread) return commandCompletions(before, store);
  const word = /(^|[\s(])([@#:])([\p{L}\p{N}_.+-]*)$/u.exec(before);
  if (!word) return null;
  const [, , sign, query] = word;
  const from = caret - query.length - 1;
  const found = { "@": memberCompletions, "#": channelCompletions, ":": emojiCompletions }[sign](
    query.toLowerCase(),
    store,
  );
  return found && found.items.length ? { ...found, from, exact: false } : null;
}

function commandCompletions(typed, store) {
  const query = typed.slice(1).toLowerCase();
  const items = store.commands
    .filter((one) => one.command.slice(1).toLowerCase().includes(query))
    .sort(
      (a, b) =>
        Number(b.command.startsWith(typed)) - Number(a.command.startsWith(typed)) || a.command.localeCompare(b.command),
    )
    .slice(0, MOST)
    .map((one) => ({
      insert: `${one.command} `,
      label: one.command,
      hint: one.usage_hint,
      detail: one.description,
      glyph: "/",
    }));
  if (items.length === 0) return null;
  return {
    title: `Commands of ${store.app.name || "the app"}`,
    from: 0,
    items,
    exact: store.commands.some((one) => one.command === typed),
  };
}

function memberCompletions(query, store) {
  const items = [...store.users.values()]
    .filter((user) => user.id !== "USLACKBOT")
    .filter((user) =>
      [store.nameOf(user), user.name, user.real_name ?? ""].some((name) => name.toLowerCase().includes(query)),
    )
    .slice(0, MOST)
    .map((user) => ({
      insert: `@${store.nameOf(user)} `,
      label: store.nameOf(user),
      detail: user.id === store.me.id ? "you" : user.real_name,
      user,
    }));
  return { title: "Members", items };
}

function channelCompletions(query, store) {
  const items = [...store.channels.values()]
    .filter((channel) => !channel.is_im && channel.name.includes(query))
    .slice(0, MOST)
    .map((channel) => ({ insert: `#${channel.name} `, label: channel.name, glyph: "#" }));
  return { title: "Channels", items };
}

function emojiCompletions(query) {
  if (query.length < 2) return null;
  return {
    title: "Emoji",
    items: findEmoji(query, MOST).map(({ name, char }) => ({ insert: `:${name}: `, label: `:${name}:`, glyph: char })),
  };
}

/**
 * Splits "/enroll alice" into command and text; null for what is no command line.
 * @param {string} line
 * @returns {{command: string, text: string}|null}
 */
export function splitCommand(line) {
  const match = /^(\/[a-z0-9_-]+)(?:\s+([\s\S]*))?$/i.exec(line.trim());
  return match ? { command: match[1].toLowerCase(), text: match[2] ?? "" } : null;
}
