/**
 * The shapes that travel between the page and the playground's server; types only, no code.
 *
 * @typedef {Object} User
 * @property {string} id
 * @property {string} name
 * @property {string} [real_name]
 * @property {string} [display_name]
 * @property {boolean} [is_bot]
 * @property {boolean} [is_admin]
 * @property {boolean} [deleted]  their account was deactivated
 * @property {boolean} [is_custom_image]  they have put a photo on their profile
 * @property {string} [avatar]  same-origin URL
 *
 * @typedef {Object} Channel
 * @property {string} id
 * @property {string} name
 * @property {boolean} is_im
 * @property {boolean} [is_mpim]
 * @property {boolean} [is_private]
 * @property {string} [user]  the other member, in a direct message
 * @property {string} [topic]
 * @property {string[]} [members]
 * @property {boolean} [app_in_channel]
 * @property {string} [latest]  when somebody else said something there last, at the time of asking
 *
 * @typedef {Object} SlackFile
 * @property {string} id
 * @property {string} name
 * @property {string} [title]
 * @property {string} [mimetype]
 * @property {number} [size]  bytes
 * @property {number} [original_w]
 * @property {number} [original_h]
 * @property {string} [url]
 * @property {string|null} [thumb_url]
 * @property {string} [large_url]  1024 px, in a form that browsers show
 * @property {"hosted"|"external"|"snippet"|"quip"|"tombstone"} [mode]  what it is to Slack; `tombstone` was deleted
 * @property {string} [pretty_type]
 * @property {string} [alt_txt]
 *
 * @typedef {Object} Reaction
 * @property {string} name
 * @property {string[]} users
 * @property {number} count
 *
 * @typedef {Object} Message
 * @property {string} ts
 * @property {string} [user]
 * @property {string} [bot_id]
 * @property {string} [subtype]
 * @property {string} [text]
 * @property {Object[]} [blocks]
 * @property {Object[]} [attachments]
 * @property {SlackFile[]} [files]
 * @property {Reaction[]} [reactions]
 * @property {string} [thread_ts]
 * @property {number} [reply_count]
 * @property {string[]} [reply_users]
 * @property {string} [latest_reply]
 * @property {Object} [edited]
 * @property {boolean} [reply_broadcast]  a reply that stands in the channel too
 * @property {boolean} [ephemeral]
 *
 * @typedef {Object} Sample
 * @property {string} name
 * @property {string} label
 * @property {string} url
 * @property {string} source
 *
 * @typedef {Object} View
 * @property {string} id
 * @property {"modal"|"home"} type
 * @property {{text: string}} [title]
 * @property {{text: string}} [submit]
 * @property {{text: string}} [close]
 * @property {Object[]} blocks
 *
 * @typedef {Object} Surface  where blocks are shown: a message, a modal or the App Home
 * @property {import("./store.js").Store} store
 * @property {FormState} state
 * @property {(action: Object) => Promise<void>} act  tells the app that someone used an element
 * @property {(asked: {block_id: string, action_id: string, value: string}) => Promise<Object>} suggest  asks the app for choices
 * @property {(figures: import("../overlays/lightbox.js").Figure[], index: number) => void} zoom
 *
 * @typedef {import("../blocks/form.js").FormState} FormState
 */
export {};
