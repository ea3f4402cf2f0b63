/** Line icons drawn for this page on a 20 × 20 grid. */

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} */
const PATHS = {
  hash: "M8 3 6.500 17M13.500 3 12 17M3.500 7.500h13.500M3 12.500h13.500",
  lock: "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9",
  plus: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5 5 15",
  send: "M3.500 10 3 3.500 17.500 10 3 16.500zM3.500 10H10",
  menu: "M3 5.500h14M3 10h14M3 14.500h14",
  back: "M12 4.500 6.500 10l5.500 5.500",
  next: "M8 4.500 13.500 10 8 15.500",
  down: "M5 7.500l5 5 5-5",
  smile:
    "M10 17.500a7.500 7.500 0 1 0 0-15 7.500 7.500 0 0 0 0 15zM7.500 8v.6M12.500 8v.6M6.800 11.800c1.600 2.300 4.800 2.300 6.400 0",
  react:
    "M12 3.200A7.200 7.200 0 1 0 16.800 8M6.800 8.300v.5M11.200 8.300v.5M6.500 12c1.500 2.100 4.300 2.100 5.800 0M16 1.500v5M13.500 4h5",
  thread: "M3 4.500h14v9H9.500L6 17v-3.500H3zM6.500 7.800h7M6.500 10.500h4.500",
  more: "M10 4.500v.1M10 10v.1M10 15.500v.1",
  trash: "M4 5.500h12M8 5.500V3.500h4v2M5.500 5.500l.8 11h7.400l.8-11M8.500 8.500v5M11.500 8.500v5",
  bolt: "M11 2.500 4.500 11H9l-.8 6.500L15 9h-4.500z",
  eye: "M2 10s3-5.500 8-5.500S18 10 18 10s-3 5.500-8 5.500S2 10 2 10zM10 12.300a2.300 2.300 0 1 0 0-4.600 2.300 2.300 0 0 0 0 4.600z",
  search: "M8.800 14.500a5.700 5.700 0 1 0 0-11.400 5.700 5.700 0 0 0 0 11.400zM13 13l4.200 4.200",
  people:
    "M7.300 9.500a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600zM2 16.500c0-3 2.300-5 5.300-5s5.300 2 5.300 5M13 9.500a2.400 2.400 0 0 0 0-4.800M14.800 11.800c1.900.7 3.200 2.400 3.200 4.700",
  home: "M3 9.500 10 3.500l7 6M5 8.500v8h10v-8M8.300 16.500v-4.500h3.400v4.500",
  image:
    "M3 4h14v12H3zM3 13.500l4-4 3.500 3.500 2.500-2.500 4 4M13 8.300a1.100 1.100 0 1 0 0-2.200 1.100 1.100 0 0 0 0 2.200z",
  file: "M5 2.500h6.500L15.500 6.500v11H5zM11.500 2.500v4h4",
  upload: "M10 13.500V3.500M6 7.200l4-3.900 4 3.900M3.500 13v3.500h13V13",
  bulb: "M7.500 14.500h5M8 17.200h4M7.500 14.500c0-2-2.500-3-2.500-6.300a5 5 0 0 1 10 0c0 3.300-2.500 4.300-2.500 6.300",
  warning: "M10 3 2.200 16.500h15.600zM10 8v4M10 14.200v.2",
  check: "M4 10.500l4 4 8-9",
  swap: "M4 7h11.500M12.500 4l3 3-3 3M16 13H4.500M7.500 10l-3 3 3 3",
  zoomin:
    "M8.800 14.500a5.700 5.700 0 1 0 0-11.400 5.700 5.700 0 0 0 0 11.400zM13 13l4.200 4.200M8.800 6.300v5M6.300 8.800h5",
  fit: "M3 7.500V3h4.500M12.500 3H17v4.500M17 12.500V17h-4.500M7.500 17H3v-4.500",
  download: "M10 3v10M6 9.300l4 3.900 4-3.900M3.500 13.500v3h13v-3",
  at: "M13.200 10a3.200 3.200 0 1 1-6.400 0 3.200 3.200 0 0 1 6.400 0zM13.200 7v4c0 2.600 3.800 2.400 3.800-1A7 7 0 1 0 13.500 16",
  slash: "M12.500 3.500l-5 13",
  app: "M4 4h4.800v4.800H4zM11.200 4H16v4.800h-4.800zM4 11.200h4.800V16H4zM13.600 11v5.200M11 13.600h5.200",
};

/**
 * An icon, hidden from screen readers: the control around it carries the name.
 * @param {keyof typeof PATHS} name
 * @param {string} [className]
 * @returns {SVGElement}
 */
export function icon(name, className = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name} ${className}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
