// @ts-check
// Axial, coronal and sagittal pictures: which voxel stands where, in mm.

/**
 * @typedef {"slice" | "row" | "column"} Axis
 * @typedef {Record<Axis, number>} Voxel
 * @typedef {Record<"left" | "right" | "top" | "bottom", string>} Marks  letters of the patient
 * @typedef {object} Plane            how pictures are cut out of the volume
 * @property {"axial" | "coronal" | "sagittal"} name
 * @property {Axis} axis              along which it is scrolled
 * @property {Axis} across            from left to right
 * @property {Axis} down              from top to bottom
 * @property {number} stride          voxels from one position to the next
 * @property {Int32Array} rowStarts   first voxel of each picture row, at position 0
 * @property {Int32Array} columnSteps voxels from the first to each pixel of a picture row
 * @property {number[]} centers       picture row, as a fraction, of the center of each voxel down
 * @property {number} row_mm          height of a pixel
 * @property {number} column_mm       width of a pixel
 * @property {Marks} marks
 */

/**
 * The three planes of a stack.  In a stack with a tilted gantry they follow the slices.
 * @param {Geometry} geometry
 * @returns {Record<"axial" | "coronal" | "sagittal", Plane>}
 */
function planesOf({ shape, pixel_spacing_mm, offsets_mm, marks }) {
  const [, rows, columns] = shape;
  const [row_mm, column_mm] = pixel_spacing_mm;
  const area = rows * columns;
  const upright = (/** @type {number} */ mm, /** @type {Marks} */ sides) => {
    const { sliceOfRow, centers } = slicesByHeight(offsets_mm, mm);
    const rowStarts = sliceOfRow.map((slice) => slice * area);
    /** @type {Axis} */
    const down = "slice";
    return { down, rowStarts, centers, row_mm: mm, column_mm: mm, marks: sides };
  };
  const { left, right, top, bottom, cranial, caudal } = marks;
  return {
    axial: {
      name: "axial", axis: "slice", across: "column", down: "row", stride: area,
      rowStarts: steps(rows, columns), columnSteps: steps(columns, 1),
      centers: Array.from({ length: rows }, (_, row) => row + 0.5),
      row_mm, column_mm, marks: { left, right, top, bottom },
    },
    coronal: {
      name: "coronal", axis: "row", across: "column", stride: columns,
      columnSteps: steps(columns, 1),
      ...upright(column_mm, { left, right, top: cranial, bottom: caudal }),
    },
    sagittal: {
      name: "sagittal", axis: "column", across: "row", stride: 1,
      columnSteps: steps(rows, columns),
      ...upright(row_mm, { left: top, right: bottom, top: cranial, bottom: caudal }),
    },
  };
}

/**
 * @param {number} count
 * @param {number} by
 */
function steps(count, by) {
  return Int32Array.from({ length: count }, (_, i) => i * by);
}

/**
 * Nearest slice of each picture row, cranial first, and the row of each slice's center: heights
 * are true also where slices are unevenly spaced.
 * @param {number[]} offsets_mm  of the slices along their normal, ascending
 * @param {number} row_mm        height of a picture row
 */
function slicesByHeight(offsets_mm, row_mm) {
  const last = offsets_mm.length - 1;
  const [lowest, highest] = [offsets_mm[0], offsets_mm[last]];
  const bottom = last ? lowest - (offsets_mm[1] - lowest) / 2 : lowest - row_mm / 2;
  const top = last ? highest + (highest - offsets_mm[last - 1]) / 2 : highest + row_mm / 2;
  const sliceOfRow = new Int32Array(Math.max(1, Math.round((top - bottom) / row_mm)));
  let slice = last;
  for (let row = 0; row < sliceOfRow.length; row++) {
    const height = top - (row + 0.5) * row_mm;
    while (slice > 0 && height < (offsets_mm[slice] + offsets_mm[slice - 1]) / 2) slice--;
    sliceOfRow[row] = slice;
  }
  return { sliceOfRow, centers: offsets_mm.map((offset) => (top - offset) / row_mm) };
}

/**
 * Values of one picture, row by row.
 * @template {Int16Array | Uint8Array} T
 * @param {T} values  of the volume
 * @param {Plane} plane
 * @param {number} position
 * @returns {T}
 */
function cut(values, { name, stride, rowStarts, columnSteps }, position) {
  const start = position * stride;
  if (name === "axial") return /** @type {T} */ (values.subarray(start, start + stride));
  const columns = columnSteps.length;
  const picture = /** @type {T} */ (values.slice(0, rowStarts.length * columns));
  for (let row = 0, i = 0; row < rowStarts.length; row++) {
    const first = start + rowStarts[row];
    for (const step of columnSteps) picture[i++] = values[first + step];
  }
  return picture;
}

/**
 * Voxel under a pixel of a picture, null outside of it.
 * @param {Plane} plane
 * @param {number} position
 * @param {Point} pixel
 * @param {Geometry} geometry
 * @returns {Voxel | null}
 */
function voxelAt({ stride, rowStarts, columnSteps }, position, [x, y], { shape }) {
  const [row, column] = [rowStarts[Math.floor(y)], columnSteps[Math.floor(x)]];
  if (row === undefined || column === undefined) return null;
  const index = position * stride + row + column;
  const [, rows, columns] = shape;
  return {
    slice: Math.floor(index / (rows * columns)),
    row: Math.floor(index / columns) % rows,
    column: index % columns,
  };
}

/**
 * Middle of the hematoma on an axial slice, of the slice where there is none.
 * @param {Uint8Array} mask  of the slice
 * @param {Geometry} geometry
 */
function middleOf(mask, { shape: [, rows, columns] }) {
  const inside = [...mask.keys()].filter((i) => mask[i]);
  if (!inside.length) return { row: rows >> 1, column: columns >> 1 };
  const row = Math.floor(inside[inside.length >> 1] / columns);
  const across = inside.filter((i) => Math.floor(i / columns) === row);
  return { row, column: across[across.length >> 1] % columns };
}

/**
 * Position of a voxel's center in the patient, LPS in mm.
 * @param {Voxel} voxel
 * @param {Geometry} geometry
 */
function lpsOf({ slice, row, column }, { positions_mm, row_axis, column_axis, pixel_spacing_mm }) {
  const [row_mm, column_mm] = pixel_spacing_mm;
  return positions_mm[slice].map(
    (origin, i) => origin + row * row_mm * row_axis[i] + column * column_mm * column_axis[i],
  );
}
