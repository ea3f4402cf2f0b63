/** The sidebar: workspace, channels, direct messages, the app, and who one is. */

import { avatar } from "../dom/avatar.js";
import { fill, h } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { openMenu } from "../overlays/overlays.js";

/**
 * @param {import("../state/store.js").Store} store
 * @param {{open: (channel: string) => void, switchMember: (user: string) => void, photoItems: () => import("../overlays/overlays.js").MenuItem[], openTry: () => void, openMember: (user: string) => void}} actions
 * @returns {HTMLElement}
 */
export function makeSidebar(store, actions) {
  const nav = h("nav", { class: "sidebar", "aria-label": "Workspace" });
  const draw = () => fill(nav, workspaceHead(store), places(store, actions), memberButton(store, actions));
  for (const event of ["workspace", "channels", "unread", "app", "current"]) store.on(event, draw);
  return nav;
}

function workspaceHead(store) {
  return h(
    "div",
    { class: "workspace" },
    h("span", { class: "workspace-name" }, store.workspace.name),
    h("span", { class: "workspace-note" }, "Playground on this machine"),
  );
}

function places(store, actions) {
  const all = [...store.channels.values()];
  const app = store.appChannel;
  const members = [...store.users.values()].filter((user) => !user.is_bot && !user.deleted);
  return h(
    "div",
    { class: "places" },
    h(
      "button",
      { type: "button", class: "place place-try", onclick: () => actions.openTry() },
      icon("bulb"),
      h("span", { class: "place-name" }, "Try it"),
    ),
    group(
      "Channels",
      all.filter((one) => !one.is_im).map((one) => place(store, actions, one, icon(glyphOf(one)))),
    ),
    group(
      "Direct messages",
      members.map((user) => memberPlace(store, actions, user)),
    ),
    app ? group("Apps", [place(store, actions, app, face(store, store.bot), appDot(store))]) : null,
  );
}

function glyphOf(channel) {
  if (channel.is_mpim) return "people";
  return channel.is_private ? "lock" : "hash";
}

function group(title, items) {
  return h(
    "section",
    { class: "place-group" },
    h("h2", { class: "place-title" }, title),
    h(
      "ul",
      {},
      items.map((item) => h("li", {}, item)),
    ),
  );
}

function face(store, user) {
  return avatar(user, store.nameOf(user), "small");
}

function appDot(store) {
  const words = store.app.connected ? "connected" : "not connected";
  return h("span", {
    class: ["dot", store.app.connected && "dot-on"],
    role: "img",
    "aria-label": words,
    title: `The app is ${words}`,
  });
}

function place(store, actions, channel, mark, extra = null) {
  const unread = store.unread.get(channel.id) ?? 0;
  const current = channel.id === store.current;
  return h(
    "button",
    {
      type: "button",
      class: ["place", unread && "place-unread"],
      "aria-current": current ? "page" : null,
      onclick: () => actions.open(channel.id),
    },
    mark,
    h(
      "span",
      { class: "place-name" },
      store.channelTitle(channel),
      channel.user === store.me.id ? h("span", { class: "place-you" }, " you") : null,
    ),
    extra,
    unread ? h("span", { class: "badge", "aria-label": `${unread} unread` }, unread > 99 ? "99+" : unread) : null,
  );
}

/** A member with whom a direct message is open already, or can be opened. */
function memberPlace(store, actions, user) {
  const channel = [...store.channels.values()].find((one) => one.is_im && one.user === user.id);
  if (channel) return place(store, actions, channel, face(store, user));
  const you = user.id === store.me.id ? h("span", { class: "place-you" }, " you") : null;
  return h(
    "button",
    { type: "button", class: "place", onclick: () => actions.openMember(user.id) },
    face(store, user),
    h("span", { class: "place-name" }, store.nameOf(user), you),
  );
}

function memberButton(store, actions) {
  const name = store.nameOf(store.me);
  const button = h(
    "button",
    {
      type: "button",
      class: "member-button",
      "aria-haspopup": "menu",
      "aria-label": `You are ${name}. Act as somebody else`,
    },
    avatar(store.me, name, "medium"),
    h(
      "span",
      { class: "member-words" },
      h("span", { class: "member-name" }, name),
      h("span", { class: "member-note" }, store.me.is_admin ? "Workspace admin" : "Member"),
    ),
    icon("swap"),
  );
  const others = [...store.users.values()].filter((user) => !user.is_bot && !user.deleted && user.id !== store.me.id);
  const items = others.map((user) => ({
    label: `Act as ${store.nameOf(user)}`,
    hint: user.is_admin ? "workspace admin" : "member",
    icon: "people",
    run: () => actions.switchMember(user.id),
  }));
  button.addEventListener("click", () => openMenu(button, [...items, ...actions.photoItems()], "Act as"));
  return button;
}
