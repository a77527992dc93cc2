// @ts-check
// Colors, outlines and positions: functions of their arguments alone.

const LOWEST_HU = -1024;
const GRAY_LEVELS = 4096;
// Inferno at 0, 1/4, 1/2, 3/4 and 1: bright only where the activation is high.
const HEAT = [[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];

/** Colors (ABGR words) of the 256 activations, as opaque as they are high. */
const HEAT_COLORS = Uint32Array.from({ length: 256 }, (_, level) => {
  const at = (level / 255) * (HEAT.length - 1);
  const low = Math.min(Math.floor(at), HEAT.length - 2);
  const [red, green, blue] = HEAT[low].map((c, i) => c + (HEAT[low + 1][i] - c) * (at - low));
  return ((level << 24) | (blue << 16) | (green << 8) | red) >>> 0;
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
    const gray = Math.round(255 * Math.max(0, Math.min(1, share)));
    return (0xff000000 | (gray << 16) | (gray << 8) | gray) >>> 0;
  });
}

/**
 * Outline of a slice's mask along the edges of its pixels: drawn and measured area agree.
 * @param {ArrayLike<number>} mask  of one slice
 * @param {number} rows
 * @param {number} columns
 */
function outlineOf(mask, rows, columns) {
  const path = new Path2D();
  const edge = (/** @type {number} */ x, /** @type {number} */ y, /** @type {boolean} */ across) => {
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
 * Position in the patient in words, such as "L 12 P 3 S 45 mm".
 * @param {number[]} lps  mm
 */
function inWords(lps) {
  const letters = ["RL", "AP", "IS"];
  const parts = lps.map((mm, axis) => `${letters[axis][Number(mm > 0)]} ${Math.abs(mm).toFixed(0)}`);
  return `${parts.join(" ")} mm`;
}
