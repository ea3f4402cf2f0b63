/** The values of a surface's inputs, in the shape of Slack's `state.values`, with the checks Slack makes before it sends them. */

export class FormState {
  /** Hears of a block whose value was set. @type {((block: string) => void)|null} */
  changed = null;
  /** @type {Map<string, Map<string, Object>>} */
  #values = new Map();

  /** @param {string} block @param {string} action @param {Object} value  as Slack has it, with its `type` */
  set(block, action, value) {
    const actions = this.#values.get(block) ?? new Map();
    this.#values.set(block, actions.set(action, value));
    this.changed?.(block);
  }

  /** @param {string} block @param {string} action @returns {Object|undefined} */
  get(block, action) {
    return this.#values.get(block)?.get(action);
  }

  /** Forgets the inputs of blocks that are gone. @param {Object[]} blocks */
  keepOnly(blocks) {
    const present = new Set(blocks.map((block) => block.block_id));
    for (const block of [...this.#values.keys()]) if (!present.has(block)) this.#values.delete(block);
  }

  /** `{block_id: {action_id: value}}` */
  toJSON() {
    return Object.fromEntries([...this.#values].map(([block, actions]) => [block, Object.fromEntries(actions)]));
  }
}

/**
 * What Slack's client refuses before it submits.
 * @param {Object[]} blocks
 * @param {FormState} state
 * @returns {Record<string, string>} words by block_id
 */
export function check(blocks, state) {
  const errors = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const words = checkInput(block, state.get(block.block_id, block.element.action_id));
    if (words) errors[block.block_id] = words;
  }
  return errors;
}

function checkInput(block, value) {
  const element = block.element;
  if (isEmpty(value)) return block.optional ? null : "Please complete this required field.";
  if (element.type === "plain_text_input") return checkLength(element, value.value);
  if (element.type === "number_input") return checkNumber(element, value.value);
  if (element.type === "email_text_input" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.value))
    return "Please enter an email address.";
  if (element.type === "url_text_input" && !/^https?:\/\/\S+$/i.test(value.value))
    return "Please enter a web address that begins with http:// or https://.";
  return null;
}

function checkLength(element, text) {
  const length = [...text].length;
  if (element.min_length && length < element.min_length)
    return `Please write at least ${element.min_length} characters.`;
  if (element.max_length && length > element.max_length)
    return `Please write at most ${element.max_length} characters; these are ${length}.`;
  return null;
}

function checkNumber(element, text) {
  const number = Number(text);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim())) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter ${element.max_value} or less.`;
  return null;
}

const HOLDERS = [
  "value",
  "selected_option",
  "selected_user",
  "selected_channel",
  "selected_conversation",
  "selected_date",
  "selected_time",
];
const LISTS = ["selected_options", "selected_users", "selected_channels", "selected_conversations", "files"];

function isEmpty(value) {
  if (!value) return true;
  return (
    HOLDERS.every((key) => value[key] === undefined || value[key] === null || value[key] === "") &&
    LISTS.every((key) => !value[key]?.length)
  );
}
