/** The quick switcher (Ctrl/Cmd+K): jump to a channel, a person or the app's Home by typing. */

import { avatar } from "../dom/avatar.js";
import { fill, h } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { openDialog } from "./overlays.js";

/**
 * @param {import("../state/store.js").Store} store
 * @param {{open: (channel: string, tab?: "home"|"messages") => void, openMember: (user: string) => void}} actions
 */
export function openSwitcher(store, actions) {
  const targets = targetsOf(store, actions);
  let shown = targets;
  let active = 0;
  const input = h("input", {
    class: "switcher-input",
    type: "text",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "switcher-list",
    placeholder: "Jump to a channel or a person",
    "aria-label": "Jump to",
    autocomplete: "off",
  });
  const list = h("div", { class: "switcher-list", role: "listbox", id: "switcher-list", "aria-label": "Places" });
  const dialog = openDialog({ className: "switcher", label: "Quick switcher" }, input, list);

  const choose = (target) => {
    dialog.close();
    target.go();
  };
  const draw = () => {
    const query = input.value.trim().toLowerCase();
    shown = targets.filter((target) => target.label.toLowerCase().includes(query));
    active = Math.min(active, Math.max(0, shown.length - 1));
    fill(
      list,
      shown.length
        ? shown.map((target, index) => option(target, index === active, index, choose))
        : h("p", { class: "muted" }, "Nothing of that name."),
    );
    input.setAttribute("aria-activedescendant", shown.length ? `switch-${active}` : "");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };
  input.addEventListener("input", () => ((active = 0), draw()));
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      active = (active + step + shown.length) % Math.max(1, shown.length);
      draw();
    } else if (event.key === "Enter" && shown[active]) {
      event.preventDefault();
      choose(shown[active]);
    }
  });
  draw();
}

function option(target, active, index, choose) {
  return h(
    "div",
    {
      class: ["switcher-option", active && "active"],
      role: "option",
      id: `switch-${index}`,
      "aria-selected": String(active),
      onclick: () => choose(target),
    },
    target.mark,
    target.label,
    h("span", { class: "muted" }, target.hint),
  );
}

function targetsOf(store, actions) {
  const channels = [...store.channels.values()]
    .filter((one) => !one.is_im)
    .map((one) => ({ label: one.name, hint: "channel", mark: icon("hash"), go: () => actions.open(one.id) }));
  const members = [...store.users.values()]
    .filter((user) => !user.is_bot)
    .map((user) => ({
      label: store.nameOf(user),
      hint: "direct message",
      mark: avatar(user, store.nameOf(user), "small"),
      go: () => actions.openMember(user.id),
    }));
  const app = store.appChannel;
  const apps = app
    ? [{ label: store.channelTitle(app), hint: "app", mark: icon("app"), go: () => actions.open(app.id, "messages") }]
    : [];
  const home =
    app && store.app.home_tab
      ? [
          {
            label: `${store.channelTitle(app)} Home`,
            hint: "app",
            mark: icon("home"),
            go: () => actions.open(app.id, "home"),
          },
        ]
      : [];
  return [...channels, ...apps, ...home, ...members];
}
