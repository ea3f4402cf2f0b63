/** Words for moments: Slack's `ts` as a clock time, a day, or how long ago. */

/** @param {string} ts  Slack's timestamp, seconds with a fraction @returns {Date} */
function dateOf(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

/** @param {string} ts */
export function clock(ts) {
  return dateOf(ts).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}

/** @param {string} ts */
export function fullTime(ts) {
  return dateOf(ts).toLocaleString(undefined, { dateStyle: "full", timeStyle: "medium" });
}

/** A key that two moments of one local day share. @param {string} ts */
export function dayKey(ts) {
  return dateOf(ts).toDateString();
}

/** "Today", "Yesterday" or the date. @param {string} ts */
export function dayName(ts) {
  const day = dateOf(ts);
  const yesterday = new Date();
  yesterday.setDate(yesterday.getDate() - 1);
  if (day.toDateString() === new Date().toDateString()) return "Today";
  if (day.toDateString() === yesterday.toDateString()) return "Yesterday";
  return day.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" });
}

/** "now", "5 minutes ago", "today at 14:05" … @param {string} ts */
export function ago(ts) {
  const minutes = Math.floor((Date.now() - dateOf(ts).getTime()) / 60000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} minute${minutes === 1 ? "" : "s"} ago`;
  return `${dayName(ts)} at ${clock(ts)}`;
}

/** @param {number|undefined} bytes */
export function fileSize(bytes) {
  if (!bytes) return "";
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
