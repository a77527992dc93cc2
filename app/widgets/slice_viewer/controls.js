// @ts-check
// The toolbar, what is written and pressed on the picture, and the keyboard.

const STEPS = {
  ArrowUp: 1,
  ArrowDown: -1,
  PageUp: 5,
  PageDown: -5,
  Home: -Infinity,
  End: Infinity,
};
const SMALLEST_BRUSH_MM = 1; // diameter
const LARGEST_BRUSH_MM = 40;
const BRUSH_FACTOR = 1.25;
/** @type {Overlays["hematoma"][]} */
const HEMATOMA_MODES = ["outline", "fill", "off"];

/** @type {Record<string, (viewer: SliceViewer) => unknown>} what each key does */
const KEYS = {
  a: (viewer) => viewer.setLayout("axial"),
  t: (viewer) => viewer.setLayout("planes"),
  v: (viewer) => viewer.setLayout("windows"),
  d: (viewer) => viewer.setLayout("side"),
  s: (viewer) => viewer.setTool("scroll"),
  w: (viewer) => viewer.setTool("window"),
  r: (viewer) => viewer.setTool("ruler"),
  b: (viewer) => viewer.setTool("brush"),
  e: (viewer) => viewer.setTool("eraser"),
  g: (viewer) => viewer.find("[name=activation]").click(),
  l: (viewer) => viewer.find("[name=filtered]").click(),
  o: (viewer) => {
    const next = HEMATOMA_MODES.indexOf(viewer.hematoma) + 1;
    viewer.showHematoma(HEMATOMA_MODES[next % HEMATOMA_MODES.length]);
  },
  "[": (viewer) => viewer.sizeBrush(1 / BRUSH_FACTOR),
  "]": (viewer) => viewer.sizeBrush(BRUSH_FACTOR),
  c: (viewer) => viewer.toggleFilm(),
  "?": (viewer) => toggleKeys(viewer),
  Delete: (viewer) => viewer.clearRulers(),
  Escape: (viewer) => {
    viewer.find(".keys").hidden = true;
    if (viewer.film) viewer.toggleFilm();
    viewer.setTool("scroll");
  },
};

const BRACKETS = new Set(["[", "]"]); // many keyboards have them on AltGr, which may be Ctrl + Alt

/** @param {SliceViewer} viewer */
function listenToControls(viewer) {
  const { find } = viewer;
  find(".viewer").onkeydown = (/** @type {KeyboardEvent} */ event) => onKey(viewer, event);
  for (const button of find(".viewer").querySelectorAll("[data-layout]")) {
    button.onclick = () => viewer.setLayout(button.dataset.layout);
  }
  for (const button of find(".viewer").querySelectorAll("[data-tool]")) {
    button.onclick = () => viewer.setTool(button.dataset.tool);
  }
  find("[name=window]").oninput = (/** @type {any} */ { target }) => {
    const preset = viewer.data.windows[target.value];
    if (preset) viewer.setWindow(preset.center, preset.width);
  };
  find("[name=hematoma]").oninput = (/** @type {any} */ { target }) => {
    viewer.showHematoma(target.value);
  };
  const maps = [find("[name=activation]"), find("[name=filtered]")];
  for (const [map, other] of [maps, maps.toReversed()]) {
    map.oninput = () => {
      other.checked = false; // one map at a time
      viewer.draw();
    };
  }
  find("[name=opacity]").oninput = () => viewer.draw();
  find(".cine").onclick = () => viewer.toggleFilm();
  find(".ask").onclick = () => toggleKeys(viewer);
  find(".clear-rulers").onclick = () => viewer.clearRulers();
  find(".smaller").onclick = () => viewer.sizeBrush(1 / BRUSH_FACTOR);
  find(".larger").onclick = () => viewer.sizeBrush(BRUSH_FACTOR);
  find(".undo").onclick = () => viewer.undo();
  find(".reset").onclick = () => viewer.reset();
  find(".apply").onclick = () => {
    viewer.panes[0].canvas.focus({ preventScroll: true }); // the button goes, the keys stay
    viewer.apply();
  };
}

/** @param {SliceViewer} viewer */
function toggleKeys(viewer) {
  const keys = viewer.find(".keys");
  keys.hidden = !keys.hidden;
  viewer.draw();
}

/**
 * @param {SliceViewer} viewer
 * @param {KeyboardEvent} event
 */
function onKey(viewer, event) {
  const command = viewer.data && commandOf(viewer, event);
  if (!command) return;
  if (!viewer.gesture) command(viewer); // a drag ends as it began
  event.preventDefault();
  event.stopPropagation(); // Streamlit has own uses for some letters
}

/**
 * @param {SliceViewer} viewer
 * @param {KeyboardEvent} event
 * @returns {((viewer: SliceViewer) => unknown) | undefined}
 */
function commandOf(viewer, { key, altKey, ctrlKey, metaKey, shiftKey, target }) {
  if (altKey) return BRACKETS.has(key) ? KEYS[key] : undefined;
  const undoes = key.toLowerCase() === "z" && !shiftKey; // "Z" is Caps Lock
  if (ctrlKey || metaKey) return undoes ? () => viewer.undo() : undefined;
  const step = STEPS[/** @type {keyof typeof STEPS} */ (key)];
  const chooses = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
  if (step) return chooses ? undefined : () => viewer.go(viewer.at.slice + step);
  const preset = viewer.data.windows[Number(key) - 1];
  if (preset) return () => viewer.setWindow(preset.center, preset.width);
  return KEYS[key.length === 1 ? key.toLowerCase() : key];
}

/**
 * @param {SliceViewer} viewer
 * @param {Preset[]} windows
 */
function offerWindows(viewer, windows) {
  const options = windows.map(({ name, center, width }, index) => {
    const option = new Option(name[0].toUpperCase() + name.slice(1), String(index));
    option.title = `Center ${center}, width ${width} HU (key ${index + 1})`;
    return option;
  });
  viewer.find("[name=window]").replaceChildren(...options, new Option("Own", "own"));
}

/** Writes what is chosen into the controls. @param {SliceViewer} viewer */
function showControls(viewer) {
  const { find, data, editor } = viewer;
  const press = (/** @type {string} */ kind, /** @type {string} */ chosen) => {
    for (const button of find(".viewer").querySelectorAll(`[data-${kind}]`)) {
      button.ariaPressed = String(button.dataset[kind] === chosen);
    }
  };
  press("layout", viewer.layout);
  press("tool", viewer.tool);
  find(".cine").ariaPressed = String(Boolean(viewer.film));
  find(".ask").ariaPressed = String(!find(".keys").hidden);
  const preset = data.windows.findIndex(
    (/** @type {Preset} */ { center, width }) => center === viewer.center && width === viewer.width,
  );
  find("[name=window]").value = preset < 0 ? "own" : preset;
  find("[name=hematoma]").value = viewer.hematoma;
  const edits = EDITORS.has(viewer.tool);
  find(".looks").hidden = edits;
  find(".editing").hidden = !edits;
  find(".brush-size").textContent = `⌀ ${viewer.brush_mm.toFixed(1)} mm`;
  find(".undo").disabled = !editor.strokes.length;
  find(".reset").disabled = !editor.unapplied && !data.edited;
  find(".apply").hidden = !editor.unapplied || (editor.awaited && !editor.overdue);
  find(".state").textContent = stateInWords(editor);
  find(".edited").hidden = !data.edited;
  find(".two-outlines").hidden = !viewer.outlinedAnew || viewer.hematoma === "off";
  find(".filter-legend").hidden = viewer.heat !== "filtered";
  find(".measuring").hidden = !viewer.rulers.length || edits;
  const measured = viewer.panes.find(({ rulers }) => rulers.length);
  const lengths = measured?.rulers.map(lengthInWords) ?? [];
  find(".lengths").textContent = lengths.join("  ·  ");
}

/** @param {MaskEditor} editor */
function stateInWords({ unapplied, awaited, overdue, refusal, sent, version }) {
  if (!unapplied) return "";
  if (overdue) return "Not scored yet: wait, or apply it again";
  if (awaited) return "Scoring the edited hematoma…";
  const refused = sent === version ? refusal : null;
  return refused ? `${refused.message} ${refused.remedy}` : "Edited, not yet applied";
}

/** Writes beside the picture what is seen. @param {SliceViewer} viewer */
function showLabels(viewer) {
  const { find, at, data: { geometry } } = viewer;
  const z_mm = geometry.offsets_mm[at.slice].toFixed(1);
  find(".where").textContent = `Slice ${at.slice + 1} / ${viewer.count("slice")}  ·  z ${z_mm} mm`;
  find(".window").textContent = `C ${viewer.center}  W ${viewer.width} HU`;
  find(".cursor").textContent = cursorInWords(viewer);
}

/** Density and position under the cursor, and the filter where it is shown. @param {SliceViewer} viewer */
function cursorInWords({ pointer, ct, heat, filtered, data: { geometry, compact_hu } }) {
  const voxel = pointer?.pane.voxelAt(pointer);
  if (!voxel) return "";
  const [, rows, columns] = geometry.shape;
  const index = (voxel.slice * rows + voxel.row) * columns + voxel.column;
  const level = heat === "filtered" ? filtered[index] : 0;
  const filter = level ? `, filter ${(((level - 1) / 254) * compact_hu).toFixed(0)} HU` : "";
  return `${ct[index]} HU at ${inWords(lpsOf(voxel, geometry))}${filter}`;
}
