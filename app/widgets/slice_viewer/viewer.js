// @ts-check
/**
 * CT slices on canvases, with the hematoma and the activation map, in three planes.
 *
 * Edits of the hematoma and distances go to the server; all else is done in the browser.  Array axes
 * are (slice, row, column), slices from caudal to cranial; positions are LPS in mm.
 *
 * @typedef {{name: string, center: number, width: number}} Preset   density window, HU
 * @typedef {object} Geometry
 * @property {[number, number, number]} shape              slices, rows, columns
 * @property {[number, number]} pixel_spacing_mm           between rows, between columns
 * @property {number[]} column_axis                        unit vector to the next column
 * @property {number[]} row_axis                           unit vector to the next row
 * @property {number[]} normal                             unit vector of the slices, cranial
 * @property {number[]} up                                 unit vector that upright pictures stand on
 * @property {number[][]} positions_mm                     first pixel of each slice
 * @property {number[]} offsets_mm                         of each slice along the normal
 * @property {Marks & {cranial: string, caudal: string}} marks
 * @typedef {object} StudyData
 * @property {Served} ct           HU
 * @property {Served} mask         0 or 1
 * @property {Served} network_mask 0 or 1, before any reader's edit
 * @property {Served} activation   0 to 255
 * @property {Served} filtered     0 to 255: 0 none, 1 at 0 HU, 255 at compact_hu
 * @property {number} compact_hu
 * @property {boolean} edited      whether the mask is a reader's
 * @property {Geometry} geometry
 * @property {SliceSummary[]} slices
 * @property {Preset[]} windows
 * @property {Refusal | null} refused  why an edit was not taken
 * @property {Ruler[]} rulers      that are kept with the study
 * @property {{slice: number, token: string}} goto         carried out once per token
 * @property {boolean} presenter   large labels
 * @typedef {"axial" | "planes" | "windows" | "side"} Layout
 * @typedef {(name: string, value: object) => void} Send   to the server
 */

const FILM_MS = 125; // per slice

/** @type {(viewer: SliceViewer) => Overlays} */
const asChosen = (viewer) => ({
  hematoma: viewer.hematoma,
  heat: viewer.heat,
});

/** @type {Record<Layout, [string, (viewer: SliceViewer) => Overlays, string?, boolean?][]>} plane, overlays, name, whether in the wider window */
const LAYOUTS = {
  axial: [["axial", asChosen]],
  planes: [["axial", asChosen], ["coronal", asChosen], ["sagittal", asChosen]],
  windows: [["axial", asChosen, "Window as chosen"], ["axial", asChosen, "Wider window", true]],
  // As Fig. 4 of the paper, doi 10.1007/s00234-024-03298-y.
  side: [
    ["axial", () => ({ hematoma: "off", heat: "off" }), "Original"],
    ["axial", ({ hematoma }) => ({ hematoma, heat: "off" }), "Segmentation"],
    ["axial", () => ({ hematoma: "off", heat: "activation" }), "Activation"],
  ],
};

class SliceViewer {
  /** @type {Voxel} */
  at = { slice: 0, row: 0, column: 0 };
  center = 0;
  width = 0;
  brush_mm = 6;
  turn = 0;
  wheeled = 0;
  tool = "scroll";
  /** @type {Layout} */
  layout = "axial";
  /** @type {Overlays["hematoma"]} */
  hematoma = "outline";
  /** @type {Pane[]} */
  panes = [];
  /** @type {Ruler[]} */
  rulers = [];
  /** @type {Ruler | null} */
  openRuler = null;
  /** @type {Gesture | null} */
  gesture = null;
  /** @type {{pane: Pane, clientX: number, clientY: number} | null} */
  pointer = null;
  /** @type {number | null} request of the next paint */
  frame = null;
  /** @type {number | null} timer while the slices are played */
  film = null;
  /** @type {MaskEditor} */
  editor;
  /** @type {StudyData} */
  data;
  /** @type {Int16Array} */
  ct;
  /** @type {Uint8Array} */
  activation;
  /** @type {Uint8Array} */
  filtered;
  /** @type {Uint8Array} */
  networkMask;
  /** @type {Uint32Array} */
  grays;
  /** @type {Uint32Array} through the window that is the next wider one */
  widerGrays;
  /** @type {Record<string, Plane>} */
  planes;
  /** @type {Record<string, View>} */
  views;
  /** @type {Send} */
  send;
  /** @type {string | undefined} of the last goto */
  token;

  /** @param {ParentNode} root */
  constructor(root) {
    /** @type {(selector: string) => any} */
    this.find = (selector) => root.querySelector(selector);
    this.strip = new Strip(this.find(".strip"), this);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.find(".body"));
    listenToControls(this);
  }

  /** @returns {Overlays["heat"]} */
  get heat() {
    if (this.find("[name=filtered]").checked) return "filtered";
    return this.find("[name=activation]").checked ? "activation" : "off";
  }

  /** Whether the outline may differ from the network's. */
  get outlinedAnew() {
    return this.data.edited || this.editor.unapplied || Boolean(this.editor.stroke);
  }

  get opacity() {
    return this.find("[name=opacity]").value / 100;
  }

  /** @param {StudyData} data  @param {Send} send */
  async update(data, send) {
    const turn = ++this.turn;
    const same = this.data?.ct.sha256 === data.ct.sha256;
    const kept = same && this.editor.recognizes(data.mask.sha256);
    const [ct, activation, filtered, networkMask, mask] = await Promise.all([
      load(data.ct),
      load(data.activation),
      load(data.filtered),
      load(data.network_mask),
      kept ? null : load(data.mask),
    ]);
    if (turn !== this.turn) return; // a newer call overtook this one
    Object.assign(this, { data, ct, activation, filtered, networkMask, send });
    const served = /** @type {Uint8Array} */ (mask);
    if (served) this.editor = new MaskEditor(served, data.mask.sha256, data.geometry);
    if (data.refused) this.editor.refuse(data.refused);
    if (!same) this.showStudy(data);
    this.strip.show(data.slices);
    this.find(".viewer").classList.toggle("presenter", data.presenter);
    if (data.goto.token !== this.token) this.go(data.goto.slice);
    this.token = data.goto.token;
    this.draw();
  }

  /** @param {StudyData} data */
  showStudy({ geometry, windows, goto, rulers }) {
    this.planes = planesOf(geometry);
    const views = Object.keys(this.planes).map((name) => [name, { zoom: 1, x: 0, y: 0 }]);
    this.views = Object.fromEntries(views);
    this.rulers = [...rulers];
    this.openRuler = null;
    const middle = middleOf(this.editor.sliceMask(goto.slice), geometry);
    this.at = { slice: goto.slice, ...middle };
    offerWindows(this, windows);
    if (!this.width) this.setWindow(windows[0].center, windows[0].width);
    this.setLayout(this.layout);
  }

  /** @param {Layout} layout */
  setLayout(layout) {
    this.gesture?.end?.(false); // its canvas goes, and no pointerup will come
    this.gesture = null;
    const focused = this.find(".panes").matches(":focus-within");
    this.layout = layout;
    this.pointer = null;
    this.panes = LAYOUTS[layout].map(
      ([plane, overlays, name, wider]) =>
        new Pane(this, this.planes[plane], overlays, name, wider),
    );
    this.find(".stage").dataset.shows = layout;
    this.find(".panes").replaceChildren(...this.panes.map(({ element }) => element));
    if (focused) this.panes[0].canvas.focus({ preventScroll: true });
    this.draw();
  }

  /** @param {string} tool */
  setTool(tool) {
    this.dropOpenRuler();
    this.tool = tool;
    this.draw();
  }

  /** @param {Overlays["hematoma"]} hematoma */
  showHematoma(hematoma) {
    this.hematoma = hematoma;
    this.draw();
  }

  /** Number of positions along an axis. @param {Axis} axis */
  count(axis) {
    return this.data.geometry.shape[["slice", "row", "column"].indexOf(axis)];
  }

  /** @param {number} position  @param {Axis} axis */
  go(position, axis = "slice") {
    if (this.editor.stroke) return; // a stroke keeps to its slice
    this.dropOpenRuler();
    this.at[axis] = clamp(position, 0, this.count(axis) - 1);
    this.draw();
  }

  /** @param {Voxel} voxel */
  lookAt(voxel) {
    Object.assign(this.at, voxel);
    this.draw();
  }

  /** @param {number} delta  @param {Axis} axis */
  wheel(delta, axis) {
    this.wheeled += clamp(delta, -WHEEL_STEP, WHEEL_STEP);
    if (Math.abs(this.wheeled) < WHEEL_STEP) return;
    this.go(this.at[axis] - Math.sign(this.wheeled), axis);
    this.wheeled = 0;
  }

  /** @param {number} center  HU  @param {number} width  HU */
  setWindow(center, width) {
    this.center = Math.round(center);
    this.width = Math.max(1, Math.round(width));
    this.grays = graysOf(this.center, this.width);
    const wider = this.data.windows
      .filter((/** @type {Preset} */ preset) => preset.width > this.width)
      .sort((/** @type {Preset} */ one, /** @type {Preset} */ other) => one.width - other.width)[0];
    this.widerGrays = graysOf(wider?.center ?? this.center, wider?.width ?? 2 * this.width);
    this.draw();
  }

  /** @param {string} plane */
  resetView(plane) {
    Object.assign(this.views[plane], { zoom: 1, x: 0, y: 0 });
    this.draw();
  }

  /** Plays the slices upwards, round and round, or stops. */
  toggleFilm() {
    if (this.film) clearInterval(this.film);
    this.film = this.film
      ? null
      : setInterval(() => this.go((this.at.slice + 1) % this.count("slice")), FILM_MS);
    this.draw();
  }

  dropOpenRuler() {
    if (this.openRuler) this.rulers.pop();
    this.openRuler = null;
  }

  clearRulers() {
    const kept = this.rulers.length > Number(Boolean(this.openRuler)); // one is not measured yet
    this.rulers = [];
    this.openRuler = null;
    if (kept) this.keepRulers();
    this.draw();
  }

  /** Has the server keep what was measured with the study, for a reload and for the report. */
  keepRulers() {
    this.send("rulers", { study: this.data.ct.sha256, rulers: this.rulers });
  }

  /** @param {number} factor */
  sizeBrush(factor) {
    this.brush_mm = clamp(this.brush_mm * factor, SMALLEST_BRUSH_MM, LARGEST_BRUSH_MM);
    this.draw();
  }

  undo() {
    const slice = this.gesture ? undefined : this.editor.undo();
    if (slice !== undefined) this.go(slice); // what is taken back is seen
  }

  /** Back to the network's outline; the server is asked for it where it has an edited one. */
  reset() {
    if (this.data.edited) {
      this.editor.expectAnother();
      this.send("reset", { study: this.data.ct.sha256 });
    } else this.editor.restore();
    this.draw();
  }

  async apply() {
    const { editor, data: { ct, geometry } } = this;
    try {
      const message = editor.message();
      this.draw();
      this.send("mask", { ...(await message), study: ct.sha256, shape: geometry.shape });
      setTimeout(() => this.draw(), ANSWERED_MS);
    } catch (error) {
      const message = `The edit was not sent (${/** @type {Error} */ (error).message}).`;
      editor.refuse({ request: editor.request, message, remedy: "Apply it again." });
      this.draw();
    }
  }

  draw() {
    if (this.data) this.frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = null;
    for (const pane of this.panes) pane.paint();
    this.strip.paint(this.at.slice);
    showControls(this);
    showLabels(this);
  }

  /** @param {Error} error */
  fail(error) {
    this.find(".failed").textContent = error.message;
  }

  end() {
    this.turn++;
    if (this.film) clearInterval(this.film);
    this.observer.disconnect();
    if (this.frame) cancelAnimationFrame(this.frame);
  }
}

/** @type {WeakMap<object, {viewer: SliceViewer, owner: object}>} */
const viewers = new WeakMap();

/**
 * Called by Streamlit on every change of data or theme, on the same parent element.
 * @param {{data: StudyData, parentElement: ParentNode, setTriggerValue: Send}} component
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const viewer = viewers.get(parentElement)?.viewer ?? new SliceViewer(parentElement);
  const owner = {};
  viewers.set(parentElement, { viewer, owner });
  viewer.update(data, setTriggerValue).catch((error) => viewer.fail(error));
  return () => {
    if (viewers.get(parentElement)?.owner !== owner) return; // a newer call keeps the viewer
    viewers.delete(parentElement);
    viewer.end();
  };
}
