/** Leads a newcomer to a first success: samples to borrow, the app's own commands as examples, a photo to post. */

import { fill, h } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { sampleStrip } from "../composer/samples.js";

const SOMEONE = "alice";

/**
 * @param {import("../state/store.js").Store} store
 * @param {import("../state/api.js").Api} api
 * @param {() => import("../composer/composer.js").Composer} composer  where a chosen example goes
 * @returns {HTMLElement}
 */
export function trySteps(store, api, composer) {
  const steps = [
    [
      "Have photos at hand",
      h("p", {}, "Your own, or these samples, each by the name of who is in it."),
      sampleStrip(store, api, (files) => composer().attach(files)),
    ],
    ...(store.commands.some(ofApp) ? [["Type a command", examples(store, composer)]] : []),
    [
      "Post a photo",
      h(
        "p",
        {},
        "Drop one here, paste it, or choose it with ",
        h("b", {}, "+"),
        ". The answer comes as a thread below it.",
      ),
    ],
  ];
  return h(
    "div",
    { class: "try" },
    steps.map(([title, ...content], index) => step(`${index + 1}. ${title}`, ...content)),
    step(
      "Look around",
      h(
        "p",
        {},
        "Point at a message and open ",
        h("b", {}, "⋮"),
        " for the app's shortcuts. Open the app under ",
        h("b", {}, "Apps"),
        " for its Home. Act as another member at the bottom of the sidebar.",
      ),
    ),
  );
}

function step(title, ...content) {
  return h("section", { class: "try-step" }, h("h3", { class: "try-title" }, title), ...content);
}

/** The app's commands, for whom the samples show once they are there. */
function examples(store, composer) {
  const list = h("ul", { class: "try-commands" });
  const show = () => {
    if (!list.isConnected && list.childElementCount) return stop();
    const name = store.samplesShown ? someoneIn(store.samples) : SOMEONE;
    return fill(
      list,
      store.commands.filter(ofApp).map((command) => example(command, name, composer)),
    );
  };
  const stop = store.on("samples_shown", show);
  show();
  return list;
}

function ofApp(command) {
  return command.of_app;
}

function example(command, name, composer) {
  const line = `${command.command} ${exampleText(command.usage_hint ?? "", name)}`.trim();
  const button = h(
    "button",
    {
      type: "button",
      class: "try-command",
      title: "Put it in the message box",
      onclick: () => composer().setText(line),
    },
    h("code", {}, line),
    icon("next"),
  );
  return h("li", {}, button, h("span", { class: "muted" }, command.description));
}

/** The first thing that a usage hint offers, with a name in place of a placeholder: "[name] …" becomes "alice". */
export function exampleText(hint, name = SOMEONE) {
  const first = hint.split(/\s*[|,]\s*|\s+or\s+|\s+/)[0].replace(/[[\]<>{}…]/g, "");
  return /^@?(name|person|user|member|who|someone|people?|alice)$/i.test(first) ? name : first;
}

/** Whom the first sample shows: of "Barack Obama 1" that is "Barack Obama". */
export function someoneIn(samples) {
  return (samples[0]?.label ?? "").replace(/\s+\d+$/, "") || SOMEONE;
}

/**
 * The same as a pane at the right.
 * @param {import("../state/store.js").Store} store
 * @param {import("../state/api.js").Api} api
 * @param {() => import("../composer/composer.js").Composer} composer
 * @param {() => void} close
 */
export function tryPane(store, api, composer, close) {
  const button = h(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Close", title: "Close (Esc)", onclick: close },
    icon("close"),
  );
  const onChoice = (event) => covers() && event.target.closest(".try-command, .sample") && close();
  return h(
    "section",
    { class: "pane try-pane", "aria-label": "Try it", onclick: onChoice },
    h("header", { class: "pane-header" }, h("h2", { class: "pane-title" }, "Try it"), button),
    h("div", { class: "pane-body" }, trySteps(store, api, composer)),
  );
}

/** Whether the pane lies over the conversation, as it does in a narrow window. */
function covers() {
  return matchMedia("(max-width: 920px)").matches;
}
