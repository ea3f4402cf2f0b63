/** Puts ids for the names of members and channels in what a person typed; all else stays as typed, the server escapes it. */

const CODE = /(```[\s\S]*?```|`[^`\n]+`)/;

/**
 * "@Sasha see #photos" becomes "<@U…> see <#C…>", "@here" becomes "<!here>"; code is left alone.
 * @param {string} text
 * @param {import("../state/store.js").Store} store
 * @returns {string}
 */
export function withIds(text, store) {
  const ids = namedIds(store);
  const longestFirst = [...ids.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`(^|[\\s(])(${longestFirst.join("|")})(?![\\p{L}\\p{N}_-])`, "giu");
  const parts = text.split(CODE);
  return parts
    .map((part, index) =>
      index % 2 ? part : part.replace(pattern, (_, before, name) => before + ids.get(name.toLowerCase())),
    )
    .join("");
}

/**
 * What a person would have typed for a message's text: the way back from `withIds`.
 * @param {string} text  as Slack has it
 * @param {import("../state/store.js").Store} store
 * @returns {string}
 */
export function withNames(text, store) {
  const named = text.replace(/<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g, (_, kind, target, label) => {
    if (kind === "@") return `@${store.nameOf(store.user(target))}`;
    if (kind === "#") return `#${store.channels.get(target)?.name ?? label ?? target}`;
    return kind === "!" ? `@${target}` : target;
  });
  return named.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** @returns {Map<string, string>} "@name", in lower case, to the id in angle brackets */
function namedIds(store) {
  const handles = [...store.users.values()].map((user) => [`@${user.name}`, `<@${user.id}>`]);
  const people = [...store.users.values()].map((user) => [`@${store.nameOf(user)}`, `<@${user.id}>`]);
  const channels = [...store.channels.values()]
    .filter((one) => !one.is_im)
    .map((one) => [`#${one.name}`, `<#${one.id}>`]);
  const everyone = ["here", "channel", "everyone"].map((name) => [`@${name}`, `<!${name}>`]);
  return new Map([...handles, ...people, ...channels, ...everyone].map(([name, id]) => [name.toLowerCase(), id]));
}
