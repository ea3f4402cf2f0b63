/** Talks to the playground's server: requests, uploads with progress, and the stream of events. */

/** What the server, or the way to it, answered instead of what was asked; the message is for the person. */
class ApiError extends Error {}

const UNREACHABLE = "The playground does not answer. Is it still running?";

export class Api {
  /** @param {string} user  the member to act as; empty for the workspace's first */
  constructor(user) {
    this.user = user;
  }

  /** The workspace as this member sees it. */
  boot() {
    return this.#get("boot", {});
  }

  /** @param {string} channel @param {string} [threadTs] @returns {Promise<{messages: import("./types.js").Message[]}>} */
  messages(channel, threadTs) {
    return this.#get("messages", threadTs ? { channel, thread_ts: threadTs } : { channel });
  }

  /** The sample photos; the server may have to fetch them first. */
  samples() {
    return this.#get("samples", {});
  }

  /**
   * Posts to one of the server's actions in the name of the member.
   * @param {"post"|"edit"|"delete"|"assistant_open"|"assistant_look"|"react"|"command"|"shortcut"|"action"|"suggest"|"view_submit"|"view_close"|"open_home"|"open_dm"|"profile_photo"|"deactivate"} action
   * @param {Object} body
   */
  async send(action, body) {
    const response = await this.#fetch(`/client/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ user: this.user, ...body }),
    });
    return readJson(response);
  }

  /**
   * Uploads one file, not shared yet.
   * @param {File} file
   * @param {(fraction: number) => void} onProgress
   * @param {AbortSignal} signal
   * @returns {Promise<import("./types.js").SlackFile>}
   */
  upload(file, onProgress, signal) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const form = new FormData();
      form.append("file", file, file.name);
      request.open("POST", `/client/upload?${new URLSearchParams({ user: this.user })}`);
      request.responseType = "text";
      request.upload.addEventListener(
        "progress",
        (event) => event.lengthComputable && onProgress(event.loaded / event.total),
      );
      request.addEventListener("error", () => reject(new ApiError(UNREACHABLE)));
      request.addEventListener("abort", () => reject(new DOMException("The upload was cancelled.", "AbortError")));
      request.addEventListener("load", () => {
        const body = tryJson(request.responseText);
        if (request.status < 300 && body?.ok !== false && (body?.id || body?.file)) resolve(body.file ?? body);
        else reject(new ApiError(body?.error ?? `“${file.name}” was not accepted (HTTP ${request.status}).`));
      });
      signal.addEventListener("abort", () => request.abort());
      request.send(form);
    });
  }

  async #get(path, query) {
    return readJson(await this.#fetch(`/client/${path}?${new URLSearchParams({ user: this.user, ...query })}`, {}));
  }

  async #fetch(url, options) {
    try {
      return await fetch(url, options);
    } catch {
      throw new ApiError(UNREACHABLE);
    }
  }
}

function tryJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The body; words for the person where the server refused. Answers that carry field errors pass. */
async function readJson(response) {
  const body = tryJson(await response.text());
  const refused = !response.ok || body === null || (body.ok === false && !body.errors);
  if (refused)
    throw new ApiError(body?.error ?? body?.detail ?? `The playground answered with HTTP ${response.status}.`);
  return body;
}

/** How long a connection may take to open; a browser itself waits for minutes. In ms. */
const OPENING = 5000;

/**
 * Listens to the server's events, reconnecting for as long as the page is open.
 * @param {string} user
 * @param {{onEvent: (event: Object) => void, onOpen: () => void, onClose: () => void}} handlers
 */
export function listen(user, { onEvent, onOpen, onClose }) {
  let delay = 250;
  const connect = () => {
    const socket = new WebSocket(
      `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/client/ws?${new URLSearchParams({ user })}`,
    );
    const patience = setTimeout(() => socket.close(), OPENING);
    socket.addEventListener("open", () => {
      clearTimeout(patience);
      delay = 250;
      onOpen();
    });
    socket.addEventListener("message", (event) => {
      const data = tryJson(event.data);
      if (data && typeof data.type === "string") onEvent(data);
    });
    socket.addEventListener("close", () => {
      clearTimeout(patience);
      onClose();
      setTimeout(connect, delay);
      delay = Math.min(delay * 2, 5000);
    });
  };
  connect();
}
