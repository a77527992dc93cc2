// @ts-check
// One picture of the stage: a plane of the volume with what is drawn upon it.

/**
 * @typedef {{hematoma: "outline" | "fill" | "off", heat: "off" | "activation" | "filtered"}} Overlays
 * @typedef {{zoom: number, x: number, y: number}} View  x, y: pixel in the middle, from the center
 * @typedef {{plane: string, from: number[], to: number[]}} Ruler  from, to: LPS in mm
 */

const CROSS_HAIR_GAP = 14; // CSS pixels
const SCALE_BAR_MM = 50;

class Pane {
  scale = 1; // CSS pixels per pixel, across
  aspect = 1; // height of a pixel, of its width
  left = 0;
  top = 0;

  /**
   * @param {SliceViewer} viewer
   * @param {Plane} plane
   * @param {(viewer: SliceViewer) => Overlays} overlays
   * @param {string} [name]  of the picture, where one plane is shown several times
   * @param {boolean} [wider]  whether it is seen through the next wider window
   */
  constructor(viewer, plane, overlays, name, wider = false) {
    this.wider = wider;
    this.viewer = viewer;
    this.plane = plane;
    this.overlays = overlays;
    this.name = name;
    this.element = viewer.find(".pane-template").content.cloneNode(true).firstElementChild;
    /** @type {HTMLCanvasElement} */
    this.canvas = this.element.querySelector("canvas");
    this.canvas.ariaLabel = `${name ?? plane.name} CT slice. Wheel or arrow keys: other slices.`;
    for (const [side, letter] of Object.entries(plane.marks)) {
      this.element.querySelector(`.${side}`).textContent = letter;
    }
    this.rows = plane.rows;
    this.columns = plane.columns;
    this.picture = new ImageData(this.columns, this.rows);
    this.words = new Uint32Array(this.picture.data.buffer);
    this.offscreen = new OffscreenCanvas(this.columns, this.rows);
    listenToPointer(viewer, this);
  }

  get position() {
    return this.plane.positionOf(lpsOf(this.viewer.at, this.viewer.data.geometry));
  }

  /** @returns {View} */
  get view() {
    return this.viewer.views[this.plane.name];
  }

  /**
   * Pixel under a point of the window, as fractions.
   * @param {{clientX: number, clientY: number}} event
   * @returns {Point}
   */
  pixelAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return [
      (clientX - box.left - this.left) / this.scale,
      (clientY - box.top - this.top) / (this.scale * this.aspect),
    ];
  }

  /** Point of the patient under a point of the window. @param {{clientX: number, clientY: number}} event */
  lpsAt(event) {
    return this.plane.lpsAt(this.position, this.pixelAt(event));
  }

  /**
   * @param {{clientX: number, clientY: number}} event
   * @returns {Voxel | null}
   */
  voxelAt(event) {
    return voxelAt(this.plane, this.position, this.pixelAt(event), this.viewer.data.geometry);
  }

  /**
   * Point of the canvas, in CSS pixels, where a pixel is drawn.
   * @param {Point} pixel
   * @returns {Point}
   */
  pointOf([x, y]) {
    return [this.left + x * this.scale, this.top + y * this.scale * this.aspect];
  }

  /** @param {number} factor  @param {{clientX: number, clientY: number}} event */
  zoomAt(factor, event) {
    const { view } = this;
    const [x, y] = this.pixelAt(event);
    const zoom = clamp(view.zoom * factor, 1, 12);
    const share = 1 - view.zoom / zoom; // the pixel under the cursor stays there
    this.move((x - this.columns / 2 - view.x) * share, (y - this.rows / 2 - view.y) * share);
    view.zoom = zoom;
    if (zoom === 1) Object.assign(view, { x: 0, y: 0 });
  }

  /** Moves what is seen, by pixels; the middle of the canvas never leaves the picture. */
  move(/** @type {number} */ right, /** @type {number} */ down) {
    const { view, columns, rows } = this;
    view.x = clamp(view.x + right, -columns / 2, columns / 2);
    view.y = clamp(view.y + down, -rows / 2, rows / 2);
  }

  paint() {
    const { viewer, plane, position } = this;
    const { geometry } = viewer.data;
    const context = this.place();
    const { hematoma, heat } = this.overlays(viewer);
    const mask = cut(viewer.editor.mask, plane, position, geometry);
    const grays = this.wider ? viewer.widerGrays : viewer.grays;
    const densities = cut(viewer.ct, plane, position, geometry, LOWEST_HU);
    this.paintPixels(context, densities, grays, LOWEST_HU);
    context.globalAlpha = viewer.opacity;
    if (heat !== "off") {
      const colors = heat === "activation" ? HEAT_COLORS : FILTER_COLORS;
      this.paintPixels(context, cut(viewer[heat], plane, position, geometry), colors);
    }
    context.imageSmoothingEnabled = false;
    if (hematoma === "fill") this.paintPixels(context, mask, HEMATOMA_COLORS);
    context.globalAlpha = 1;
    if (hematoma !== "off" && viewer.outlinedAnew) {
      const network = cut(viewer.networkMask, plane, position, geometry);
      if (!equal(network, mask)) this.paintOutline(context, network, NETWORK_COLOR);
    }
    if (hematoma === "outline") this.paintOutline(context, mask, HEMATOMA_COLOR);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    if (viewer.layout === "planes") this.paintCrossHair(context);
    this.paintRulers(context);
    this.paintBrush(context);
    this.label();
  }

  /** Fits the picture into the canvas; the context's unit is a pixel of the picture. */
  place() {
    const { canvas, rows, columns, view, plane } = this;
    const [high, wide] = [canvas.clientHeight, canvas.clientWidth];
    this.aspect = plane.row_mm / plane.column_mm;
    this.scale = Math.min(wide / columns, high / (rows * this.aspect)) * view.zoom;
    this.left = wide / 2 - (columns / 2 + view.x) * this.scale;
    this.top = high / 2 - (rows / 2 + view.y) * this.scale * this.aspect;
    const ratio = devicePixelRatio;
    [canvas.width, canvas.height] = [wide * ratio, high * ratio];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const scale = this.scale * ratio;
    context.setTransform(scale, 0, 0, scale * this.aspect, this.left * ratio, this.top * ratio);
    return context;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {ArrayLike<number>} values
   * @param {Uint32Array} colors  ABGR words of the values from the lowest up
   * @param {number} [lowest]
   */
  paintPixels(context, values, colors, lowest = 0) {
    const { words, offscreen, picture } = this;
    for (let i = 0; i < words.length; i++) words[i] = colors[values[i] - lowest];
    offscreen.getContext("2d")?.putImageData(picture, 0, 0);
    context.drawImage(offscreen, 0, 0);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {ArrayLike<number>} mask
   * @param {string} color
   */
  paintOutline(context, mask, color) {
    context.strokeStyle = color;
    context.lineWidth = 1.5 / this.scale;
    context.lineCap = "square";
    context.stroke(outlineOf(mask, this.rows, this.columns));
  }

  /** Where the other planes pass: a tilted slice leans. @param {CanvasRenderingContext2D} context */
  paintCrossHair(context) {
    const { viewer: { at, data }, plane: { pixelOf, lean }, canvas } = this;
    const [x, y] = this.pointOf(pixelOf(lpsOf(at, data.geometry)));
    const path = new Path2D();
    for (const [from, to] of [[0, x - CROSS_HAIR_GAP], [x + CROSS_HAIR_GAP, canvas.clientWidth]]) {
      path.moveTo(from, y + (from - x) * lean);
      path.lineTo(to, y + (to - x) * lean);
    }
    for (const [from, to] of [[0, y - CROSS_HAIR_GAP], [y + CROSS_HAIR_GAP, canvas.clientHeight]]) {
      path.moveTo(x, from);
      path.lineTo(x, to);
    }
    context.lineWidth = 1;
    context.strokeStyle = CROSS_HAIR_COLOR;
    context.stroke(path);
  }

  /** @param {CanvasRenderingContext2D} context */
  paintRulers(context) {
    context.font = `600 ${getComputedStyle(this.element).fontSize} sans-serif`;
    for (const ruler of this.rulers) {
      const [from, to] = [ruler.from, ruler.to].map((end) => this.pointOf(this.plane.pixelOf(end)));
      const path = new Path2D();
      path.moveTo(...from);
      path.lineTo(...to);
      for (const [x, y] of [from, to]) {
        path.moveTo(x + 3, y);
        path.arc(x, y, 3, 0, 2 * Math.PI);
      }
      line(context, path, RULER_COLOR);
      const text = lengthInWords(ruler);
      const room = this.canvas.clientWidth - context.measureText(text).width - 8;
      write(context, text, [Math.min(to[0] + 8, room), to[1] - 6], RULER_COLOR);
    }
  }

  /** Those of the picture that is shown. */
  get rulers() {
    const { viewer, plane, position } = this;
    return viewer.rulers.filter(
      (ruler) => ruler.plane === plane.name && plane.positionOf(ruler.from) === position,
    );
  }

  /** @param {CanvasRenderingContext2D} context */
  paintBrush(context) {
    const { tool, brush_mm, pointer } = this.viewer;
    if (pointer?.pane !== this || !EDITORS.has(tool) || this.plane.name !== "axial") return;
    const [x, y] = this.pointOf(this.pixelAt(pointer));
    const path = new Path2D();
    const radius = (brush_mm / 2 / this.plane.column_mm) * this.scale;
    path.arc(x, y, radius, 0, 2 * Math.PI);
    line(context, path, tool === "brush" ? HEMATOMA_COLOR : "#fff");
  }

  /** Writes what is seen beside the picture. */
  label() {
    const { viewer, plane, name } = this;
    const caption = name ?? (plane.name === "axial" ? "" : this.planeInWords());
    this.element.querySelector(".caption").textContent = caption;
    const width = (SCALE_BAR_MM / plane.column_mm) * this.scale;
    this.element.querySelector(".scale").style.width = `${width}px`;
    this.canvas.style.cursor = EDITORS.has(viewer.tool) && plane.name === "axial" ? "none" : "";
  }

  /** Such as "Coronal, P 12 mm". */
  planeInWords() {
    const { geometry } = this.viewer.data;
    const normal = this.plane.name === "coronal" ? geometry.row_axis : geometry.column_axis;
    const sizes = normal.map(Math.abs);
    const side = sideInWords(lpsOf(this.viewer.at, geometry), sizes.indexOf(Math.max(...sizes)));
    return `${this.plane.name === "coronal" ? "Coronal" : "Sagittal"} ${side} mm`;
  }
}
