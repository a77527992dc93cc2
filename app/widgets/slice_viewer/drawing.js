// @ts-check
// Colors, outlines and words: functions of their arguments alone.

/** @typedef {[number, number]} Point  x to the right, y down */

const LOWEST_HU = -1024;
const GRAY_LEVELS = 4096;
// All are told apart with every kind of color blindness, and from bone and brain.
const HEMATOMA_COLOR = "#00e5ff";
const NETWORK_COLOR = "#ff7ad9"; // of the network's outline beside a reader's
const CROSS_HAIR_COLOR = "#ffd166";
const RULER_COLOR = "#ffe45c";
const HEMATOMA_COLORS = Uint32Array.of(0, 0xffffe500); // ABGR words of outside and inside
// Inferno at 0, 1/4, 1/2, 3/4 and 1: bright only where the activation is high.
const HEAT = [[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];
// Cividis from where it can be seen on black: the same for every kind of color vision.
const SCORE = [[87, 93, 109], [124, 123, 120], [166, 157, 117], [210, 193, 101], [254, 232, 56]];

/**
 * @param {number} value
 * @param {number} lowest
 * @param {number} highest
 */
function clamp(value, lowest, highest) {
  return Math.max(lowest, Math.min(highest, value));
}

/**
 * Red, green and blue at a share between the first and the last of evenly spaced colors.
 * @param {number[][]} colors
 * @param {number} share
 */
function between(colors, share) {
  const at = share * (colors.length - 1);
  const low = Math.min(Math.floor(at), colors.length - 2);
  return colors[low].map((value, i) => value + (colors[low + 1][i] - value) * (at - low));
}

/** Colors (ABGR words) of the 256 activations, as opaque as they are high. */
const HEAT_COLORS = Uint32Array.from({ length: 256 }, (_, level) => {
  const [red, green, blue] = between(HEAT, level / 255);
  return ((level << 24) | (blue << 16) | (green << 8) | red) >>> 0;
});

/** Colors (ABGR words) of the filter behind L5: none, then from diffuse to compact. */
const FILTER_COLORS = Uint32Array.from({ length: 256 }, (_, level) => {
  const [red, green, blue] = between(SCORE, level / 255);
  return level ? ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0 : 0;
});

/**
 * Grays (ABGR words) of the densities from LOWEST_HU up, through a window.
 * @param {number} center  HU
 * @param {number} width   HU
 */
function graysOf(center, width) {
  const darkest = center - width / 2;
  return Uint32Array.from({ length: GRAY_LEVELS }, (_, i) => {
    const share = (i + LOWEST_HU - darkest) / width;
    const gray = Math.round(255 * clamp(share, 0, 1));
    return (0xff000000 | (gray << 16) | (gray << 8) | gray) >>> 0;
  });
}

/**
 * Outline of a picture's mask along the edges of its pixels: drawn and measured area agree.
 * @param {ArrayLike<number>} mask
 * @param {number} rows
 * @param {number} columns
 */
function outlineOf(mask, rows, columns) {
  const path = new Path2D();
  /** @type {(x: number, y: number, across: boolean) => void} */
  const edge = (x, y, across) => {
    path.moveTo(x, y);
    path.lineTo(x + Number(across), y + Number(!across));
  };
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, i++) {
      if (!mask[i]) continue;
      if (y === 0 || !mask[i - columns]) edge(x, y, true);
      if (y === rows - 1 || !mask[i + columns]) edge(x, y + 1, true);
      if (x === 0 || !mask[i - 1]) edge(x, y, false);
      if (x === columns - 1 || !mask[i + 1]) edge(x + 1, y, false);
    }
  }
  return path;
}

/**
 * Writes on the picture, readable on bone as on air.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {Point} at
 * @param {string} color
 */
function write(context, text, [x, y], color) {
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = "#000";
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
}

/**
 * Draws lines on the picture, with a dark edge.
 * @param {CanvasRenderingContext2D} context
 * @param {Path2D} path
 * @param {string} color
 */
function line(context, path, color) {
  context.lineWidth = 3.5;
  context.strokeStyle = "rgb(0 0 0 / 60%)";
  context.stroke(path);
  context.lineWidth = 1.5;
  context.strokeStyle = color;
  context.stroke(path);
}

/**
 * Position along one axis of the patient in words, such as "L 12".
 * @param {number[]} lps  mm
 * @param {number} axis
 */
function sideInWords(lps, axis) {
  const letter = ["RL", "AP", "IS"][axis][Number(lps[axis] > 0)];
  return `${letter} ${Math.abs(lps[axis]).toFixed(0)}`;
}

/**
 * Position in the patient in words, such as "L 12 P 3 S 45 mm".
 * @param {number[]} lps  mm
 */
function inWords(lps) {
  return `${lps.map((_, axis) => sideInWords(lps, axis)).join(" ")} mm`;
}

/** Length of a ruler in words, such as "43.2 mm". @param {Ruler} ruler */
function lengthInWords({ from, to }) {
  return `${Math.hypot(...from.map((part, axis) => to[axis] - part)).toFixed(1)} mm`;
}
