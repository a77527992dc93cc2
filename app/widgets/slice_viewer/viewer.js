// @ts-check
/**
 * Axial CT slices on a canvas, with the hematoma's outline and the activation map.
 *
 * All is done in the browser; no event goes back to the server.  Array axes are (slice, row,
 * column), slices from caudal to cranial; positions are LPS in mm.
 *
 * @typedef {{name: string, center: number, width: number}} Preset   density window, HU
 * @typedef {object} Geometry
 * @property {[number, number, number]} shape              slices, rows, columns
 * @property {[number, number]} pixel_spacing_mm           between rows, between columns
 * @property {number[]} column_axis                        unit vector to the next column
 * @property {number[]} row_axis                           unit vector to the next row
 * @property {number[][]} positions_mm                     first pixel of each slice
 * @property {number[]} offsets_mm                         of each slice along the normal
 * @property {Record<"left" | "right" | "top" | "bottom", string>} marks
 * @typedef {object} StudyData
 * @property {Served} ct           HU
 * @property {Served} mask         0 or 1
 * @property {Served} activation   0 to 255
 * @property {Geometry} geometry
 * @property {Preset[]} windows
 * @property {{slice: number, token: string}} goto         carried out once per token
 */

const OUTLINE_COLOR = "#00e5ff"; // told from bone, brain and every heat color
const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5, Home: -Infinity, End: Infinity };

class SliceViewer {
  slice = 0;
  slices = 1;
  center = 0;
  width = 0;
  turn = 0;

  /** @param {ParentNode} root */
  constructor(root) {
    /** @type {(selector: string) => any} */
    this.find = (selector) => root.querySelector(selector);
    /** @type {HTMLCanvasElement} */
    this.canvas = this.find("canvas");
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.canvas);
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.onwheel = (event) => {
      event.preventDefault();
      this.go(this.slice - Math.sign(event.deltaY));
    };
    canvas.onkeydown = (event) => this.onKey(event);
    canvas.onpointerdown = (event) => {
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
    };
    canvas.onpointermove = (event) => {
      if (event.buttons) this.setWindow(this.center - event.movementY, this.width + event.movementX);
      this.showCursor(event);
    };
    canvas.onpointerleave = () => (this.find(".cursor").textContent = "");
    this.find("[name=slice]").oninput = (/** @type {any} */ e) => this.go(e.target.valueAsNumber);
    for (const name of ["outline", "activation", "opacity"]) {
      this.find(`[name=${name}]`).oninput = () => this.draw();
    }
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    const preset = this.data?.windows[Number(event.key) - 1];
    if (step) this.go(this.slice + step);
    else if (preset) this.setWindow(preset.center, preset.width);
    else if (event.key === "o") this.find("[name=outline]").click();
    else if (event.key === "g") this.find("[name=activation]").click();
    else return;
    event.preventDefault();
  }

  /** @param {StudyData} data */
  async update(data) {
    const turn = ++this.turn;
    const served = [data.ct, data.mask, data.activation];
    const [ct, mask, activation] = await Promise.all(served.map(load));
    if (turn !== this.turn) return; // a newer call overtook this one
    Object.assign(this, { data, ct, mask, activation });
    [this.slices, this.rows, this.columns] = data.geometry.shape;
    this.picture = new ImageData(this.columns, this.rows);
    this.offscreen = new OffscreenCanvas(this.columns, this.rows);
    /** @type {Map<number, Path2D>} */
    this.outlines = new Map();
    this.find("[name=slice]").max = this.slices - 1;
    for (const [side, letter] of Object.entries(data.geometry.marks)) {
      this.find(`.${side}`).textContent = letter;
    }
    this.offerWindows(data.windows);
    if (!this.width) this.setWindow(data.windows[0].center, data.windows[0].width);
    if (data.goto.token !== this.token) this.go(data.goto.slice);
    this.token = data.goto.token;
    this.draw();
  }

  /** @param {Preset[]} windows */
  offerWindows(windows) {
    const buttons = windows.map(({ name, center, width }, index) => {
      const button = document.createElement("button");
      button.textContent = name;
      button.title = `Center ${center}, width ${width} HU (key ${index + 1})`;
      button.onclick = () => this.setWindow(center, width);
      return button;
    });
    this.find(".windows").replaceChildren(...buttons);
  }

  /** @param {number} slice */
  go(slice) {
    this.slice = Math.max(0, Math.min(this.slices - 1, slice));
    this.draw();
  }

  /**
   * @param {number} center  HU
   * @param {number} width   HU
   */
  setWindow(center, width) {
    this.center = center;
    this.width = Math.max(1, width);
    this.grays = graysOf(this.center, this.width);
    this.draw();
  }

  /** @param {PointerEvent} event */
  showCursor(event) {
    if (!this.data || !this.scale) return;
    const { positions_mm, row_axis, column_axis, pixel_spacing_mm: mm } = this.data.geometry;
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - this.x) / this.scale);
    const row = Math.floor((event.clientY - box.top - this.y) / (this.scale * this.aspect));
    const inside = column >= 0 && row >= 0 && column < this.columns && row < this.rows;
    const lps = positions_mm[this.slice].map(
      (origin, i) => origin + row * mm[0] * row_axis[i] + column * mm[1] * column_axis[i],
    );
    const hu = this.ct[(this.slice * this.rows + row) * this.columns + column];
    this.find(".cursor").textContent = inside ? `${hu} HU at ${inWords(lps)}` : "";
  }

  draw() {
    if (this.data) this.frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = null;
    const context = this.place();
    this.paintPixels(context, this.ct, (value) => this.grays[value - LOWEST_HU]);
    if (this.find("[name=activation]").checked) {
      context.globalAlpha = this.find("[name=opacity]").value / 100;
      this.paintPixels(context, this.activation, (value) => HEAT_COLORS[value]);
      context.globalAlpha = 1;
    }
    if (this.find("[name=outline]").checked) this.paintOutline(context);
    this.label();
  }

  /** Fits the slice into the canvas; the context's unit is a pixel of the slice. */
  place() {
    const { canvas, rows, columns } = this;
    const [high, wide] = [canvas.clientHeight, canvas.clientWidth];
    const [row_mm, column_mm] = this.data.geometry.pixel_spacing_mm;
    this.aspect = row_mm / column_mm;
    this.scale = Math.min(wide / columns, high / (rows * this.aspect));
    this.x = (wide - columns * this.scale) / 2;
    this.y = (high - rows * this.scale * this.aspect) / 2;
    const dpr = window.devicePixelRatio;
    [canvas.width, canvas.height] = [wide * dpr, high * dpr];
    const context = canvas.getContext("2d");
    const scale = this.scale * dpr;
    context.setTransform(scale, 0, 0, scale * this.aspect, this.x * dpr, this.y * dpr);
    return context;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {ArrayLike<number>} values
   * @param {(value: number) => number} color  ABGR word of a value
   */
  paintPixels(context, values, color) {
    const words = new Uint32Array(this.picture.data.buffer);
    const start = this.slice * words.length;
    for (let i = 0; i < words.length; i++) words[i] = color(values[start + i]);
    this.offscreen.getContext("2d").putImageData(this.picture, 0, 0);
    context.drawImage(this.offscreen, 0, 0);
  }

  /** @param {CanvasRenderingContext2D} context */
  paintOutline(context) {
    let outline = this.outlines.get(this.slice);
    if (!outline) {
      const size = this.rows * this.columns;
      const mask = this.mask.subarray(this.slice * size, (this.slice + 1) * size);
      outline = outlineOf(mask, this.rows, this.columns);
      this.outlines.set(this.slice, outline);
    }
    context.strokeStyle = OUTLINE_COLOR;
    context.lineWidth = 1.5 / this.scale;
    context.lineCap = "square";
    context.stroke(outline);
  }

  /** Writes what is seen beside the picture. */
  label() {
    const { slice, data } = this;
    const z_mm = data.geometry.offsets_mm[slice].toFixed(1);
    this.find("[name=slice]").value = slice;
    this.find(".where").textContent = `Slice ${slice + 1} / ${this.slices}  ·  z ${z_mm} mm`;
    this.find(".window").textContent = `C ${this.center}  W ${this.width} HU`;
    this.find(".scale").style.width = `${(50 / data.geometry.pixel_spacing_mm[1]) * this.scale}px`;
    for (const [index, button] of [...this.find(".windows").children].entries()) {
      const { center, width } = data.windows[index];
      button.ariaPressed = String(center === this.center && width === this.width);
    }
  }

  /** @param {Error} error */
  fail(error) {
    this.find(".failed").textContent = error.message;
  }

  end() {
    this.observer.disconnect();
    this.data = null;
  }
}

/** @type {WeakMap<object, {viewer: SliceViewer, owner: object}>} */
const viewers = new WeakMap();

/**
 * Called by Streamlit on every change of data or theme, on the same parent element.
 * @param {{data: StudyData, parentElement: ParentNode}} component
 */
export default function ({ data, parentElement }) {
  const viewer = viewers.get(parentElement)?.viewer ?? new SliceViewer(parentElement);
  const owner = {};
  viewers.set(parentElement, { viewer, owner });
  viewer.update(data).catch((error) => viewer.fail(error));
  return () => {
    if (viewers.get(parentElement)?.owner !== owner) return; // a newer call keeps the viewer
    viewers.delete(parentElement);
    viewer.end();
  };
}
