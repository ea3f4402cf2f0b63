/** What people do to accounts: their own profile photo, and, as an admin, the end of somebody else's. */

import { h } from "../dom/dom.js";
import { icon } from "../dom/icons.js";
import { askConfirm, attempt, openMenu } from "../overlays/overlays.js";

/**
 * @param {import("../state/store.js").Store} store
 * @param {import("../state/api.js").Api} api
 * @returns {import("../overlays/overlays.js").MenuItem[]}
 */
export function photoItems(store, api) {
  const choose = {
    label: store.me.is_custom_image ? "Change my profile photo" : "Choose a profile photo",
    hint: "apps see it, as everybody does",
    icon: "image",
    divider: true,
    run: () => choosePhoto(api),
  };
  const remove = {
    label: "Remove my profile photo",
    icon: "trash",
    run: () => attempt(() => api.send("profile_photo", {})),
  };
  return store.me.is_custom_image ? [choose, remove] : [choose];
}

/** @param {import("../state/api.js").Api} api */
function choosePhoto(api) {
  const input = h("input", { type: "file", accept: "image/*" });
  input.addEventListener("change", () =>
    attempt(async () => {
      const file = await api.upload(input.files[0], () => {}, new AbortController().signal);
      await api.send("profile_photo", { file: file.id });
    }),
  );
  input.click();
}

/**
 * In a direct message, for admins: a menu that ends the other's account.
 * @param {import("../state/store.js").Store} store
 * @param {import("../state/api.js").Api} api
 * @param {import("../state/types.js").User} user
 */
export function accountButton(store, api, user) {
  const name = store.nameOf(user);
  const button = h(
    "button",
    {
      type: "button",
      class: "icon-button account-button",
      "aria-label": `Account of ${name}`,
      "aria-haspopup": "menu",
    },
    icon("more"),
  );
  const end = {
    label: `Deactivate ${name}`,
    hint: "as when somebody leaves the company",
    icon: "trash",
    danger: true,
    run: () => deactivate(api, user, name),
  };
  button.addEventListener("click", () => openMenu(button, [end], `Account of ${name}`));
  return button;
}

async function deactivate(api, user, name) {
  const question = {
    title: { text: `Deactivate ${name}?` },
    text: { text: "They cannot act here any more, until the playground is started anew. The app is told." },
    confirm: { text: "Deactivate" },
    style: "danger",
  };
  const sure = await askConfirm(question, (text) => [document.createTextNode(text.text)]);
  if (sure) await attempt(() => api.send("deactivate", { member: user.id }));
}
