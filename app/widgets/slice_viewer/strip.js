// @ts-check
// The strip along the slices: where the hematoma is, how large, and what the network made of it.

/** @typedef {{area_mm2: number, dl_score: number | null}} SliceSummary */

const TOP_SCORE = 0.5; // has the brightest color, in every study
const BAR_LEFT = 9; // CSS pixels; the marker of the highest score stands left of it

class Strip {
  /** @type {SliceSummary[]} */
  slices = [];
  highest = -1;

  /**
   * @param {HTMLElement} element  with a canvas and, upon it, the range input that is used
   * @param {SliceViewer} viewer
   */
  constructor(element, viewer) {
    /** @type {HTMLCanvasElement} */
    this.canvas = /** @type {any} */ (element.querySelector("canvas"));
    /** @type {HTMLInputElement} */
    this.input = /** @type {any} */ (element.querySelector("input"));
    this.input.oninput = () => viewer.go(this.input.valueAsNumber);
    this.viewer = viewer;
    /** @type {HTMLCanvasElement} */
    this.preview = viewer.find(".preview");
    this.input.onpointerleave = () => (this.preview.hidden = true);
    this.input.onpointermove = ({ offsetY }) => {
      const share = 1 - offsetY / this.input.clientHeight;
      const slice = clamp(Math.floor(share * this.slices.length), 0, this.slices.length - 1);
      this.showPreview(slice, offsetY);
      this.input.title =
        `${this.inWords(slice)}. Length: area. Arrow: highest DL score. ` +
        `Color: DL score from 0 (gray) to ${TOP_SCORE} or more (yellow).`;
    };
  }

  /** @param {SliceSummary[]} slices */
  show(slices) {
    this.slices = slices;
    this.input.max = String(slices.length - 1);
    const scores = slices.map(({ dl_score }) => dl_score ?? -1);
    const best = Math.max(...scores);
    this.highest = best < 0 ? -1 : scores.indexOf(best);
  }

  /** Such as "Slice 14 of 30, hematoma 1015 mm², DL score 0.24". @param {number} slice */
  inWords(slice) {
    const { area_mm2, dl_score } = this.slices[slice];
    const found = area_mm2 ? `hematoma ${area_mm2.toFixed(0)} mm²` : "no hematoma";
    const score = dl_score === null ? "" : `, DL score ${dl_score.toFixed(2)}`;
    const highest = slice === this.highest ? " (highest)" : "";
    return `Slice ${slice + 1} of ${this.slices.length}, ${found}${score}${highest}`;
  }

  /** Shows a slice, small, beside its place. @param {number} slice  @param {number} y */
  showPreview(slice, y) {
    const { preview, viewer: { ct, grays, planes, editor, data: { geometry } } } = this;
    const { rows, columns } = planes.axial;
    preview.hidden = false;
    [preview.width, preview.height] = [columns, rows];
    const context = /** @type {CanvasRenderingContext2D} */ (preview.getContext("2d"));
    const picture = new ImageData(columns, rows);
    const words = new Uint32Array(picture.data.buffer);
    const values = cut(ct, planes.axial, slice, geometry);
    for (let i = 0; i < words.length; i++) words[i] = grays[values[i] - LOWEST_HU];
    context.putImageData(picture, 0, 0);
    context.strokeStyle = HEMATOMA_COLOR;
    context.lineWidth = Math.max(1, columns / 100);
    context.stroke(outlineOf(editor.sliceMask(slice), rows, columns));
    const room = this.input.clientHeight - preview.clientHeight;
    preview.style.top = `${clamp(y - preview.clientHeight / 2, 0, Math.max(0, room))}px`;
  }

  /** @param {number} current */
  paint(current) {
    const { canvas, slices, input } = this;
    const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
    [canvas.width, canvas.height] = [wide * devicePixelRatio, high * devicePixelRatio];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(devicePixelRatio, devicePixelRatio);
    const band = high / slices.length;
    const largest = Math.max(...slices.map(({ area_mm2 }) => area_mm2), 1);
    input.style.setProperty("--band", `${band}px`); // so that the input's thumb lies on its band
    input.value = String(current);
    input.ariaValueText = this.inWords(current);
    for (const [slice, { area_mm2, dl_score }] of slices.entries()) {
      const top = high - (slice + 1) * band;
      const gap = band > 4 ? 1 : 0;
      const length = (area_mm2 / largest) * (wide - BAR_LEFT - 3);
      const score = dl_score === null ? null : between(SCORE, clamp(dl_score / TOP_SCORE, 0, 1));
      context.fillStyle = score ? `rgb(${score})` : "#4a5158";
      context.fillRect(BAR_LEFT, top + gap / 2, Math.max(1.5, length), band - gap);
    }
    if (this.highest >= 0) this.mark(context, high - (this.highest + 0.5) * band);
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.strokeRect(1, high - (current + 1) * band - 1, wide - 2, Math.max(4, band + 2));
  }

  /** @param {CanvasRenderingContext2D} context  @param {number} y  of the highest score */
  mark(context, y) {
    context.fillStyle = "#fff";
    context.beginPath();
    context.moveTo(3, y - 4);
    context.lineTo(8, y);
    context.lineTo(3, y + 4);
    context.fill();
  }
}
