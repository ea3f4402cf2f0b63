/** Block Kit's elements: one function each, from Slack's JSON to a control that keeps its value in the surface and tells the app. */

import { h, safeImage, safeLink, uid } from "../dom/dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { askConfirm, attempt, openMenu, whileBusy } from "../overlays/overlays.js";
import { icon } from "../dom/icons.js";
import { sampleStrip } from "../composer/samples.js";
import { Select } from "./select.js";
import { Tray, acceptDrops, fileChooser } from "../composer/tray.js";

/**
 * @typedef {Object} Spot  where an element stands
 * @property {Object} block
 * @property {import("../state/types.js").Surface} surface
 * @property {boolean} dispatch  whether a change is told to the app at once
 * @property {string} [label]  the input's label, for screen readers
 * @property {string} [describedby]
 */

/** A text object as nodes. @param {{type: string, text: string}|undefined} text @param {import("../state/store.js").Store} store */
export function textNodes(text, store) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text, store.names) : plainNodes(text.text);
}

/** Plain text; Slack shows emoji in it, and nothing else: so does this. */
function plainNodes(text) {
  return text
    .split(/(:[a-z0-9_+'-]+:)/)
    .flatMap((part) => (/^:[a-z0-9_+'-]+:$/.test(part) ? mrkdwn(part, NO_NAMES) : [document.createTextNode(part)]));
}

const NO_NAMES = { user: () => null, channel: () => null };

/**
 * @param {Object} element
 * @param {Spot} spot
 * @returns {HTMLElement}
 */
export function renderElement(element, spot) {
  const build = Object.hasOwn(ELEMENTS, element.type) ? ELEMENTS[element.type] : unknownElement;
  return build(element, spot);
}

function unknownElement(element) {
  return h("div", { class: "unknown" }, `The playground cannot show the element “${element.type}”.`);
}

/** Asks the element's confirm question, then tells the app; the control is busy meanwhile. */
async function act(control, element, { block, surface }, details) {
  if (element.confirm && !(await askConfirm(element.confirm, (text) => textNodes(text, surface.store)))) return false;
  const action = { type: element.type, block_id: block.block_id, action_id: element.action_id, ...details };
  await whileBusy(control, () => attempt(() => surface.act(action)));
  return true;
}

/** Keeps a value, and tells the app where the block dispatches. */
function keep(control, element, spot, value) {
  spot.surface.state.set(spot.block.block_id, element.action_id, { type: element.type, ...value });
  if (spot.dispatch) act(control, element, spot, value);
}

/** What the person had given here before the view was drawn anew, else what the app gave. */
function valueOf(element, { block, surface }, initial) {
  const held = surface.state.get(block.block_id, element.action_id);
  if (held) return held;
  surface.state.set(block.block_id, element.action_id, { type: element.type, ...initial });
  return initial;
}

function button(element, spot) {
  const style = { primary: "button-primary", danger: "button-danger" }[element.style];
  const label = textNodes({ type: "plain_text", text: element.text?.text ?? "" });
  const href = element.url ? safeLink(element.url) : null;
  const control = h(
    href ? "a" : "button",
    {
      class: ["button", "button-small", style],
      type: href ? null : "button",
      href,
      target: href ? "_blank" : null,
      rel: href ? "noopener noreferrer" : null,
      "aria-label": element.accessibility_label,
    },
    label,
  );
  control.addEventListener("click", () =>
    act(control, element, spot, {
      text: element.text,
      value: element.value,
      ...(element.style && { style: element.style }),
    }),
  );
  return control;
}

/** Two buttons that say whether an answer helped. */
function feedbackButtons(element, spot) {
  const choice = (given, glyph) => {
    const control = h(
      "button",
      {
        type: "button",
        class: "icon-button icon-boxed",
        title: given.text?.text,
        "aria-label": given.accessibility_label ?? given.text?.text,
      },
      icon(glyph),
    );
    control.addEventListener("click", () => act(control, element, spot, { value: given.value }));
    return control;
  };
  return h(
    "div",
    { class: "feedback", role: "group", "aria-label": "Feedback" },
    choice(element.positive_button, "thumbup"),
    choice(element.negative_button, "thumbdown"),
  );
}

function iconButton(element, spot) {
  const control = h(
    "button",
    {
      type: "button",
      class: "icon-button icon-boxed",
      title: element.text?.text,
      "aria-label": element.accessibility_label ?? element.text?.text,
    },
    icon(element.icon),
  );
  control.addEventListener("click", () => act(control, element, spot, { value: element.value }));
  return control;
}

function overflow(element, spot) {
  const control = h(
    "button",
    { type: "button", class: "icon-button icon-boxed", "aria-label": "More options", "aria-haspopup": "menu" },
    icon("more"),
  );
  const choose = (option) => {
    const href = safeLink(option.url);
    if (href) window.open(href, "_blank", "noopener,noreferrer");
    act(control, element, spot, { selected_option: option });
  };
  control.addEventListener("click", () =>
    openMenu(
      control,
      (element.options ?? []).map((option) => ({
        label: option.text.text,
        hint: option.description?.text,
        run: () => choose(option),
      })),
      "More options",
    ),
  );
  return control;
}

function image(element) {
  const src = safeImage(element.image_url ?? element.file?.thumb_url ?? element.file?.url);
  return src
    ? h("img", { class: "element-image", src, alt: element.alt_text ?? "", loading: "lazy" })
    : h("span", { class: "element-image unknown" }, element.alt_text ?? "");
}

/** Options of a static select, those in groups named by them. */
function staticChoices(element) {
  const plain = (options, group) =>
    options.map((option) => ({
      key: option.value,
      label: option.text.text,
      hint: option.description?.text,
      group,
      option,
    }));
  return [
    ...plain(element.options ?? []),
    ...(element.option_groups ?? []).flatMap((group) => plain(group.options, group.label?.text)),
  ];
}

function userChoices(store) {
  return [...store.users.values()].map((user) => ({ key: user.id, label: store.nameOf(user), hint: `@${user.name}` }));
}

function channelChoices(store, withDirect) {
  const channels = [...store.channels.values()].filter((channel) => withDirect || !channel.is_im);
  return channels.map((channel) => ({
    key: channel.id,
    label: channel.is_im ? store.channelTitle(channel) : `#${channel.name}`,
  }));
}

/** A renderer of selects: where the choices come from, and how Slack names what is chosen. */
function selectOf({
  choices,
  one,
  many,
  initialOne,
  initialMany,
  toValue = (choice) => choice.key,
  toKey = (value) => value,
  load,
}) {
  return (element, spot) => {
    const list = choices(element, spot.surface.store);
    const multiple = element.type.startsWith("multi_");
    const held = valueOf(
      element,
      spot,
      multiple ? { [many]: element[initialMany] ?? [] } : { [one]: element[initialOne] ?? null },
    );
    const current = multiple ? (held[many] ?? []) : held[one] ? [held[one]] : [];
    const control = new Select({
      choices: list,
      multiple,
      max: element.max_selected_items,
      selected: current.map(toKey),
      placeholder: element.placeholder?.text ?? (multiple ? "Select some" : "Select one"),
      label: spot.label ?? element.placeholder?.text ?? "Select",
      load: load && ((typed) => load(element, spot, typed)),
      least: element.min_query_length ?? 3,
      onChange: (keys) => {
        const values = keys.map((key) => toValue(control.choices.find((choice) => choice.key === key)));
        keep(control.node, element, spot, multiple ? { [many]: values } : { [one]: values[0] ?? null });
      },
    });
    if (spot.describedby) control.input.setAttribute("aria-describedby", spot.describedby);
    return control.node;
  };
}

const staticSelect = selectOf({
  choices: (element) => staticChoices(element),
  one: "selected_option",
  many: "selected_options",
  initialOne: "initial_option",
  initialMany: "initial_options",
  toValue: (choice) => choice.option,
  toKey: (option) => option.value,
});
const externalSelect = selectOf({
  choices: (element) => staticChoices({ options: element.initial_options ?? [element.initial_option].filter(Boolean) }),
  one: "selected_option",
  many: "selected_options",
  initialOne: "initial_option",
  initialMany: "initial_options",
  toValue: (choice) => choice.option,
  toKey: (option) => option.value,
  load: async (element, { block, surface }, value) => {
    const asked = { block_id: block.block_id, action_id: element.action_id, value };
    const answer = await attempt(() => surface.suggest(asked));
    return staticChoices(answer ?? {});
  },
});
const usersSelect = selectOf({
  choices: (_, store) => userChoices(store),
  one: "selected_user",
  many: "selected_users",
  initialOne: "initial_user",
  initialMany: "initial_users",
});
const channelsSelect = selectOf({
  choices: (_, store) => channelChoices(store, false),
  one: "selected_channel",
  many: "selected_channels",
  initialOne: "initial_channel",
  initialMany: "initial_channels",
});
const conversationsSelect = selectOf({
  choices: (_, store) => channelChoices(store, true),
  one: "selected_conversation",
  many: "selected_conversations",
  initialOne: "initial_conversation",
  initialMany: "initial_conversations",
});

/** A renderer of one-line inputs. */
function inputOf(type, extra = () => ({}), key = "value", initial = "initial_value") {
  return (element, spot) => {
    const held = valueOf(element, spot, { [key]: element[initial] ?? null });
    const control = h("input", {
      class: "input",
      type,
      dir: "auto",
      autocomplete: "off",
      placeholder: element.placeholder?.text,
      value: held[key] ?? "",
      "aria-label": spot.label,
      "aria-describedby": spot.describedby,
      ...extra(element),
    });
    keepTyped(control, element, spot, key);
    return control;
  };
}

/** Keeps what is typed; tells the app on Enter or, where asked for, on each character. */
function keepTyped(control, element, spot, key = "value") {
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const save = () =>
    spot.surface.state.set(spot.block.block_id, element.action_id, {
      type: element.type,
      [key]: control.value || null,
    });
  const tell = () => spot.dispatch && act(control, element, spot, { [key]: control.value || null });
  const picked = key !== "value";
  control.addEventListener("input", () => (save(), (picked || on.includes("on_character_entered")) && tell()));
  control.addEventListener("keydown", (event) => {
    if (
      event.key !== "Enter" ||
      event.isComposing ||
      !spot.dispatch ||
      !on.includes("on_enter_pressed") ||
      (element.multiline && !event.ctrlKey && !event.metaKey)
    )
      return;
    event.preventDefault();
    tell();
  });
}

function plainTextInput(element, spot) {
  if (!element.multiline) return inputOf("text", (one) => ({ maxlength: one.max_length }))(element, spot);
  const held = valueOf(element, spot, { value: element.initial_value ?? null });
  const control = h("textarea", {
    class: "input input-multiline",
    dir: "auto",
    rows: 4,
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    value: held.value ?? "",
    "aria-label": spot.label,
    "aria-describedby": spot.describedby,
  });
  keepTyped(control, element, spot);
  return control;
}

/** Checkboxes or radio buttons. */
function choiceList(type, key, initial, fromHeld, toHeld) {
  return (element, spot) => {
    const held = valueOf(element, spot, { [key]: element[initial] ?? (type === "checkbox" ? [] : null) });
    const chosen = new Set(fromHeld(held[key]).map((option) => option.value));
    const name = uid("choice");
    const group = h("div", {
      class: "choices",
      role: type === "radio" ? "radiogroup" : "group",
      "aria-label": spot.label ?? "Options",
      "aria-describedby": spot.describedby,
    });
    const boxes = element.options.map((option) => ({
      option,
      box: h("input", { type, name, checked: chosen.has(option.value) }),
    }));
    const changed = () =>
      keep(group, element, spot, { [key]: toHeld(boxes.filter(({ box }) => box.checked).map(({ option }) => option)) });
    for (const { option, box } of boxes) {
      box.addEventListener("change", changed);
      const hint = option.description
        ? h("span", { class: "choice-hint" }, textNodes(option.description, spot.surface.store))
        : null;
      group.append(
        h("label", { class: "choice" }, box, h("span", {}, textNodes(option.text, spot.surface.store), hint)),
      );
    }
    return group;
  };
}

function fileInput(element, spot) {
  const { surface, block } = spot;
  const max = element.max_files ?? 10;
  const types = (element.filetypes ?? []).map((type) => type.toLowerCase());
  const save = () => surface.state.set(block.block_id, element.action_id, { type: "file_input", files: tray.files });
  const held = valueOf(element, spot, { files: [] });
  const key = `${block.block_id} ${element.action_id}`;
  // What is on its way stays in sight when the view is drawn anew.
  const kept = surface.trays.get(key);
  const tray = kept ?? new Tray(surface.api);
  tray.set({ max, accepts: (file) => refuseFile(file, types), onChange: save });
  if (!kept) tray.restore(held.files);
  surface.trays.set(key, tray);
  const take = (files) => tray.add(files);
  const chooser = fileChooser({ accept: acceptOf(types), multiple: max > 1, label: spot.label ?? "Files" }, take);
  const browse = h(
    "button",
    {
      type: "button",
      class: "button button-small",
      "aria-describedby": spot.describedby,
      onclick: () => chooser.click(),
    },
    "Choose files",
  );
  const limit = max === 1 ? "one file" : `up to ${max} files`;
  const words = h(
    "span",
    { class: "muted file-zone-words" },
    `or drop them here, or paste: ${limit}${types.length ? ` (${types.join(", ")})` : ""}`,
  );
  const zone = h(
    "div",
    { class: "file-zone" },
    h("div", { class: "file-zone-row" }, icon("upload"), browse, words, chooser),
    tray.node,
  );
  acceptDrops(zone, surface.store, take);
  const wantsPictures = types.length === 0 || types.some((type) => PICTURES.has(type));
  return h("div", { class: "file-input" }, zone, wantsPictures ? sampleStrip(surface.store, surface.api, take) : null);
}

const PICTURES = new Set(["jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "bmp", "tif", "tiff"]);

const MOST_BYTES = 10 * 1024 * 1024;

/** Words for a file that a file input does not take, else null. */
function refuseFile(file, types) {
  if (file.size > MOST_BYTES) return `“${file.name}” is larger than 10 MB.`;

  const extension = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  const same = { jpeg: "jpg", heif: "heic", tiff: "tif" };
  const plain = (type) => same[type] ?? type;
  if (types.length === 0 || types.some((type) => plain(type) === plain(extension))) return null;
  return `“${file.name}” is not of a type that is asked for here (${types.join(", ")}).`;
}

function acceptOf(types) {
  return types.length ? types.map((type) => `.${type}`).join(",") : null;
}

const ELEMENTS = {
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
  button,
  overflow,
  image,
  static_select: staticSelect,
  multi_static_select: staticSelect,
  external_select: externalSelect,
  multi_external_select: externalSelect,
  users_select: usersSelect,
  multi_users_select: usersSelect,
  channels_select: channelsSelect,
  multi_channels_select: channelsSelect,
  conversations_select: conversationsSelect,
  multi_conversations_select: conversationsSelect,
  plain_text_input: plainTextInput,
  email_text_input: inputOf("email"),
  url_text_input: inputOf("url"),
  number_input: inputOf("text", () => ({ inputmode: "decimal" })),
  datepicker: inputOf("date", undefined, "selected_date", "initial_date"),
  timepicker: inputOf("time", undefined, "selected_time", "initial_time"),
  checkboxes: choiceList(
    "checkbox",
    "selected_options",
    "initial_options",
    (held) => held ?? [],
    (chosen) => chosen,
  ),
  radio_buttons: choiceList(
    "radio",
    "selected_option",
    "initial_option",
    (held) => (held ? [held] : []),
    (chosen) => chosen[0] ?? null,
  ),
  file_input: fileInput,
};
