// @ts-check
// The hematoma's mask as a reader changes it.

/** @typedef {{request: number, message: string, remedy: string}} Refusal  of the edit so numbered */

const KEPT_STROKES = 50;
const ANSWERED_MS = 10_000; // later, the message may be lost: a connection that fell out drops it

/**
 * A mask and the strokes on it.  Each state of the mask has a version, and the states that the
 * server has seen are known by their SHA-256: the echo of an edit never overwrites later strokes.
 */
class MaskEditor {
  rows = 0;
  columns = 0;
  row_mm = 0;
  column_mm = 0;
  version = 0;
  newest = 0;
  sent = -1; // version that the server has been sent last
  request = 0; // number of that message: when it was sent, ms
  /** @type {Refusal | null} of that message */
  refusal = null;
  /** @type {{version: number, changes: [number, Uint8Array][]}[]} states to go back to */
  strokes = [];
  /** @type {[number, Uint8Array] | null} slice under the brush, and its mask before the stroke */
  stroke = null;

  /**
   * @param {Uint8Array} served  mask from the server, 0 or 1
   * @param {string} sha256
   * @param {Geometry} geometry
   */
  constructor(served, sha256, { shape, pixel_spacing_mm }) {
    this.served = served;
    this.mask = served.slice();
    const [, rows, columns] = shape;
    const [row_mm, column_mm] = pixel_spacing_mm;
    Object.assign(this, { rows, columns, row_mm, column_mm });
    /** @type {Map<string, number>} */
    this.versions = new Map([[sha256, 0]]);
    this.applied = 0;
  }

  /** Whether there are strokes that the server has not confirmed. */
  get unapplied() {
    return this.version !== this.applied;
  }

  /** Whether the server is at work on the mask as it is. */
  get awaited() {
    return this.unapplied && this.sent === this.version && !this.refusal;
  }

  /** Whether no answer has come in the usual time: the edit may be sent again. */
  get overdue() {
    return this.awaited && Date.now() - this.request >= ANSWERED_MS;
  }

  /** Keeps why the last message was not taken. @param {Refusal} refusal  of any message */
  refuse(refusal) {
    if (refusal.request === this.request) this.refusal = refusal;
  }

  /**
   * Whether a mask from the server is a state of this one; it then counts as applied.
   * @param {string} sha256
   */
  recognizes(sha256) {
    const version = this.versions.get(sha256);
    if (version === undefined) return false;
    this.applied = version;
    return true;
  }

  /** @param {number} slice */
  sliceMask(slice) {
    const size = this.rows * this.columns;
    return this.mask.subarray(slice * size, (slice + 1) * size);
  }

  /** @param {number} slice */
  beginStroke(slice) {
    this.stroke = [slice, this.sliceMask(slice).slice()];
  }

  /**
   * Draws a round brush along a line on the slice of the stroke.
   * @param {Point} from       pixel
   * @param {Point} to         pixel
   * @param {number} radius_mm
   * @param {0 | 1} value
   */
  brush(from, to, radius_mm, value) {
    if (!this.stroke) return;
    const mask = this.sliceMask(this.stroke[0]);
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const dabs = Math.ceil(Math.hypot(dx, dy)) || 1;
    for (let i = 1; i <= dabs; i++) {
      this.dab(mask, [from[0] + (dx * i) / dabs, from[1] + (dy * i) / dabs], radius_mm, value);
    }
  }

  /**
   * Sets the pixels whose centers are under the brush.
   * @param {Uint8Array} mask
   * @param {Point} center
   * @param {number} radius_mm
   * @param {0 | 1} value
   */
  dab(mask, [x, y], radius_mm, value) {
    const [wide, high] = [radius_mm / this.column_mm, radius_mm / this.row_mm];
    const bottom = Math.min(this.rows - 1, Math.floor(y + high));
    for (let row = Math.max(0, Math.floor(y - high)); row <= bottom; row++) {
      const half = wide * Math.sqrt(Math.max(0, 1 - ((row + 0.5 - y) / high) ** 2));
      const first = Math.max(0, Math.ceil(x - half - 0.5));
      const last = Math.min(this.columns - 1, Math.floor(x + half - 0.5));
      const start = row * this.columns;
      if (first <= last) mask.fill(value, start + first, start + last + 1);
    }
  }

  /**
   * Fills what a closed line encloses around a brush; nothing where the line is open.
   * @param {number} slice
   * @param {Point} center     pixel
   * @param {number} radius_mm
   */
  fill(slice, center, radius_mm) {
    const mask = this.sliceMask(slice);
    const before = mask.slice();
    const open = new Uint8Array(mask.length); // background that reaches the picture's border
    this.spread(this.border().filter((at) => !mask[at]), (at) => !mask[at] && !open[at] && (open[at] = 1));
    const brush = new Uint8Array(mask.length);
    this.dab(brush, center, radius_mm, 1);
    const filled = new Uint8Array(mask.length);
    const under = [...brush.keys()].filter((at) => brush[at]);
    this.spread(under, (at) => !before[at] && !open[at] && !filled[at] && (filled[at] = 1));
    for (const [at, inside] of filled.entries()) if (inside) mask[at] = 1;
    this.remember([[slice, before]]);
  }

  /** Pixels along the border of a picture. */
  border() {
    const { rows, columns } = this;
    const found = [];
    for (let column = 0; column < columns; column++) found.push(column, (rows - 1) * columns + column);
    for (let row = 0; row < rows; row++) found.push(row * columns, row * columns + columns - 1);
    return found;
  }

  /**
   * Goes from pixels, and to the neighbors of each that is taken or was given.
   * @param {number[]} from
   * @param {(at: number) => unknown} take  whether a pixel belongs to it and is new
   */
  spread(from, take) {
    const { rows, columns } = this;
    const reached = [...from];
    for (const at of from) take(at);
    while (reached.length) {
      const at = /** @type {number} */ (reached.pop());
      const [row, column] = [Math.floor(at / columns), at % columns];
      if (row > 0 && take(at - columns)) reached.push(at - columns);
      if (row < rows - 1 && take(at + columns)) reached.push(at + columns);
      if (column > 0 && take(at - 1)) reached.push(at - 1);
      if (column < columns - 1 && take(at + 1)) reached.push(at + 1);
    }
  }

  endStroke() {
    if (this.stroke) this.remember([this.stroke]);
    this.stroke = null;
  }

  /**
   * Makes a new version, unless nothing changed.
   * @param {[number, Uint8Array][]} before  masks of slices as they were
   */
  remember(before) {
    const changes = before.filter(([slice, old]) => !equal(old, this.sliceMask(slice)));
    if (!changes.length) return;
    this.strokes.push({ version: this.version, changes });
    if (this.strokes.length > KEPT_STROKES) this.strokes.shift();
    this.version = ++this.newest;
  }

  /** Takes back the last stroke; the slice it was on, undefined if there is none. */
  undo() {
    const last = this.strokes.pop();
    if (!last) return undefined;
    const size = this.rows * this.columns;
    for (const [slice, old] of last.changes) this.mask.set(old, slice * size);
    this.version = last.version;
    return last.changes[0][0];
  }

  /** Back to the mask from the server; can be undone. */
  restore() {
    const slices = this.mask.length / (this.rows * this.columns);
    const before = Array.from({ length: slices }, (_, slice) => this.sliceMask(slice).slice());
    this.mask.set(this.served);
    this.remember(before.map((old, slice) => [slice, old]));
    this.version = 0;
  }

  /** Forgets which masks the server has seen: the next one from it is taken as it is. */
  expectAnother() {
    this.versions.clear();
  }

  /** The mask as a message; its name is its SHA-256, as that of every array. */
  async message() {
    const [version, rle] = [this.version, runLengths(this.mask)];
    const request = Date.now(); // a number that no earlier page has used
    Object.assign(this, { sent: version, request, refusal: null });
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", this.mask));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.versions.set(sha256, version);
    return { edit: sha256, rle, request };
  }
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
function equal(one, other) {
  return one.every((value, i) => value === other[i]);
}

/**
 * Lengths of the runs off, on, off, … in base 36.
 * @param {Uint8Array} mask
 */
function runLengths(mask) {
  const runs = [];
  for (let start = 0, value = 0; start < mask.length; value ^= 1) {
    const found = mask.indexOf(value ^ 1, start);
    const end = found < 0 ? mask.length : found;
    runs.push((end - start).toString(36));
    start = end;
  }
  return runs.join(" ");
}
