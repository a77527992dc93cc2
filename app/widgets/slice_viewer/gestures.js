// @ts-check
// What the pointer does on a picture: each tool begins a gesture that follows the pointer.

/**
 * @typedef {object} Gesture
 * @property {(event: PointerEvent) => void} move
 * @property {(clicked: boolean) => void} [end]  clicked: the pointer did not move
 * @typedef {(viewer: SliceViewer, pane: Pane, begun: PointerEvent) => Gesture} Tool
 */

const CLICK_PX = 3;
const WHEEL_STEP = 50; // a notch of a mouse is 100 or more, a touch pad sends many small ones
const EDITORS = new Set(["brush", "eraser"]);

/** @type {Record<string, Tool>} */
const TOOLS = {
  /** Drag scrolls the plane; a click among three planes moves the cross-hair. */
  scroll(viewer, pane, begun) {
    const { axis } = pane.plane;
    const from = viewer.at[axis];
    const step_px = Math.max(2, (pane.canvas.clientHeight * 0.8) / viewer.count(axis));
    return {
      move: ({ clientY }) =>
        viewer.go(from + Math.round((begun.clientY - clientY) / step_px), axis),
      end: (clicked) => {
        const voxel = clicked && viewer.layout === "planes" && pane.voxelAt(begun);
        if (voxel) viewer.lookAt(voxel);
      },
    };
  },

  /** Drag: up is brighter, right is wider, as on a workstation. */
  window(viewer) {
    return {
      move: ({ movementX, movementY }) =>
        viewer.setWindow(viewer.center + movementY, viewer.width + movementX),
    };
  },

  /** A drag, or two clicks. */
  ruler(viewer, pane, begun) {
    let ruler = viewer.openRuler;
    if (!ruler || !pane.rulers.includes(ruler)) {
      const from = pane.lpsAt(begun);
      ruler = { plane: pane.plane.name, from, to: from };
      viewer.rulers.push(ruler);
    }
    const second = ruler === viewer.openRuler;
    const measured = ruler;
    return {
      move: (event) => (measured.to = pane.lpsAt(event)),
      end: (clicked) => {
        viewer.openRuler = clicked && !second ? measured : null;
        if (second && clicked) measured.to = pane.lpsAt(begun);
        if (second && clicked && String(measured.from) === String(measured.to)) viewer.rulers.pop();
        if (!viewer.openRuler) viewer.keepRulers();
      },
    };
  },

  brush: (viewer, pane, begun) => paintWith(1, viewer, pane, begun),
  eraser: (viewer, pane, begun) => paintWith(0, viewer, pane, begun),

  pan(_viewer, pane) {
    return {
      move: ({ movementX, movementY }) =>
        pane.move(-movementX / pane.scale, -movementY / (pane.scale * pane.aspect)),
    };
  },
};

/**
 * @param {0 | 1} value
 * @param {SliceViewer} viewer
 * @param {Pane} pane
 * @param {PointerEvent} begun
 * @returns {Gesture}
 */
function paintWith(value, viewer, pane, begun) {
  const { editor, brush_mm } = viewer;
  if (viewer.hematoma === "off") viewer.showHematoma("outline"); // nobody draws unseen
  let last = pane.pixelAt(begun);
  const brushTo = (/** @type {Point} */ next) => {
    editor.brush(last, next, brush_mm / 2, value);
    last = next;
  };
  editor.beginStroke(viewer.at.slice);
  brushTo(last);
  return { move: (event) => brushTo(pane.pixelAt(event)), end: () => editor.endStroke() };
}

/**
 * The tool of a mouse button: right is the window, middle pans, left is the chosen tool.
 * @param {SliceViewer} viewer
 * @param {Pane} pane
 * @param {number} button
 */
function toolOf(viewer, pane, button) {
  if (button === 2) return TOOLS.window;
  if (button === 1) return TOOLS.pan;
  if (EDITORS.has(viewer.tool) && pane.plane.name !== "axial") return TOOLS.scroll;
  return TOOLS[viewer.tool];
}

/**
 * @param {SliceViewer} viewer
 * @param {Pane} pane
 */
function listenToPointer(viewer, pane) {
  const { canvas } = pane;
  let begun = /** @type {PointerEvent | null} */ (null);
  let moved = false;
  canvas.oncontextmenu = (event) => event.preventDefault();
  canvas.onpointerdown = (event) => {
    if (viewer.gesture) return;
    if (viewer.film) viewer.toggleFilm();
    event.preventDefault(); // no selection of text, no scrolling by the middle button
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    [begun, moved] = [event, false];
    viewer.gesture = toolOf(viewer, pane, event.button)(viewer, pane, event);
    viewer.draw();
  };
  canvas.onpointermove = (event) => {
    viewer.pointer = { pane, clientX: event.clientX, clientY: event.clientY };
    if (begun) {
      const distance = Math.hypot(event.clientX - begun.clientX, event.clientY - begun.clientY);
      moved ||= distance > CLICK_PX;
      if (moved) viewer.gesture?.move(event);
    } else if (viewer.openRuler && pane.rulers.includes(viewer.openRuler)) {
      viewer.openRuler.to = pane.lpsAt(event);
    }
    viewer.draw();
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (begun) viewer.gesture?.end?.(!moved);
    begun = viewer.gesture = null;
    viewer.draw();
  };
  canvas.onpointerleave = () => {
    viewer.pointer = null;
    viewer.draw();
  };
  canvas.ondblclick = (event) => {
    const tool = toolOf(viewer, pane, 0);
    if (tool === TOOLS.brush) {
      viewer.editor.fill(viewer.at.slice, pane.pixelAt(event), viewer.brush_mm / 2);
    }
    if (tool === TOOLS.scroll || tool === TOOLS.window) viewer.resetView(pane.plane.name);
    viewer.draw();
  };
  canvas.onwheel = (event) => {
    event.preventDefault();
    if (event.ctrlKey) pane.zoomAt(Math.exp(-event.deltaY / 400), event);
    else viewer.wheel(event.deltaY, pane.plane.axis);
    viewer.draw();
  };
}
